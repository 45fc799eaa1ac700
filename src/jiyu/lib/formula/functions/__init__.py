"""Every function of the language, by subject; importing this registers them all."""

from jiyu.lib.formula.functions import (  # noqa: F401 - imported to register
    aggregates,
    criteria,
    dates,
    logic,
    lookup,
    maths,
    population,
    scales,
    texts,
)

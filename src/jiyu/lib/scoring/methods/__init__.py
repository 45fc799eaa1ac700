"""Scoring methods (评分标准): the specs by which an actual becomes points.

`Method` is the discriminated union on `kind` that a scheme stores; `parse_method` reads one.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from jiyu.lib.scoring.methods.base import BaseMethod, Direction, LineScores
from jiyu.lib.scoring.methods.deductions import CountMethod, PartialStep, PerUnitMethod
from jiyu.lib.scoring.methods.linear import Inverse, LinearMethod
from jiyu.lib.scoring.methods.marks import (
    Level,
    MilestoneItem,
    MilestoneMethod,
    RubricMethod,
    YesNoMethod,
    days_late,
)
from jiyu.lib.scoring.methods.points import Below, BetweenMethod, MapPoint, ThreePointMethod
from jiyu.lib.scoring.methods.progress import ProgressMethod
from jiyu.lib.scoring.methods.steps import Band, StepMethod

Method = Annotated[
    LinearMethod
    | ThreePointMethod
    | StepMethod
    | PerUnitMethod
    | CountMethod
    | BetweenMethod
    | ProgressMethod
    | MilestoneMethod
    | RubricMethod
    | YesNoMethod,
    Field(discriminator="kind"),
]
"""Any scoring method; the field type for specs that hold one."""

_METHOD: TypeAdapter[Method] = TypeAdapter(Method)


def parse_method(raw: Any) -> Method:
    """The method that `raw` (JSON-able) describes; unknown keys are refused.

    Raises pydantic.ValidationError.
    """
    return _METHOD.validate_python(raw)


__all__ = [
    "Band",
    "BaseMethod",
    "Below",
    "BetweenMethod",
    "CountMethod",
    "Direction",
    "Inverse",
    "Level",
    "LineScores",
    "LinearMethod",
    "MapPoint",
    "Method",
    "MilestoneItem",
    "MilestoneMethod",
    "PartialStep",
    "PerUnitMethod",
    "ProgressMethod",
    "RubricMethod",
    "StepMethod",
    "ThreePointMethod",
    "YesNoMethod",
    "days_late",
    "parse_method",
]

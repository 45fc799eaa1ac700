"""A line of a sheet told to people: what its indicator is called, and its weight in the whole sheet."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jiyu.core.language import say
from jiyu.goals.kinds import IndicatorSpec
from jiyu.goals.models import Term
from jiyu.lib.units import MICRO, format_number


def indicator_name(spec: object) -> str:
    """What an indicator is called; a word for one whose version is gone."""
    return say(spec.label.text) if isinstance(spec, IndicatorSpec) else _("没有了的指标")


def weight_figure(term: Term) -> str:
    """Percent of the whole sheet, without the sign: "16.5" for 33 % of a section of 50 %."""
    return format_number(term.weight * term.section_weight / MICRO / 10_000, at_most=2)

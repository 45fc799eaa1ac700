"""The lines of a sheet as somebody sets them, and everything that keeps them from being agreed."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.translation import gettext as _

from jiyu.core.errors import DomainError
from jiyu.core.language import say
from jiyu.goals.kinds import IndicatorSpec
from jiyu.goals.models import MAIN_SECTION, Term
from jiyu.lib.scoring import LineValues
from jiyu.lib.units import MICRO, format_number
from jiyu.metrics.public import MetricSpec
from jiyu.studio.public import EditionView, Item

LONGEST_SECTION = 40
MOST_LINES = 12
USUAL_LINES = 5
MOST_NEAR, NEAR = 3, 0.5  # how many names are proposed for one nobody knows, and how alike they must be


@dataclass(frozen=True)
class LineEntry:
    """One line as somebody sets it. `weight` in millionths of its section; parameters in millionths of the metric's
    unit, None where there is none."""

    indicator: str
    weight: int
    target: int | None = None
    threshold: int | None = None
    stretch: int | None = None
    baseline: int | None = None
    section: str = MAIN_SECTION
    section_weight: int = MICRO
    is_applicable: bool = True


def values_of(line: LineEntry | Term, metric: MetricSpec) -> LineValues:
    """The parameters of a line in the metric's unit, for words and checks."""

    def number(value: int | None) -> float | None:
        return None if value is None else value / MICRO

    return LineValues(
        target=number(line.target),
        threshold=number(line.threshold),
        stretch=number(line.stretch),
        baseline=number(line.baseline),
    )


def as_entry(term: Term, edition: EditionView) -> LineEntry:
    """A stored line as somebody would set it; its indicator is "" where the edition has no such version."""
    code = next((i.code for i in edition.items if i.version_id == term.indicator_version), "")
    return LineEntry(
        indicator=code,
        weight=term.weight,
        target=term.target,
        threshold=term.threshold,
        stretch=term.stretch,
        baseline=term.baseline,
        section=term.section,
        section_weight=term.section_weight,
        is_applicable=term.is_applicable,
    )


def metric_of(edition: EditionView, item: Item) -> MetricSpec:
    """The metric that an indicator of the edition scores."""
    metric: MetricSpec = edition.resolve("metric", item.spec.metric, item.module_code).spec
    return metric


def own_indicators(edition: EditionView) -> list[Item]:
    """The indicators a sheet of the edition may name: its module's own."""
    return [i for i in edition.of_kind("indicator") if i.module_code == edition.module_code]


def sheet_faults(lines: Sequence[LineEntry]) -> list[DomainError]:
    """What is wrong with the lines together: how many, one indicator twice, their weights."""
    if not lines:
        return [DomainError("goals.no_lines", _("考核表里没有指标"), fix=_("至少加一项，3–5 项最合适"))]
    found = []
    if len(lines) > MOST_LINES:
        found.append(
            DomainError(
                "goals.too_many_lines",
                _("有 %(n)s 项指标，最多 %(most)s 项") % {"n": len(lines), "most": MOST_LINES},
                fix=_("留下最要紧的 3–5 项"),
            )
        )
    found += [
        DomainError(
            "goals.indicator_twice",
            _("“%(code)s”在一张表里有两行") % {"code": code},
            fix=_("合成一行，或者换一个指标"),
            path="indicator",
        )
        for code, n in Counter(line.indicator for line in lines).items()
        if n > 1
    ]
    return found + _weight_faults(lines)


def line_faults(edition: EditionView, line: LineEntry) -> list[DomainError]:
    """What is wrong with one line by itself: an indicator nobody knows, or parameters its method refuses."""
    item = edition.find("indicator", line.indicator)
    if item is None:
        return [unknown_indicator(edition, line.indicator)]
    spec: IndicatorSpec = item.spec
    return [
        DomainError(
            p.code,
            _("%(name)s：%(what)s") % {"name": say(spec.label.text), "what": say(p.message)},
            fix=say(p.fix),
            path=p.path,
        )
        for p in spec.method.check_line(values_of(line, metric_of(edition, item)))
        if p.severity == "error"
    ]


def unknown_indicator(edition: EditionView, written: str) -> DomainError:
    """The refusal of a name or code nobody knows, with the nearest ones there are; nobody is guessed."""
    near = _nearest(edition, written)
    names = _("、").join(_("“%(name)s”（%(code)s）") % {"name": name, "code": item.code} for name, item in near)
    return DomainError(
        "goals.unknown_indicator",
        _("指标库里没有“%(code)s”") % {"code": written},
        fix=_("你是指 %(names)s？照它的名字或编号改") % {"names": names}
        if near
        else _("看看是不是写错了编号，或先建这个指标"),
        path="indicator",
    )


def folded(name: str) -> str:
    """A name as far as it tells indicators apart: width, case and spaces do not."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _nearest(edition: EditionView, written: str) -> list[tuple[str, Item]]:
    """The indicators whose name or code is most like `written`, best first, by the name that is: a Chinese file is told
    Chinese names in any language."""
    called: dict[str, tuple[str, Item]] = {}
    for item in own_indicators(edition):
        label = item.spec.label
        for name, shown in ((label.zh, label.zh), (label.en, label.en), (item.code, say(label.text))):
            if name:
                called.setdefault(folded(name), (shown, item))
    alike = get_close_matches(folded(written), called, n=2 * MOST_NEAR, cutoff=NEAR)
    found: dict[str, tuple[str, Item]] = {}
    for name in alike:
        shown, item = called[name]
        found.setdefault(item.code, (shown, item))
    return list(found.values())[:MOST_NEAR]


def _weight_faults(lines: Sequence[LineEntry]) -> list[DomainError]:
    """Weights come to 100 % in each section, and the sections to 100 % of the sheet."""
    if any(line.weight < 0 or line.section_weight < 0 for line in lines):
        return [DomainError("goals.weight_range", _("权重不能是负的"), fix=_("填 0 到 100"), path="weight")]
    totals: dict[str, int] = {}
    for line in lines:
        totals[line.section] = totals.get(line.section, 0) + line.weight
    found = [
        DomainError(
            "goals.weight_sum",
            _("权重合计 %(sum)s %%，要等于 100 %%") % {"sum": format_number(total / 10_000, at_most=4)},
            fix=_("按比例补足，或改一项"),
            path="weight",
        )
        for total in totals.values()
        if total != MICRO
    ]
    if any(len(line.section) > LONGEST_SECTION for line in lines):
        found.append(
            DomainError(
                "goals.section_name",
                _("部分的名字最多 %(most)s 个字") % {"most": LONGEST_SECTION},
                fix=_("起个短一点的名字，比如 业绩、协作"),
                path="section",
            )
        )
    sections = {(line.section, line.section_weight) for line in lines}
    if len(sections) != len(totals) or sum(weight for _section, weight in sections) != MICRO:
        found.append(
            DomainError(
                "goals.section_weight_sum",
                _("各部分的权重合起来要等于百分之百，同一部分只能有一个权重"),
                fix=_("按比例补足，或改一个部分"),
                path="section_weight",
            )
        )
    return found

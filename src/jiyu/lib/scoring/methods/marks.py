"""Points for what a person or a fact chose: a rubric's level, yes or no, milestones reached."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from jiyu.lib.scoring.evaluation import Labels
from jiyu.lib.scoring.measure import LineValues, Measure, plain, points
from jiyu.lib.scoring.methods.base import (
    BaseMethod,
    Points,
    Positive,
    actual_of,
    literal,
    same,
)
from jiyu.lib.scoring.totals import LineState
from jiyu.lib.text import Problem, Text, counted

_Short = Annotated[str, Field(min_length=1, max_length=200)]


class Level(BaseModel):
    """One level of a rubric: the number a rater picks, what it means, and its points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mark: Annotated[int, Field(ge=0, le=1_000)]
    zh: _Short
    en: Annotated[str, Field(max_length=200)] = ""
    points: Points


class RubricMethod(BaseMethod):
    """Levels described in words; a rater picks one. A mark that is no level is an error, not a guess."""

    kind: Literal["rubric"] = "rubric"
    levels: Annotated[tuple[Level, ...], Field(min_length=2, max_length=20)]

    def limits(self) -> tuple[Decimal, Decimal]:
        """The lowest and highest points of the levels."""
        marks = [level.points for level in self.levels]
        return min(marks), max(marks)

    def formula(self, measure: Measure) -> str:
        """SWITCH over the marks, without a default."""
        cases = ", ".join(f"{level.mark}, {literal(level.points)}" for level in self.levels)
        return f"SWITCH({measure.actual_source()}, {cases})"

    def check(self, measure: Measure | None = None) -> list[Problem]:
        """Also: no mark twice."""
        problems = super().check(measure)
        seen: set[int] = set()
        for number, level in enumerate(self.levels):
            if level.mark in seen:
                problems.append(
                    Problem(
                        "scoring.level_twice",
                        Text("“{m}”写了两次。", "Mark {m} is there twice.").format(m=level.mark),
                        Text("每一档用一个不同的数。", "Give each level its own number."),
                        path=f"levels.{number}.mark",
                    )
                )
            seen.add(level.mark)
        return problems

    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """ "5 优秀 120 · 4 良好 100 · …"."""
        rows = [(level.mark, Text(level.zh, level.en), plain(float(level.points))) for level in self.levels]
        return Text(
            " · ".join(f"{mark} {words.zh} {score}" for mark, words, score in rows),
            " · ".join(f"{mark} {words.in_('en')} {score}" for mark, words, score in rows),
        )

    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """The level that was picked."""
        actual = actual_of(measure, values)
        level = next((level for level in self.levels if same(actual, level.mark)), None)
        words = Text("没有这一档", "no such level") if level is None else Text(level.zh, level.en)
        return Text("{n} 评为 {m}（{w}），得 {r} 分", "{n} marked {m} ({w}): {r}").format(
            n=measure.name, m=plain(actual), w=words, r=points(raw)
        )


class YesNoMethod(BaseMethod):
    """Done or not: 1 gives `yes` points, 0 gives `no`; anything else is an error."""

    kind: Literal["yes_no"] = "yes_no"
    yes: Points = Decimal(100)
    no: Points = Decimal(0)

    def limits(self) -> tuple[Decimal, Decimal]:
        """The lower and the higher of the two."""
        return min(self.yes, self.no), max(self.yes, self.no)

    def formula(self, measure: Measure) -> str:
        """SWITCH over 1 and 0."""
        return f"SWITCH({measure.actual_source()}, 1, {literal(self.yes)}, 0, {literal(self.no)})"

    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """ "做到 100，没做到 0"."""
        return Text("做到 {y}，没做到 {n}", "done {y}, not done {n}").format(
            y=plain(float(self.yes)), n=plain(float(self.no))
        )

    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """Done or not, and the points."""
        done = same(actual_of(measure, values), 1.0)
        return Text("{n} {w}，得 {r} 分", "{n} {w}: {r}").format(
            n=measure.name, w=Text("做到了", "done") if done else Text("没做到", "not done"), r=points(raw)
        )


class MilestoneItem(BaseModel):
    """One milestone: a stable code, its name and its share (any scale; only the proportion matters)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    # The name stands in square brackets in the formula text.
    zh: Annotated[str, Field(pattern=r"^[^\[\]]+$", max_length=200)]
    en: Annotated[str, Field(max_length=200)] = ""
    share: Positive

    @property
    def input_id(self) -> str:
        """Id of the input with the days it came late: 0 or less in time, missing while not due."""
        return f"late_{self.code}"


class MilestoneMethod(BaseMethod):
    """Milestones with shares, each 100 less `points_off` per day late; those not due yet leave theirs.

    M1 30 % in time 100, M2 40 % 6 days late at −2 = 88, M3 30 % not due: (3000 + 3520)/70 = 93.14.
    The actual is the days late per milestone, in `LineValues.extra` under `MilestoneItem.input_id`.
    While none is due there is nothing to measure: not applicable.
    """

    kind: Literal["milestone"] = "milestone"
    items: Annotated[tuple[MilestoneItem, ...], Field(min_length=1, max_length=30)]
    points_off: Points = Decimal(0)
    full: Points = Decimal(100)
    floor: Points = Decimal(0)

    def limits(self) -> tuple[Decimal, Decimal]:
        """`floor` and `full`."""
        return self.floor, self.full

    def input_ids(self, measure: Measure) -> tuple[str, ...]:
        """Days late of each milestone."""
        return tuple(item.input_id for item in self.items)

    def input_labels(self, measure: Measure) -> Labels:
        """ "交样 迟到天数"."""
        return tuple((item.input_id, f"{item.zh} 迟到天数") for item in self.items)

    def blank_state(self) -> LineState:
        """While no milestone is due there is nothing to measure."""
        return LineState.NOT_APPLICABLE

    def formula(self, measure: Measure) -> str:
        """Σ share × points ÷ Σ share over the milestones that are due. SUM skips those that are not."""
        full, floor = literal(self.full), literal(self.floor)
        earned, due = [], []
        for item in self.items:
            late, share = f"[{item.zh} 迟到天数]", literal(item.share)
            earned.append(f"{share}*CLAMP({full}-{literal(self.points_off)}*{late}, {floor}, {full})")
            due.append(f"IF(ISBLANK({late}), 0, {share})")
        return f"SUM({', '.join(earned)})/SUM({', '.join(due)})"

    def check(self, measure: Measure | None = None) -> list[Problem]:
        """Also: codes and names only once, points off not negative."""
        problems = super().check(measure)
        for field_name in ("code", "zh"):
            names = [str(getattr(item, field_name)) for item in self.items]
            for name in sorted({name for name in names if names.count(name) > 1}):
                problems.append(
                    Problem(
                        "scoring.milestone_twice",
                        Text("里程碑“{n}”写了两次。", "Milestone '{n}' is there twice.").format(n=name),
                        Text("改名，或删掉一个。", "Rename or delete one."),
                        path="items",
                    )
                )
        if self.points_off < 0:
            problems.append(
                Problem(
                    "scoring.late_bonus",
                    Text("迟到不能加分。", "Being late cannot add points."),
                    Text("每天扣几分，填正数。", "Fill in the points off per day as a positive number."),
                    path="points_off",
                )
            )
        return problems

    def rule_text(self, measure: Measure, values: LineValues | None = None) -> Text:
        """ "图纸 30 · 样件 40 · 量产 30，每迟 1 天扣 2"."""
        rows = [(Text(item.zh, item.en), plain(float(item.share))) for item in self.items]
        return Text(
            " · ".join(f"{name.zh} {share}" for name, share in rows) + f"，每迟 1 天扣 {plain(float(self.points_off))}",
            " · ".join(f"{name.in_('en')} {share}" for name, share in rows)
            + f", −{plain(float(self.points_off))} per day late",
        )

    def reckoning(self, measure: Measure, values: LineValues, raw: float) -> Text:
        """Each milestone's points by share; those not due are named."""
        terms, names, shares, waiting = [], [], [], []
        for item in self.items:
            late = values.extra.get(item.input_id)
            name = Text(item.zh, item.en)
            if late is None:
                waiting.append(name)
                continue
            score = min(max(float(self.full) - float(self.points_off) * late, float(self.floor)), float(self.full))
            names.append(
                Text("{n} {s}", "{n} {s}").format(n=name, s=points(score))
                if late <= 0
                else Text("{n} 迟 {d} 天 {s}", "{n} {days} late {s}").format(
                    n=name, d=plain(late), days=counted(plain(late), "day", "days"), s=points(score)
                )
            )
            terms.append(f"{plain(score)} × {plain(float(item.share))}")
            shares.append(float(item.share))
        text = Text("{names}；（{terms}）÷ {due} = {r} 分", "{names}; ({terms}) ÷ {due} = {r}").format(
            names=_listed(names), terms=" + ".join(terms), due=plain(sum(shares)), r=points(raw)
        )
        if not waiting:
            return text
        return Text("{a}；{w} 还没到期，不算", "{a}; {w} not due, not counted").format(a=text, w=_listed(waiting))


def _listed(texts: list[Text]) -> Text:
    return Text("、".join(text.zh for text in texts), ", ".join(text.in_("en") for text in texts))


def days_late(method: MilestoneMethod, days: Mapping[str, float | None]) -> LineValues:
    """Line values of a milestone line from days late by milestone code (None: not due yet)."""
    return LineValues(extra={item.input_id: days.get(item.code) for item in method.items})

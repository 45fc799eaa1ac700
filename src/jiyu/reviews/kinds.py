"""Scheme (考核方案) and grade scale (等级): how lines become a total, and a total a grade."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from django.utils.translation import gettext
from pydantic import Field

from jiyu.lib.scoring import BonusCap, Grade, GradeScale, MissingRule, TotalPolicy
from jiyu.lib.text import Problem, Text
from jiyu.reviews.spec_words import SPEC_WORDS
from jiyu.studio.public import Catalog, Kind, Label, Reference, Spec, register


class GradeScaleSpec(Spec):
    """Grades from best to worst, each with the lowest rounded score of it; the last takes the rest."""

    label: Label
    grades: tuple[Grade, ...] = Field(min_length=1, max_length=20)

    @property
    def scale(self) -> GradeScale:
        """As the scoring library takes it."""
        return GradeScale(grades=self.grades)


class SchemeSpec(Spec):
    """A scheme: the rounding, limits and rules for what is missing, and the grade scale it uses."""

    label: Label
    grade_scale: str
    decimals: int = Field(default=2, ge=0, le=4)
    floor: Decimal = Decimal(0)
    cap: Decimal = Decimal(120)
    full_score: Decimal = Decimal(100)
    not_applicable: MissingRule = MissingRule.RENORMALISE
    awaiting_data: MissingRule = MissingRule.WAIT
    minimum_coverage: Decimal = Decimal("0.6")
    minimum_presence: Decimal = Decimal("0.5")  # employed for less of the cycle's days: no grade
    bonus_cap: Decimal | None = None
    bonus_cap_on: BonusCap = BonusCap.ADDITIONS
    cycle_kind: Literal["month", "quarter", "year", "custom"] = "quarter"

    def policy(self, scale: GradeScale) -> TotalPolicy:
        """As the scoring library takes it."""
        return TotalPolicy(
            decimals=self.decimals,
            floor=self.floor,
            cap=self.cap,
            full_score=self.full_score,
            not_applicable=self.not_applicable,
            awaiting_data=self.awaiting_data,
            minimum_coverage=self.minimum_coverage,
            bonus_cap=self.bonus_cap,
            bonus_cap_on=self.bonus_cap_on,
            scale=scale,
        )


class GradeScaleKind(Kind[GradeScaleSpec]):
    """Checks that every score has exactly one grade."""

    key: ClassVar[str] = "grade_scale"
    label = Text("等级", "grade scale")
    spec_type = GradeScaleSpec
    field_words = SPEC_WORDS
    chosen = "at_enrolment"

    def words(self, spec: GradeScaleSpec) -> list[str]:
        """Each grade with its lowest score."""
        return [
            f"{one.code} ≥ {one.minimum}" if one.minimum is not None else gettext("%(code)s：其余") % {"code": one.code}
            for one in spec.grades
        ]

    def check(self, spec: GradeScaleSpec, catalog: Catalog) -> list[Problem]:
        """What the scale itself refuses."""
        return spec.scale.check()


class SchemeKind(Kind[SchemeSpec]):
    """Checks the limits; the grade scale it names must exist."""

    key: ClassVar[str] = "scheme"
    label = Text("考核方案", "scheme")
    spec_type = SchemeSpec
    field_words = SPEC_WORDS
    chosen = "at_enrolment"

    def words(self, spec: SchemeSpec) -> list[str]:
        """The grade scale, rounding, limits, and what is missing."""
        told = {"scale": spec.grade_scale, "decimals": spec.decimals, "floor": spec.floor, "cap": spec.cap}
        shares = {"coverage": spec.minimum_coverage * 100, "presence": spec.minimum_presence * 100}
        return [
            gettext("等级：%(scale)s；得分留 %(decimals)s 位小数，最低 %(floor)s，最高 %(cap)s") % told,
            gettext("有数的权重不到 %(coverage)s %%，或在职不到 %(presence)s %% 的天数：不评级") % shares,
        ]

    def check(self, spec: SchemeSpec, catalog: Catalog) -> list[Problem]:
        """Limits the wrong way round, a coverage that is no share."""
        problems: list[Problem] = []
        if spec.floor > spec.cap:
            problems.append(
                Problem("reviews.floor_above_cap", Text("保底比封顶高", "the floor is above the cap"), path="floor")
            )
        for path, share in (("minimum_coverage", spec.minimum_coverage), ("minimum_presence", spec.minimum_presence)):
            if not 0 <= share <= 1:
                words = Text("这是一个比例，在 0 和 1 之间", "this is a share between 0 and 1")
                problems.append(Problem("reviews.share_range", words, path=path))
        return problems

    def references(self, spec: SchemeSpec) -> Sequence[Reference]:
        """Its grade scale."""
        return (Reference.parse("grade_scale", spec.grade_scale, "grade_scale"),)


register(GradeScaleKind())
register(SchemeKind())

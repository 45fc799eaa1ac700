"""Audiences (范围): whom a slot or a cohort is for, told by dated facts about persons. What a fact means is its owner's
business; here it is a code with values."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from jiyu.core.person_facts import FactsOn, person_facts
from jiyu.lib.text import Problem, Text
from jiyu.studio.kinds import Catalog, Kind, Label, Spec, register

WHOLE_BP = 10_000
"""A share of everybody, in basis points."""


class Condition(Spec):
    """One fact of a person has one of these values (`is_not`: none of them)."""

    fact: str
    any_of: tuple[str, ...]
    is_not: bool = False


class AudienceSpec(Spec):
    """Everybody for whom all conditions hold, and whoever is named (persons or units, by id)."""

    label: Label
    all_of: tuple[Condition, ...] = ()
    named: tuple[UUID, ...] = ()


class AudienceKind(Kind[AudienceSpec]):
    """Checks that somebody can be meant at all, by facts that somebody tells."""

    key: ClassVar[str] = "audience"
    label = Text("范围", "audience")
    spec_type = AudienceSpec

    def check(self, spec: AudienceSpec, catalog: Catalog) -> list[Problem]:
        """No condition and nobody named; a fact that nobody tells; a condition without a value."""
        if not spec.all_of and not spec.named:
            words = Text("这个范围一个人也没说到", "this audience names nobody")
            return [
                Problem(
                    "studio.audience_empty", words, Text("加一个条件，或点名几个人", "add a condition or name people")
                )
            ]
        problems = []
        for n, condition in enumerate(spec.all_of):
            if condition.fact not in person_facts():
                words = Text(f"不知道“{condition.fact}”是什么", f"“{condition.fact}” is not known")
                known = "、".join(str(fact.label) for fact in person_facts().values())
                fix = Text(f"可以用：{known}", f"known: {', '.join(person_facts())}")
                problems.append(Problem("studio.unknown_fact", words, fix, path=f"all_of[{n}].fact"))
            if not condition.any_of:
                words = Text("这个条件还没有选值", "this condition has no value yet")
                problems.append(Problem("studio.condition_empty", words, path=f"all_of[{n}].any_of"))
        return problems


def matching(spec: AudienceSpec, subjects: Collection[UUID], facts: FactsOn) -> set[UUID]:
    """Those of `subjects` who belong to the audience on the day of `facts`."""
    named = {s for s in spec.named if s in subjects}
    if not spec.all_of:
        return named
    left = set(subjects)
    for condition in spec.all_of:
        values, wanted = facts.of(condition.fact), frozenset(condition.any_of)
        nothing: frozenset[str] = frozenset()
        left = {s for s in left if wanted.isdisjoint(values.get(s, nothing)) is condition.is_not}
    return left | named


def listed(members: Collection[str], by: str, subjects: Collection[UUID], facts: FactsOn) -> set[UUID]:
    """Those of `subjects` who are on a list: themselves (`by` empty), or by a value of the fact `by`."""
    wanted = frozenset(members)
    if not by:
        return {s for s in subjects if str(s) in wanted}
    values = facts.of(by)
    return {s for s in subjects if not wanted.isdisjoint(values.get(s, frozenset()))}


def drawn(salt: str, pct_bp: int, by: str, subjects: Collection[UUID], facts: FactsOn) -> set[UUID]:
    """Those of `subjects` whom a share of `pct_bp` basis points draws: each alone (`by` empty), or all who have the
    same value of the fact `by` together. With one salt a smaller share lies inside a larger one (DESIGN §2)."""
    if not by:
        return {s for s in subjects if _place(salt, str(s)) < pct_bp}
    values = facts.of(by)
    return {s for s in subjects if _place(salt, _together(values.get(s, frozenset()), s)) < pct_bp}


def _together(values: Collection[str], subject: UUID) -> str:
    """Under which name somebody is drawn; whoever has no such value stands alone."""
    return min(values, default=str(subject))


def _place(salt: str, name: str) -> int:
    """Where a name falls among `WHOLE_BP` places: the same for ever, and another with another salt."""
    digest = hashlib.sha256(f"{salt}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * WHOLE_BP >> 64


register(AudienceKind())

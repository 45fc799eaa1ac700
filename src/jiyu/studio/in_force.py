"""Which edition holds for whom on a day, as known at a moment (DESIGN §2, CASES A7).

The first slot by rank whose audience holds the subject and that has an edition; in it the newest release of the first
cohort by rank that holds the subject and has an edition, else of the slot as a whole. Nothing to be found there: the
next slot."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from jiyu.core import company
from jiyu.core.person_facts import FactsOn
from jiyu.studio.audiences import AudienceSpec, drawn, listed, matching
from jiyu.studio.kinds import kind_of
from jiyu.studio.models import Cohort, Release, Slot, Version
from jiyu.studio.selectors import EditionView, edition_view


@dataclass(frozen=True)
class InForce:
    """The release that decides, and its edition. `cohort_id` None: it is for the slot as a whole."""

    edition: EditionView
    release_id: UUID
    slot_id: UUID
    cohort_id: UUID | None
    effective_on: date
    published_at: datetime
    published_by: UUID | None
    second_by: UUID | None
    is_alone: bool
    reason: str


def in_force(*, module_code: str, subject: UUID | None, on: date, known_at: datetime) -> InForce | None:
    """Which edition of a module held for `subject` on the day `on`, as known at `known_at`; None when none did.
    `subject` None asks for what holds where no person is meant: only what everybody follows."""
    if subject is not None:
        return in_force_many(module_code=module_code, subjects=(subject,), on=on, known_at=known_at).get(subject)
    for layer in _layers(module_code, on, known_at):
        if layer.slot.audience_id is None and layer.whole is not None:
            return _view(layer.whole)
    return None


def in_force_many(
    *, module_code: str, subjects: Collection[UUID], on: date, known_at: datetime
) -> Mapping[UUID, InForce]:
    """The same for many: facts are read once for all of them. Whom no release holds is absent."""
    held = release_of_many(module_code=module_code, subjects=subjects, on=on, known_at=known_at)
    views = {release.pk: _view(release) for release in {r.pk: r for r in held.values()}.values()}
    return {subject: views[release.pk] for subject, release in held.items()}


def release_of_many(
    *, module_code: str, subjects: Collection[UUID], on: date, known_at: datetime
) -> dict[UUID, Release]:
    """The deciding release rows, by subject."""
    return _decide(_layers(module_code, on, known_at), subjects, on, known_at)


@dataclass(frozen=True)
class _Layer:
    """A slot with what holds in it on a day: its cohorts that have an edition, by rank, and the whole."""

    slot: Slot
    cohorts: tuple[tuple[Cohort, Release], ...]
    whole: Release | None


def _layers(module_code: str, on: date, known_at: datetime) -> list[_Layer]:
    """The slots of a module that have anything in force, by rank."""
    rows = Release.objects.filter(
        slot__module__code=module_code, effective_on__lte=on, published_at__lte=known_at
    ).select_related("slot", "cohort")
    newest: dict[tuple[UUID, UUID | None], Release] = {}
    for row in rows.order_by("effective_on", "published_at"):
        newest[row.slot_id, row.cohort_id] = row
    by_slot: dict[UUID, list[Release]] = {}
    for row in newest.values():
        if row.edition_id is not None:
            by_slot.setdefault(row.slot_id, []).append(row)
    layers = []
    for releases in by_slot.values():
        parts = [(row.cohort, row) for row in releases if row.cohort is not None]
        whole = next((row for row in releases if row.cohort_id is None), None)
        layers.append(_Layer(releases[0].slot, tuple(sorted(parts, key=lambda part: part[0].rank)), whole))
    return sorted(layers, key=lambda layer: layer.slot.rank)


def _decide(layers: Iterable[_Layer], subjects: Collection[UUID], on: date, known_at: datetime) -> dict[UUID, Release]:
    facts = FactsOn(subjects, on=on, known_at=known_at)
    held: dict[UUID, Release] = {}
    left = set(subjects)
    for layer in layers:
        if not left:
            break
        here = audience_of(layer.slot, left, facts)
        for cohort, release in layer.cohorts:
            inside = members_of(cohort, here, facts)
            held |= dict.fromkeys(inside, release)
            here -= inside
        if layer.whole is not None:
            held |= dict.fromkeys(here, layer.whole)
        left -= held.keys()
    return held


def audience_of(slot: Slot, subjects: Collection[UUID], facts: FactsOn) -> set[UUID]:
    """Those of `subjects` whom a slot is for."""
    if slot.audience_id is None:
        return set(subjects)
    return matching(audience_spec(slot.audience_id), subjects, facts)


def members_of(cohort: Cohort, subjects: Collection[UUID], facts: FactsOn) -> set[UUID]:
    """Those of `subjects` who belong to a cohort; they have to be in its slot's audience already."""
    if cohort.pct_bp is not None:
        return drawn(cohort.salt, cohort.pct_bp, cohort.by, subjects, facts)
    return listed(cohort.members or (), cohort.by, subjects, facts)


def audience_spec(version_id: UUID) -> AudienceSpec:
    """The frozen audience of a slot."""
    return _frozen_audience(company.current().code, version_id)


@lru_cache(maxsize=256)
def _frozen_audience(_company: str, version_id: UUID) -> AudienceSpec:
    """Read once per process, like `frozen_edition`."""
    version = Version.objects.get(pk=version_id)
    spec: AudienceSpec = kind_of("audience").parse(json.loads(version.spec), version.schema_no)
    return spec


def _view(row: Release) -> InForce:
    assert row.edition_id is not None
    return InForce(
        edition=edition_view(row.edition_id),
        release_id=row.pk,
        slot_id=row.slot_id,
        cohort_id=row.cohort_id,
        effective_on=row.effective_on,
        published_at=row.published_at,
        published_by=row.published_by,
        second_by=row.second_by,
        is_alone=row.is_alone,
        reason=row.reason,
    )

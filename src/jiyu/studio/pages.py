"""What the pages of rules show: modules, their slots with what holds in them, editions and what changed in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.core.language import say
from jiyu.core.person_facts import Choices, FactsOn, choices_on, person_facts
from jiyu.core.policy import require
from jiyu.lib.text import Text
from jiyu.people import public as people
from jiyu.studio.audiences import WHOLE_BP, AudienceSpec
from jiyu.studio.comparing import Difference, drafts_differing, edition_differences
from jiyu.studio.in_force import audience_of, audience_spec, in_force_many, members_of
from jiyu.studio.kinds import kind_of
from jiyu.studio.models import Cohort, Definition, Edition, Module, Proposal, Release, Slot
from jiyu.studio.policies import CHANGE_RULES, SEE_RULES, may_rules
from jiyu.studio.selectors import EditionView, edition_view


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """One module in the list."""

    code: str
    name: str
    contents: str
    edition_no: int | None
    since: date | None
    slots: int
    waiting: int
    reads_files: bool  # nothing but how the files of a source are read


@dataclass(frozen=True, slots=True)
class ReleaseShown:
    """One release of a slot or cohort: `no` counts the module's releases, `is_back` says that an earlier edition is
    released again."""

    release_id: UUID
    no: int
    edition_no: int | None
    edition_id: UUID | None
    effective_on: date
    published_at: datetime
    who: str
    second: str
    is_alone: bool
    reason: str
    is_back: bool
    is_current: bool

    @property
    def title(self) -> str:
        """What it did, as a sentence."""
        if self.edition_no is None:
            return _("不再单独发布")
        if self.is_back:
            return _("退回到第 %(edition)d 版，第 %(no)d 次发布") % {"edition": self.edition_no, "no": self.no}
        return _("第 %(edition)d 版") % {"edition": self.edition_no}


@dataclass(frozen=True, slots=True)
class PartShown:
    """A slot as a whole, or a cohort of it: whom it is for, how many, and its releases, newest first."""

    slot_id: UUID
    cohort_id: UUID | None
    name: str
    whom: tuple[str, ...]
    people: int
    releases: tuple[ReleaseShown, ...]

    @property
    def key(self) -> str:
        """As a form sends it."""
        return f"{self.slot_id}:{self.cohort_id or ''}"

    @property
    def current(self) -> ReleaseShown | None:
        """What holds today."""
        return next((release for release in self.releases if release.is_current), None)


@dataclass(frozen=True, slots=True)
class EditionShown:
    """One edition with what it changed against the one before."""

    id: UUID
    no: int
    made_at: datetime
    who: str
    contents: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """A release that waits for a second person."""

    id: UUID
    edition_no: int | None
    part: str
    effective_on: date
    who: str
    proposed_at: datetime
    reason: str
    is_own: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class ModulePage:
    """One module."""

    code: str
    name: str
    parts: tuple[PartShown, ...]
    editions: tuple[EditionShown, ...]
    proposals: tuple[ProposalShown, ...]
    drafts: tuple[Difference, ...]

    @property
    def title(self) -> str:
        """What everybody follows today, as a sentence."""
        said = {"name": self.name}
        whole = next((part.current for part in self.parts if not part.whom and part.current), None)
        if whole is not None:
            return _("%(name)s：第 %(no)d 版生效中") % {**said, "no": whole.edition_no}
        if any(part.current for part in self.parts):
            return _("%(name)s：只给一部分人生效") % said
        return (_("%(name)s：还没有发布") if self.editions else _("%(name)s：还没有做成一版")) % said


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody and the edition that holds for them."""

    person: people.OrgPerson
    unit: str
    edition_no: int
    since: date
    part: str


def modules_page(*, actor: Actor) -> list[ModuleRow]:
    """All modules by code."""
    require(actor, SEE_RULES)
    now, today = clock.now(), clock.today()
    kinds: dict[UUID, dict[str, int]] = {}
    for module_id, kind in Definition.objects.filter(retired_at=None).values_list("module", "kind"):
        if kind != "audience":
            of = kinds.setdefault(module_id, {})
            of[kind] = of.get(kind, 0) + 1
    newest: dict[UUID, Release] = {}
    rows = Release.objects.filter(published_at__lte=now, effective_on__lte=today, cohort=None, slot__audience=None)
    for row in rows.select_related("slot", "edition").order_by("effective_on", "published_at"):
        newest[row.slot.module_id] = row
    slots = Counter(Slot.objects.values_list("module", flat=True))
    waiting = Counter(Proposal.objects.filter(settled_at=None).values_list("slot__module", flat=True))
    found = []
    for module in Module.objects.order_by("code"):
        held = newest.get(module.pk)
        edition = held.edition if held else None
        of = kinds.get(module.pk, {})
        found.append(
            ModuleRow(
                code=module.code,
                name=_module_name(module),
                contents=_contents(of),
                edition_no=edition.no if edition else None,
                since=held.effective_on if held and edition else None,
                slots=slots[module.pk],
                waiting=waiting[module.pk],
                reads_files=set(of) == {"mapping"},
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class ModuleHead:
    """A module on the pages that do one thing with it."""

    code: str
    name: str
    parts: tuple[PartShown, ...] = ()
    editions: tuple[Edition, ...] = ()


def module_head(*, actor: Actor, module_code: str) -> ModuleHead:
    """Code and name; 404 for none of that code."""
    require(actor, SEE_RULES)
    module = _module(module_code)
    return ModuleHead(module.code, _module_name(module))


def module_parts(*, actor: Actor, module_code: str, org: people.OrgView) -> ModuleHead:
    """The same with whom its releases may be for, by the organisation `org`, and its editions, newest first."""
    require(actor, SEE_RULES)
    module = _module(module_code)
    parts = _parts(module, _released(module), _Names(()), org)
    return ModuleHead(
        module.code, _module_name(module), parts, tuple(Edition.objects.filter(module=module).order_by("-no"))
    )


def module_page(*, actor: Actor, module_code: str) -> ModulePage:
    """One module with its slots, editions and what waits; 404 for none of that code."""
    require(actor, SEE_RULES)
    module = _module(module_code)
    rows = list(Edition.objects.filter(module=module).order_by("no"))
    releases = _released(module)
    waiting = Proposal.objects.filter(slot__module=module, settled_at=None)
    proposals = list(waiting.select_related("edition", "slot", "cohort"))
    names = _Names(
        [
            *(r.published_by for r in releases),
            *(r.second_by for r in releases),
            *(p.proposed_by for p in proposals),
            *(e.made_by for e in rows),
        ]
    )
    parts = _parts(module, releases, names, people.org_on(on=clock.today(), known_at=clock.now()))
    by_part = {part.key: part for part in parts}
    return ModulePage(
        code=module.code,
        name=_module_name(module),
        parts=parts,
        editions=tuple(_editions(rows, names)),
        proposals=tuple(_proposal(p, by_part, names, actor) for p in proposals),
        drafts=tuple(drafts_differing(actor=actor, module_code=module_code)) if may_rules(actor, CHANGE_RULES) else (),
    )


def _module(code: str) -> Module:
    module = Module.objects.filter(code=code).first()
    if module is None:
        raise NotVisibleError
    return module


def _released(module: Module) -> list[Release]:
    """All releases of a module in the order they were published."""
    rows = Release.objects.filter(slot__module=module).select_related("edition")
    return list(rows.order_by("published_at", "effective_on"))


def _editions(rows: Sequence[Edition], names: _Names) -> list[EditionShown]:
    """Editions, newest first, each with what it changed."""
    before: EditionView | None = None
    shown = []
    for row in rows:
        edition = edition_view(row.pk)
        shown.append(
            EditionShown(
                id=edition.id,
                no=edition.no,
                made_at=row.made_at,
                who=names.of(row.made_by),
                contents=_contents(Counter(i.kind for i in edition.items if not i.imported)),
                differences=tuple(edition_differences(before, edition)) if before else (),
            )
        )
        before = edition
    return shown[::-1]


def holders(*, actor: Actor, module_code: str, on: date | None = None) -> list[Holder]:
    """Who is on which edition of a module on a day as known now, and since when, by edition and number."""
    require(actor, SEE_RULES)
    on = on or clock.today()
    now = clock.now()
    org = people.org_on(on=on, known_at=now)
    scope = people.scope_of(actor, org=org)
    seen = [p for p in org.employed if p in scope]
    slots = {s.pk: s for s in Slot.objects.filter(module__code=module_code)}
    cohorts = {c.pk: c for c in Cohort.objects.filter(slot__in=slots)}
    held = in_force_many(module_code=module_code, subjects=seen, on=on, known_at=now)
    found = [
        Holder(
            person=org.persons[subject],
            unit=org.path_text(org.persons[subject].unit_id, " "),
            edition_no=one.edition.no,
            since=one.effective_on,
            part=_part_name(slots[one.slot_id], cohorts.get(one.cohort_id) if one.cohort_id else None),
        )
        for subject, one in held.items()
    ]
    return sorted(found, key=lambda h: (h.edition_no, h.person.employee_no))


class _Called:
    """What the values of facts are called today; read once, and only where an audience has to be told."""

    @cached_property
    def _choices(self) -> Choices:
        return choices_on(clock.today(), clock.now())

    def of(self, fact: str, values: Iterable[str]) -> str:
        """Values of a fact in a row."""
        called = dict(self._choices[fact])
        return _("、").join(called.get(value, _("已不在的")) for value in values)


def _in_words(spec: AudienceSpec, called: _Called, org: people.OrgView) -> list[str]:
    """An audience as sentences."""
    out = []
    for condition in spec.all_of:
        fact = person_facts()[condition.fact]
        values = called.of(condition.fact, condition.any_of)
        words = _("%(fact)s不是 %(values)s") if condition.is_not else _("%(fact)s是 %(values)s")
        out.append(words % {"fact": fact.label, "values": values})
    if spec.named:
        out.append(_("点名：%(names)s") % {"names": _("、").join(org.name_of(p) for p in spec.named)})
    return out


class _Names:
    """What the people in a history are called."""

    def __init__(self, ids: Iterable[UUID | None]) -> None:
        wanted = {person for person in ids if person is not None}
        # Nobody named: nothing is asked.
        self.persons = people.org_on(on=clock.today(), known_at=clock.now(), only=wanted).persons if wanted else {}

    def of(self, person: UUID | None) -> str:
        """A name; the owner's account and the product itself have none."""
        if person is None:
            return ""
        return self.persons[person].name if person in self.persons else _("公司的主人")


def _parts(module: Module, releases: Sequence[Release], names: _Names, org: people.OrgView) -> tuple[PartShown, ...]:
    facts, called = FactsOn(None, on=org.on, known_at=org.known_at), _Called()
    numbers = {row.pk: n for n, row in enumerate(releases, 1)}
    by_part: dict[tuple[UUID, UUID | None], list[Release]] = {}
    for row in releases:
        by_part.setdefault((row.slot_id, row.cohort_id), []).append(row)
    cohorts: dict[UUID, list[Cohort]] = {}
    for cohort in Cohort.objects.filter(slot__module=module).order_by("rank"):
        cohorts.setdefault(cohort.slot_id, []).append(cohort)
    found = []
    for slot in Slot.objects.filter(module=module).order_by("rank"):
        inside = audience_of(slot, org.employed, facts)
        for cohort in cohorts.get(slot.pk, ()):
            found.append(
                PartShown(
                    slot_id=slot.pk,
                    cohort_id=cohort.pk,
                    name=_part_name(slot, cohort),
                    whom=(_cohort_words(cohort, called, org),),
                    people=len(members_of(cohort, inside, facts)),
                    releases=_releases(by_part.get((slot.pk, cohort.pk), ()), numbers, names),
                )
            )
        found.append(
            PartShown(
                slot_id=slot.pk,
                cohort_id=None,
                name=_part_name(slot, None),
                whom=tuple(_in_words(audience_spec(slot.audience_id), called, org)) if slot.audience_id else (),
                people=len(inside),
                releases=_releases(by_part.get((slot.pk, None), ()), numbers, names),
            )
        )
    return tuple(found)


def _releases(rows: Sequence[Release], numbers: Mapping[UUID, int], names: _Names) -> tuple[ReleaseShown, ...]:
    today = clock.today()
    holding = [r for r in rows if r.effective_on <= today]
    current = max(holding, key=lambda r: (r.effective_on, r.published_at), default=None)
    seen: set[UUID | None] = set()
    before: UUID | None = None
    found = []
    for row in rows:  # in the order they were published
        found.append(
            ReleaseShown(
                release_id=row.pk,
                no=numbers[row.pk],
                edition_no=row.edition.no if row.edition else None,
                edition_id=row.edition_id,
                effective_on=row.effective_on,
                published_at=row.published_at,
                who=names.of(row.published_by),
                second=names.of(row.second_by),
                is_alone=row.is_alone,
                reason=row.reason,
                is_back=row.edition_id in seen and row.edition_id != before,
                is_current=row is current and row.edition_id is not None,
            )
        )
        seen.add(row.edition_id)
        before = row.edition_id
    return tuple(reversed(found))


def _proposal(row: Proposal, parts: Mapping[str, PartShown], names: _Names, actor: Actor) -> ProposalShown:
    part = parts[f"{row.slot_id}:{row.cohort_id or ''}"]
    differences: tuple[Difference, ...] = ()
    if row.edition_id and part.current and part.current.edition_id:
        differences = tuple(edition_differences(edition_view(part.current.edition_id), edition_view(row.edition_id)))
    return ProposalShown(
        id=row.pk,
        edition_no=row.edition.no if row.edition else None,
        part=part.name,
        effective_on=row.effective_on,
        who=names.of(row.proposed_by),
        proposed_at=row.proposed_at,
        reason=row.reason,
        is_own=row.proposed_by in (actor.person_id, actor.account_id),
        differences=differences,
    )


def _part_name(slot: Slot, cohort: Cohort | None) -> str:
    whole = say(audience_spec(slot.audience_id).label.text) if slot.audience_id else _("所有人")
    if cohort is None:
        return whole
    name = say(Text(cohort.name.get("zh", ""), cohort.name.get("en", "")))
    return _("%(whole)s里的%(part)s") % {"whole": whole, "part": name}


def _cohort_words(cohort: Cohort, called: _Called, org: people.OrgView) -> str:
    fact = person_facts().get(cohort.by)
    if cohort.pct_bp is not None:
        share = {"share": f"{cohort.pct_bp * 100 / WHOLE_BP:g}", "by": fact.label if fact else ""}
        return (_("按%(by)s抽 %(share)s %%") if fact else _("逐个抽 %(share)s %%")) % share
    members = cohort.members or ()
    if fact is None:
        return _("、").join(org.name_of(UUID(m)) for m in members)
    return called.of(cohort.by, members)


def _module_name(module: Module) -> str:
    return say(Text(module.name.get("zh", module.code), module.name.get("en", "")))


def _contents(kinds: Mapping[str, int]) -> str:
    """ "方案 1 · 指标 4": what a module or an edition holds."""
    return " · ".join(f"{say(kind_of(kind).label)} {n}" for kind, n in sorted(kinds.items()))

"""Running a cycle: open, set the cut-off, score, finalize. Results are revisions; nothing published ever moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from jiyu.core import audit, clock, company
from jiyu.core.actor import Actor
from jiyu.core.columns import Among
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.language import say
from jiyu.core.recorded import known, valid_within
from jiyu.goals.public import edition_for, editions_for, sheets_known_since, sheets_of_period
from jiyu.people import public as people
from jiyu.people.models import Assignment, Period
from jiyu.reviews.engine import Ints
from jiyu.reviews.frozen import INPUT_TOLD, LINE_TOLD, Computed, Told, told
from jiyu.reviews.models import Cycle, Enrolment, Finalization, Result, ResultInput, ResultLine
from jiyu.reviews.policies import require_run
from jiyu.reviews.scoring import compute, enrolled_columns, scheme_of
from jiyu.studio.public import EditionView, edition_module_codes, edition_view

CHUNK = 500


@dataclass(frozen=True)
class ScoreOutcome:
    """What scoring came to. `revised`: results that got a new revision; `unchanged` kept theirs; the rest by state."""

    revised: int
    unchanged: int
    scored: int
    awaiting_data: int
    not_rated: int
    no_sheet: int
    error: int


@transaction.atomic
def cycle_open(
    *, actor: Actor, code: str, label: str, period_code: str, module_code: str, unit_ids: Sequence[UUID] = ()
) -> Cycle:
    """Open a cycle and enrol everybody who has a sheet of this module for the period, and everybody employed in
    `unit_ids` during it. Nobody is left out for a missing lead: it is written down as unresolved.

    Opening a cycle that is open enrols whoever came since, in the units named before too. Raises
    `reviews.cycle_other` when the code stands for another period or module, `goals.no_rules` when nothing is
    released, `reviews.one_scheme` when the module does not review people, `reviews.no_label`.
    """
    require_run(actor)
    if not label.strip():
        raise DomainError("reviews.no_label", _("周期还没有名字"), fix=_("写一个名字，比如 2026 年 3 月"), path="label")
    period = people.period_ensure(period_code)
    now = clock.now()
    cycle = Cycle.objects.select_for_update().filter(code=code).first()
    if cycle is not None and (cycle.period_id, cycle.module_code) != (period.pk, module_code):
        raise DomainError(
            "reviews.cycle_other",
            _("周期“%(code)s”已经有了，是别的时间或别的方案") % {"code": code},
            fix=_("换一个代码"),
            path="code",
        )
    if cycle is not None and cycle.state == Cycle.FINALIZED:
        raise _closed(cycle)
    units = sorted({*(cycle.units if cycle else ()), *map(str, unit_ids)})
    org = people.org_on(on=period.to_on - timedelta(days=1), known_at=now)
    entrants = _entrants(module_code, period, [UUID(u) for u in units], org)
    for edition in {e.edition for e in entrants.values()} or {edition_for(module_code, period, None).id}:
        _require_one_scheme(edition_view(edition))
    if cycle is None:
        cycle = Cycle.objects.create(
            code=code,
            label=label,
            period=period,
            module_code=module_code,
            units=units,
            opened_at=now,
            opened_by=actor.person_id,
        )
        audit.record(actor, "reviews.cycle_opened", "reviews.cycle", cycle.pk, code=code)
    elif units != sorted(cycle.units):
        cycle.units, cycle.rev = units, cycle.rev + 1
        cycle.save()
    _enrol(cycle, entrants, org)
    return cycle


@transaction.atomic
def cycle_set_cutoff(*, actor: Actor, cycle_id: UUID, data_cutoff_at: datetime | None) -> Cycle:
    """Only data known by this moment counts (None: all that is known when scoring). What was scored by another moment
    has to be scored again before it can be finalized. Raises `reviews.cycle_finalized`, `reviews.cutoff_too_early`."""
    require_run(actor)
    cycle = _locked(cycle_id)
    if cycle.state == Cycle.FINALIZED:
        raise _closed(cycle)
    if data_cutoff_at is not None:
        _require_sheets_by(cycle, data_cutoff_at)
    if cycle.data_cutoff_at == data_cutoff_at:
        return cycle
    cycle.data_cutoff_at, cycle.state, cycle.rev = data_cutoff_at, Cycle.OPEN, cycle.rev + 1
    cycle.save()
    at = None if data_cutoff_at is None else data_cutoff_at.isoformat()
    audit.record(actor, "reviews.cutoff_set", "reviews.cycle", cycle.pk, at=at)
    return cycle


def _require_sheets_by(cycle: Cycle, moment: datetime) -> None:
    """A sheet set after the cut-off would not be known by it, and its person be told to have none."""
    enrolled = Enrolment.objects.filter(cycle=cycle, sheet__isnull=False).values_list("sheet", flat=True)
    since = sheets_known_since(sheet_ids=[sheet for sheet in enrolled if sheet is not None])
    if since is not None and moment < since:
        raise DomainError(
            "reviews.cutoff_too_early",
            _("有的考核表在这个截止时间之后才定下来，按它就没有考核表了"),
            fix=_("截止时间不早于 %(at)s") % {"at": f"{clock.local(since) + timedelta(seconds=59):%Y-%m-%d %H:%M}"},
            path="cutoff",
        )


def cycle_score(*, actor: Actor, cycle_id: UUID, bulk: bool = False) -> ScoreOutcome:
    """Score everybody in the cycle who is not finalized, with data as known at the cut-off (or now). Safe to repeat:
    a result that came out the same gets no new revision."""
    require_run(actor)
    cycle = Cycle.objects.select_related("period").filter(pk=cycle_id).first()
    if cycle is None:
        raise NotVisibleError
    if cycle.state == Cycle.FINALIZED:
        raise _closed(cycle)
    now = clock.now()
    known_at = min(cycle.data_cutoff_at or now, now)
    computed = compute(cycle, enrolled_columns(cycle), known_at=known_at, now=now, bulk=bulk)
    revised = 0
    for part in computed:
        for start in range(0, len(part), CHUNK):
            revised += _write(part, np.arange(start, min(start + CHUNK, len(part))))
    states = Counter(state for part in computed for state in part.states())
    with transaction.atomic():
        cycle = _locked(cycle_id)
        if cycle.state == Cycle.OPEN and min(cycle.data_cutoff_at or now, now) == known_at:
            cycle.state, cycle.rev = Cycle.SCORED, cycle.rev + 1
            cycle.save()
        audit.record(actor, "reviews.cycle_scored", "reviews.cycle", cycle.pk, revised=revised, people=states.total())
    return ScoreOutcome(
        revised=revised,
        unchanged=states.total() - revised,
        scored=states["scored"],
        awaiting_data=states["awaiting_data"],
        not_rated=states["not_rated"],
        no_sheet=states["no_sheet"],
        error=states["error"],
    )


@transaction.atomic
def cycle_finalize(*, actor: Actor, cycle_id: UUID) -> int:
    """归档: the newest scored revision of everybody becomes the result, reviewed by the acting person. Those without a
    score stay open. The cycle closes when nobody waits for data or has an error. Returns how many were finalized.

    No grade is final without a named human (DESIGN §9): a machine must say for whom by `Actor.person_id`. Raises
    `reviews.no_human`, `reviews.not_scored`.
    """
    require_run(actor)
    if actor.person_id is None:
        here = company.current_or_none()
        command = f"jiyu company link {here.code if here else 'CODE'} --employee-no 000036 --role hr"
        fix = _("请 HR 本人登录再归档；还没有账号，就在装绩语的机器上运行 %(command)s（换成他的工号）")
        raise DomainError("reviews.no_human", _("归档要由一个具名的人来做"), fix=fix % {"command": command})
    cycle = _locked(cycle_id)
    if cycle.state == Cycle.OPEN:
        raise DomainError("reviews.not_scored", _("还没有按现在的数据截止时间算分"), fix=_("先算分，再归档"))
    open_enrolments = list(Enrolment.objects.filter(cycle=cycle, finalization__isnull=True))
    newest = _newest_results([e.pk for e in open_enrolments])
    now = clock.now()
    rows = [
        Finalization(enrolment=e, result=newest[e.pk], finalized_at=now, finalized_by=actor.person_id)
        for e in open_enrolments
        if e.pk in newest and newest[e.pk].state == "scored"
    ]
    Finalization.objects.bulk_create(rows, batch_size=CHUNK)
    waiting = [e for e in open_enrolments if e.pk not in newest or newest[e.pk].state in ("awaiting_data", "error")]
    if not waiting and cycle.state != Cycle.FINALIZED:
        cycle.state, cycle.rev = Cycle.FINALIZED, cycle.rev + 1
        cycle.save()
    audit.record(actor, "reviews.cycle_finalized", "reviews.cycle", cycle.pk, people=len(rows), open=len(waiting))
    return len(rows)


@dataclass(frozen=True)
class _Entrant:
    """Somebody who takes part: the sheet if there is one, and the edition it was made with or would be made with."""

    edition: UUID
    sheet: UUID | None


def _entrants(module_code: str, period: Period, unit_ids: Sequence[UUID], org: people.OrgView) -> dict[UUID, _Entrant]:
    """Everybody with a sheet of the module for the period, and those of `unit_ids` without any sheet whom the module has
    rules for; whom no release holds is not the module's audience."""
    sheets = {s.subject: s for s in sheets_of_period(period_id=period.pk)}
    # A sheet belongs to this cycle when it was made with an edition of its module.
    modules = edition_module_codes({s.edition for s in sheets.values()})
    found = {subject: _Entrant(s.edition, s.pk) for subject, s in sheets.items() if modules[s.edition] == module_code}
    without = {p for unit in unit_ids for p in org.members(unit) if p not in sheets}
    holding = editions_for(module_code, period, without) if without else {}
    return found | {subject: _Entrant(held.edition.id, None) for subject, held in holding.items()}


def _enrol(cycle: Cycle, entrants: Mapping[UUID, _Entrant], org: people.OrgView) -> None:
    taken = set(Enrolment.objects.filter(cycle=cycle).values_list("subject", flat=True))
    new = entrants.keys() - taken
    gone = [p for p in new if p not in org.persons or org.persons[p].unit_id is None]
    last_units = _last_units(gone, cycle, org.known_at)
    rows = []
    for subject in sorted(new):
        lead = people.lead_of(org=org, person_id=subject, on=org.on, known_at=org.known_at)
        person = org.persons.get(subject)
        rows.append(
            Enrolment(
                cycle=cycle,
                subject=subject,
                edition=entrants[subject].edition,
                sheet=entrants[subject].sheet,
                home_unit=(person.unit_id if person else None) or last_units.get(subject),
                lead=lead.lead_id,
                lead_reason=lead.reason,
                enrolled_at=org.known_at,
            )
        )
    Enrolment.objects.bulk_create(rows, batch_size=CHUNK)


def _last_units(persons: Sequence[UUID], cycle: Cycle, known_at: datetime) -> dict[UUID, UUID]:
    """Where those who left during the cycle stood last in it."""
    posts = Assignment.objects.filter(
        known(known_at),
        valid_within(cycle.period.from_on, cycle.period.to_on),
        person_id__in=persons,
        role=Assignment.PRIMARY,
    )
    return dict(posts.order_by("from_on").values_list("person_id", "unit_id"))


@transaction.atomic
def _write(part: Computed, at: Ints) -> int:
    """Insert those of the results at these places that differ from the newest stored one. Enrolments are locked first,
    in order, so that two workers scoring the same cycle do not both add the same revision."""
    ids = part.enrolments(at)
    list(Enrolment.objects.select_for_update().filter(Among("pk", ids)).order_by("pk").values_list("pk"))
    newest = _newest_results(ids)
    stored = _stored(list(newest.values()))
    finalized = set(Finalization.objects.filter(Among("enrolment", ids)).values_list("enrolment_id", flat=True))
    told = part.told(at) if stored else []
    fresh = [
        n
        for n, enrolment in enumerate(ids)
        if enrolment not in finalized
        and (enrolment not in stored or stored[enrolment] != told[n])
        and not (enrolment in newest and _is_overtaken(part, newest[enrolment]))
    ]
    before = [newest.get(ids[n]) for n in fresh]
    part.write(at[fresh], [(result.rev if result else 0) + 1 for result in before])
    return len(fresh)


def _is_overtaken(part: Computed, newest: Result) -> bool:
    """Whether a scoring that began later has written meanwhile: its numbers stay on top."""
    return newest.computed_at > part.computed_at


def _newest_results(enrolments: Sequence[UUID]) -> dict[UUID, Result]:
    results = Result.objects.filter(Among("enrolment", enrolments)).order_by("enrolment", "rev")
    return {result.enrolment_id: result for result in results}


def _stored(results: Sequence[Result]) -> dict[UUID, Told]:
    """What stored results tell, by enrolment."""
    ids = [r.pk for r in results]
    inputs: dict[UUID, list[Told]] = {}
    rows = ResultInput.objects.filter(Among("line__result", ids)).values_list("line_id", *INPUT_TOLD)
    for line_id, *row in rows:
        inputs.setdefault(line_id, []).append(tuple(row))
    lines: dict[UUID, list[tuple[Told, list[Told]]]] = {}
    found = ResultLine.objects.filter(Among("result", ids)).order_by("line")
    for result_id, line_id, *row in found.values_list("result_id", "pk", *LINE_TOLD):
        told_by = tuple(v.hex if isinstance(v, UUID) else v for v in row)
        lines.setdefault(result_id, []).append((told_by, inputs.get(line_id, [])))
    return {
        r.enrolment_id: told(r.scheme_version, (r.edition.hex, r.state, r.score, r.grade), r.cause, lines.get(r.pk, ()))
        for r in results
    }


def _require_one_scheme(edition: EditionView) -> None:
    try:
        scheme_of(edition)
    except LookupError as error:
        raise DomainError(
            "reviews.one_scheme",
            _("“%(module)s”要有且只有一个考核方案") % {"module": say(edition.module_name)},
            fix=_("换一个模块，或在规则里留下一个方案再发布"),
            path="module",
        ) from error


def _locked(cycle_id: UUID) -> Cycle:
    cycle = Cycle.objects.select_for_update().filter(pk=cycle_id).first()
    if cycle is None:
        raise NotVisibleError
    return cycle


def _closed(cycle: Cycle) -> DomainError:
    return DomainError(
        "reviews.cycle_finalized",
        _("“%(label)s”已经归档，不再变动") % {"label": cycle.label},
        fix=_("有新数据时，走修订"),
        status=409,
    )

"""Releasing editions: to whom, from which day, on whose word (DESIGN §2). Nothing is ever closed: a later release of
the same slot and cohort follows, and nothing made before changes."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import EllipsisType
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.person_facts import FactsOn, person_facts
from jiyu.core.policy import HR
from jiyu.people import public as people
from jiyu.people.models import Person
from jiyu.studio.audiences import WHOLE_BP
from jiyu.studio.in_force import audience_of, members_of
from jiyu.studio.kinds import kind_of
from jiyu.studio.models import REASON_CHARS, Cohort, Edition, EditionItem, Module, Proposal, Release, Slot
from jiyu.studio.policies import RELEASE_RULES, require_rules
from jiyu.studio.services import freeze_alone, module_named

EVERYBODY_RANK: Final = 1000
"""The rank of the slot that every module is made with."""
_RANK_STEP: Final = 10
IN_AUDIENCE, TOUCHES_RESULTS = "in_audience", "touches_results"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be released: `edition_id` (None: nothing any more) from `effective_on`, for a slot or for a cohort of
    it. `slot_id` None is everybody."""

    module_code: str
    edition_id: UUID | None
    effective_on: date
    reason: str
    slot_id: UUID | None = None
    cohort_id: UUID | None = None


@transaction.atomic
def slot_add(*, actor: Actor, module_code: str, rank: int, code: str, audience: Mapping[str, Any]) -> Slot:
    """A new audience of a module, asked before those of a higher rank (1 … 999; everybody is 1000). Rank and audience
    never change: another order is other slots. Raises `studio.slot_rank`, `studio.slot_taken`, and what the audience
    itself refuses."""
    require_rules(actor, RELEASE_RULES)
    module = Module.objects.select_for_update().get(pk=module_named(module_code).pk)
    if not 0 < rank < EVERYBODY_RANK:
        raise DomainError("studio.slot_rank", _("次序是 1 到 999；所有人排在最后"), path="rank")
    if Slot.objects.filter(module=module, rank=rank).exists():
        raise DomainError(
            "studio.slot_taken", _("次序 %(rank)d 已经有一个范围") % {"rank": rank}, fix=_("换一个数"), path="rank"
        )
    version = freeze_alone(actor=actor, module=module, kind="audience", code=code, spec=audience)
    slot = Slot(module=module, rank=rank, audience=version)
    slot.save()
    audit.record(actor, "studio.slot_added", "studio.slot", slot.pk, rank=rank)
    return slot


@transaction.atomic
def cohort_add(
    *,
    actor: Actor,
    slot_id: UUID,
    name: Mapping[str, str],
    by: str = "",
    members: Sequence[str] | None = None,
    pct_bp: int | None = None,
    widens: UUID | None = None,
) -> Cohort:
    """A named part of a slot: `members` by id, or by value of the fact `by`; or a share of `pct_bp` basis points drawn
    by person or, together, by the value of a single-valued fact. `widens` draws with the salt of an earlier share, so
    that the earlier one lies inside. Asked after the cohorts that are there. Raises `studio.cohort_fact`,
    `studio.cohort_empty`, `studio.share_range`, `studio.share_narrower`."""
    require_rules(actor, RELEASE_RULES)
    slot = _locked_slot(slot_id)
    fact = person_facts().get(by)
    if by and (fact is None or (pct_bp is not None and not fact.is_single)):
        raise DomainError("studio.cohort_fact", _("不能按“%(by)s”来分") % {"by": by}, path="by")
    if (members is None) is (pct_bp is None) or members == []:
        raise DomainError("studio.cohort_empty", _("点名几个，或者给一个比例"), path="members")
    if pct_bp is not None and not 0 < pct_bp < WHOLE_BP:
        fix = _("全部人就直接发布给整个范围")
        raise DomainError("studio.share_range", _("比例要在 0 和 100% 之间"), fix=fix, path="pct_bp")
    salt = "" if pct_bp is None else secrets.token_hex(16)
    if widens is not None:
        narrower = Cohort.objects.filter(pk=widens, slot=slot, by=by, pct_bp__isnull=False).first()
        if narrower is None or pct_bp is None or pct_bp <= (narrower.pct_bp or 0):
            raise DomainError("studio.share_narrower", _("扩大之后的比例要比原来的大"), path="pct_bp")
        salt = narrower.salt
    last = Cohort.objects.filter(slot=slot).aggregate(last=Max("rank"))["last"] or 0
    cohort = Cohort(
        slot=slot,
        rank=last + _RANK_STEP,
        name=dict(name),
        by=by,
        members=None if members is None else sorted(set(members)),
        pct_bp=pct_bp,
        salt=salt,
        made_at=clock.now(),
        made_by=actor.person_id,
    )
    cohort.save()
    audit.record(actor, "studio.cohort_added", "studio.cohort", cohort.pk, rank=cohort.rank)
    return cohort


@transaction.atomic
def release(
    *,
    actor: Actor,
    module_code: str,
    edition_id: UUID | None,
    effective_on: date,
    reason: str,
    slot_id: UUID | None = None,
    cohort_id: UUID | None = None,
    after: UUID | EllipsisType | None = ...,
    past_is_meant: bool = False,
    nobody_is_meant: bool = False,
) -> Release:
    """From `effective_on` the slot (None: everybody), or a cohort of it, follows `edition_id`. Nothing made before
    changes. `after` is the newest release of that slot and cohort its author looked at: another one since is refused.

    Raises `studio.second_person_due` where somebody else has to publish it (`release_propose`), `studio.release_reason`,
    `studio.edition_elsewhere`, `studio.released_meanwhile`, `studio.released_just_now`, and to be asked first
    `studio.release_in_past`, `studio.audience_nobody`."""
    require_rules(actor, RELEASE_RULES)
    order = Order(
        module_code=module_code,
        edition_id=edition_id,
        effective_on=effective_on,
        reason=reason,
        slot_id=slot_id,
        cohort_id=cohort_id,
    )
    slot, cohort = _checked(order, after, past_is_meant=past_is_meant, nobody_is_meant=nobody_is_meant)
    due = _second_due(actor, order, slot, cohort)
    if due and _others(actor):
        raise DomainError(
            "studio.second_person_due",
            _("你自己在这个范围里，要另一位来发布") if due == IN_AUDIENCE else _("这会改变得分的算法，要另一位来发布"),
            fix=_("先提出来，请另一位 HR 看过再发布"),
            status=403,
        )
    return _publish(order, slot, cohort, actor=actor, by=actor.person_id, is_alone=bool(due))


@transaction.atomic
def release_propose(
    *,
    actor: Actor,
    order: Order,
    after: UUID | EllipsisType | None = ...,
    past_is_meant: bool = False,
    nobody_is_meant: bool = False,
) -> Proposal:
    """The same, put to a second person; nothing holds until `proposal_confirm`. Refused as `release` is."""
    require_rules(actor, RELEASE_RULES)
    slot, cohort = _checked(order, after, past_is_meant=past_is_meant, nobody_is_meant=nobody_is_meant)
    proposal = Proposal(
        slot=slot,
        cohort=cohort,
        edition_id=order.edition_id,
        effective_on=order.effective_on,
        reason=order.reason.strip()[:REASON_CHARS],
        proposed_at=clock.now(),
        proposed_by=identity_of(actor),
    )
    proposal.save()
    audit.record(actor, "studio.release_proposed", "studio.proposal", proposal.pk, on=str(order.effective_on))
    return proposal


@transaction.atomic
def proposal_confirm(*, actor: Actor, proposal_id: UUID) -> Release:
    """The second person publishes what another proposed, as it was proposed. Raises `studio.proposal_settled`,
    `studio.proposal_own`, `studio.released_meanwhile`, `studio.proposal_late`."""
    require_rules(actor, RELEASE_RULES)
    proposal = _open_proposal(proposal_id)
    if proposal.proposed_by == identity_of(actor):
        raise NotAllowedError(_("自己提的，要另一位来发布"), fix=_("请另一位 HR 打开这一页"))
    slot = _locked_slot(proposal.slot_id)
    newest = _newest(slot, proposal.cohort)
    if newest is not None and newest.published_at > proposal.proposed_at:
        raise _released_meanwhile()
    was_ahead = proposal.effective_on >= clock.local(proposal.proposed_at).date()
    if was_ahead and proposal.effective_on < clock.today():
        raise DomainError(
            "studio.proposal_late",
            _("生效日 %(on)s 已经过了") % {"on": proposal.effective_on},
            fix=_("请提的人换一个生效日，再提一次"),
            status=409,
        )
    order = Order(
        module_code=slot.module.code,
        edition_id=proposal.edition_id,
        effective_on=proposal.effective_on,
        reason=proposal.reason,
    )
    author = Person.objects.filter(pk=proposal.proposed_by).values_list("pk", flat=True).first()  # None: the owner
    row = _publish(order, slot, proposal.cohort, actor=actor, by=author, second_by=identity_of(actor))
    _settle(actor, proposal, Proposal.PUBLISHED)
    return row


@transaction.atomic
def proposal_drop(*, actor: Actor, proposal_id: UUID) -> Proposal:
    """Not to be published: withdrawn by whoever proposed it, declined by anybody else."""
    require_rules(actor, RELEASE_RULES)
    proposal = _open_proposal(proposal_id)
    own = proposal.proposed_by == identity_of(actor)
    return _settle(actor, proposal, Proposal.WITHDRAWN if own else Proposal.DECLINED)


def identity_of(actor: Actor) -> UUID:
    """Who somebody is for "a second person": the person, or the account of an owner who is none."""
    found = actor.person_id or actor.account_id
    if found is None:
        raise NotAllowedError(_("这一步要由一个具名的人来做"))
    return found


def _checked(
    order: Order,
    after: UUID | EllipsisType | None,
    *,
    past_is_meant: bool,
    nobody_is_meant: bool,
) -> tuple[Slot, Cohort | None]:
    """The slot (locked) and cohort of an order that may be published, or the refusal."""
    if not order.reason.strip():
        raise DomainError("studio.release_reason", _("写一句为什么发布"), path="reason")
    module = module_named(order.module_code)
    slot = (
        _locked_slot(order.slot_id)
        if order.slot_id
        else Slot.objects.select_for_update().get(module=module, audience=None)
    )
    if slot.module_id != module.pk:
        raise NotVisibleError
    cohort = None
    if order.cohort_id is not None:
        cohort = Cohort.objects.filter(pk=order.cohort_id, slot=slot).first()
        if cohort is None:
            raise NotVisibleError
    if order.edition_id and not Edition.objects.filter(pk=order.edition_id, module=module).exists():
        raise DomainError("studio.edition_elsewhere", _("这一版不属于这个模块"), path="edition")
    newest = _newest(slot, cohort)
    if after is not ... and after != (newest.pk if newest else None):
        raise _released_meanwhile()
    if order.effective_on < clock.today() and not past_is_meant:
        raise DomainError(
            "studio.release_in_past",
            _("生效日 %(on)s 已经过去：已经做好的表和结果不会变，之后新做的按这一版") % {"on": order.effective_on},
            fix=_("要补记就确认一次，否则选今天或以后"),
            path="effective_on",
        )
    if order.edition_id and not nobody_is_meant and _reaches_nobody(slot, cohort, order.effective_on):
        raise DomainError(
            "studio.audience_nobody",
            _("这一天这个范围里一个人也没有"),
            fix=_("看看范围的条件；真要先发布，就确认一次"),
            path="slot",
        )
    return slot, cohort


def _reaches_nobody(slot: Slot, cohort: Cohort | None, on: date) -> bool:
    """Whether nobody is in a slot, or its cohort, on a day as known now. Everybody is somebody: a company may set its
    rules before its people are in."""
    if slot.audience_id is None and cohort is None:
        return False
    now = clock.now()
    employed = people.org_on(on=on, known_at=now).employed
    return not _inside(slot, cohort, employed, FactsOn(None, on=on, known_at=now))


def _inside(slot: Slot, cohort: Cohort | None, subjects: Collection[UUID], facts: FactsOn) -> set[UUID]:
    inside = audience_of(slot, subjects, facts)
    return inside if cohort is None else members_of(cohort, inside, facts)


def _second_due(actor: Actor, order: Order, slot: Slot, cohort: Cohort | None) -> str:
    """Why a second person has to publish this, or "". The machine's own releases are somebody's by their reason."""
    if actor.is_system:
        return ""
    kinds = EditionItem.objects.filter(edition=order.edition_id, imported=False).values_list(
        "definition__kind", flat=True
    )
    if order.edition_id is None or any(kind_of(kind).touches_results for kind in set(kinds)):
        return TOUCHES_RESULTS
    who = [actor.person_id] if actor.person_id else []
    if _inside(slot, cohort, who, FactsOn(who, on=order.effective_on, known_at=clock.now())):
        return IN_AUDIENCE
    return ""


def _others(actor: Actor) -> frozenset[UUID]:
    """Whom a second person could be; nobody while the company has one HR identity (RULES, issue of trust)."""
    holders = people.role_holders(HR)
    return holders - {actor.person_id} if len(holders) > 1 else frozenset()


def _publish(
    order: Order,
    slot: Slot,
    cohort: Cohort | None,
    *,
    actor: Actor,
    by: UUID | None,
    second_by: UUID | None = None,
    is_alone: bool = False,
) -> Release:
    now = clock.now()
    row = Release.objects.filter(slot=slot, cohort=cohort, effective_on=order.effective_on, published_at=now).first()
    if row is not None and row.edition_id == order.edition_id:
        return row
    if row is not None:
        raise DomainError(
            "studio.released_just_now",
            _("同一天生效的另一版就在这一刻发布了"),
            fix=_("看看那一版，再决定要不要换"),
            status=409,
        )
    row = Release(
        slot=slot,
        cohort=cohort,
        edition_id=order.edition_id,
        effective_on=order.effective_on,
        published_at=now,
        published_by=by,
        second_by=second_by,
        is_alone=is_alone,
        reason=order.reason.strip()[:REASON_CHARS],
    )
    row.save()
    edition = str(order.edition_id) if order.edition_id else ""
    audit.record(actor, "studio.released", "studio.release", row.pk, edition=edition, on=str(order.effective_on))
    return row


def _newest(slot: Slot, cohort: Cohort | None) -> Release | None:
    """The last published release of a slot, or of a cohort of it."""
    return Release.objects.filter(slot=slot, cohort=cohort).order_by("-published_at", "-effective_on").first()


def _settle(actor: Actor, proposal: Proposal, as_what: str) -> Proposal:
    Proposal.objects.filter(pk=proposal.pk).update(
        settled_at=clock.now(), settled_by=identity_of(actor), settled_as=as_what
    )
    audit.record(actor, f"studio.proposal_{as_what}", "studio.proposal", proposal.pk)
    return Proposal.objects.get(pk=proposal.pk)


def _open_proposal(proposal_id: UUID) -> Proposal:
    proposal = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        raise NotVisibleError
    if proposal.settled_at is not None:
        raise DomainError("studio.proposal_settled", _("这一条已经有结果了"), fix=_("刷新看看"), status=409)
    return proposal


def _locked_slot(slot_id: UUID) -> Slot:
    slot = Slot.objects.select_for_update(of=("self",)).select_related("module").filter(pk=slot_id).first()
    if slot is None:
        raise NotVisibleError
    return slot


def _released_meanwhile() -> DomainError:
    return DomainError(
        "studio.released_meanwhile",
        _("你打开之后，这个范围发布了另一版"),
        fix=_("看看那一版，再决定要不要发布"),
        status=409,
    )

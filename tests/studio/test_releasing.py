"""Publishing: on whose word, asked first where it should be, and what two people at once come to (DESIGN §2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from jiyu.core import clock
from jiyu.core.actor import Actor, GrantView
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.ids import uuid7
from jiyu.people.public import grant_make, leave
from jiyu.studio.models import Proposal, Release, Slot
from jiyu.studio.public import (
    EditionView,
    Order,
    cohort_add,
    in_force,
    module_ensure,
    proposal_confirm,
    proposal_drop,
    release,
    release_propose,
    slot_add,
)
from tests.companies import SYSTEM, at, entry, hr, review, roster, rules, who

pytestmark = pytest.mark.django_db

OWNER = Actor(person_id=None, account_id=uuid7(), grants=(GrantView("owner"),), name="owner")
TODAY = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def first_of_april() -> Any:
    with at(4, 1):
        yield


def company_with_hr(*numbers: str) -> None:
    roster("000001", "000002", entry("000003", job="操作工"))
    for number in numbers:
        grant_make(actor=SYSTEM, person_id=who(number), role="hr")


def an_edition(**scheme_fields: Any) -> EditionView:
    return rules(review({}, **scheme_fields), on=None)


def an_order(edition: EditionView | None, *, on: date = TODAY, **more: Any) -> Order:
    return Order(
        module_code="quarterly", edition_id=edition.id if edition else None, effective_on=on, reason="按办法", **more
    )


def publish(actor: Actor, edition: EditionView | None, *, on: date = TODAY, **more: Any) -> Release:
    return release(
        actor=actor,
        module_code="quarterly",
        edition_id=edition.id if edition else None,
        effective_on=on,
        reason="按办法",
        **more,
    )


def held_no(on: date = TODAY) -> int | None:
    found = in_force(module_code="quarterly", subject=None, on=on, known_at=clock.now())
    return found.edition.no if found else None


def refusal(actor: Actor, edition: EditionView, **more: Any) -> str:
    """The code of a refusal to publish; nothing may have been published."""
    before = Release.objects.count()
    with pytest.raises(DomainError) as error:
        publish(actor, edition, **more)
    assert Release.objects.count() == before
    return error.value.code


# A second person


def test_while_there_is_one_hr_the_release_says_that_there_was_no_second_person() -> None:
    company_with_hr("000001")
    row = publish(hr("000001"), an_edition())
    assert (row.published_by, row.second_by, row.is_alone) == (who("000001"), None, True)


def test_so_does_the_owner_before_there_is_anybody_in_the_company() -> None:
    row = publish(OWNER, an_edition())
    assert (row.published_by, row.is_alone) == (None, True)


def test_with_two_hr_nobody_publishes_alone_what_touches_results() -> None:
    company_with_hr("000001", "000002")
    edition = an_edition()
    assert refusal(hr("000001"), edition) == "studio.second_person_due"
    assert refusal(OWNER, edition) == "studio.second_person_due"
    proposal = release_propose(actor=hr("000001"), order=an_order(edition))
    assert held_no() is None
    row = proposal_confirm(actor=hr("000002"), proposal_id=proposal.pk)
    assert (row.published_by, row.second_by, row.is_alone) == (who("000001"), who("000002"), False)
    assert held_no() == edition.no
    assert Proposal.objects.get().settled_as == "published"


def test_nobody_is_the_second_person_of_the_own_proposal() -> None:
    company_with_hr("000001", "000002")
    proposal = release_propose(actor=hr("000001"), order=an_order(an_edition()))
    with pytest.raises(NotAllowedError):
        proposal_confirm(actor=hr("000001"), proposal_id=proposal.pk)
    assert not Release.objects.exists()


def test_somebody_without_the_right_is_no_second_person() -> None:
    company_with_hr("000001", "000002")
    proposal = release_propose(actor=hr("000001"), order=an_order(an_edition()))
    with pytest.raises(NotAllowedError):
        proposal_confirm(actor=Actor(person_id=who("000003")), proposal_id=proposal.pk)
    assert not Release.objects.exists()


def test_hr_who_left_is_nobody_s_second_person() -> None:
    company_with_hr("000001", "000002")
    leave(actor=SYSTEM, person_id=who("000002"), on=date(2026, 3, 1))
    assert publish(hr("000001"), an_edition()).is_alone


def test_a_proposal_is_settled_once() -> None:
    company_with_hr("000001", "000002")
    proposal = release_propose(actor=hr("000001"), order=an_order(an_edition()))
    proposal_confirm(actor=hr("000002"), proposal_id=proposal.pk)
    for act in (proposal_confirm, proposal_drop):
        with pytest.raises(DomainError) as error:
            act(actor=hr("000002"), proposal_id=proposal.pk)
        assert error.value.code == "studio.proposal_settled"
    assert Release.objects.count() == 1


def test_its_author_withdraws_and_another_declines() -> None:
    company_with_hr("000001", "000002")
    edition = an_edition()
    first, second = (release_propose(actor=hr("000001"), order=an_order(edition)) for _n in range(2))
    assert proposal_drop(actor=hr("000001"), proposal_id=first.pk).settled_as == "withdrawn"
    assert proposal_drop(actor=hr("000002"), proposal_id=second.pk).settled_as == "declined"
    assert not Release.objects.exists()


def test_a_proposal_that_another_release_overtook_is_looked_at_again() -> None:
    company_with_hr("000001", "000002")
    one, other = an_edition(), an_edition(decimals=1)
    proposal = release_propose(actor=hr("000001"), order=an_order(one))
    with at(4, 1, 10):
        publish(SYSTEM, other)
        with pytest.raises(DomainError) as error:
            proposal_confirm(actor=hr("000002"), proposal_id=proposal.pk)
    assert error.value.code == "studio.released_meanwhile"
    with at(4, 1, 11):
        assert held_no() == other.no


def test_a_proposal_whose_day_went_by_is_not_published_into_the_past() -> None:
    company_with_hr("000001", "000002")
    proposal = release_propose(actor=hr("000001"), order=an_order(an_edition(), on=date(2026, 4, 3)))
    with at(4, 5):
        with pytest.raises(DomainError) as error:
            proposal_confirm(actor=hr("000002"), proposal_id=proposal.pk)
        assert (error.value.code, held_no(date(2026, 4, 5))) == ("studio.proposal_late", None)


# Asked first


def test_a_release_dated_yesterday_is_asked_and_changes_nothing_that_was_known() -> None:
    edition = an_edition()
    assert refusal(SYSTEM, edition, on=date(2026, 3, 31)) == "studio.release_in_past"
    publish(SYSTEM, edition, on=date(2026, 3, 31), past_is_meant=True)
    assert held_no(date(2026, 3, 31)) == edition.no


def test_an_audience_nobody_matches_is_asked() -> None:
    company_with_hr()
    edition = an_edition()
    nobody: Mapping[str, Any] = {"label": {"zh": "飞行员"}, "all_of": [{"fact": "job", "any_of": ["飞行员"]}]}
    slot = slot_add(actor=SYSTEM, module_code="quarterly", rank=10, code="pilots", audience=nobody)
    assert refusal(SYSTEM, edition, slot_id=slot.pk) == "studio.audience_nobody"
    assert publish(SYSTEM, edition, slot_id=slot.pk, nobody_is_meant=True).slot_id == slot.pk


def test_who_did_not_see_the_last_release_is_told_of_it() -> None:
    one, other = an_edition(), an_edition(decimals=1)
    seen = publish(SYSTEM, one)
    with at(4, 1, 10):
        publish(SYSTEM, other, after=seen.pk)
    with at(4, 1, 11):
        assert refusal(SYSTEM, one, after=seen.pk) == "studio.released_meanwhile"
        assert refusal(SYSTEM, one, after=None) == "studio.released_meanwhile"


def test_a_slot_or_cohort_of_another_module_is_not_there() -> None:
    edition = an_edition()
    module_ensure(actor=SYSTEM, code="monthly", name={"zh": "月度"})
    theirs = Slot.objects.get(module__code="monthly")
    cohort = cohort_add(actor=SYSTEM, slot_id=theirs.pk, name={"zh": "试行"}, pct_bp=1000)
    for more in ({"slot_id": theirs.pk}, {"cohort_id": cohort.pk}):
        with pytest.raises(NotVisibleError):
            publish(SYSTEM, edition, **more)
    assert not Release.objects.exists()


def test_what_the_owner_proposed_is_published_by_nobody_s_name_and_the_second_person_s_word() -> None:
    company_with_hr("000001", "000002")
    proposal = release_propose(actor=OWNER, order=an_order(an_edition()))
    row = proposal_confirm(actor=hr("000001"), proposal_id=proposal.pk)
    assert (row.published_by, row.second_by) == (None, who("000001"))

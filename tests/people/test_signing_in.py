"""Ways to come in, and what stops guessing: passwords, invitations, badge and PIN, terminals. Real deadlines."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.hashers import make_password
from django.test import override_settings

from jiyu.core import clock
from jiyu.core.actor import Actor, GrantView
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError, TooManyError
from jiyu.core.ids import uuid7
from jiyu.core.models import AuditEntry
from jiyu.people.models import Account, Device, Identity, Invitation, Pin, SignInTry
from jiyu.people.public import account_for, grant_make, leave, signin, unit_head_set
from jiyu.people.signin import secrets_kept
from jiyu.people.signin.sessions import browser_words
from jiyu.people.signin.who import person_of_number
from tests.people.conftest import HR, TODAY, entry, row_counts, take, unit, who

pytestmark = pytest.mark.django_db
PASSWORD = "四个不相干的词排在一起"
HERE, ELSEWHERE = "10.0.0.7", "10.0.0.8"


class RealTime:
    """The real clock of the test: `later(minutes=31)`, also backwards."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def deadline(self, seconds: float) -> datetime:
        return self.now + timedelta(seconds=seconds)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> RealTime:
    real = RealTime()
    monkeypatch.setattr(clock, "monotonic_deadline", real.deadline)
    return real


@pytest.fixture(autouse=True)
def crew() -> None:
    """A班 (林晓峰, and 赵刚 who leads it), somebody of sales, and an HR."""
    take(
        entry("000011", "赵刚", "一车间/A班"),
        entry("000317", "林晓峰", "一车间/A班", lead_employee_no="000011", born_on=date(1990, 7, 19)),
        entry("000402", "张伟", "销售部"),
        entry("000901", "许静", "人力资源部"),
    )
    grant_make(actor=HR, person_id=who("000901"), role="hr")


def actor(number: str, *roles: str) -> Actor:
    account = account_for(actor=HR, person_id=who(number))
    return Actor(person_id=who(number), account_id=account.pk, grants=tuple(GrantView(role) for role in roles))


def terminal(*, crew: str = "一车间/A班") -> signin.KnownDevice:
    _made, code = signin.device_make(actor=HR, name="PDA-07", unit_id=unit(crew) if crew else None)
    found = signin.device_of(secret=signin.device_claim(code=code, address=HERE))
    assert found is not None
    return found


def pin_for(number: str, pin: str, device: signin.KnownDevice) -> None:
    (made,) = signin.pin_codes_make(actor=HR, person_ids=[who(number)])
    signin.pin_code_use(device=device, person_id=who(number), code=made.code)
    signin.pin_set(device=device, person_id=who(number), pin=pin)


def refused(call: Any, **arguments: Any) -> DomainError:
    with pytest.raises(DomainError) as found:
        call(**arguments)
    return found.value


def audited(action: str) -> list[dict[str, Any]]:
    return list(AuditEntry.objects.filter(action=action).order_by("at", "id").values_list("detail", flat=True))


def log_in(handle: str, password: str = PASSWORD, address: str = HERE) -> Account:
    return signin.password_sign_in(handle=handle, password=password, address=address)


# Passwords


def test_a_number_and_its_password_come_in_with_or_without_the_zeros() -> None:
    signin.password_set(actor=actor("000317"), password=PASSWORD, again=PASSWORD, current=None)
    assert {log_in(handle).person_id for handle in ("000317", " 317 ", "０００３１７")} == {who("000317")}
    assert [row["way"] for row in audited("people.signed_in")] == ["password"] * 3


def test_without_zeros_a_number_means_somebody_only_when_it_is_one_person() -> None:
    take(
        entry("000011", "赵刚", "一车间/A班"),
        entry("000317", "林晓峰", "一车间/A班"),
        entry("00317", "另一位"),
        entry("000402"),
        entry("000901"),
    )
    assert person_of_number("317") is None
    assert person_of_number("000317") == who("000317")
    assert person_of_number("00317") == who("00317")
    assert person_of_number("") is None


def test_the_answer_is_the_same_for_a_wrong_password_for_none_and_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    signin.password_set(actor=actor("000317"), password=PASSWORD, again=PASSWORD, current=None)
    account_for(actor=HR, person_id=who("000402"))
    leave(actor=HR, person_id=who("000901"), on=TODAY)
    worked: list[str] = []
    for name in ("make_password", "check_password"):
        true = getattr(secrets_kept, name)
        monkeypatch.setattr(secrets_kept, name, lambda *a, true=true: (worked.append("hash"), true(*a))[1])
    told = set()
    for handle in ("000317", "000402", "000901", "777777", "owner"):
        worked.clear()
        error = refused(log_in, handle=handle, password="not the password")
        told.add((error.code, error.message, error.fix, error.status, len(worked)))
    fix = "看看大小写；还没设过密码，或者忘了，请 HR 发一个链接给你"
    assert told == {("people.sign_in_wrong", "工号和密码对不上", fix, 422, 1)}


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("九个字符的密码不够", "密码至少 10 个字符"),
        ("x" * 201, "密码最多 200 个字符"),
        ("aaaaaaaaaaaa", "这个密码太常见，别人一猜就中"),
        ("1234567890", "这个密码太常见，别人一猜就中"),
        ("my-000317-word", "密码里不要有工号和名字"),
        ("我是林晓峰我最棒了吧", "密码里不要有工号和名字"),
    ],
)
def test_a_weak_password_is_refused_and_nothing_changes(password: str, said: str) -> None:
    person = actor("000317")
    error = refused(signin.password_set, actor=person, password=password, again=password, current=None)
    assert (error.code, error.message, error.path) == ("people.password_weak", said, "password")
    assert not Account.objects.get(pk=person.account_id).has_usable_password()


def test_changing_a_password_asks_for_the_one_until_now_and_lets_nobody_guess_it(time: RealTime) -> None:
    person = actor("000317")
    signin.password_set(actor=person, password=PASSWORD, again=PASSWORD, current=None)
    new = "另外四个词也排在一起"
    error = refused(signin.password_set, actor=person, password=new, again=new + "。", current=PASSWORD)
    assert error.code == "people.password_differs"
    for _try in range(5):
        error = refused(signin.password_set, actor=person, password=new, again=new, current="guess")
        assert (error.code, error.path) == ("people.password_wrong", "current")
    assert isinstance(
        refused(signin.password_set, actor=person, password=new, again=new, current=PASSWORD), TooManyError
    )
    time.later(minutes=6)
    signin.password_set(actor=person, password=new, again=new, current=PASSWORD)
    assert log_in("000317", new).person_id == who("000317")
    assert refused(log_in, handle="000317", password=PASSWORD).code == "people.sign_in_wrong"


def test_a_hash_of_older_make_is_renewed_when_its_password_comes_in() -> None:
    person = actor("000317")
    Account.objects.filter(pk=person.account_id).update(password=make_password(PASSWORD, hasher="md5"))
    hashers = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers):
        log_in("000317")
        assert Account.objects.get(pk=person.account_id).password.startswith("argon2$")
        log_in("000317")


def test_five_wrong_passwords_stop_the_account_for_a_time_wherever_they_come_from(time: RealTime) -> None:
    signin.password_set(actor=actor("000317"), password=PASSWORD, again=PASSWORD, current=None)
    for n in range(5):
        assert refused(log_in, handle="317", password="no", address=f"10.0.0.{n}").code == "people.sign_in_wrong"
    error = refused(log_in, handle="000317", address="10.0.0.99")
    assert isinstance(error, TooManyError)
    assert (error.status, 0 < error.retry_after_seconds <= 301, error.fix) == (429, True, "6 分钟后再试")
    assert audited("people.sign_in_paused") == [{"way": "password", "failures": 5}]
    time.later(minutes=5, seconds=1)
    log_in("000317")
    assert audited("people.signed_in")[-1] == {"way": "password", "failures": 5}
    assert refused(log_in, handle="000317", password="no").code == "people.sign_in_wrong"  # counted anew


def test_an_account_that_is_not_there_waits_the_same() -> None:
    errors = [refused(log_in, handle="777777", password="no").code for _try in range(6)]
    assert errors == ["people.sign_in_wrong"] * 5 + ["people.too_many_tries"]


def test_thirty_failures_from_one_address_stop_that_address_only(time: RealTime) -> None:
    signin.password_set(actor=actor("000317"), password=PASSWORD, again=PASSWORD, current=None)
    for n in range(30):
        refused(log_in, handle=f"no-{n}", password="no")
    assert isinstance(refused(log_in, handle="000317"), TooManyError)
    log_in("000317", address=ELSEWHERE)
    time.later(minutes=11)
    log_in("000317")


def test_counters_tell_neither_address_nor_number() -> None:
    refused(log_in, handle="000317", password="no")
    keys = set(SignInTry.objects.values_list("key", flat=True))
    assert len(keys) == 2
    assert not any(HERE in key or key == "317" for key in keys)
    assert {len(key) for key in keys} == {64}


# Invitations


def invite(number: str = "000317", by: Actor = HR) -> str:
    (made,) = signin.invitations_make(actor=by, person_ids=[who(number)], days=7)
    return made.secret


def use(secret: str, device: str = "my phone") -> Account:
    return signin.invitation_use(secret=secret, device=device, address=HERE)


def test_a_link_belongs_to_the_first_device_that_comes_in_by_it() -> None:
    secret = invite()
    assert use(secret).person_id == who("000317")
    assert use(secret).person_id == who("000317")  # the same phone, as often as it likes
    stolen = refused(use, secret=secret, device="another phone")
    assert (stolen.code, stolen.status) == ("people.invitation_elsewhere", 403)
    assert "HR" in stolen.fix
    assert len(audited("people.invitation_used")) == 2


def test_looking_at_a_link_binds_it_to_nobody_and_names_hardly_anybody() -> None:
    secret = invite()
    greeting = signin.invitation_greeting(secret=secret)
    assert greeting is not None
    assert greeting.masked_name == "林＊＊"
    assert Invitation.objects.get().device_sha256 == ""
    assert signin.invitation_greeting(secret="nothing") is None


def test_a_link_ends_by_real_time_even_while_the_companys_clock_stands(time: RealTime) -> None:
    secret = invite()
    time.later(days=7, seconds=1)
    with clock.at(clock.now()):
        assert refused(use, secret=secret).code == "people.invitation_spent"
    assert signin.invitation_list(actor=HR) == ()


def test_a_link_opens_nothing_while_the_machines_clock_is_set_back(time: RealTime) -> None:
    secret = invite()
    time.later(days=-1)
    assert refused(use, secret=secret).code == "people.invitation_spent"
    time.later(days=1)
    use(secret)


def test_a_link_taken_back_or_followed_by_a_newer_one_opens_nothing() -> None:
    first, second = invite(), invite()
    assert refused(use, secret=first).code == "people.invitation_spent"
    (one,) = signin.invitation_list(actor=HR)
    signin.invitation_end(actor=HR, invitation_id=one.id)
    assert refused(use, secret=second).code == "people.invitation_spent"
    with pytest.raises(NotVisibleError):
        signin.invitation_end(actor=HR, invitation_id=one.id)
    assert len(audited("people.invitation_made")) == 2 and len(audited("people.invitation_ended")) == 1


def test_nobody_comes_in_after_leaving() -> None:
    secret = invite()
    leave(actor=HR, person_id=who("000317"), on=TODAY)
    assert refused(use, secret=secret).code == "people.invitation_spent"
    with pytest.raises(DomainError) as left:
        invite()
    assert left.value.code == "people.not_employed"


def test_who_holds_a_role_gets_a_link_from_the_owner_only() -> None:
    hr, owner = actor("000901", "hr"), Actor(person_id=None, grants=(GrantView("owner"),))
    grant_make(actor=HR, person_id=who("000402"), role="executive")
    before = row_counts()
    with pytest.raises(NotAllowedError):
        invite("000402", by=hr)
    with pytest.raises(NotAllowedError):
        invite("000317", by=actor("000402", "executive"))
    with pytest.raises(NotAllowedError):
        invite("000317", by=actor("000402", "it"))
    assert row_counts() == before | {
        "people.Account": Account.objects.count(),
        "core.AuditEntry": AuditEntry.objects.count(),
    }
    assert not Invitation.objects.exists()
    invite("000317", by=hr)
    invite("000402", by=owner)


def test_hr_of_one_unit_invites_nobody_else() -> None:
    account = account_for(actor=HR, person_id=who("000901"))
    sales = Actor(who("000901"), (GrantView("hr", unit("销售部")),), account.pk)
    invite("000402", by=sales)
    with pytest.raises(NotVisibleError):
        invite("000317", by=sales)
    with pytest.raises(NotAllowedError):
        signin.lan_set(actor=sales, is_open=True)
    assert not signin.is_lan_open()


def test_guessing_links_is_stopped_by_address() -> None:
    codes = [refused(use, secret=f"guess-{n}").code for n in range(31)]
    assert codes == ["people.invitation_spent"] * 30 + ["people.too_many_tries"]


# Terminals


def test_a_terminal_is_registered_by_a_code_once_within_half_an_hour(time: RealTime) -> None:
    _made, code = signin.device_make(actor=HR, name="  CNC 线\n PDA-07 ", unit_id=unit("一车间/A班"))
    link = f"http://10.0.0.1:8000/pda/register/{code}/"
    secret = signin.device_claim(code=link, address=HERE)  # what a scanner types of the QR code
    found = signin.device_of(secret=secret)
    assert found is not None and found.name == "CNC 线 PDA-07"
    assert refused(signin.device_claim, code=code, address=HERE).code == "people.device_code"
    _late, code = signin.device_make(actor=HR, name="PDA-08", unit_id=None)
    time.later(minutes=31)
    assert refused(signin.device_claim, code=code, address=HERE).code == "people.device_code"
    assert secret not in str(list(Device.objects.values()))


def test_guessing_a_terminals_code_is_stopped() -> None:
    codes = [refused(signin.device_claim, code=f"{n:010}", address=HERE).code for n in range(31)]
    assert codes == ["people.device_code"] * 30 + ["people.too_many_tries"]


def test_leads_register_terminals_for_their_own_people_only() -> None:
    lead = actor("000011")
    signin.device_make(actor=lead, name="A班", unit_id=unit("一车间/A班"))
    for whom, scope in ((lead, unit("销售部")), (lead, None), (actor("000317"), unit("一车间/A班"))):
        with pytest.raises(NotAllowedError):
            signin.device_make(actor=whom, name="x", unit_id=scope)
    with pytest.raises(NotVisibleError):
        signin.device_make(actor=HR, name="x", unit_id=uuid7())
    assert Device.objects.count() == 1


def test_a_terminal_taken_back_is_a_terminal_no_more() -> None:
    _made, code = signin.device_make(actor=HR, name="PDA-07", unit_id=None)
    secret = signin.device_claim(code=code, address=HERE)
    device = signin.device_of(secret=secret)
    assert device is not None
    with pytest.raises(NotVisibleError):
        signin.device_end(actor=actor("000317"), device_id=device.id)
    signin.device_end(actor=HR, device_id=device.id)
    assert signin.device_of(secret=secret) is None
    assert signin.device_of(secret="") is None


# Badge and PIN


def test_a_badge_shows_who_it_is_on_the_terminals_of_their_unit() -> None:
    device = terminal()
    found = signin.badge_read(device=device, typed="317")
    assert (found.name, found.employee_no, found.unit_name) == ("林晓峰", "000317", "A班")
    for typed in ("000402", "999999", ""):
        assert refused(signin.badge_read, device=device, typed=typed).code == "people.badge_unknown"
    assert signin.badge_read(device=terminal(crew=""), typed="000402").name == "张伟"
    now = clock.now()
    Identity(person_id=who("000317"), kind="badge", value="04A1B2C3", from_on=TODAY, recorded_at=now).save()
    assert signin.badge_read(device=device, typed="04A1B2C3").person_id == who("000317")


def test_a_printed_code_makes_a_pin_once_and_the_pin_comes_in() -> None:
    device = terminal()
    (made,) = signin.pin_codes_make(actor=HR, person_ids=[who("000317")])
    assert (len(made.code), made.code.isdigit()) == (8, True)
    signin.pin_code_use(device=device, person_id=who("000317"), code=made.code)
    signin.pin_set(device=device, person_id=who("000317"), pin="8052")
    assert signin.pin_sign_in(device=device, person_id=who("000317"), pin="8052").person_id == who("000317")
    assert (
        refused(signin.pin_code_use, device=device, person_id=who("000317"), code=made.code).code == "people.pin_code"
    )
    assert refused(signin.pin_set, device=device, person_id=who("000317"), pin="8053").code == "people.pin_closed"
    assert audited("people.signed_in") == [{"way": "pin", "device": str(device.id), "failures": 0}]


def test_a_pin_is_chosen_within_two_minutes_and_on_the_same_terminal(time: RealTime) -> None:
    device, other = terminal(), terminal()
    (made,) = signin.pin_codes_make(actor=HR, person_ids=[who("000317")])
    signin.pin_code_use(device=device, person_id=who("000317"), code=made.code)
    assert refused(signin.pin_set, device=other, person_id=who("000317"), pin="8052").code == "people.pin_closed"
    time.later(minutes=3)
    assert refused(signin.pin_set, device=device, person_id=who("000317"), pin="8052").code == "people.pin_closed"
    assert Pin.objects.get().hashed == ""


def test_a_printed_code_runs_out(time: RealTime) -> None:
    device = terminal()
    (made,) = signin.pin_codes_make(actor=HR, person_ids=[who("000317")])
    time.later(days=14, seconds=1)
    assert (
        refused(signin.pin_code_use, device=device, person_id=who("000317"), code=made.code).code == "people.pin_code"
    )


@pytest.mark.parametrize(
    "pin",
    [
        "1234",
        "0000",
        "4321",
        "9012",
        "7777",
        "0719",
        "1231",
        "1990",
        "900719",
        "0317",
        "12",
        "1234567",
        "12a4",
        "１２３９",
    ],
)
def test_what_others_try_first_is_no_pin(pin: str) -> None:
    assert refused(signin.pin_check, pin=pin, person_id=who("000317")).code == "people.pin_weak"


@pytest.mark.parametrize("pin", ["8052", "94713", "805294"])
def test_other_digits_are_a_pin(pin: str) -> None:
    signin.pin_check(pin, who("000317"))


def wrong(device: signin.KnownDevice, times: int, person: UUID | None = None) -> list[str]:
    whom = person or who("000317")
    return [refused(signin.pin_sign_in, device=device, person_id=whom, pin="9999").code for _try in range(times)]


def test_a_pin_waits_after_five_and_is_locked_after_ten_until_somebody_opens_it(time: RealTime) -> None:
    device = terminal()
    pin_for("000317", "8052", device)
    assert wrong(device, 6) == ["people.pin_wrong"] * 5 + ["people.too_many_tries"]
    time.later(minutes=6)
    assert wrong(device, 6) == ["people.pin_wrong"] * 5 + ["people.locked"]
    time.later(hours=12)
    error = refused(signin.pin_sign_in, device=device, person_id=who("000317"), pin="8052")
    assert (error.code, error.status) == ("people.locked", 403)
    for stranger in (actor("000402"), actor("000317")):
        with pytest.raises(NotVisibleError):
            signin.lock_open(actor=stranger, person_id=who("000317"))
    signin.lock_open(actor=actor("000011"), person_id=who("000317"))
    signin.pin_sign_in(device=device, person_id=who("000317"), pin="8052")
    assert [row["failures"] for row in audited("people.sign_in_paused")] == [5]
    assert [row["failures"] for row in audited("people.sign_in_locked")] == [10]
    assert len(audited("people.lock_opened")) == 1


def test_a_lock_outlives_the_days_window(time: RealTime) -> None:
    device = terminal()
    pin_for("000317", "8052", device)
    wrong(device, 5)
    time.later(minutes=6)
    wrong(device, 5)
    time.later(days=3)
    assert refused(signin.pin_sign_in, device=device, person_id=who("000317"), pin="8052").code == "people.locked"


def test_setting_the_clock_back_does_not_open_a_wait(time: RealTime) -> None:
    device = terminal()
    pin_for("000317", "8052", device)
    wrong(device, 5)
    time.later(days=-1)
    assert isinstance(refused(signin.pin_sign_in, device=device, person_id=who("000317"), pin="8052"), TooManyError)


def test_trying_everybodys_pin_on_one_terminal_stops_the_terminal() -> None:
    take(*(entry(f"0005{n:02}", unit="一车间/A班") for n in range(21)))
    device = terminal()
    codes = [wrong(device, 1, who(f"0005{n:02}"))[0] for n in range(21)]
    assert codes == ["people.pin_wrong"] * 20 + ["people.too_many_tries"]


def test_a_right_pin_takes_its_failures_off_and_counts_for_nothing_itself() -> None:
    device = terminal()
    pin_for("000317", "8052", device)
    for _round in range(10):
        wrong(device, 1)
        signin.pin_sign_in(device=device, person_id=who("000317"), pin="8052")
    (row,) = SignInTry.objects.filter(failures__gt=0)  # the terminal's own, within ten minutes
    assert row.failures == 10


def test_the_answer_to_a_pin_is_the_same_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    device = terminal()
    pin_for("000317", "8052", device)
    account_for(actor=HR, person_id=who("000011"))
    worked: list[str] = []
    for name in ("make_password", "check_password"):
        true = getattr(secrets_kept, name)
        monkeypatch.setattr(secrets_kept, name, lambda *a, true=true: (worked.append("hash"), true(*a))[1])
    told = []
    for person in (who("000317"), who("000011"), who("000402"), uuid7()):
        worked.clear()
        error = refused(signin.pin_sign_in, device=device, person_id=person, pin="9999")
        told.append((error.code, error.message, error.fix, error.status, len(worked)))
    assert set(told) == {("people.pin_wrong", "PIN 不对", "再试一次；忘了就请班组长扫工牌重设", 422, 1)}


def test_a_leads_pin_resets_a_forgotten_one_on_the_same_terminal_lock_included(time: RealTime) -> None:
    device = terminal()
    pin_for("000317", "8052", device)
    pin_for("000011", "6093", device)
    wrong(device, 5)
    time.later(minutes=6)
    wrong(device, 5)
    lead = {"device": device, "person_id": who("000317"), "lead_id": who("000011")}
    assert refused(signin.pin_reset, **lead, lead_pin="0000").code == "people.pin_wrong"
    signin.pin_reset(**lead, lead_pin="6093")
    signin.pin_set(device=device, person_id=who("000317"), pin="94713")
    signin.pin_sign_in(device=device, person_id=who("000317"), pin="94713")
    assert audited("people.pin_reset") == [{"was_locked": True}]
    pin_for("000402", "7305", terminal(crew="销售部"))
    everywhere = terminal(crew="")
    with pytest.raises(NotAllowedError):
        signin.pin_reset(device=everywhere, person_id=who("000317"), lead_id=who("000402"), lead_pin="7305")
    with pytest.raises(NotAllowedError):
        signin.pin_reset(device=device, person_id=who("000011"), lead_id=who("000317"), lead_pin="94713")


def test_a_lead_of_a_unit_above_resets_on_the_crews_terminal() -> None:
    take(
        entry("000005", "周建国", "一车间"),
        entry("000011", "赵刚", "一车间/A班", lead_employee_no="000005"),
        entry("000317", "林晓峰", "一车间/A班", lead_employee_no="000011"),
        entry("000402"),
        entry("000901"),
    )
    device = terminal()
    pin_for("000005", "6093", terminal(crew=""))
    assert refused(signin.pin_sign_in, device=device, person_id=who("000005"), pin="6093").code == "people.pin_wrong"
    pin_for("000317", "8052", device)
    signin.pin_reset(device=device, person_id=who("000317"), lead_id=who("000005"), lead_pin="6093")
    signin.pin_set(device=device, person_id=who("000317"), pin="94713")


def test_what_strangers_typed_does_not_pile_up(time: RealTime) -> None:
    for n in range(4):
        refused(log_in, handle=f"no-{n}", password="no")
    time.later(days=4)
    for _try in range(5):
        refused(log_in, handle="000317", password="no")
    assert SignInTry.objects.count() == 2


def test_codes_are_printed_for_ones_own_people_and_never_for_who_holds_a_role() -> None:
    lead, hr = actor("000011"), actor("000901", "hr")
    grant_make(actor=HR, person_id=who("000402"), role="executive")
    signin.pin_codes_make(actor=lead, person_ids=[who("000317")])
    with pytest.raises(NotVisibleError):
        signin.pin_codes_make(actor=lead, person_ids=[who("000402")])
    with pytest.raises(NotVisibleError):
        signin.pin_codes_make(actor=actor("000317"), person_ids=[who("000317")])
    with pytest.raises(NotAllowedError):
        signin.pin_codes_make(actor=hr, person_ids=[who("000402")])
    assert Pin.objects.count() == 1


def test_the_head_of_a_unit_keeps_its_people() -> None:
    unit_head_set(actor=HR, unit_id=unit("销售部"), person_id=who("000901"), on=TODAY)
    head = Actor(who("000901"), account_id=account_for(actor=HR, person_id=who("000901")).pk)
    assert [one.person.employee_no for one in signin.pin_codes_make(actor=head, person_ids=[who("000402")])] == [
        "000402"
    ]


# Nothing is told


def test_no_secret_reaches_the_log_or_the_audit(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    device = terminal()
    (made,) = signin.pin_codes_make(actor=HR, person_ids=[who("000317")])
    signin.pin_code_use(device=device, person_id=who("000317"), code=made.code)
    signin.pin_set(device=device, person_id=who("000317"), pin="8052")
    refused(signin.pin_sign_in, device=device, person_id=who("000317"), pin="61847")
    signin.password_set(actor=actor("000317"), password=PASSWORD, again=PASSWORD, current=None)
    refused(log_in, handle="000317", password="typed by mistake")
    log_in("000317")
    link = invite()
    use(link, device="cookie-of-the-phone")
    told = caplog.text + str(list(AuditEntry.objects.values("action", "object_id", "on_behalf_of", "detail")))
    for secret in (
        made.code,
        '"8052"',
        "'8052'",
        "61847",
        PASSWORD,
        "typed by mistake",
        link,
        "cookie-of-the-phone",
        HERE,
    ):
        assert secret not in told
    stored = str([list(model.objects.values()) for model in (Device, Invitation, Pin, SignInTry, Account)])
    for secret in (made.code, PASSWORD, link, "cookie-of-the-phone", HERE):
        assert secret not in stored


def test_a_browser_is_told_in_a_few_words() -> None:
    android = "Mozilla/5.0 (Linux; Android 9; PDA) AppleWebKit/537.36 Chrome/64.0.3282 Mobile Safari/537.36"
    assert browser_words(android) == "Chrome · Android"
    assert browser_words(android + " MicroMessenger/8.0") == "微信 · Android"
    assert browser_words("curl/8") == ""

"""A company begins and, while it is on trial, ends: all of it or nothing."""

from __future__ import annotations

import hashlib
import logging
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from jiyu.core import audit, clock, company, insert_only
from jiyu.core.actor import Actor
from jiyu.core.company import Company, CompanyError
from jiyu.core.errors import DomainError, NotVisibleError
from jiyu.core.policy import require
from jiyu.people import apart
from jiyu.people.calendars import calendar_seed
from jiyu.people.policies import EMPTY_COMPANY, FOUND_COMPANY
from jiyu.people.recovery import Recovered, recovery_renew

log = logging.getLogger("jiyu.companies")

CALENDAR_YEARS: Final = range(2020, 2028)
CODE_FIRST: Final = "bcdfghjkmnpqrstvwxz"  # no vowels: no words; no l, which looks like 1
CODE_REST: Final = CODE_FIRST + "23456789"
CODE_LENGTH = 6
LONGEST_NAME = 100
MOST_A_DAY = 20
SAME_FORM_MINUTES = 10


@dataclass(frozen=True)
class Founded:
    """The new company, and its owner with the recovery code, which is shown once."""

    company: Company
    owner: Recovered


def migrate() -> None:
    """Bring the active company's database to the schema of this program, its insert-only tables and dated rows
    guarded."""
    call_command("migrate", verbosity=0, interactive=False)
    if insert_only.missing(connection):
        insert_only.install(connection)
    if apart.missing(connection):
        apart.install(connection)


def company_found(
    *,
    actor: Actor,
    name: str,
    code: str = "",
    prefix: str | None = None,
    on_trial: bool = False,
    form_key: str = "",
) -> Founded:
    """A company with its tables, calendar and owner; nobody finds it before all of that stands, and nothing stays of one
    that failed. Without `code` it gets a short one of its own.

    The same `form_key` within ten minutes is the same company, with a new recovery code (the one before is void).
    Raises `people.company_name`, `people.company_made_before`, `people.too_many_companies`, `CompanyError`.
    """
    require(actor, FOUND_COMPANY)
    clean = _clean(name)
    key_sha = hashlib.sha256(form_key.encode()).hexdigest() if form_key else ""
    with company.held_still():
        before = _made_with(key_sha)
        if before is not None:
            with company.active(before):
                return Founded(before, recovery_renew(actor=actor))
        with (
            company.making(code or _free_code(), clean, prefix=prefix, on_trial=on_trial, made_with=key_sha) as made,
            company.active(made),
        ):
            migrate()
            calendar_seed(actor=actor, years=CALENDAR_YEARS)
            owner = recovery_renew(actor=actor)
            audit.record(actor, "people.company_founded", "company", made.code, on_trial=on_trial)
        log.info("company made (on trial: %s)", on_trial)
        return Founded(made, owner)


def company_empty(*, actor: Actor, typed_name: str) -> None:
    """Take the active company away with everything: rows, files, sessions, recovery code. Only while it is on trial;
    what stays is a line in the deployment's log, without a name. Afterwards nothing of it may be read.

    Raises 404 for a demo, `people.not_on_trial`, `people.name_differs`, `people.company_busy`.
    """
    require(actor, EMPTY_COMPANY)
    here = company.current()
    if here.demo:
        raise NotVisibleError
    if not here.is_on_trial:
        raise DomainError(
            "people.not_on_trial",
            _("这家公司不是试用的，不能一键清空"),
            fix=_("请 IT 在装绩语的机器上运行 jiyu company remove %(code)s") % {"code": here.code},
        )
    if _clean(typed_name, must=False) != here.name:
        raise DomainError(
            "people.name_differs",
            _("和公司的名字不一样，没有清空任何东西"),
            fix=_("照着写：%(name)s") % {"name": here.name},
            path="name",
        )
    try:
        company.remove(here)
    except CompanyError as busy:
        raise DomainError("people.company_busy", str(busy), fix=busy.fix, status=409) from busy
    log.info("company emptied by its owner (made on %s)", here.created_at[:10])


def _made_with(key_sha: str) -> Company | None:
    """The company this form made a moment ago; refuses a form that is older, and one company too many in a day."""
    if not key_sha:
        return None
    known = [one for one in company.all_companies() if one.made_with]
    now = clock.monotonic_deadline(0)
    for one in known:
        if one.made_with == key_sha and one.made_at > now - timedelta(minutes=SAME_FORM_MINUTES):
            return one
        if one.made_with == key_sha:
            raise DomainError(
                "people.company_made_before", _("这一份表单已经建过公司了"), fix=_("要再建一家，从首页重新开始")
            )
    if sum(one.made_at > now - timedelta(days=1) for one in known) >= MOST_A_DAY:
        raise DomainError(
            "people.too_many_companies",
            _("今天已经新建了 %(n)s 家公司") % {"n": MOST_A_DAY},
            fix=_("明天再来，或请 IT 在装绩语的机器上运行 jiyu company create"),
        )
    return None


def _clean(name: str, *, must: bool = True) -> str:
    """A company's name as people write it, spaces put right; raises `people.company_name` for none or one too long."""
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not must:
        return clean
    if not clean or not clean.isprintable():
        raise DomainError("people.company_name", _("公司还没有名字"), fix=_("写上公司的名字，简称也行"), path="name")
    if len(clean) > LONGEST_NAME:
        raise DomainError(
            "people.company_name",
            _("名字最多 %(n)s 个字") % {"n": LONGEST_NAME},
            fix=_("写短一点，简称也行"),
            path="name",
        )
    return clean


def _free_code() -> str:
    """A code nobody has: short, fit to be read out and printed, and saying nothing."""
    taken = {one.code for one in company.all_companies()}
    while True:
        code = secrets.choice(CODE_FIRST) + "".join(secrets.choice(CODE_REST) for _n in range(CODE_LENGTH - 1))
        if code not in taken:
            return code

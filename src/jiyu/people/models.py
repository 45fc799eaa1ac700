"""Tables of people. Personal text stands apart from the opaque person, so that it can be erased (DESIGN §5,
§9)."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from jiyu.core.ids import uuid7
from jiyu.core.insert_only import InsertOnly
from jiyu.core.recorded import Dated, Recorded
from jiyu.people.signin.models import Device, Invitation, Pin, SignedIn, SignInSetting, SignInTry

__all__ = [
    "Account",
    "Assignment",
    "CalendarDay",
    "Device",
    "Employment",
    "Grant",
    "Identity",
    "Invitation",
    "Line",
    "OneTimeLink",
    "Period",
    "Person",
    "PersonText",
    "Pin",
    "SignInSetting",
    "SignInTry",
    "SignedIn",
    "UndoneRun",
    "Unit",
    "UnitState",
]


class Person(InsertOnly):
    """An opaque id. Everything that tells who it is stands in other tables."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField()
    run = models.UUIDField(null=True)


class PersonText(Recorded):
    """Personal text of a person, erasable. One believed row per person."""

    erasable = ("name", "phone", "born_on")

    person = models.ForeignKey(Person, models.PROTECT, related_name="texts")
    name = models.CharField(max_length=100, null=True)
    phone = models.CharField(max_length=40, null=True)
    born_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["name"], name="person_text_name")]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(superseded_at__isnull=True), name="person_text_one")
        ]


class Identity(Dated):
    """How a system or a badge names a person: `kind` "employee_no", "badge", … Text, leading zeros kept."""

    EMPLOYEE_NO = "employee_no"

    person = models.ForeignKey(Person, models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"],
                condition=Q(superseded_at__isnull=True, to_on__isnull=True),
                name="identity_one_holder",
            )
        ]
        indexes = [
            models.Index(fields=["person", "kind"], name="identity_person"),
            models.Index(fields=["kind", "value"], name="identity_value"),
        ]


class Employment(Recorded):
    """One spell with the company; a rehire is a new `spell`. `left_on` is the first day not employed."""

    spell = models.UUIDField(default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    kind = models.CharField(
        max_length=20, default="regular"
    )  # regular | probation | dispatch | intern | rehired_retiree
    hired_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    status_note = models.CharField(max_length=40, blank=True)  # what the roster's remark says: 产假、返聘

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["spell"], condition=Q(superseded_at__isnull=True), name="employment_one")
        ]
        indexes = [models.Index(fields=["person"], name="employment_person")]


class Unit(InsertOnly):
    """An organisational unit's identity; name, parent and head are dated (`UnitState`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField()
    run = models.UUIDField(null=True)


class UnitState(Dated):
    """Name, kind, place and head of a unit. `kind`: company | department | workshop | line | crew | team."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="states")
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="child_states", null=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, default="department")
    head = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    calendar = models.CharField(max_length=30, default="cn")

    class Meta:
        indexes = [models.Index(fields=["unit", "from_on"], name="unit_state_unit")]


class Assignment(Dated):
    """A post of a person in a unit: one primary at a time, others concurrent, acting or seconded.
    `post_share` in millionths (1,000,000 = whole)."""

    PRIMARY = "primary"

    spell = models.UUIDField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    job = models.CharField(max_length=60, blank=True)
    job_grade = models.CharField(max_length=20, blank=True)
    post_share = models.BigIntegerField(default=1_000_000)
    role = models.CharField(max_length=12, default=PRIMARY)  # primary | concurrent | acting | secondment

    class Meta:
        indexes = [
            models.Index(fields=["person", "from_on"], name="assignment_person"),
            models.Index(fields=["unit", "from_on"], name="assignment_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(superseded_at__isnull=True, to_on__isnull=True, role="primary"),
                name="assignment_one_primary",
            )
        ]


class Line(Dated):
    """Who leads whom: `kind` solid | dotted | acting, or none (`lead` None): the person is the top of the
    company. No line at all: nobody was named, or nobody we could find."""

    SOLID, DOTTED, ACTING, NONE = "solid", "dotted", "acting", "none"

    person = models.ForeignKey(Person, models.PROTECT, related_name="lines")
    lead = models.ForeignKey(Person, models.PROTECT, related_name="led_lines", null=True)
    kind = models.CharField(max_length=10, default=SOLID)

    class Meta:
        indexes = [
            models.Index(fields=["person", "from_on"], name="line_person"),
            models.Index(fields=["lead", "from_on"], name="line_lead"),
        ]


class UndoneRun(InsertOnly):
    """An import run whose rows were taken back by `undo_run`: once."""

    run = models.UUIDField(primary_key=True)
    undo_run = models.UUIDField()
    at = models.DateTimeField()


class CalendarDay(Recorded):
    """One day of a working calendar; `hours` in millionths (8,000,000 = a working day, 0 = off)."""

    calendar = models.CharField(max_length=30)
    on = models.DateField()
    hours = models.BigIntegerField()
    published = models.BooleanField(default=True)  # False: the year's notice is not out, Monday to Friday assumed

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "on"], condition=Q(superseded_at__isnull=True), name="calendar_day_one"
            )
        ]


class Period(InsertOnly):
    """A stretch of the calendar with a stable code: "2026", "2026Q1", "2026-03". Half-open."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10)  # year | quarter | month | custom
    from_on = models.DateField()
    to_on = models.DateField()
    parent = models.ForeignKey("self", models.PROTECT, null=True)


class Grant(Recorded):
    """A role held by a person for a scope and a time. `unit` None: the whole company."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)


class AccountManager(BaseUserManager["Account"]):
    """Accounts are made by services; there is no `createsuperuser`."""


class Account(AbstractBaseUser):
    """A way to sign in. It carries no rights: those are grants of its person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="accounts", null=True)
    handle = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "handle"
    objects = AccountManager()


class OneTimeLink(models.Model):
    """A link that signs its account in once, until it expires. Only the hash of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code that signs its account in once; only its hash is kept. `used_by_form` is the hash of the key of the form
    that used it, so that sending that form twice is one use. Moments are real time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by_form = models.CharField(max_length=64, blank=True)


class RecoveryTry(models.Model):
    """A wrong code from an address (its hash, salted with the company); forgotten after the wait."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    address_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address_sha256", "at"], name="recovery_try_address")]

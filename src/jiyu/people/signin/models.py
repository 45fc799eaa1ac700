"""Tables of signing in. No secret stands in them: tokens are kept as SHA-256, what people can remember as argon2.

All moments here are of the real clock (`clock.monotonic_deadline`): a demo's clock stands still, and nothing may live
for ever because of it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jiyu.core.ids import uuid7


class Device(models.Model):
    """A shared terminal on which people sign in by badge and PIN. Registered by a code, once; `unit` None: for all."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=40)
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True)
    made_by = models.UUIDField(null=True)  # the person; None: the owner's account
    made_at = models.DateTimeField()
    code_sha256 = models.CharField(max_length=64, unique=True)
    code_until = models.DateTimeField()
    token_sha256 = models.CharField(max_length=64, null=True, unique=True)  # None: not opened on a device yet
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Invitation(models.Model):
    """A link for a person's own phone. The first device that comes in by it keeps it; no other ever may."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="invitations")
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    secret_sha256 = models.CharField(max_length=64, unique=True)
    device_sha256 = models.CharField(max_length=64, blank=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # taken back

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(ended_at__isnull=True), name="invitation_one")
        ]


class Pin(models.Model):
    """A person's PIN for shared terminals, and what opens the way to a new one: a printed code, or a lead's PIN."""

    account = models.OneToOneField("people.Account", models.CASCADE, primary_key=True, related_name="pin")
    hashed = models.CharField(max_length=128, blank=True)  # "": none yet
    length = models.PositiveSmallIntegerField(default=4)
    code_hashed = models.CharField(max_length=128, blank=True)
    code_until = models.DateTimeField(null=True)
    open_on = models.ForeignKey(Device, models.SET_NULL, null=True)  # here a new PIN may be chosen …
    open_until = models.DateTimeField(null=True)  # … until then


class SignInTry(models.Model):
    """How often somebody has failed lately: by account, by device, by address. The key tells none of them."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    wait_until = models.DateTimeField(null=True)
    is_locked = models.BooleanField(default=False)  # until a lead or HR opens it


class SignedIn(models.Model):
    """A session somebody has, for their own list. `session_key` is Django's; the row goes with the session."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="signed_in")
    session_key = models.CharField(max_length=40, unique=True)
    way = models.CharField(max_length=12)  # password | link | terminal | demo | pin
    browser = models.CharField(max_length=40, blank=True)  # "Chrome · Android"
    device = models.ForeignKey(Device, models.CASCADE, null=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class SignInSetting(models.Model):
    """The company's choices about coming in: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_lan_open = models.BooleanField(default=False)  # links may be opened from other machines

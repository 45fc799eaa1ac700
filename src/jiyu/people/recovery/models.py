"""Tables of the recovery code. All moments are real time: a standing clock must not keep a wait for ever."""

from __future__ import annotations

from django.db import models

from jiyu.core.ids import uuid7


class RecoveryCode(models.Model):
    """A code that signs its account in once; only its hash is kept. `used_by_form` is the hash of the key of the form
    that used it, so that sending that form twice is one use."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey("people.Account", models.CASCADE)
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

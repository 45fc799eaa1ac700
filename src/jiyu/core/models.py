"""Tables of the kernel."""

from __future__ import annotations

from django.db import models

from jiyu.core.ids import uuid7
from jiyu.core.insert_only import InsertOnly
from jiyu.core.jobs.models import Job

__all__ = ["AuditEntry", "IdempotencyKey", "Job", "StoredFile"]


class AuditEntry(InsertOnly):
    """Who did or looked at what, when and for whom. Written by services; readable by HR and by the person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    actor_person = models.UUIDField(null=True)
    on_behalf_of = models.CharField(max_length=200, blank=True)  # the system's reason
    action = models.CharField(max_length=80)  # "reviews.result_viewed"
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    subject_person = models.UUIDField(null=True)  # whom it is about
    request_id = models.CharField(max_length=36, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_person", "-at"], name="audit_subject"),
            models.Index(fields=["object_kind", "object_id"], name="audit_object"),
        ]


class IdempotencyKey(models.Model):
    """The answer a write already got, so that sending it twice does it once (DESIGN §8)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.UUIDField(null=True)
    key = models.CharField(max_length=80)
    route = models.CharField(max_length=200)
    body_sha = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)  # 0: under way
    location = models.CharField(max_length=500, blank=True)
    body = models.BinaryField(default=b"")
    content_type = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        # Two: SQLite knows no NULLS NOT DISTINCT, and Django would leave the whole constraint out there.
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="idempotency_once"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(account__isnull=True), name="idempotency_once_nobody"
            ),
        ]


class StoredFile(InsertOnly):
    """A kept file: its bytes lie in the company's folder under their hash; the row says whose it is."""

    erasable = ("name",)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    owner_kind = models.CharField(max_length=40)  # whose policy guards it: "sources.run"
    stored_at = models.DateTimeField()
    stored_by = models.UUIDField(null=True)

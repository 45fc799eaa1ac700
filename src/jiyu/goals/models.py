"""Tables of goals (MODEL GOALS). Numbers are integers of millionths; terms carry two times."""

from __future__ import annotations

from django.db import models

from jiyu.core.ids import uuid7
from jiyu.core.recorded import Dated
from jiyu.people.models import Period

MAIN_SECTION = "main"
"""The one section of a sheet that is not divided."""


class Sheet(models.Model):
    """One person's lines for a period (考核表). `part` tells apart the parts of somebody who moved (1 = the only one);
    `edition` is the edition it was made with and keeps."""

    DRAFT, AGREED = "draft", "agreed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.UUIDField()
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    part = models.PositiveSmallIntegerField(default=1)
    edition = models.UUIDField()
    state = models.CharField(max_length=8, default=DRAFT)
    rev = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "period", "part"], name="sheet_one")]
        indexes = [models.Index(fields=["period", "subject"], name="sheet_period")]


class Term(Dated):
    """What one line of a sheet asks for during a stretch of days: an indicator's version, its parameters and weight.
    `weight` is in millionths of its section, `section_weight` in millionths of the sheet."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="terms")
    line = models.PositiveSmallIntegerField()
    indicator_version = models.UUIDField()
    section = models.CharField(max_length=40, default=MAIN_SECTION)
    section_weight = models.BigIntegerField(default=1_000_000)
    weight = models.BigIntegerField()
    target = models.BigIntegerField(null=True)
    threshold = models.BigIntegerField(null=True)
    stretch = models.BigIntegerField(null=True)
    baseline = models.BigIntegerField(null=True)
    is_applicable = models.BooleanField(default=True)  # False: nothing to measure for this person; weight goes on
    basis = models.CharField(max_length=8, default="agreed")  # agreed | adjusted

    class Meta:
        indexes = [models.Index(fields=["sheet", "line"], name="term_sheet_line")]

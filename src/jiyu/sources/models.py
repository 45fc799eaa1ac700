"""Tables of sources (MODEL SOURCES, METRICS). Records are insert-only; a run makes its rows visible all at
once.

Ids of records are `run.seq << 32 | n`: unique without asking the database, in the order they came.
"""

from __future__ import annotations

import re

from django.db import models
from django.db.models import Q

from jiyu.core.ids import uuid7
from jiyu.core.insert_only import InsertOnly

_IN_ADDRESS = re.compile(r"[\w-]+")


class Source(models.Model):
    """A system or file series that knows something. `kind`: roster | records."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, default="records")
    owner = models.UUIDField(null=True)  # the person who answers for it
    day_cut_minutes = models.PositiveSmallIntegerField(default=0)  # 480: the business day starts at 08:00
    expected_days = models.CharField(max_length=12, default="none")  # none | daily | working
    due_after_days = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()

    @property
    def slug(self) -> str:
        """Its part of an address: the code, or the id where an older code would break the address."""
        return self.code if _IN_ADDRESS.fullmatch(self.code) else str(self.pk)


class Measure(InsertOnly):
    """A numeric column a source delivers."""

    id = models.AutoField(primary_key=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="measures")
    code = models.CharField(max_length=60)
    label = models.CharField(max_length=100)
    unit = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "code"], name="measure_code")]


class Run(models.Model):
    """One pull of one file. Its rows are invisible until `state` flips to applied; never deleted, only
    superseded."""

    STAGED, APPLIED, FAILED = "staged", "applied", "failed"
    APPEND, REPLACE_WINDOW, SNAPSHOT, UNDO = "append", "replace_window", "snapshot", "undo"
    REPLACING = (REPLACE_WINDOW, SNAPSHOT)  # these also end what the file does not have

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seq = models.PositiveIntegerField(unique=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="runs")
    mapping_version = models.UUIDField(null=True)
    mapping = models.JSONField(
        null=True
    )  # how it was read, so that one row can be read again: a MappingSpec; a roster's day
    mode = models.CharField(max_length=16, default=APPEND)
    window_from = models.DateField(null=True)
    window_to = models.DateField(null=True)
    file = models.UUIDField(null=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, default=STAGED)
    started_at = models.DateTimeField()
    started_by = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)  # real time: past it, the worker of a staged run is dead
    applied_at = models.DateTimeField(null=True)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="superseded_by_runs")
    tally = models.JSONField(default=dict)  # see runs.tally; a roster run keeps its counts and answers here
    problem = models.JSONField(default=dict)  # why it failed, in both languages

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(state="staged"), name="run_one_open_per_source")
        ]
        indexes = [models.Index(fields=["source", "state", "applied_at"], name="run_source_state")]


class Record(InsertOnly):
    """One row of a source, at its own grain, as one run read it. `subject` is whom it was matched to."""

    erasable = ("raw",)

    id = models.BigIntegerField(primary_key=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="records", db_index=False)
    key = models.CharField(max_length=200)
    rev = models.PositiveIntegerField(default=1)
    subject_kind = models.CharField(max_length=8, default="person")  # person | unit
    subject = models.UUIDField(null=True)
    occurred_at = models.DateTimeField(null=True)
    business_day = models.DateField()
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(default=0)
    dimensions = models.JSONField(default=dict)
    raw = models.JSONField(null=True)
    content_sha = models.CharField(max_length=32)  # tells a repeat from a restatement

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key", "run"], name="record_key_run")]
        indexes = [models.Index(fields=["source", "business_day", "run"], name="record_source_day")]


class EqualRow(InsertOnly):
    """Another row of the same file with the key of `record`. `state`: repeated (says the same again, not
    counted), replaced (says something else, a later row holds), summed (its numbers are part of the
    record's)."""

    REPEATED, REPLACED, SUMMED = "repeated", "replaced", "summed"

    erasable = ("raw",)

    record = models.ForeignKey(Record, models.PROTECT, related_name="equal_rows")
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField()
    state = models.CharField(max_length=8)
    raw = models.JSONField(null=True)


class Superseded(InsertOnly):
    """`record` no longer holds once `by_run` is applied, and only while that run is not taken back."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="superseded", db_index=False)
    by_run = models.ForeignKey(Run, models.PROTECT, related_name="supersessions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "by_run"], name="superseded_once")]


class Fact(InsertOnly):
    """A measured value of a record, in millionths; subject, day and run copied for speed."""

    id = models.BigAutoField(primary_key=True)
    record = models.ForeignKey(Record, models.PROTECT, related_name="facts", db_index=False)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", db_index=False)
    value = models.BigIntegerField()
    subject = models.UUIDField(null=True)
    day = models.DateField()
    run = models.ForeignKey(Run, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "measure"], name="fact_once")]
        indexes = [models.Index(fields=["measure", "subject", "day"], name="fact_measure_subject_day")]


class Quarantine(models.Model):
    """A row that could not be taken: kept with the reason and the fix until somebody settles it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="quarantine")
    sheet = models.CharField(max_length=100, blank=True)
    rows = models.JSONField()  # file row numbers, one or several that belong together
    raw = models.JSONField(null=True)
    code = models.CharField(max_length=60)
    key = models.CharField(max_length=120)  # stable name of the question, so that an answer can be remembered
    content_sha = models.CharField(max_length=32, blank=True)  # the same rows again are not asked about twice
    params = models.JSONField(default=dict)
    options = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="open")  # open | settled | left
    answer = models.JSONField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="settles")  # the run that took it

    class Meta:
        indexes = [models.Index(fields=["run", "state"], name="quarantine_run_state")]


class Match(InsertOnly):
    """What a name in a source means: decided once by a person, used from then on. A newer row overrides an
    older."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="matches")
    alias = models.CharField(max_length=200)
    person = models.UUIDField(null=True)
    unit = models.UUIDField(null=True)
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "alias"], name="match_alias")]

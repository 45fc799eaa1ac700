"""Tables of reviews (MODEL REVIEWS). Results are insert-only revisions; no explanation is stored: it is replayed."""

from __future__ import annotations

from django.db import models

from jiyu.core.ids import uuid7
from jiyu.core.insert_only import InsertOnly
from jiyu.people.models import Period


class Cycle(models.Model):
    """A review cycle (考核周期): a period, the module whose scheme holds, and the moment up to which data counts."""

    OPEN, SCORED, FINALIZED = "open", "scored", "finalized"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=100)
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    module_code = models.CharField(max_length=60)
    units = models.JSONField(default=list)  # whose people take part even without a sheet; empty: those with a sheet
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    data_cutoff_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default=OPEN)
    rev = models.PositiveIntegerField(default=1)


class Enrolment(InsertOnly):
    """Somebody takes part in a cycle. Keeps the edition, sheet, unit and lead as they were when enrolled; the edition it
    was moved to since (换版) stands in the studio (`rebased_to`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="enrolments")
    subject = models.UUIDField()
    edition = models.UUIDField()
    sheet = models.UUIDField(null=True)
    home_unit = models.UUIDField(null=True)
    lead = models.UUIDField(null=True)
    lead_reason = models.CharField(max_length=20)  # why that lead: solid | acting | unit_head | unresolved …
    enrolled_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "subject"], name="enrolment_one")]
        indexes = [models.Index(fields=["subject"], name="enrolment_subject")]


class Result(InsertOnly):
    """One revision of a person's result. `state`: scored | awaiting_data | not_rated | no_sheet. `score` in millionths.
    `known_at` is the moment up to which data was believed; with it and the frozen lines the number can be replayed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="results")
    rev = models.PositiveIntegerField()
    edition = models.UUIDField()  # by which it was scored: an enrolment may be moved to another one later
    state = models.CharField(max_length=16)
    score = models.BigIntegerField(null=True)
    grade = models.CharField(max_length=10, blank=True)
    weight_coverage = models.BigIntegerField(default=0)
    scheme_version = models.UUIDField()
    lang_no = models.PositiveSmallIntegerField()
    known_at = models.DateTimeField()
    computed_at = models.DateTimeField()
    cause = models.JSONField(default=dict)  # why there is no score: code and parameters, for words in any language

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "rev"], name="result_rev")]


class ResultLine(InsertOnly):
    """The frozen inputs and outcome of one line. A ratio keeps numerator and denominator. All in millionths."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    result = models.ForeignKey(Result, models.PROTECT, related_name="lines")
    line = models.PositiveSmallIntegerField()
    term = models.UUIDField()
    indicator_version = models.UUIDField()
    metric_version = models.UUIDField(null=True)
    state = models.CharField(max_length=16)  # ok | awaiting_data | not_applicable | error
    error = models.CharField(max_length=16, blank=True)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    value = models.BigIntegerField(null=True)
    score = models.BigIntegerField(null=True)
    points = models.BigIntegerField(null=True)  # score × effective weight, for display only
    section = models.CharField(max_length=40)
    section_weight = models.BigIntegerField()
    weight = models.BigIntegerField()
    target = models.BigIntegerField(null=True)
    threshold = models.BigIntegerField(null=True)
    stretch = models.BigIntegerField(null=True)
    baseline = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "line"], name="result_line_no")]


class ResultInput(InsertOnly):
    """One named aggregate that a line's metric used, frozen, with how complete it was."""

    line = models.ForeignKey(ResultLine, models.PROTECT, related_name="inputs")
    name = models.CharField(max_length=60)
    numerator = models.BigIntegerField(null=True)  # an average keeps sum and count; a sum keeps itself over 1
    denominator = models.BigIntegerField(null=True)
    records = models.PositiveIntegerField(default=0)
    covered_days = models.PositiveSmallIntegerField(default=0)
    expected_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "name"], name="result_input_name")]


class Finalization(InsertOnly):
    """归档: this revision is the result of this person in this cycle, reviewed by a named human."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="finalization")
    result = models.ForeignKey(Result, models.PROTECT, related_name="finalization")
    finalized_at = models.DateTimeField()
    finalized_by = models.UUIDField(null=True)


class Acknowledgement(InsertOnly):
    """确认: this person has seen these numbers, as this revision froze them. It is no consent. Once per cycle: what
    comes later marks it as changed and does not ask again (RULES)."""

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, primary_key=True, related_name="acknowledgement")
    result = models.ForeignKey(Result, models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField()
    acknowledged_by = models.UUIDField()


class Objection(InsertOnly):
    """异议: this number of this revision is not right, and why. `owner` answers for the data; None: nobody does, HR is
    asked at once. From `due_at` on it is HR's."""

    erasable = ("text",)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="objections")
    result = models.ForeignKey(Result, models.PROTECT, related_name="+")
    line = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=20)  # see objecting.REASONS
    text = models.CharField(max_length=300, blank=True)
    owner = models.UUIDField(null=True)
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["owner"], name="objection_owner")]


class ObjectionAnswer(InsertOnly):
    """What an objection came to: the data was corrected, the number stands, or it was withdrawn by whoever raised it."""

    CORRECTED, STANDS, WITHDRAWN = "corrected", "stands", "withdrawn"
    erasable = ("text",)

    objection = models.OneToOneField(Objection, models.PROTECT, primary_key=True, related_name="answer")
    verdict = models.CharField(max_length=12)
    text = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.UUIDField()

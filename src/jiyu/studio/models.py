"""Tables of the studio (DESIGN §2, MODEL STUDIO). What is frozen never changes; only editions are released."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jiyu.core.ids import uuid7
from jiyu.core.insert_only import InsertOnly

REASON_CHARS = 300


class Module(InsertOnly):
    """Definitions that belong together and are released together. `code` is never renamed or reused."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=60, unique=True)
    lineage = models.UUIDField(default=uuid7, unique=True)
    name = models.JSONField()  # {"zh": …, "en": …}
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)


class Definition(InsertOnly):
    """Something HR sets: a scheme, an indicator, a metric, a mapping … Its contents are in drafts and versions."""

    set_once = ("retired_at",)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    module = models.ForeignKey(Module, models.PROTECT, related_name="definitions")
    kind = models.CharField(max_length=30)
    code = models.CharField(max_length=60)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["module", "kind", "code"], name="definition_code")]


class Draft(models.Model):
    """The one mutable thing: what HR is editing. `rev` grows with each save and guards against lost updates."""

    definition = models.OneToOneField(Definition, models.PROTECT, primary_key=True, related_name="draft")
    spec = models.JSONField()
    rev = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.UUIDField(null=True)


class Version(InsertOnly):
    """Frozen contents of a definition: canonical JSON and its hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="versions")
    no = models.PositiveIntegerField()
    schema_no = models.PositiveSmallIntegerField()
    lang_no = models.PositiveSmallIntegerField()
    spec = models.TextField()  # canonical JSON, byte for byte what `sha256` covers
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["definition", "no"], name="version_no")]


class Edition(InsertOnly):
    """A module's frozen list {definition → version}: the unit of release. Work keeps its edition's id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    module = models.ForeignKey(Module, models.PROTECT, related_name="editions")
    no = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["module", "no"], name="edition_no")]


class EditionItem(InsertOnly):
    """One line of an edition. `imported`: the definition belongs to another module, pinned here."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="items")
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    imported = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "definition"], name="edition_item_one")]


class Ref(InsertOnly):
    """A frozen version mentions another definition: for lists of what a change touches."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="refs")
    target = models.ForeignKey(Definition, models.PROTECT, related_name="referenced_by")
    part = models.CharField(max_length=120)  # path inside the spec

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "target", "part"], name="ref_one")]


class Slot(InsertOnly):
    """An audience of a module. Rank and audience never change; `audience` None is everybody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    module = models.ForeignKey(Module, models.PROTECT, related_name="slots")
    rank = models.PositiveIntegerField()
    audience = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["module", "rank"], name="slot_rank")]


class Cohort(InsertOnly):
    """A named part of a slot that follows a release of its own: everybody on a list, or a share drawn by hash. Rank,
    members, share and salt never change; a wider share is a new cohort with the same salt."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="cohorts")
    rank = models.PositiveIntegerField()
    name = models.JSONField()  # {"zh": …, "en": …}
    by = models.CharField(max_length=30, blank=True)  # the person fact that is listed or drawn; empty: the person
    members = models.JSONField(null=True)  # a list: ids of persons, or values of `by`
    pct_bp = models.PositiveIntegerField(null=True)  # a share, in basis points
    salt = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot", "rank"], name="cohort_rank"),
            models.CheckConstraint(
                condition=Q(members__isnull=False, pct_bp__isnull=True) | Q(members__isnull=True, pct_bp__isnull=False),
                name="cohort_list_or_share",
            ),
        ]


class Proposal(InsertOnly):
    """A release that waits for a second person. It is settled once: published, declined by the second person, or
    withdrawn by whoever proposed it."""

    PUBLISHED, DECLINED, WITHDRAWN = "published", "declined", "withdrawn"
    set_once = ("settled_at", "settled_by", "settled_as")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="proposals")
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, related_name="proposals")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="proposals")
    effective_on = models.DateField()
    reason = models.CharField(max_length=REASON_CHARS)
    proposed_at = models.DateTimeField()
    proposed_by = models.UUIDField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_as = models.CharField(max_length=10, null=True)


class Release(InsertOnly):
    """From `effective_on` this slot, or the part of it that is `cohort`, follows `edition` (None: nothing; what lies
    beneath holds again), as published at `published_at`. No end is ever written: a release holds until the next of its
    slot and cohort. `is_alone` with no `second_by`: a second person was due and the company had none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="releases")
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, related_name="releases")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="releases")
    effective_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    second_by = models.UUIDField(null=True)
    is_alone = models.BooleanField(default=False)
    reason = models.CharField(max_length=REASON_CHARS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "effective_on", "published_at"],
                condition=Q(cohort__isnull=True),
                name="release_once",
            ),
            models.UniqueConstraint(
                fields=["slot", "cohort", "effective_on", "published_at"], name="release_once_in_cohort"
            ),
        ]


class Rebase(InsertOnly):
    """换版: a piece of work under way went from one edition to another, on somebody's word and with a reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    work_kind = models.CharField(max_length=40)  # "goals.sheet": never renamed
    work = models.UUIDField()
    from_edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    to_edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    rebased_at = models.DateTimeField()
    rebased_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=REASON_CHARS)

    class Meta:
        indexes = [models.Index(fields=["work", "rebased_at"], name="rebase_work")]

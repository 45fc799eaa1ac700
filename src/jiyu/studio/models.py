"""Tables of the studio (DESIGN §2, MODEL STUDIO). What is frozen never changes; only editions are released."""

from __future__ import annotations

from django.db import models

from jiyu.core.ids import uuid7
from jiyu.core.insert_only import InsertOnly


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


class Release(InsertOnly):
    """From `effective_on` this slot follows `edition`, as published at `published_at`. No end is ever written: a release
    holds until the next of its slot. `second_by` None with `second_missing` says that nobody else was there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="releases")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="releases")
    effective_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    second_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "effective_on", "published_at"], name="release_once")]

"""Reading rules: what an edition contains, and which edition held on a day as known at a moment."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from jiyu.core import company
from jiyu.core.actor import Actor
from jiyu.core.errors import NotVisibleError
from jiyu.lib.text import Text
from jiyu.studio.kinds import Reference, Spec, kind_of
from jiyu.studio.models import Draft, Edition, EditionItem, Release, Version
from jiyu.studio.policies import CHANGE_RULES, require_rules


@dataclass(frozen=True)
class Item:
    """One frozen definition of an edition."""

    version_id: UUID
    definition_id: UUID
    module_code: str
    kind: str
    code: str
    version_no: int
    imported: bool
    spec: Any  # the kind's spec type

    @property
    def name(self) -> Text:
        """What HR calls it."""
        return kind_of(self.kind).name_of(self.spec)


@dataclass(frozen=True)
class EditionView:
    """An edition with everything it pins. References inside it resolve through `find`."""

    id: UUID
    module_code: str
    module_name: Text
    no: int
    items: tuple[Item, ...]

    def find(self, kind: str, code: str, module: str = "") -> Item | None:
        """The definition of `kind` called `code`, in `module` (empty: the edition's own)."""
        wanted = module or self.module_code
        return next((i for i in self.items if i.kind == kind and i.code == code and i.module_code == wanted), None)

    def resolve(self, kind: str, written: str, seen_from: str = "") -> Item:
        """What a spec of module `seen_from` means by `written`; raises KeyError (a frozen edition lacks nothing)."""
        reference = Reference.parse(kind, written, "")
        item = self.find(kind, reference.code, reference.module or seen_from)
        if item is None:
            raise KeyError(f"{kind} {written} in edition {self.id}")
        return item

    def of_kind(self, kind: str) -> list[Item]:
        """All definitions of one kind, the module's own first."""
        return sorted((i for i in self.items if i.kind == kind), key=lambda i: (i.imported, i.code))


def edition_view(edition_id: UUID) -> EditionView:
    """The edition with this id; raises `NotVisibleError` when there is none."""
    return frozen_edition(company.current().code, edition_id)


@lru_cache(maxsize=64)
def frozen_edition(_company: str, edition_id: UUID) -> EditionView:
    """Read once per process: an edition never changes. The company is part of the key, so that no company is told
    another's rules."""
    edition = Edition.objects.select_related("module").filter(pk=edition_id).first()
    if edition is None:
        raise NotVisibleError
    rows = EditionItem.objects.filter(edition=edition).select_related("version", "definition__module")
    return EditionView(
        id=edition.pk,
        module_code=edition.module.code,
        module_name=Text(edition.module.name.get("zh", edition.module.code), edition.module.name.get("en", "")),
        no=edition.no,
        items=tuple(
            Item(
                version_id=row.version_id,
                definition_id=row.definition_id,
                module_code=row.definition.module.code,
                kind=row.definition.kind,
                code=row.definition.code,
                version_no=row.version.no,
                imported=row.imported,
                spec=_spec(row.definition.kind, row.version),
            )
            for row in rows
        ),
    )


def edition_latest(module_code: str) -> EditionView | None:
    """The newest edition of a module, released or not."""
    edition = Edition.objects.filter(module__code=module_code).order_by("-no").first()
    return edition_view(edition.pk) if edition else None


def edition_module_codes(edition_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The module each edition belongs to."""
    return dict(Edition.objects.filter(pk__in=set(edition_ids)).values_list("pk", "module__code"))


@dataclass(frozen=True)
class DraftView:
    """What somebody is editing of a definition. `rev` guards against lost updates (see `draft_save`)."""

    spec: Any
    rev: int
    changed_at: datetime
    changed_by: UUID | None


def draft_view(*, actor: Actor, module_code: str, kind: str, code: str) -> DraftView | None:
    """The draft of a definition, or None where nobody ever edited it."""
    require_rules(actor, CHANGE_RULES)
    of = {"definition__module__code": module_code, "definition__kind": kind, "definition__code": code}
    row = Draft.objects.filter(**of).select_related("definition").first()
    return _draft(row) if row else None


@dataclass(frozen=True)
class OpenDraft:
    """A draft that says something else than the newest edition; `item` is what stands there."""

    item: Item
    draft: DraftView


def drafts_open(*, actor: Actor, kind: str) -> list[OpenDraft]:
    """The drafts of one kind that no edition holds yet, newest first."""
    require_rules(actor, CHANGE_RULES)
    rows = Draft.objects.filter(definition__kind=kind, definition__retired_at=None).select_related("definition__module")
    editions: dict[str, EditionView | None] = {}
    found = []
    for row in rows.order_by("-changed_at", "definition__code"):
        module = row.definition.module.code
        if module not in editions:
            editions[module] = edition_latest(module)
        edition = editions[module]
        item = edition.find(kind, row.definition.code) if edition else None
        draft = _draft(row)
        if item is not None and draft.spec != item.spec:
            found.append(OpenDraft(item, draft))
    return found


def modules_with(kind: str) -> list[tuple[str, Text]]:
    """Code and name of every module that has a released definition of `kind`, by code."""
    found = Release.objects.filter(edition__items__definition__kind=kind, edition__items__imported=False)
    rows = found.values_list("slot__module__code", "slot__module__name").order_by("slot__module__code").distinct()
    seen = {code: Text(name.get("zh", code), name.get("en", "")) for code, name in rows}
    return sorted(seen.items())


def versions(ids: Iterable[UUID]) -> dict[UUID, Spec]:
    """The specs of frozen versions by id."""
    rows = Version.objects.filter(pk__in=set(ids)).select_related("definition")
    return {row.pk: _spec(row.definition.kind, row) for row in rows}


def _spec(kind: str, version: Version) -> Spec:
    spec: Spec = kind_of(kind).parse(json.loads(version.spec), version.schema_no)
    return spec


def _draft(row: Draft) -> DraftView:
    return DraftView(kind_of(row.definition.kind).parse(row.spec), row.rev, row.changed_at, row.changed_by)

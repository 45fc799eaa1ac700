"""Confirmed mappings as definitions of the studio: frozen, versioned, and named by every run that used them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.policy import require
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.models import Source
from jiyu.sources.policies import IMPORT_RECORDS
from jiyu.studio.public import draft_save, edition_latest, edition_make, module_ensure, release


@transaction.atomic
def mapping_version(*, actor: Actor, source: Source, mapping: MappingSpec) -> UUID:
    """The frozen version of this mapping: the newest one where it says the same, else a new one, released from today.

    Whoever may import may confirm a mapping, though not change other rules: the studio is asked by the product
    itself, for that reason; the run names the person.
    """
    require(actor, IMPORT_RECORDS)
    module = f"source-{source.code}"  # of its own: another source's files may be confirmed at the same moment
    latest = edition_latest(module)
    known = latest.find("mapping", source.code) if latest else None
    if known is not None and known.spec.mapping == mapping:
        return known.version_id
    studio = Actor.system(f"mapping of {source.code} confirmed by {actor.person_id or actor.reason}")
    name = {"zh": f"{source.label}的读法", "en": f"How {source.label} is read"}
    module_ensure(actor=studio, code=module, name=name)
    spec = {"label": {"zh": source.label}, "source": source.code, "mapping": mapping.model_dump(mode="json")}
    draft_save(actor=studio, module_code=module, kind="mapping", code=source.code, spec=spec)
    edition = edition_make(actor=studio, module_code=module)
    release(actor=studio, module_code=module, edition_id=edition.id, effective_on=clock.today(), reason="确认列的读法")
    return edition.resolve("mapping", source.code, module).version_id

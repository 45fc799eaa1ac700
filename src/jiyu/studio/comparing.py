"""What differs between two editions, in plain words (DESIGN §2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jiyu.core.actor import Actor
from jiyu.lib.text import Text
from jiyu.studio.kinds import kind_of
from jiyu.studio.models import Draft
from jiyu.studio.policies import CHANGE_RULES, require_rules
from jiyu.studio.selectors import EditionView, edition_latest


class Change(StrEnum):
    """What became of a definition from one edition to another."""

    ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Difference:
    """One definition that is not the same in both editions, with a sentence for each field that changed."""

    kind: str
    code: str
    module_code: str
    name: Text
    change: Change
    sentences: tuple[Text, ...] = ()


def edition_differences(old: EditionView, new: EditionView) -> list[Difference]:
    """Each definition that is not the same in both, by module, kind and code."""
    before = {(i.module_code, i.kind, i.code): i for i in old.items}
    after = {(i.module_code, i.kind, i.code): i for i in new.items}
    found = []
    for key in sorted(before.keys() | after.keys()):
        module, kind, code = key
        was, now = before.get(key), after.get(key)
        if was is not None and now is not None:
            if was.version_id == now.version_id:
                continue
            sentences = tuple(kind_of(kind).describe_diff(was.spec, now.spec))
            found.append(Difference(kind, code, module, now.name, Change.CHANGED, sentences))
        else:
            there = was or now
            assert there is not None
            found.append(Difference(kind, code, module, there.name, Change.REMOVED if was else Change.ADDED))
    return found


def drafts_differing(*, actor: Actor, module_code: str) -> list[Difference]:
    """What the next edition of a module would say differently than its newest one: its drafts as they are now."""
    require_rules(actor, CHANGE_RULES)
    edition = edition_latest(module_code)
    rows = Draft.objects.filter(definition__module__code=module_code, definition__retired_at=None)
    found = []
    for row in rows.select_related("definition").order_by("definition__kind", "definition__code"):
        kind, code = kind_of(row.definition.kind), row.definition.code
        spec = kind.parse(row.spec)
        item = edition.find(kind.key, code) if edition else None
        if item is None:
            found.append(Difference(kind.key, code, module_code, kind.name_of(spec), Change.ADDED))
        elif item.spec != spec:
            words = tuple(kind.describe_diff(item.spec, spec))
            found.append(Difference(kind.key, code, module_code, kind.name_of(spec), Change.CHANGED, words))
    return found

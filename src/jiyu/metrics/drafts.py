"""Changed metrics that are kept but not in force: who changed what when, for going on or for throwing away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.language import say
from jiyu.core.policy import OWNER, ROLE_WORDS
from jiyu.metrics import wording
from jiyu.metrics.kinds import MetricSpec, visible
from jiyu.people import public as people
from jiyu.studio.public import CHANGE_RULES, OpenDraft, drafts_open, may_rules


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft in words; `typed` is its formula as it was written, for going on with it."""

    module_code: str
    code: str
    label: str
    formula: str
    typed: str
    by: str
    at: datetime
    rev: int


def draft_rows(*, actor: Actor, module_code: str = "", code: str = "") -> tuple[DraftRow, ...]:
    """The drafts of metrics that are not in force, newest first, of all or of one; none for who may not change rules."""
    if not may_rules(actor, CHANGE_RULES):
        return ()
    found = [
        one
        for one in drafts_open(actor=actor, kind="metric")
        if not code or (one.item.module_code, one.item.code) == (module_code, code)
    ]
    authors = [one.draft.changed_by for one in found if one.draft.changed_by]
    org = people.org_on(on=clock.today(), known_at=clock.now(), only=set(authors))
    return tuple(_row(one, org) for one in found)


def _row(found: OpenDraft, org: people.OrgView) -> DraftRow:
    spec: MetricSpec = found.draft.spec
    author = found.draft.changed_by  # the owner's account stands for no person
    return DraftRow(
        module_code=found.item.module_code,
        code=found.item.code,
        label=say(spec.label.text),
        formula=wording.formula_words(spec.expression, visible(spec, len(spec.steps))),
        typed=spec.expression,
        by=org.name_of(author) if author else str(ROLE_WORDS[OWNER]),
        at=found.draft.changed_at,
        rev=found.draft.rev,
    )

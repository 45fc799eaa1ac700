"""Writing rules: draft → frozen version → edition → release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jiyu.core import audit, clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError, NotVisibleError, ProblemsError
from jiyu.lib.canonical import canonical_json, sha256_of
from jiyu.lib.formula import LANG_NO
from jiyu.lib.text import Problem, Text
from jiyu.studio.kinds import Reference, Spec, SpecError, kind_of, kinds
from jiyu.studio.models import Definition, Draft, Edition, EditionItem, Module, Ref, Slot, Version
from jiyu.studio.policies import CHANGE_RULES, require_rules
from jiyu.studio.selectors import EditionView, edition_latest, edition_view


@transaction.atomic
def module_ensure(*, actor: Actor, code: str, name: Mapping[str, str]) -> Module:
    """The module called `code`, made with its one slot for everybody when it is new."""
    require_rules(actor, CHANGE_RULES)
    module = Module.objects.filter(code=code).first()
    if module is not None:
        return module
    module = Module(code=code, name=dict(name), created_at=clock.now(), created_by=actor.person_id)
    module.save()
    Slot(module=module, rank=1000, audience=None).save()
    audit.record(actor, "studio.module_made", "studio.module", module.pk, code=code)
    return module


@transaction.atomic
def draft_save(
    *, actor: Actor, module_code: str, kind: str, code: str, spec: Mapping[str, Any], expected_rev: int | None = None
) -> Draft:
    """Save what HR is editing. `expected_rev` refuses (`studio.draft_changed`) when somebody saved in between;
    a spec of the wrong shape is refused with one problem per field."""
    require_rules(actor, CHANGE_RULES)
    if kind not in kinds():
        raise DomainError("studio.unknown_kind", _("没有“%(kind)s”这种规则") % {"kind": kind}, path="kind")
    raw = _parsed(kind, spec).model_dump(mode="json")
    module = module_named(module_code)
    definition, _made = Definition.objects.get_or_create(module=module, kind=kind, code=code)
    Definition.objects.select_for_update().get(pk=definition.pk)  # two who begin the same draft stand in line here
    draft = Draft.objects.filter(definition=definition).first() or Draft(definition=definition, rev=0)
    if expected_rev is not None and draft.rev != expected_rev:
        raise _changed_meanwhile()
    if draft.spec != raw or draft.rev == 0:
        draft.spec, draft.rev = raw, draft.rev + 1
        draft.changed_at, draft.changed_by = clock.now(), actor.person_id
        draft.save()
        audit.record(actor, "studio.draft_saved", "studio.definition", definition.pk, rev=draft.rev)
    return draft


@transaction.atomic
def draft_discard(*, actor: Actor, module_code: str, kind: str, code: str, expected_rev: int) -> None:
    """Bring a draft back to what the newest edition says; what was typed stays in no list. Refused with
    `studio.draft_changed` when somebody saved in between; `NotVisibleError` where no edition has it."""
    require_rules(actor, CHANGE_RULES)
    edition = edition_latest(module_code)
    item = edition.find(kind, code) if edition else None
    if item is None:
        raise NotVisibleError
    draft = Draft.objects.select_for_update().get(definition=item.definition_id)
    if draft.rev != expected_rev:
        raise _changed_meanwhile()
    spec = item.spec.model_dump(mode="json")
    if draft.spec == spec:
        return
    draft.spec, draft.rev = spec, draft.rev + 1
    draft.changed_at, draft.changed_by = clock.now(), actor.person_id
    draft.save()
    audit.record(actor, "studio.draft_discarded", "studio.definition", item.definition_id, rev=draft.rev)


@transaction.atomic
def edition_make(*, actor: Actor, module_code: str) -> EditionView:
    """Freeze the module's drafts and list them as an edition; unchanged drafts keep their version, an unchanged list
    gives the edition that exists. Refused with all problems when a spec does not check."""
    require_rules(actor, CHANGE_RULES)
    module = Module.objects.select_for_update().get(pk=module_named(module_code).pk)
    draft_specs = _draft_specs(module)
    catalog = _DraftCatalog(module, draft_specs)
    problems = [
        problem
        for (kind, code), spec in draft_specs.items()
        for problem in _check(kind, code, spec, catalog)
        if problem.severity == "error"
    ]
    if problems:
        raise ProblemsError(problems)
    own = {key: _freeze(actor, module, key, spec) for key, spec in draft_specs.items()}
    imported = catalog.used_elsewhere
    items = sorted([(v.definition_id, v.pk) for v in own.values()] + [(v.definition_id, v.pk) for v in imported])
    sha = sha256_of(canonical_json([[str(d), str(v)] for d, v in items]))
    same = Edition.objects.filter(module=module, sha256=sha).order_by("-no").first()
    if same is not None:
        return edition_view(same.pk)
    no = (Edition.objects.filter(module=module).aggregate(last=Max("no"))["last"] or 0) + 1
    edition = Edition(module=module, no=no, sha256=sha, made_at=clock.now(), made_by=actor.person_id)
    edition.save()
    for version in own.values():
        EditionItem(edition=edition, definition_id=version.definition_id, version=version).save()
    for version in imported:
        EditionItem(edition=edition, definition_id=version.definition_id, version=version, imported=True).save()
    audit.record(actor, "studio.edition_made", "studio.edition", edition.pk, no=no)
    return edition_view(edition.pk)


def freeze_alone(*, actor: Actor, module: Module, kind: str, code: str, spec: Mapping[str, Any]) -> Version:
    """A definition that is no part of editions (the audience of a slot), frozen at once, without a draft. The caller
    holds the lock on its module. Raises what the spec itself is refused for."""
    require_rules(actor, CHANGE_RULES)
    parsed = _parsed(kind, spec)
    problems = [p for p in kind_of(kind).check(parsed, _DraftCatalog(module, {})) if p.severity == "error"]
    if problems:
        raise ProblemsError(problems)
    Definition.objects.get_or_create(module=module, kind=kind, code=code)
    return _freeze(actor, module, (kind, code), parsed)


def _changed_meanwhile() -> DomainError:
    return DomainError(
        "studio.draft_changed",
        _("你打开之后，别人改过这份草稿"),
        fix=_("刷新看看对方改了什么，再改一次"),
        status=409,
    )


class _DraftCatalog:
    """Answers from the drafts of the module being frozen, and from the newest edition of other modules."""

    def __init__(self, module: Module, drafts: Mapping[tuple[str, str], Spec]) -> None:
        self.module = module
        self.drafts = drafts
        self.used: dict[UUID, Version] = {}
        self.editions: dict[str, EditionView | None] = {}

    def spec(self, kind: str, written: str) -> Spec | None:
        reference = Reference.parse(kind, written, "")
        if reference.module in ("", self.module.code):
            return self.drafts.get((kind, reference.code))
        if reference.module not in self.editions:
            self.editions[reference.module] = edition_latest(reference.module)
        edition = self.editions[reference.module]
        if edition is None:
            return None
        item = edition.find(kind, reference.code, reference.module)
        if item is None:
            return None
        self._use(edition, kind, reference.code, reference.module)
        found: Spec = item.spec
        return found

    @property
    def used_elsewhere(self) -> list[Version]:
        return list(self.used.values())

    def _use(self, edition: EditionView, kind: str, code: str, module: str) -> None:
        """Pin the version, and everything it mentions in turn."""
        item = edition.find(kind, code, module)
        if item is None or item.version_id in self.used:
            return
        self.used[item.version_id] = Version.objects.get(pk=item.version_id)
        for reference in kind_of(kind).references(item.spec):
            self._use(edition, reference.kind, reference.code, reference.module or module)


def _check(kind: str, code: str, spec: Spec, catalog: _DraftCatalog) -> list[Problem]:
    found = list(kind_of(kind).check(spec, catalog))
    for reference in kind_of(kind).references(spec):
        written = f"{reference.module}:{reference.code}" if reference.module else reference.code
        if catalog.spec(reference.kind, written) is None:
            label = kind_of(reference.kind).label
            found.append(
                Problem(
                    "studio.missing_reference",
                    Text(f"“{code}”用到的{label.zh}“{written}”不在", f"“{code}” uses {label.en} “{written}”, absent"),
                    Text("先建它，或改成已有的", "Create it first, or name one that exists"),
                    path=f"{kind}.{code}.{reference.part}",
                )
            )
    return found


def _freeze(actor: Actor, module: Module, key: tuple[str, str], spec: Spec) -> Version:
    kind, code = key
    definition = Definition.objects.get(module=module, kind=kind, code=code)
    text = canonical_json(spec.model_dump(mode="json"))
    sha = sha256_of(text)
    last = Version.objects.filter(definition=definition).order_by("-no").first()
    if last is not None and last.sha256 == sha:
        return last
    version = Version(
        definition=definition,
        no=(last.no if last else 0) + 1,
        schema_no=kind_of(kind).schema_no,
        lang_no=LANG_NO,
        spec=text,
        sha256=sha,
        frozen_at=clock.now(),
        frozen_by=actor.person_id,
    )
    version.save()
    for reference in kind_of(kind).references(spec):
        target = Definition.objects.filter(
            module__code=reference.module or module.code, kind=reference.kind, code=reference.code
        ).first()
        if target is not None:
            Ref(version=version, target=target, part=reference.part[:120]).save()
    return version


def _draft_specs(module: Module) -> dict[tuple[str, str], Spec]:
    drafts = Draft.objects.filter(definition__module=module, definition__retired_at=None).select_related("definition")
    return {
        (d.definition.kind, d.definition.code): _parsed(d.definition.kind, d.spec)
        for d in drafts.order_by("definition__kind", "definition__code")
    }


def _parsed(kind: str, raw: Mapping[str, Any]) -> Spec:
    try:
        parsed: Spec = kind_of(kind).parse(raw)
    except SpecError as error:
        raise ProblemsError(error.problems) from error
    return parsed


def module_named(code: str) -> Module:
    """The module called `code`; raises `studio.no_module`."""
    module = Module.objects.filter(code=code).first()
    if module is None:
        raise DomainError("studio.no_module", _("没有模块“%(code)s”") % {"code": code}, path="module")
    return module

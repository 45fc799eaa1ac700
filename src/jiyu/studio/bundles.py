"""A module of rules as a file: taken in whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import Field, ValidationError

from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.studio.kinds import Spec
from jiyu.studio.models import Release
from jiyu.studio.policies import CHANGE_RULES, require_rules
from jiyu.studio.releasing import release
from jiyu.studio.selectors import EditionView
from jiyu.studio.services import draft_save, edition_make, module_ensure


@transaction.atomic
def definitions_import(*, actor: Actor, bundle: Mapping[str, Any]) -> EditionView:
    """A module from a file: {"module": {"code", "name"}, "definitions": [{"kind", "code", "spec"}], "release":
    {"effective_on", "reason"}?}. All or nothing. Importing the same file twice changes nothing. A file of another
    shape is `studio.bundle_shape`."""
    require_rules(actor, CHANGE_RULES)
    try:
        file = _Bundle.model_validate(bundle)
    except ValidationError as error:
        places = _("、").join(".".join(map(str, e["loc"])) or _("文件") for e in error.errors())
        raise DomainError(
            "studio.bundle_shape",
            _("规则文件里这些地方缺了或写错了：%(where)s") % {"where": places},
            fix=_('要有 "module" 和 "definitions" 两部分，参照导出的文件'),
        ) from error
    code = file.module.code
    module_ensure(actor=actor, code=code, name=file.module.name)
    for item in file.definitions:
        draft_save(actor=actor, module_code=code, kind=item.kind, code=item.code, spec=item.spec)
    edition = edition_make(actor=actor, module_code=code)
    if file.release is not None:
        on = file.release.effective_on
        newest = (
            Release.objects.filter(slot__module__code=code, slot__audience=None, cohort=None, effective_on=on)
            .order_by("-published_at")
            .first()
        )
        if newest is None or newest.edition_id != edition.id:
            release(
                actor=actor,
                module_code=code,
                edition_id=edition.id,
                effective_on=on,
                reason=file.release.reason,
                past_is_meant=True,  # a file says its day itself
            )
    return edition


class _BundleModule(Spec):
    code: str = Field(min_length=1, max_length=60)
    name: dict[str, str]


class _BundleDefinition(Spec):
    kind: str
    code: str = Field(min_length=1, max_length=60)
    spec: dict[str, Any]


class _BundleRelease(Spec):
    effective_on: date
    reason: str


class _Bundle(Spec):
    """The shape of a file of rules."""

    module: _BundleModule
    definitions: tuple[_BundleDefinition, ...]
    release: _BundleRelease | None = None

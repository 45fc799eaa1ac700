"""Rules and their releases in words, for the export."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.language import say
from jiyu.core.policy import require
from jiyu.lib.tables.writing import OutSheet, Value
from jiyu.lib.text import Text
from jiyu.people.public import OrgView, require_whole_company
from jiyu.studio.kinds import kind_of
from jiyu.studio.models import Edition, Release
from jiyu.studio.policies import SEE_RULES
from jiyu.studio.selectors import edition_view


def export_sheets(*, actor: Actor, org: OrgView) -> Iterator[OutSheet]:
    """规则: every definition of every edition in words. 发布: which edition held from when. `org` names people."""
    require(actor, SEE_RULES)
    require_whole_company(actor)
    yield OutSheet(
        _("规则"),
        (_("方案"), _("第几版"), _("种类"), _("编号"), _("名字"), _("内容第几版"), _("写的是什么")),
        _definition_rows(),
        widths=(20, 8, 12, 20, 20, 10, 80),
    )
    yield OutSheet(
        _("规则发布"),
        (_("方案"), _("第几版"), _("从哪天起"), _("发布时间"), _("谁发布的"), _("谁复核的"), _("为什么")),
        _release_rows(org),
        widths=(20, 8, 12, 18, 12, 12, 40),
    )


def _definition_rows() -> Iterator[tuple[Value, ...]]:
    for edition_id in Edition.objects.order_by("module__code", "no").values_list("pk", flat=True):
        edition = edition_view(edition_id)
        for item in sorted(edition.items, key=lambda one: (one.kind, one.code)):
            if item.imported:
                continue
            kind = kind_of(item.kind)
            yield (
                say(edition.module_name),
                edition.no,
                say(kind.label),
                item.code,
                say(item.name),
                item.version_no,
                "\n".join(kind.words(item.spec)),
            )


def _release_rows(org: OrgView) -> Iterator[tuple[Value, ...]]:
    def name(person: UUID | None) -> str | None:
        return org.name_of(person) if person else None

    for one in Release.objects.select_related("slot__module", "edition").order_by("published_at", "pk"):
        module = one.slot.module
        yield (
            say(Text(module.name.get("zh", module.code), module.name.get("en", ""))),
            one.edition.no if one.edition else _("结束"),
            one.effective_on,
            clock.local(one.published_at).replace(tzinfo=None),
            name(one.published_by),
            name(one.second_by),
            one.reason,
        )

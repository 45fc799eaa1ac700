"""The door of the studio for the apps above."""

from jiyu.studio.exporting import export_sheets
from jiyu.studio.kinds import Catalog, Kind, Label, Reference, Spec, SpecError, kind_of, kinds, register
from jiyu.studio.policies import CHANGE_RULES
from jiyu.studio.selectors import (
    DraftView,
    EditionView,
    InForce,
    Item,
    OpenDraft,
    draft_view,
    drafts_open,
    edition_latest,
    edition_module_codes,
    edition_view,
    in_force,
    modules_with,
    versions,
)
from jiyu.studio.services import definitions_import, draft_discard, draft_save, edition_make, module_ensure, release

__all__ = [
    "CHANGE_RULES",
    "Catalog",
    "DraftView",
    "EditionView",
    "InForce",
    "Item",
    "Kind",
    "Label",
    "OpenDraft",
    "Reference",
    "Spec",
    "SpecError",
    "definitions_import",
    "draft_discard",
    "draft_save",
    "draft_view",
    "drafts_open",
    "edition_latest",
    "edition_make",
    "edition_module_codes",
    "edition_view",
    "export_sheets",
    "in_force",
    "kind_of",
    "kinds",
    "module_ensure",
    "modules_with",
    "register",
    "release",
    "versions",
]

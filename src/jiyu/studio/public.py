"""The door of the studio for the apps above."""

from jiyu.studio.kinds import Catalog, Kind, Label, Reference, Spec, SpecError, kind_of, kinds, register
from jiyu.studio.selectors import (
    EditionView,
    InForce,
    Item,
    edition_latest,
    edition_module_codes,
    edition_view,
    in_force,
    modules_with,
    versions,
)
from jiyu.studio.services import definitions_import, draft_save, edition_make, module_ensure, release

__all__ = [
    "Catalog",
    "EditionView",
    "InForce",
    "Item",
    "Kind",
    "Label",
    "Reference",
    "Spec",
    "SpecError",
    "definitions_import",
    "draft_save",
    "edition_latest",
    "edition_make",
    "edition_module_codes",
    "edition_view",
    "in_force",
    "kind_of",
    "kinds",
    "module_ensure",
    "modules_with",
    "register",
    "release",
    "versions",
]

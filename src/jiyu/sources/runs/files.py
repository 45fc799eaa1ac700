"""Files in: read as tables, kept redacted, read again."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jiyu.core import files
from jiyu.core.actor import Actor
from jiyu.core.errors import ProblemsError
from jiyu.core.models import StoredFile
from jiyu.lib.tables import TableFile, TableFileError, read_tables, redacted_copy

NUMBERS_FILE, ROSTER_FILE = "sources.run", "sources.roster"  # whose policy guards a kept file


def file_read(data: bytes, filename: str) -> TableFile:
    """The file as tables; a refusal of the reader becomes one of the product (same code and words)."""
    try:
        return read_tables(data, filename)
    except TableFileError as error:
        raise ProblemsError([error.problem]) from error


def file_keep(actor: Actor, file: TableFile, data: bytes, *, owner_kind: str) -> StoredFile:
    """Keep what may be kept: the redacted bytes where something was hidden. The hash covers exactly those."""
    return files.store(actor, redacted_copy(file) or data, name=file.filename, owner_kind=owner_kind)


def file_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What kept files are called."""
    return dict(StoredFile.objects.filter(pk__in={one for one in ids if one}).values_list("pk", "name"))


def file_again(file_id: UUID) -> TableFile:
    """A kept file as tables."""
    file = StoredFile.objects.get(pk=file_id)
    return file_read(files.read(file), file.name)

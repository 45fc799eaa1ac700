"""`grid_proposal`: an attendance table with a column per day, from its subject to a mapping with its legend."""

from __future__ import annotations

from collections.abc import Mapping

from jiyu.lib.tables.cells import Sheet, TableFile
from jiyu.lib.tables.heads import Head
from jiyu.sources.mappings import doubts, words
from jiyu.sources.mappings.applying import find_head
from jiyu.sources.mappings.grids import month_of
from jiyu.sources.mappings.guesses import MappingProposal, guesses_of
from jiyu.sources.mappings.legends import MOST_SYMBOLS, legend_read
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.mappings.titles import month_in


def grid_proposal(
    spec: MappingSpec, file: TableFile, first: Sheet, head: Head, answers: Mapping[str, str]
) -> MappingProposal:
    """A table with a column per day: its month from the title or an answer, its legend from what `spec` has from
    before, from the table, and from answers. `first` is the sheet that is shown."""
    assert spec.grid is not None
    typed = month_in(answers.get("month", "")) or (None, None)
    grid = spec.grid.model_copy(update={"year": typed[0], "month": typed[1]})
    spec = spec.model_copy(update={"grid": grid})
    if month_of(grid, first, head) is None:
        guesses = guesses_of(spec, head)
        return MappingProposal(None, first.name, head, guesses, (doubts.which_month(),), words.NO_MONTH)
    visible = [sheet for sheet in file.sheets if not sheet.is_hidden]
    tables = [(sheet, found) for sheet in visible if (found := find_head(spec, sheet)) is not None]
    read = legend_read(spec, grid, tables, answers)
    if len(read.symbols) > MOST_SYMBOLS:
        problem = doubts.too_many_symbols(len(read.symbols))
        return MappingProposal(None, first.name, head, guesses_of(spec, head), (), problem)
    guesses = guesses_of(read.spec, head)
    return MappingProposal(read.spec, first.name, head, guesses, read.questions, symbols=read.symbols)

"""Sheets as files: out as CSV for people to fill in, and back in whatever shape the spreadsheet left it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from jiyu.core import clock
from jiyu.core.actor import Actor
from jiyu.core.errors import DomainError
from jiyu.core.language import say
from jiyu.core.policy import require
from jiyu.goals.kinds import IndicatorSpec
from jiyu.goals.lines import metric_of
from jiyu.goals.models import MAIN_SECTION, Sheet, Term
from jiyu.goals.policies import SEE_SHEETS
from jiyu.goals.selectors import terms_of
from jiyu.goals.typed import file_number, plain_number
from jiyu.lib.tables import TableFileError, read_tables
from jiyu.lib.units import UNITS
from jiyu.people.public import OrgPerson
from jiyu.studio.public import EditionView, edition_view

HEAD = ("工号", "姓名", "指标编号", "指标", "权重", "目标值", "底线值", "挑战值", "起点值", "适用")
SECTION_HEAD = ("部分", "部分权重")  # only where a sheet has sections
RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as something else


def sheets_csv(*, actor: Actor, sheets: Iterable[tuple[Sheet, OrgPerson]]) -> str:
    """The lines of these sheets as `sheets_import` reads them back; no sheet gives the head alone.

    Texts that a spreadsheet would run as a formula are quoted (DESIGN §9); numbers are ours and stay as they are.
    """
    require(actor, SEE_SHEETS)
    chosen = list(sheets)
    editions = {edition: edition_view(edition) for edition in {sheet.edition for sheet, _person in chosen}}
    terms = terms_of(sheet_ids=[sheet.pk for sheet, _person in chosen], known_at=clock.now())
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    has_sections = any(term.section != MAIN_SECTION for lines in terms.values() for term in lines)
    writer.writerow(HEAD + (SECTION_HEAD if has_sections else ()))
    for sheet, person in chosen:
        for term in terms.get(sheet.pk, ()):
            section = [quoted(term.section), _percent(term.section_weight)] if has_sections else []
            writer.writerow(_row(term, person, editions[sheet.edition]) + section)
    return BYTE_ORDER_MARK + out.getvalue()


def quoted(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RUNS_AS_FORMULA) else text


def rows_of(data: bytes, filename: str) -> list[tuple[int, list[str]]]:
    """The rows of an uploaded CSV or Excel file as texts, with their numbers: of the first sheet that is not hidden.
    Raises what `lib.tables` says of files that are none."""
    try:
        file = read_tables(data, filename)
    except TableFileError as refused:
        problem = refused.problem
        raise DomainError(problem.code, say(problem.message), fix=say(problem.fix)) from refused
    sheet = next((sheet for sheet in file.sheets if not sheet.is_hidden), file.sheets[0])
    return [(row.number, [cell.text for cell in row.cells]) for row in sheet.iter_rows()]


def _percent(millionths: int) -> str:
    return f"{plain_number(millionths * 100)}%"


def _row(term: Term, person: OrgPerson, edition: EditionView) -> list[str]:
    item = next((i for i in edition.items if i.version_id == term.indicator_version), None)
    spec = item.spec if item else None
    unit = UNITS[metric_of(edition, item).unit] if item else UNITS["number"]
    return [
        quoted(person.employee_no),
        quoted(person.name),
        quoted(item.code if item else ""),
        quoted(spec.label.zh if isinstance(spec, IndicatorSpec) else ""),
        _percent(term.weight),
        *(file_number(value, unit) for value in (term.target, term.threshold, term.stretch, term.baseline)),
        "是" if term.is_applicable else "不适用",
    ]

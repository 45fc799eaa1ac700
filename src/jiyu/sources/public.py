"""The door of sources for the apps above."""

from jiyu.sources.connections import (
    MeasureEntry,
    MeasureView,
    measure_ensure,
    measure_ids,
    measures,
    measures_ensure,
    source_ensure,
    source_get,
    source_owners,
)
from jiyu.sources.exporting import export_sheets
from jiyu.sources.mappings.spec import MappingSpec
from jiyu.sources.matching.decisions import match_decide
from jiyu.sources.numbers import numbers_import
from jiyu.sources.outcome import ImportOutcome
from jiyu.sources.overview import records_count
from jiyu.sources.quarantine.services import quarantine_settle
from jiyu.sources.records.choosing import record_columns
from jiyu.sources.records.columns import fact_columns
from jiyu.sources.records.coverage import Coverage, Freshness, coverage, freshness_all, freshness_many
from jiyu.sources.records.rows import RecordRow, keys_count, record_rows
from jiyu.sources.roster.importing import roster_import
from jiyu.sources.roster.services import roster_settle, roster_undo
from jiyu.sources.runs.facts import RunFacts, run_facts
from jiyu.sources.runs.importing import records_import
from jiyu.sources.runs.undo import register_rest_check, run_undo
from jiyu.sources.runs.visibility import visible_run_ids

__all__ = [
    "Coverage",
    "Freshness",
    "ImportOutcome",
    "MappingSpec",
    "MeasureEntry",
    "MeasureView",
    "RecordRow",
    "RunFacts",
    "coverage",
    "export_sheets",
    "fact_columns",
    "freshness_all",
    "freshness_many",
    "keys_count",
    "match_decide",
    "measure_ensure",
    "measure_ids",
    "measures",
    "measures_ensure",
    "numbers_import",
    "quarantine_settle",
    "record_columns",
    "record_rows",
    "records_count",
    "records_import",
    "register_rest_check",
    "roster_import",
    "roster_settle",
    "roster_undo",
    "run_facts",
    "run_undo",
    "source_ensure",
    "source_get",
    "source_owners",
    "visible_run_ids",
]

"""The door of reviews for the apps above."""

from jiyu.reviews.acknowledging import Seen, SeenState, acknowledge, seen_states
from jiyu.reviews.evidence import PAGE_ROWS, Asked, DayGap, Evidence, InputRows, LineEvidence, evidence
from jiyu.reviews.explanation import ExplainedInput, ExplainedLine, Explanation
from jiyu.reviews.exporting import export_sheets
from jiyu.reviews.models import Cycle, Enrolment
from jiyu.reviews.objecting import (
    REASONS,
    ObjectionView,
    may_be_asked,
    objection_raise,
    objection_withdraw,
    objections_of,
)
from jiyu.reviews.pages import CyclePage, cycle_page
from jiyu.reviews.policies import ACKNOWLEDGE, SEE_COMPANY, SEE_CYCLES, SEE_RESULT
from jiyu.reviews.selectors import (
    CycleOverview,
    ResultHead,
    UnitTally,
    cycle_by_code,
    cycle_list,
    cycle_overview,
    explanation,
    live_explanation,
    results_of,
    results_of_many,
    waiting_sources,
)
from jiyu.reviews.services import ScoreOutcome, cycle_finalize, cycle_open, cycle_score, cycle_set_cutoff
from jiyu.reviews.unrated import unrated_words

__all__ = [
    "ACKNOWLEDGE",
    "PAGE_ROWS",
    "REASONS",
    "SEE_COMPANY",
    "SEE_CYCLES",
    "SEE_RESULT",
    "Asked",
    "Cycle",
    "CycleOverview",
    "CyclePage",
    "DayGap",
    "Enrolment",
    "Evidence",
    "ExplainedInput",
    "ExplainedLine",
    "Explanation",
    "InputRows",
    "LineEvidence",
    "ObjectionView",
    "ResultHead",
    "ScoreOutcome",
    "Seen",
    "SeenState",
    "UnitTally",
    "acknowledge",
    "cycle_by_code",
    "cycle_finalize",
    "cycle_list",
    "cycle_open",
    "cycle_overview",
    "cycle_page",
    "cycle_score",
    "cycle_set_cutoff",
    "evidence",
    "explanation",
    "export_sheets",
    "live_explanation",
    "may_be_asked",
    "objection_raise",
    "objection_withdraw",
    "objections_of",
    "results_of",
    "results_of_many",
    "seen_states",
    "unrated_words",
    "waiting_sources",
]

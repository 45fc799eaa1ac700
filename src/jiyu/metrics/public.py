"""The door of metrics for the apps above."""

from jiyu.metrics.absent import Absent, absent_sources
from jiyu.metrics.compute import InputColumn, MetricColumns, evaluate_inputs, is_ratio, ratio_sides, scale_of
from jiyu.metrics.kinds import Aggregate, MetricSpec, tree_of, visible
from jiyu.metrics.selectors import MetricValues, metric_values, row_sources

__all__ = [
    "Absent",
    "Aggregate",
    "InputColumn",
    "MetricColumns",
    "MetricSpec",
    "MetricValues",
    "absent_sources",
    "evaluate_inputs",
    "is_ratio",
    "metric_values",
    "ratio_sides",
    "row_sources",
    "scale_of",
    "tree_of",
    "visible",
]

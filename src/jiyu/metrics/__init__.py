"""Metrics (数据项): expressions over aggregates of records, computed when asked, aggregated first and divided last."""

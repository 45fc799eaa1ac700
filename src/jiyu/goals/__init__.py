"""Indicators and sheets: what a person agreed to be measured by, in which weights, until changed by approval."""

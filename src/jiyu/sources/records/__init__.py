"""Reading what was taken: facts in columns for metrics, rows for explanations, how complete and how fresh."""

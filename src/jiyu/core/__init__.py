"""The kernel every app stands on: company, clock, actor, access, audit, insert-only tables, jobs, files."""

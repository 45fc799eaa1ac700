"""Schemes, cycles and results: who is scored by what, the score as revisions, and why it is what it is."""

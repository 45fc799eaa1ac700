"""Runs: one pull of one file, from open to applied, and back (DESIGN §4 "Nothing half-applies")."""

"""What the Makefile calls: checks, tests, translations, locks."""

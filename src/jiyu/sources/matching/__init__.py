"""Whom a row is about: matched by what is unique, decided by a person otherwise, never guessed."""

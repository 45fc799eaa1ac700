"""Modules, definitions, versions, editions and releases: everything HR sets, as data with a type. Knows no HR word."""

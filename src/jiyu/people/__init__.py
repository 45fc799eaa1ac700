"""Persons, units, posts, lines, calendars, periods and who may see them. Dated, and known in two times
(DESIGN §5)."""

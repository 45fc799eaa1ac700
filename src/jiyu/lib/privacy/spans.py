"""What follows from shown sums: linear spans over atoms, and the search for a small group in them.

Members who occur in the same sets are one atom; a shown set is a row of 0 and 1 over atoms; what can be worked out is
the span of the rows over the rationals. It gives away a group smaller than the minimum if some vector of it, not all
zero, is non-zero only on atoms that together hold fewer persons. Rows are whole numbers without a common factor, so
nothing is rounded.

The search is the one for a light word of a linear code: exponential at worst, but (1) atoms of `minimum` persons can
never be in a small group, and eliminating them first leaves few rows; (2) atoms in proportion in all rows stand or
fall together and are merged; (3) disjoint sets of pivots each cost a small group something, which ends most branches
at once. Hierarchies and partitions need no branch at all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from math import gcd
from typing import Final

MOST_STEPS: Final = 1_000_000
"""Numbers that one search handles in eliminations before it gives up; about a second at the worst."""

Row = dict[int, int]
"""Atom to whole number; zeros are left out."""

Persons = frozenset[Hashable]
_NOBODY: Final[Persons] = frozenset()


class TooEntangled(Exception):
    """The search for a small group was given up; nothing is known about the sets."""


class Atoms:
    """The atoms of some sets of members: `rows`, one per set, and `persons` of each atom.

    `persons` is None for an atom of at least `minimum` persons: none of them can be in a small group.
    """

    def __init__(
        self, sets: Sequence[frozenset[Hashable]], minimum: int, person_of: Callable[[Hashable], Hashable]
    ) -> None:
        self.minimum = minimum
        places: dict[Hashable, int] = {}
        for i, members in enumerate(sets):
            for member in members:
                places[member] = places.get(member, 0) | 1 << i
        together: dict[int, set[Hashable]] = {}
        for member, place in places.items():
            together.setdefault(place, set()).add(person_of(member))
        self.persons: dict[int, Persons | None] = {}
        self.rows: list[Row] = [{} for _ in sets]
        # In the order of their places, so that the same question is always searched in the same order.
        for atom, (place, persons) in enumerate(sorted(together.items())):
            self.persons[atom] = frozenset(persons) if len(persons) < minimum else None
            while place:
                last = place & -place
                self.rows[last.bit_length() - 1][atom] = 1
                place ^= last


class Span:
    """What follows from the sums shown so far, as rows in reduced echelon form."""

    def __init__(self, atoms: Atoms, most_steps: int) -> None:
        self._persons = atoms.persons
        self._budget = atoms.minimum - 1
        self._most_steps = most_steps
        self._weight = _weights(atoms.persons, self._budget)
        self._rows: dict[int, Row] = {}

    def add(self, row: Row) -> None:
        """The sum of `row` is shown."""
        _insert(self._rows, row, self._weight)

    def small_group_with(self, row: Row) -> Persons | None:
        """The persons, fewer than the minimum, about whom `row` would tell together with the span; None if none.

        Only what is new is searched: parts of the span that the row does not touch were looked at when they were
        added. Raises TooEntangled.
        """
        after = dict(self._rows)
        if not _insert(after, row, self._weight):
            return None
        before, rows = self._small_rows(self._rows), self._small_rows(after)
        if len(rows) == len(before):
            return None  # the row can only be combined into something about a large atom
        known = {id(old) for old in before}
        touched = [part for part in _components(rows) if any(id(one) not in known for one in part)]
        return self._search(touched)

    def small_group(self) -> Persons | None:
        """Any group of persons, fewer than the minimum, about whom the span tells. Raises TooEntangled."""
        return self._search(_components(self._small_rows(self._rows)))

    def _search(self, components: Iterable[list[Row]]) -> Persons | None:
        search = _Search(self._most_steps)
        found = (search.find(rows, self._persons, self._budget, _NOBODY) for rows in components)
        return next((group for group in found if group is not None), None)

    def _small_rows(self, rows: Mapping[int, Row]) -> list[Row]:
        """A basis of what the span says without any atom that is too large.

        A row's pivot is the heaviest of its atoms, and in no other row: a combination without large atoms has no
        row with a large pivot in it, and the others have no large atom at all.
        """
        return [row for pivot, row in rows.items() if self._weight(pivot) <= self._budget]


class _Search:
    """One search for a small group, with its steps counted."""

    def __init__(self, most_steps: int) -> None:
        self._steps_left = most_steps

    def find(
        self, rows: list[Row], persons: Mapping[int, Persons | None], budget: int, paid: Persons
    ) -> Persons | None:
        """Persons behind some combination of the rows, `paid` and at most `budget` more; None if there are none.

        Atoms all of whose persons are paid have been taken out of the rows before.
        """
        self._steps_left -= len(rows) * sum(map(len, rows))
        if self._steps_left < 0:
            raise TooEntangled
        while True:
            rows_there = len(rows)
            rows, persons = _merged(rows, persons, budget)
            weight = _weights(persons, budget)
            reduced: dict[int, Row] = {}
            for row in rows:
                _insert(reduced, row, weight)
            if len(reduced) < rows_there:
                return paid  # some combination has only atoms that are paid for
            rows = [row for pivot, row in reduced.items() if weight(pivot) <= budget]
            if len(rows) == rows_there:
                break
        if not rows:
            return None
        for row in rows:
            group = _persons_of(row, persons)
            if len(group) <= budget:
                return paid | group
        if _least(reduced, persons, budget) > budget:
            return None
        pivot = max(reduced, key=lambda atom: (weight(atom), -atom))
        found = self._with(rows, persons, budget, paid, pivot)
        if found is not None:
            return found
        return self.find([row for row in rows if pivot not in row], persons, budget, paid)

    def _with(
        self, rows: list[Row], persons: Mapping[int, Persons | None], budget: int, paid: Persons, atom: int
    ) -> Persons | None:
        """The same for combinations that have `atom`: its persons are paid for, and free from then on."""
        cost = persons[atom]
        assert cost is not None
        rest = {a: None if those is None else those - cost for a, those in persons.items()}
        left = [{a: value for a, value in row.items() if rest[a] != _NOBODY} for row in rows]
        if not all(left):
            return paid | cost
        return self.find(left, rest, budget - len(cost), paid | cost)


def _weights(persons: Mapping[int, Persons | None], budget: int) -> Callable[[int], int]:
    """How many persons an atom costs; one more than the budget where they are too many to count."""

    def weight(atom: int) -> int:
        those = persons[atom]
        return budget + 1 if those is None else len(those)

    return weight


def _persons_of(row: Row, persons: Mapping[int, Persons | None]) -> Persons:
    """All persons of a row without large atoms."""
    return _NOBODY.union(*(persons[atom] or _NOBODY for atom in row))


def _merged(
    rows: list[Row], persons: Mapping[int, Persons | None], budget: int
) -> tuple[list[Row], dict[int, Persons | None]]:
    """The rows with one atom for all that are in proportion; more persons than the budget become None."""
    columns: dict[int, list[tuple[int, int]]] = {}
    for number, row in enumerate(rows):
        for atom, value in row.items():
            columns.setdefault(atom, []).append((number, value))
    first_with: dict[tuple[tuple[int, int], ...], int] = {}
    merged: dict[int, Persons | None] = {}
    for atom, column in columns.items():
        divisor = gcd(*(value for _, value in column)) * (1 if column[0][1] > 0 else -1)
        first = first_with.setdefault(tuple((number, value // divisor) for number, value in column), atom)
        here, there = persons[atom], merged.get(first, _NOBODY)
        both = None if here is None or there is None else here | there
        merged[first] = None if both is None or len(both) > budget else both
    return [{atom: value for atom, value in row.items() if atom in merged} for row in rows], merged


def _least(reduced: Mapping[int, Row], persons: Mapping[int, Persons | None], budget: int) -> int:
    """A number of persons below which no combination of the rows can be; counted up to above the budget.

    The pivots of an echelon form are in every combination at least once. So are those of a second one that has no
    person of the first, and so on while the rows stay independent on the atoms that are left.
    """
    weight = _weights(persons, budget)
    rows, pivots = list(reduced.values()), list(reduced)
    least, used = 0, _NOBODY
    while True:
        least += min(weight(pivot) for pivot in pivots)
        if least > budget:
            return least
        used = used.union(*(persons[pivot] or _NOBODY for pivot in pivots))
        again: dict[int, Row] = {}
        for row in rows:
            left = {atom: value for atom, value in row.items() if used.isdisjoint(persons[atom] or _NOBODY)}
            if not _insert(again, left, weight):
                return least
        rows, pivots = list(again.values()), list(again)


def _components(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows in groups that have no atom in common."""
    parts: list[tuple[set[int], list[Row]]] = []
    for row in rows:
        atoms, members = set(row), [row]
        apart = []
        for part in parts:
            if atoms.isdisjoint(part[0]):
                apart.append(part)
            else:
                atoms |= part[0]
                members = part[1] + members
        parts = [*apart, (atoms, members)]
    return [members for _, members in parts]


def _insert(rows: dict[int, Row], row: Row, weight: Callable[[int], int]) -> bool:
    """Add a row to an echelon form (by pivot, the heaviest atom of its row); False if it adds nothing."""
    new = _residual(rows, row)
    if not new:
        return False
    pivot = _heaviest(new, weight)
    for other, old in rows.items():
        rows[other] = _eliminated(old, pivot, new)
    rows[pivot] = new
    return True


def _residual(rows: Mapping[int, Row], row: Row) -> Row:
    """What of the row does not follow from the echelon form."""
    for pivot in [atom for atom in row if atom in rows]:
        row = _eliminated(row, pivot, rows[pivot])
    return row


def _heaviest(atoms: Iterable[int], weight: Callable[[int], int]) -> int:
    return max(atoms, key=lambda atom: (weight(atom), -atom))


def _eliminated(row: Row, atom: int, by: Row) -> Row:
    """The row less the multiple of `by` that makes it zero at `atom`; whole numbers without a common factor."""
    if atom not in row:
        return row
    of_row, of_by = row[atom], by[atom]
    common = gcd(of_row, of_by)
    result = {a: value * (of_by // common) for a, value in row.items()}
    for a, value in by.items():
        difference = result.get(a, 0) - value * (of_row // common)
        if difference:
            result[a] = difference
        else:
            del result[a]
    divisor = gcd(*result.values())
    return {a: value // divisor for a, value in result.items()} if divisor > 1 else result

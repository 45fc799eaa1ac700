"""Units too small for a distribution of their own share one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiyu.lib.text import Text, counted


@dataclass(frozen=True, slots=True)
class Pool:
    """Units with one distribution, their people together, and why in words. `is_small`: still below the minimum."""

    units: tuple[str, ...]
    people: int
    is_small: bool
    words: Text


def pool_units(people: Mapping[str, int], minimum: int) -> tuple[Pool, ...]:
    """Which units share one distribution: each of at least `minimum` people alone, all smaller ones together.

    Order of `people` is kept; the pool of the small ones comes last and may itself stay below `minimum`: then
    `is_small`, and HR decides (its caps may all be 0).
    """
    pools = [Pool((unit,), count, False, _alone(unit, count)) for unit, count in people.items() if count >= minimum]
    small = {unit: count for unit, count in people.items() if count < minimum}
    if small:
        together = sum(small.values())
        pools.append(Pool(tuple(small), together, together < minimum, _pooled(small, minimum)))
    return tuple(pools)


def _pooled(small: Mapping[str, int], minimum: int) -> Text:
    """Why these units share one distribution, or that one of them has no other to share it with."""
    listed = Text(
        "、".join(f"{unit} {count} 人" for unit, count in small.items()),
        ", ".join(f"{unit} {count}" for unit, count in small.items()),
    )
    fewer_than = counted(minimum, "person", "people")
    if len(small) == 1:
        return Text(
            "{list}，少于 {k} 人，没有别的小单位可以一起算",
            "{list}: fewer than {people}, and no other small unit to be counted with",
        ).format(list=listed, k=minimum, people=fewer_than)
    words = Text(
        "{list}，都少于 {k} 人，合起来 {n} 人一起算",
        "{list} have fewer than {people} each and are counted together: {n}",
    ).format(list=listed, k=minimum, people=fewer_than, n=sum(small.values()))
    if sum(small.values()) >= minimum:
        return words
    return Text("{w}，仍少于 {k} 人", "{w}, still fewer than {k}").format(w=words, k=minimum)


def _alone(unit: str, count: int) -> Text:
    return Text("{u} {n} 人，单独算", "{u}: {people}, on its own").format(
        u=unit, n=count, people=counted(count, "person", "people")
    )

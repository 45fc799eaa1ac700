"""A page asks each read once; outside nothing is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from jiyu.core.reads import asked_once, remembered

asked: list[str] = []


@remembered
def read(codes: Collection[str], *, where: Mapping[str, Collection[str]] | None = None, limit: int = 3) -> list[str]:
    asked.append(" ".join(sorted(codes)))
    return sorted(codes)[:limit]


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    asked.clear()


def test_inside_a_page_the_same_read_is_asked_once_however_its_arguments_are_written() -> None:
    with asked_once():
        assert read(["b", "a"]) == read(codes={"a", "b"}, where=None) == read(("a", "b"), limit=3) == ["a", "b"]
        assert asked == ["a b"]


def test_other_arguments_are_another_read() -> None:
    with asked_once():
        read(["a"])
        read(["a"], limit=1)
        read(["a"], where={"班次": ["夜班"]})
        read(["a"], where={"班次": ["白班"]})
    assert len(asked) == 4


def test_outside_and_in_the_next_page_everything_is_asked_anew() -> None:
    read(["a"])
    read(["a"])
    for _page in range(2):
        with asked_once():
            read(["a"])
    assert len(asked) == 4


def test_a_page_that_fails_leaves_nothing_behind() -> None:
    with pytest.raises(KeyError), asked_once():
        read(["a"])
        raise KeyError
    read(["a"])
    assert len(asked) == 2

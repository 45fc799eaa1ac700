"""One byte sequence for one meaning: what is hashed and compared is canonical."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiyu.lib.canonical import canonical_json, sha256_of


def test_the_order_in_which_somebody_typed_the_fields_means_nothing() -> None:
    assert canonical_json({"b": 1, "a": [2, None]}) == canonical_json({"a": [2, None], "b": 1})
    assert canonical_json({"b": 1, "a": [2, None]}) == '{"a":[2,null],"b":1}'


def test_the_order_of_a_list_means_something() -> None:
    assert canonical_json([1, 2]) != canonical_json([2, 1])


def test_text_is_kept_readable_and_composed() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    assert canonical_json({decomposed: decomposed}) == canonical_json({composed: composed}) == '{"café":"café"}'
    assert canonical_json("签单额") == '"签单额"'


@pytest.mark.parametrize("value", [0.1, 1.0, float("nan"), Decimal("0.1"), {1, 2}, object()])
def test_a_number_that_prints_differently_elsewhere_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"^\$\.weights\[1\]: .*integers or decimal text"):
        canonical_json({"weights": [1, value]})


def test_keys_are_text() -> None:
    with pytest.raises(TypeError, match="keys are text"):
        canonical_json({1: "a"})


def test_true_is_not_one() -> None:
    assert canonical_json([True, 1]) == "[true,1]"


def test_the_hash_is_that_of_the_utf8_bytes() -> None:
    assert sha256_of("绩语") == "b0ccee864e9ec89af6f478c31adb286625c8b0c2b1b99f98d7379f8a34f37ca8"

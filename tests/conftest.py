"""What tests share: one small company, a clock that stands, both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import settings

# The same examples on every machine: a suite that fails by luck is not trusted. Fresh seeds: `-m million`, or
# `--hypothesis-profile=fresh`.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.register_profile("fresh", deadline=None)
settings.load_profile("suite")

NOW = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.fixture(autouse=True)
def standing_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """The demo's moment, 2026-04-08 09:00 in Shanghai, in every test that touches the product (not `lib`)."""
    if "/tests/lib/" in str(request.path):
        yield
        return
    from django.urls import set_script_prefix

    from jiyu.core import clock
    from jiyu.studio.selectors import frozen_edition

    frozen_edition.cache_clear()  # else the queries of a test would depend on the tests before it
    with clock.at(NOW):
        yield
    set_script_prefix("/")  # a test that went through the company's prefix must not move the next one's addresses

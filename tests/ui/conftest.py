"""The room's tests need no database and no other room.

They run with the product's settings, or on their own (`pytest tests/ui -p no:django`) with the sample site's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.ui.samples.site import HERE, Site

ROOT = Path(__file__).resolve().parents[2]

if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
    Site.configure()


@pytest.fixture(scope="session")
def engine() -> Any:
    """A template engine that also finds the samples, whatever settings the tests run with."""
    from django.template.backends.django import DjangoTemplates

    processors = ["django.template.context_processors.request", "jiyu.ui.context.page"]
    return DjangoTemplates(
        {
            "NAME": "samples",
            "DIRS": [HERE / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": processors},
        }
    )


@pytest.fixture
def draw(engine: Any) -> Callable[..., str]:
    """`draw("{% icon name='home' %}", key=value)`: what a template that loads the room's tags becomes."""

    def drawn(source: str, **context: Any) -> str:
        return str(engine.from_string("{% load ui %}" + source).render({"csrf_token": "t0ken", **context}))

    return drawn


@pytest.fixture(scope="session")
def sample_html(engine: Any) -> Callable[[str], str]:
    """The HTML of a sample page by name."""
    from django.test import RequestFactory

    from tests.ui.samples.contexts import SAMPLES

    def html(name: str) -> str:
        template, context = SAMPLES[name]
        return str(engine.get_template(template).render(context(), RequestFactory().get(f"/sample/{name}/")))

    return html


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the sample site, in a process of its own."""
    command = [sys.executable, "-m", "tests.ui.samples.site", "0"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:"), "the sample site did not start"
    try:
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()

"""Keys that stand in companies' databases are never renamed and never reused (HOUSE_STYLE §3, §8).

A new key: `JIYU_UPDATE_SNAPSHOTS=1 pytest tests/arch/test_stored_keys.py`, and look at the difference. A key
that went away stays in the file under "retired", with the reason in the commit."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path

from django.apps import apps
from django_tasks.base import Task

from jiyu.core import policy
from jiyu.studio import public as studio
from tests.arch.conftest import modules

SNAPSHOT = Path(__file__).with_name("stored_keys.json")


def stored_keys() -> dict[str, list[str]]:
    """What the program stores by name now."""
    return {
        "permissions": sorted(policy.permissions()),
        "roles": sorted(policy.ROLES),
        "kinds": sorted(studio.kinds()),
        "tasks": _tasks(),
        "tables": sorted(m._meta.db_table for m in apps.get_models() if m.__module__.startswith("jiyu.")),
    }


def test_stored_keys_are_those_of_the_snapshot() -> None:
    kept = json.loads(SNAPSHOT.read_text("utf-8")) if SNAPSHOT.exists() else {}
    now = stored_keys()
    if os.environ.get("JIYU_UPDATE_SNAPSHOTS") == "1":
        gone = {k: sorted(set(kept.get(k, [])) - set(keys)) for k, keys in now.items()}
        retired = {k: sorted({*kept.get("retired", {}).get(k, []), *gone[k]}) for k in now}
        kept = {**now, "retired": {k: keys for k, keys in retired.items() if keys}}
        SNAPSHOT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert now == {k: keys for k, keys in kept.items() if k != "retired"}


def test_retired_keys_are_not_used_again() -> None:
    retired = json.loads(SNAPSHOT.read_text("utf-8")).get("retired", {})
    assert {k: sorted(set(keys) & set(retired.get(k, []))) for k, keys in stored_keys().items()} == {
        k: [] for k in stored_keys()
    }


def test_permissions_are_named_after_their_app() -> None:
    labels = {c.label for c in apps.get_app_configs()}
    assert {code.split(".")[0] for code in policy.permissions()} <= labels


def _tasks() -> list[str]:
    found = set()
    for path, _tree in modules():
        if path.endswith("tasks.py"):
            module = importlib.import_module("jiyu." + path.removesuffix(".py").replace("/", "."))
            found |= {value.module_path for value in vars(module).values() if isinstance(value, Task)}
    return sorted(found)

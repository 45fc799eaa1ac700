"""One byte sequence for one meaning: canonical JSON and its hash, for everything that is frozen.

Keys sorted, no spaces, text in NFC, no floats (a float prints differently on different machines and hides what was
meant: numbers are integers of millionths or decimal text).
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any


def canonical_json(value: Any) -> str:
    """`value` (None, bool, int, str, list, dict with text keys) as canonical JSON; raises TypeError for anything else."""
    return json.dumps(_checked(value, "$"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(text: str) -> str:
    """The SHA-256 of `text` in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _checked(value: Any, path: str) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{path}: keys are text, not {type(key).__name__}")
        return {unicodedata.normalize("NFC", k): _checked(v, f"{path}.{k}") for k, v in value.items()}
    if isinstance(value, Sequence):
        return [_checked(v, f"{path}[{i}]") for i, v in enumerate(value)]
    raise TypeError(f"{path}: {type(value).__name__} has no canonical form (numbers: integers or decimal text)")

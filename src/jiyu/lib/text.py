"""Words for people, in Chinese first and English second, and problems told in them.

`lib` knows no web framework, so its sentences carry both languages; who shows them picks one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages. `zh` is never empty; an empty `en` falls back to `zh`."""

    zh: str
    en: str = ""

    def in_(self, language: str) -> str:
        """The sentence in `language` ('zh…' or anything else for English)."""
        return self.zh if language.startswith("zh") or not self.en else self.en

    def format(self, **values: Any) -> Text:
        """Both languages with `{names}` filled in; a value that is a `Text` is taken per language."""
        zh = {k: v.zh if isinstance(v, Text) else v for k, v in values.items()}
        en = {k: v.in_("en") if isinstance(v, Text) else v for k, v in values.items()}
        return Text(self.zh.format(**zh), self.en.format(**en) if self.en else "")

    def __str__(self) -> str:
        return self.zh


def counted(number: int | str, one: str, many: str) -> str:
    """So many things in English: "1 row", "0 rows", "4,368 rows". A text is taken as it is shown: "1.00 points"."""
    shown = number if isinstance(number, str) else f"{number:,}"
    return f"{shown} {one if shown == '1' else many}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do about it.

    `code` is stable and dotted ("formula.unknown_name"); `path` says where (a field path, or empty);
    `start`/`end` are character offsets where the problem lies in a text, half-open, -1 if nowhere;
    `severity` is "error" (refused) or "warning" (allowed, but look).
    """

    code: str
    message: Text
    fix: Text = field(default_factory=lambda: Text(""))
    path: str = ""
    start: int = -1
    end: int = -1
    severity: str = "error"

"""What differs between two specs, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jiyu.lib.text import Text

NAMED_BY = ("code", "name", "column", "fact", "written", "from")
"""By which field the parts of a list are told apart, the first that all of them have."""
NOTHING = Text("（没有）", "(none)")
YES, NO = Text("是", "yes"), Text("否", "no")


def described(old: Mapping[str, Any], new: Mapping[str, Any], words: Mapping[str, Text]) -> list[Text]:
    """A sentence for each place in which two dumped specs differ. `words` names fields and values; what it leaves out is
    called as it is stored. Parts of another `kind` are replaced as a whole."""
    return [_sentence(path, before, after, words) for path, before, after in _places(old, new, ())]


_ABSENT: Any = object()


def _places(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and old.get("kind") == new.get("kind"):
        for key in [*old, *(k for k in new if k not in old)]:
            yield from _places(old.get(key, _ABSENT), new.get(key, _ABSENT), (*path, str(key)))
        return
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        key = _named_by([*old, *new])
        if key:
            before, after = {str(p[key]): p for p in old}, {str(p[key]): p for p in new}
            if len(before) == len(old) and len(after) == len(new):
                for name in [*before, *(n for n in after if n not in before)]:
                    yield from _places(before.get(name, _ABSENT), after.get(name, _ABSENT), (*path, name))
                return
    yield path, old, new


def _named_by(parts: Sequence[Any]) -> str:
    if not parts or not all(isinstance(part, Mapping) for part in parts):
        return ""
    return next((key for key in NAMED_BY if all(part.get(key) not in (None, "") for part in parts)), "")


def _sentence(path: tuple[str, ...], before: Any, after: Any, words: Mapping[str, Text]) -> Text:
    named = [_named(part, words) for part in path]
    where = Text("·".join(n.zh for n in named), " · ".join(n.in_("en") for n in named))
    if before is _ABSENT:
        said = _said(after, words)
        return Text(f"加了{where.zh}：{said.zh}", f"added {where.en}: {said.en}")
    if after is _ABSENT:
        said = _said(before, words)
        return Text(f"去掉了{where.zh}：{said.zh}", f"removed {where.en}: {said.en}")
    was, now = _said(before, words), _said(after, words)
    return Text(f"{where.zh}：{was.zh} → {now.zh}", f"{where.en}: {was.en} → {now.en}")


def _said(value: Any, words: Mapping[str, Text]) -> Text:
    if value is None or value == "" or value == [] or value == ():
        return NOTHING
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Mapping):
        parts = [(_named(str(k), words), _said(v, words)) for k, v in value.items() if v not in (None, "", [])]
        return Text(
            "，".join(f"{k.zh} {v.zh}" for k, v in parts), ", ".join(f"{k.in_('en')} {v.in_('en')}" for k, v in parts)
        )
    if isinstance(value, list | tuple):
        said = [_said(v, words) for v in value]
        return Text("；".join(s.zh for s in said), "; ".join(s.in_("en") for s in said))
    return _named(str(value), words)


def _named(word: str, words: Mapping[str, Text]) -> Text:
    return words.get(word) or Text(word, word)

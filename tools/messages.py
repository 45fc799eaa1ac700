"""Translations: `python -m tools.messages update` collects and compiles them, `check` says what is missing.

Msgids are Chinese, so Chinese needs no catalogue; English is `src/jiyu/locale/en`. The file holds neither
line numbers nor dates: it changes only when words do. (`lib` writes both languages itself and is not
collected.)"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "jiyu"
PO = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop", "_lazy"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%([sd])")
Words = str | tuple[str, ...]
Key = tuple[str | None, Words]


def collected(source: Path = SOURCE) -> set[Key]:
    """Every (context, msgid) that Python and templates below `source` translate."""
    found: set[Key] = set()
    for path in sorted(source.rglob("*.py")):
        if "migrations" not in path.parts:
            found |= set(_of_python(path.read_bytes()))
    for path in sorted(source.glob("*/templates/**/*")):
        if path.suffix in (".html", ".txt"):
            found |= set(_of_template(path.read_text("utf-8"), str(path)))
    return found


def _of_python(source: bytes) -> Iterator[Key]:
    for _line, words, _comments, context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
        yield context, words if isinstance(words, str) else tuple(words)


def _of_template(source: str, origin: str) -> Iterator[Key]:
    """By Django's own way: the template turned into gettext calls amid blanked text, then read as Python."""
    from django.utils.translation.template import templatize

    calls = "\n".join(line.strip() for line in templatize(source, origin=origin).splitlines())
    return _of_python(calls.encode())


def catalogue(known: Catalog, wanted: set[Key]) -> Catalog:
    """A catalogue of exactly `wanted`, with the translations `known` has."""
    made = Catalog(locale="en", charset="utf-8", creation_date=LONG_AGO, revision_date=LONG_AGO, fuzzy=False)
    for context, words in sorted(wanted, key=lambda key: (str(key[1]), key[0] or "")):
        before = known.get(words if isinstance(words, str) else words[0], context)
        empty: Words = "" if isinstance(words, str) else ("", "")
        is_same = before is not None and isinstance(before.id, str) == isinstance(words, str)
        made.add(words, before.string if before is not None and is_same else empty, context=context)
    return made


def problems(known: Catalog, wanted: set[Key], compiled: Catalog | None) -> list[str]:
    """What `update`, or a translator, still has to do."""
    have = {(m.context, _words(m)): m for m in known if m.id}
    told = [f"not in the catalogue: {words}" for _context, words in sorted(wanted - set(have), key=str)]
    told += [f"no longer in the sources: {words}" for _context, words in sorted(set(have) - wanted, key=str)]
    for message in have.values():
        if not _is_translated(message):
            told.append(f"not translated: {_words(message)}")
        elif _placeholders(_words(message)) != _placeholders(_strings_of(message)):
            told.append(f"other placeholders than the Chinese: {_words(message)}")
    if compiled is None or _strings(compiled) != _strings(known):
        told.append("the compiled catalogue is stale: run `make messages`")
    return told


def _words(message: Message) -> Words:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _strings_of(message: Message) -> tuple[str, ...]:
    string = message.string or ()
    return (string,) if isinstance(string, str) else tuple(string)


def _is_translated(message: Message) -> bool:
    return bool(_strings_of(message)) and all(_strings_of(message))


def _placeholders(texts: Words) -> set[str]:
    every = (texts,) if isinstance(texts, str) else texts
    return {"".join(found) for text in every for found in PLACEHOLDER.findall(text)}


def _strings(known: Catalog) -> dict[Key, tuple[str, ...]]:
    # A compiled catalogue holds translated messages only.
    return {(m.context, _words(m)): _strings_of(m) for m in known if m.id and _is_translated(m)}


def read(path: Path) -> Catalog | None:
    """The catalogue in `path` (.po or .mo); None when there is no such file."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale="en") if path.suffix == ".po" else read_mo(file)


def write(made: Catalog) -> None:
    """Write both files, the same bytes for the same words."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, made, no_location=True, omit_header=True, sort_output=False, width=100)
    header = (
        'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    PO.write_bytes(header.encode() + text.getvalue().strip() + b"\n")
    with MO.open("wb") as file:
        write_mo(file, made)


def main(arguments: list[str]) -> int:
    """`update` or `check`; returns the exit code."""
    if arguments not in (["update"], ["check"]):
        print("usage: python -m tools.messages update|check", file=sys.stderr)
        return 2
    wanted = collected()
    if arguments == ["update"]:
        write(catalogue(read(PO) or Catalog(), wanted))
    told = problems(read(PO) or Catalog(), wanted, read(MO))
    for line in told:
        print(line)
    print(f"{len(wanted)} messages, {len(told)} problems")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What an import came to, in words for the page and the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jiyu.core.language import say
from jiyu.lib.text import Text, counted
from jiyu.sources.models import Run


@dataclass(frozen=True)
class ImportOutcome:
    """An applied import: its counts as a sentence, what waits to be settled, and what we did of ourselves (`notes`)."""

    run: Run
    counts: Text
    problems: tuple[Text, ...]
    notes: tuple[Text, ...] = ()

    @property
    def summary(self) -> str:
        """The counts in the reader's language: "7 行: 入账 5, 重复 1, 待处理 1"."""
        return say(self.counts)

    @property
    def problem_lines(self) -> tuple[str, ...]:
        """One line per open question."""
        return tuple(say(problem) for problem in self.problems)

    @property
    def note_lines(self) -> tuple[str, ...]:
        """One line per thing we did besides taking rows."""
        return tuple(say(note) for note in self.notes)

    def as_data(self) -> dict[str, Any]:
        """The same for programs."""
        counts = {name: value for name, value in self.run.tally.items() if isinstance(value, int)}
        return {
            "run": str(self.run.pk),
            "source": self.run.source.code,
            "file_sha256": self.run.file_sha256,
            **counts,
        }


def notes_of(run: Run) -> tuple[Text, ...]:
    """What its import had to say (see `run_fill`)."""
    return tuple(Text(note["zh"], note["en"]) for note in run.tally.get("said", ()))


def counts_text(run: Run) -> Text:
    """ "7 行：入账 5，重复 1，待处理 1"; what did not happen is not said, but 入账 and 待处理 always are."""
    n = {name: value for name, value in run.tally.items() if isinstance(value, int)}
    parts = [(n.get("taken", 0), "入账", "taken", True)]
    parts += [
        (n.get(name, 0), zh, en, name == "set_aside")
        for name, zh, en in (
            ("restated", "其中更正", "of them restated"),
            ("brought_back", "其中带回来", "of them brought back"),
            ("repeated", "重复", "repeated"),
            ("summed", "并入", "added to others"),
            ("replaced", "被后一行取代", "replaced by a later row"),
            ("kept_out", "没带回来", "not brought back"),
            ("gone", "不再有", "gone"),
            ("left_out", "跳过", "skipped"),
            ("set_aside", "待处理", "to settle"),
        )
    ]
    zh = "，".join(f"{word} {count:,}" for count, word, _en, always in parts if count or always)
    en = ", ".join(f"{count:,} {word}" for count, _zh, word, always in parts if count or always)
    return Text(f"{n.get('read', 0):,} 行：{zh}", f"{counted(n.get('read', 0), 'row', 'rows')}: {en}")

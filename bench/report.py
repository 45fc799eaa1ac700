"""The report in words: a table, and on what it was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bench.measuring import Measured

KEPT = Path(__file__).with_name("REPORT.md")
LIBRARIES = ("numpy", "duckdb", "pyarrow", "django", "psycopg")
HEAD = ("work", "size", "product", "limit", "beside", "ratio", "reach", "ok?", "peak", "note")


def table(rows: Sequence[Measured]) -> str:
    """A Markdown table of what was measured."""
    lines = [" | ".join(("", *HEAD, "")).strip(), "|" + "---|" * len(HEAD)]
    for row in rows:
        cells = (
            row.work, row.size, _seconds(row.product), _seconds(row.limit), row.beside, f"{row.ratio:.2f}", row.reach,
            "yes" if row.is_reached else "no", f"{row.peak_mb:,} MB", row.note,
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def written(rows: Sequence[Measured], untold: Sequence[str]) -> str:
    """The whole report: table, machine, and what was not measured."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    facts = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {libraries}"
    parts = [
        "# Measured",
        "The sizes are in the table; the full ones (SCALE=1) are 1 M people in memory, 100 k people with 6 M records,"
        " 1 M rows, and a company of 1 M for the pages. Medians of runs that took turns with the limit written by hand in"
        " the same process: the ratio holds where the seconds do not.",
        table(rows),
        f"Machine: {facts}; other work was going on.",
        "Peak is the whole process, product and limit together."
        " The results of scoring are compared with the limit's row by row before they are timed.",
    ]
    if untold:
        parts.append("Not measured:\n\n" + "\n".join(f"- {line}" for line in untold))
    return "\n\n".join(parts) + "\n"


def _seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"

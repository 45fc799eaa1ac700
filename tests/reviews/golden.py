"""Frozen results: what inputs once came to, they come to for ever (DESIGN §2, `lang_no`).

A case holds the edition's specs, the lines and the aggregates of one stored result, and what the replay gave. Cases are
only ever added: `JIYU_GOLDEN_UPDATE=1 pytest tests/reviews/test_golden.py`. Another meaning is another LANG_NO with a
file of its own.
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from jiyu.lib.formula import LANG_NO
from jiyu.lib.scoring import ScoreState
from jiyu.lib.text import Text
from jiyu.reviews.explanation import Replay, replay
from jiyu.reviews.models import Result, ResultInput, ResultLine
from jiyu.studio.models import Version
from jiyu.studio.public import EditionView, Item, edition_view, kind_of

PATH = Path(__file__).parents[1] / "golden" / "results" / f"lang_{LANG_NO}.json"
UPDATE = bool(os.environ.get("JIYU_GOLDEN_UPDATE"))
LINE = ("line", "state", "section", "section_weight", "weight", "target", "threshold", "stretch", "baseline")
INPUT = ("name", "numerator", "denominator", "records")


def load() -> dict[str, dict[str, Any]]:
    """All cases by name."""
    found: dict[str, dict[str, Any]] = json.loads(PATH.read_text("utf-8")) if PATH.exists() else {}
    return found


def add(name: str, case: dict[str, Any]) -> None:
    """Append a case; one that is there already stays as it is."""
    cases = load()
    cases.setdefault(name, case)
    lines = ",\n".join(
        f"{json.dumps(n, ensure_ascii=False)}: {json.dumps(c, ensure_ascii=False)}" for n, c in cases.items()
    )
    PATH.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def freeze(result: Result) -> dict[str, Any]:
    """A stored result as a case. Versions get small numbers, so that nothing in it is random."""
    edition = edition_view(result.enrolment.edition)
    items = sorted(edition.items, key=lambda i: (i.imported, i.module_code, i.kind, i.code))
    places = {item.version_id: n for n, item in enumerate(items)}
    versions = Version.objects.in_bulk(list(places))
    case = {
        "end": result.enrolment.cycle.period.to_on.isoformat(),
        "module": edition.module_code,
        "items": [
            {
                "module": item.module_code,
                "kind": item.kind,
                "code": item.code,
                "imported": item.imported,
                "schema_no": versions[item.version_id].schema_no,
                "spec": json.loads(versions[item.version_id].spec),
            }
            for item in items
        ],
        "lines": [
            {
                "indicator": places[line.indicator_version],
                **{field: getattr(line, field) for field in LINE},
                "inputs": [{field: getattr(i, field) for field in INPUT} for i in line.inputs.order_by("name")],
            }
            for line in result.lines.order_by("line")
        ],
    }
    return {**case, "result": outcome(replayed(case))}


def replayed(case: dict[str, Any]) -> Replay:
    """The product's replay over a case, without a database."""
    items = tuple(
        Item(
            version_id=UUID(int=n),
            definition_id=UUID(int=n),
            module_code=item["module"],
            kind=item["kind"],
            code=item["code"],
            version_no=1,
            imported=item["imported"],
            spec=kind_of(item["kind"]).parse(item["spec"], item["schema_no"]),
        )
        for n, item in enumerate(case["items"])
    )
    edition = EditionView(UUID(int=0), case["module"], Text(case["module"]), 1, items)
    lines, inputs = [], {}
    for stored in case["lines"]:
        line = ResultLine(indicator_version=UUID(int=stored["indicator"]), **{field: stored[field] for field in LINE})
        lines.append(line)
        inputs[line.pk] = [ResultInput(line=line, **given) for given in stored["inputs"]]
    return replay(lines, inputs, edition, date.fromisoformat(case["end"]))


def outcome(again: Replay) -> dict[str, Any]:
    """What a replay gave, to the bit: numbers as the text that reads back to the same double."""
    total = again.total
    scored = ScoreState(int(total.state[0])) is ScoreState.SCORED
    return {
        "state": ScoreState(int(total.state[0])).name,
        "score": repr(float(total.score[0])) if scored else None,
        "raw": repr(float(total.raw[0])) if scored else None,
        "grade": int(total.grade[0]),
        "coverage": repr(float(total.coverage[0])),
        "lines": [[state.name, repr(score)] for state, score in zip(again.states, again.scores, strict=True)],
    }

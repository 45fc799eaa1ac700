"""The manifest tells the truth about the files, and the same seed gives the same bytes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from jiyu.config.demo.files import DemoFiles, generate
from jiyu.config.demo.files.people import make_staff
from jiyu.lib.formula import parse
from jiyu.lib.units import find_unit
from tests.demo.reading import rows_of

DIGEST = """
import hashlib, sys
from pathlib import Path
from jiyu.config.demo.files import generate
demo = generate(Path(sys.argv[1]))
for file in demo.files:
    print(file.path, hashlib.sha256(demo.path_of(file).read_bytes()).hexdigest())
"""


def _digests(demo: DemoFiles) -> str:
    return "".join(
        f"{file.path} {hashlib.sha256(demo.path_of(file).read_bytes()).hexdigest()}\n" for file in demo.files
    )


def test_same_seed_same_bytes_in_another_process(demo: DemoFiles, tmp_path: Path) -> None:
    src = str(Path(__file__).parents[2] / "src")
    done = subprocess.run(
        [sys.executable, "-c", DIGEST, str(tmp_path)],
        env={"PYTHONPATH": src, "PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8", "TZ": "America/Lima"},
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert done.stdout == _digests(demo)


@pytest.mark.slow
def test_any_seed_gives_a_company_of_320() -> None:
    for seed in range(1, 31):
        staff = make_staff(seed)
        assert (len(staff.active), len(staff.gone)) == (320, 60)
        assert sum(person.left_before is not None for person in staff.active) == 4


@pytest.mark.slow
def test_another_seed_gives_another_company(demo: DemoFiles, tmp_path: Path) -> None:
    other = generate(tmp_path, seed=7)
    assert [file.path for file in other.files] == [file.path for file in demo.files]
    assert (tmp_path / "花名册.xlsx").read_bytes() != (demo.folder / "花名册.xlsx").read_bytes()
    assert (tmp_path / "花名册_B1.xlsx").read_bytes() == (demo.folder / "花名册_B1.xlsx").read_bytes()


def test_manifest_names_every_file_in_import_order(demo: DemoFiles) -> None:
    assert {path.name for path in demo.folder.iterdir()} == {file.path for file in demo.files}
    assert [file.order for file in demo.files] == list(range(1, len(demo.files) + 1))
    kinds = [file.kind for file in demo.files]
    assert kinds[:2] == ["roster", "moves"]
    assert kinds[-4:] == ["records", "case", "case", "case"]
    records = [f.order for f in demo.of_kind("records")][:-1]
    assert max(records) < min(f.order for f in demo.of_kind("sheets"))


def test_manifest_counts_rows_and_lists_heads_of_each_source(demo: DemoFiles) -> None:
    heads = {
        source.code: {source.subject, source.when, *source.key, *source.dimensions}
        | {measure.head for measure in source.measures}
        for source in demo.sources
    }
    for file in demo.files:
        if file.kind in {"records", "sheets"}:
            rows = rows_of(demo.path_of(file))
            assert len(rows) == file.rows, file.path
            assert heads.get(file.source, set()) <= set(rows[0]), file.path


def test_about_140_thousand_records(demo: DemoFiles) -> None:
    total = sum(file.rows for file in demo.of_kind("records"))
    assert 120_000 < total < 160_000


def test_indicator_formulas_use_exactly_their_inputs(demo: DemoFiles) -> None:
    measures = {(s.code, m.code) for s in demo.sources for m in s.measures}
    for indicator in demo.indicators:
        parse(indicator.formula)
        for item in indicator.inputs:
            assert item.name in indicator.formula
            assert item.measure == "" or (item.source, item.measure) in measures, indicator.code
    codes = [indicator.code for indicator in demo.indicators]
    assert len(set(codes)) == len(codes) == 47


def test_every_unit_is_known_to_the_product(demo: DemoFiles) -> None:
    units = {m.unit for s in demo.sources for m in s.measures} | {i.unit for i in demo.indicators}
    assert all(find_unit(unit) for unit in units)


def test_texts_from_systems_are_in_two_encodings(demo: DemoFiles) -> None:
    (demo.folder / "MES报工_202501.csv").read_bytes().decode("gb18030")
    assert not (demo.folder / "MES报工_202501.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (demo.folder / "工单_2025.csv").read_bytes().startswith(b"\xef\xbb\xbf")

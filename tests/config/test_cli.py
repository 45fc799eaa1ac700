"""The terminal: the whole walk by commands, what they print, their exit codes and `--json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from jiyu.config.cli import main
from jiyu.config.demo.files import cases
from jiyu.core import company
from tests.upgrade.make import HEAD, PLAN, ROSTER, ROWS, rules


@pytest.fixture(autouse=True)
def home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker, django_db_setup: None
) -> Iterator[Path]:
    monkeypatch.setenv("JIYU_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("JIYU_DATABASE_URL", raising=False)
    with django_db_blocker.unblock():
        yield tmp_path
        company.close_connections()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    capsys.readouterr()
    code = main(words)
    said = capsys.readouterr()
    return code, said.out, said.err


def data(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    """What `--json` prints."""
    ended, out, err = run(capsys, *words, "--json")
    assert ended == code, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_whole_walk_by_commands(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    made = data(capsys, "company", "create", "mine", "--name", "我的公司", "--port", "8010")
    assert made["link"].startswith("http://127.0.0.1:8010/c/mine/enter/")
    roster, records, plan = home / "花名册.csv", home / "报工.csv", home / "计划.csv"
    roster.write_text(ROSTER, "utf-8")
    records.write_text("\n".join([HEAD, *ROWS]) + "\n", "utf-8")
    plan.write_text(PLAN, "utf-8")
    bundle, sheets = home / "rules.json", home / "sheets.csv"
    bundle.write_text(json.dumps(rules(), ensure_ascii=False), "utf-8")
    sheets.write_text("工号,指标编号,权重,目标值\n000317,plan,60,100\n000317,first_pass,40,98\n", "utf-8-sig")

    assert run(capsys, "people", "import", str(roster))[1].startswith("读到 3 人 · 导入 3 · 待处理 0 行")
    assert data(capsys, "people", "import", str(roster))["new"] == 0
    code, _out, err = run(capsys, "records", "import", str(records), "--source", "mes")
    assert (code, "day_cut=08:00" in err) == (1, True)
    answered = ("records", "import", str(records), "--source", "mes", "--answer", "day_cut=08:00")
    assert run(capsys, *answered)[1].startswith("3 行：入账 3，待处理 0")
    assert data(capsys, "records", "import", str(records), "--source", "mes")["repeated"] == 3
    assert data(capsys, "records", "import", str(plan), "--source", "plan")["taken"] == 2
    assert data(capsys, "definition", "import", str(bundle))["edition"] == 1
    assert data(capsys, "definition", "import", str(bundle))["edition"] == 1
    taken = data(capsys, "sheets", "import", str(sheets), "--period", "2026-03", "--module", "kept")
    assert (taken["made"], taken["refused"]) == (1, [])
    opened = data(capsys, "cycle", "open", "m3", "--label", "3 月", "--period", "2026-03", "--module", "kept")
    assert opened == {"cycle": "m3", "people": 1}
    assert data(capsys, "score", "m3")["scored"] == 1
    told = data(capsys, "explain", "m3", "000317")
    assert (told["score"], told["grade"], told["replayed"]) == ("95.71", "A", True)
    assert [line["points"] for line in told["lines"]] == ["55.71", "40.00"]
    assert run(capsys, "explain", "m3", "000317")[1].splitlines()[0] == "95.71 A"


def test_b1_asks_and_says_so(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    path = home / "花名册_B1.xlsx"
    cases.write_case_b1(path)
    code, out, _err = run(capsys, "people", "import", str(path))
    assert (code, out.splitlines()[0]) == (0, "读到 8 人 · 导入 5 · 待处理 3 行 · 跳过 3 行")
    assert "张伟有 2 个" in out


def test_refusals_say_why_and_what_to_do(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert run(capsys, "score", "m3")[0] == 1  # no company yet
    assert "还没有公司" in run(capsys, "score", "m3")[2]
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    assert run(capsys, "company", "create", "mine", "--name", "又一家")[0] == 1
    assert run(capsys, "company", "create", "Bad Code", "--name", "x")[0] == 1
    assert data(capsys, "score", "m3", code=1)["error"].startswith("没有周期“m3”")
    assert run(capsys, "people", "import", str(home / "missing.xlsx"))[0] == 1
    broken = home / "rules.json"
    broken.write_text("{", "utf-8")
    assert "不是 JSON" in run(capsys, "definition", "import", str(broken))[2]
    broken.write_text('{"module": {"code": "m", "name": {"zh": "m"}}}', "utf-8")
    assert "definitions" in run(capsys, "definition", "import", str(broken))[2]
    with pytest.raises(SystemExit) as usage:
        main(["nonsense"])
    assert usage.value.code == 2


def test_several_companies_must_be_named(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    for code in ("north", "south"):
        data(capsys, "company", "create", code, "--name", code)
    assert "north south" in run(capsys, "score", "m3")[2]
    assert "没有周期" in run(capsys, "score", "m3", "--company", "south")[2]
    listed = data(capsys, "company", "list")["companies"]
    assert [c["code"] for c in listed] == ["north", "south"]


def test_doctor_finds_nothing_in_a_fresh_company_and_names_what_is_wrong(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    key = home / "home" / "secret_key"
    key.write_text("x")
    key.chmod(0o600)
    assert data(capsys, "doctor")["ok"]
    key.chmod(0o644)
    found = data(capsys, "doctor", code=1)
    assert [c["what"] for c in found["checks"] if not c["ok"]] == ["secret_key 只有主人能读"]


def test_formula_commands(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    code, out, _err = run(capsys, "formula", "check", "如果(完成律>1,2,3)", "--inputs", "完成率")
    assert code == 1
    assert out == "没有“完成律”。（第 4–6 个字符）\n→ 是不是“完成率”？\n"
    assert data(capsys, "formula", "check", "a/b*100", "--inputs", "a,b")["ok"]
    rows, result = home / "rows.csv", home / "out.csv"
    rows.write_text("\ufeffa,b,工号\n1.005,1,007\n,2,008\n3,0,009\n", "utf-8")
    code, out, _err = run(capsys, "formula", "eval", "ROUND(a/b,2)", "--in", str(rows), "--out", str(result))
    assert (code, "“工号”按文字读" in out) == (0, True)
    assert result.read_text("utf-8").splitlines() == [
        "a,b,工号,result,error",
        "1.005,1,007,1.01,",
        ",2,008,,",
        "3,0,009,,#DIV/0! 除数是 0",
    ]
    assert run(capsys, "formula", "eval", "1", "--in", str(rows), "--out", str(result), "--today", "昨天")[0] == 1

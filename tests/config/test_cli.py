"""The terminal: the whole walk by commands, what they print, their exit codes and `--json`."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from jiyu.config import serving
from jiyu.config.cli import main
from jiyu.config.demo import fill
from jiyu.config.demo.files import cases
from jiyu.config.migrating import migrate
from jiyu.core import clock, company
from jiyu.core.actor import Actor
from jiyu.core.models import Job
from jiyu.people.public import grant_list
from tests.upgrade.make import HEAD, PLAN, ROSTER, ROWS, rules


@pytest.fixture(autouse=True)
def home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker, django_db_setup: None
) -> Iterator[Path]:
    monkeypatch.setenv("JIYU_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("JIYU_DATABASE_URL", raising=False)
    monkeypatch.delenv("JIYU_LANGUAGE", raising=False)
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
    assert run(capsys, "explain", "m3", "000317", "--language", "en")[1].splitlines()[:3] == [
        "95.71 A",
        "4.29 short of 100: 计划达成 4.29.",
        "  计划达成: 260 ÷ 280 = 92.86 % → 92.86 × 60 % = 55.71 (attainment × 100)",
    ]
    again = (*answered[:3], "--source", "mes", "--language", "en")
    assert run(capsys, *again)[1] == "3 rows: 0 taken, 3 repeated, 0 to settle\n"
    assert run(capsys, "definition", "import", str(bundle), "--language", "en")[1] == "月度, version 1, 6 rules\n"
    enrolled = ("cycle", "open", "m3", "--label", "3 月", "--period", "2026-03", "--module", "kept")
    assert run(capsys, *enrolled)[1] == "3 月：1 人\n"
    late = ("score", "m3", "--cutoff", "tomorrow")
    assert run(capsys, *late)[2] == "--cutoff 要写成 2026-04-08T09:00，现在是 'tomorrow'\n"
    told = "--cutoff is written like 2026-04-08T09:00, not 'tomorrow'\n"
    assert run(capsys, *late, "--language", "en") == (1, "", told)
    assert run(capsys, *enrolled, "--language", "en")[1] == "3 月: 1 person\n"
    assert run(capsys, "score", "m3", "--language", "en")[1] == (
        "scored 1, awaiting data 0, not rated 0, without a sheet 0, errors 0; new results 0, unchanged 1\n"
    )


def test_without_a_score_the_terminal_says_why(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    roster, bundle, sheets = home / "花名册.csv", home / "rules.json", home / "sheets.csv"
    roster.write_text(ROSTER, "utf-8")
    bundle.write_text(json.dumps(rules(), ensure_ascii=False), "utf-8")
    sheets.write_text("工号,指标编号,权重,目标值\n000317,plan,60,100\n000317,first_pass,40,98\n", "utf-8-sig")
    run(capsys, "people", "import", str(roster))
    run(capsys, "definition", "import", str(bundle))
    run(capsys, "sheets", "import", str(sheets), "--period", "2026-03", "--module", "kept")
    run(capsys, "cycle", "open", "m3", "--label", "3 月", "--period", "2026-03", "--module", "kept")
    run(capsys, "score", "m3")
    code, out, err = run(capsys, "explain", "m3", "000317")
    first, reason, *lines = out.splitlines()
    assert (code, first, err) == (0, "没有得分", "")
    assert reason.startswith("还不算分：计划达成（")
    assert reason.endswith("的数没有到。缺的不算 0。")
    assert len(lines) == 2  # the two lines of the sheet, and no empty one
    assert data(capsys, "explain", "m3", "000317")["reason"] == reason


def test_a_file_of_numbers_may_replace_days_or_everything(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    roster, records = home / "花名册.csv", home / "报工.csv"
    roster.write_text(ROSTER, "utf-8")
    data(capsys, "people", "import", str(roster))

    def take(*rows: str, words: tuple[str, ...]) -> dict[str, Any]:
        records.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
        answer = ("--answer", "day_cut=08:00")
        return data(capsys, "records", "import", str(records), "--source", "mes", *answer, *words)

    assert take(*ROWS, words=())["taken"] == 3
    assert take(ROWS[0], words=("--replace", "2026-03-01", "2026-03-02"))["gone"] == 1  # R2 is of the night of 03-02
    assert take(ROWS[0], words=("--snapshot",))["gone"] == 1
    code, _out, err = run(capsys, "records", "import", str(records), "--source", "mes", "--replace", "1 March", "x")
    assert (code, err) == (1, "--replace 要写成 2026-03-01 2026-03-31，现在是 1 March x\n")
    backwards = ("--replace", "2026-03-31", "2026-03-01")
    assert run(capsys, "records", "import", str(records), "--source", "mes", *backwards)[0] == 1
    with pytest.raises(SystemExit, match="2"):
        run(capsys, "records", "import", str(records), "--source", "mes", *backwards, "--snapshot")


def test_a_new_link_into_a_company_for_its_owner_and_for_somebody(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    roster = home / "花名册.csv"
    roster.write_text(ROSTER, "utf-8")
    data(capsys, "people", "import", str(roster))
    link = ("company", "link", "mine", "--port", "8010")
    assert data(capsys, *link)["link"].startswith("http://127.0.0.1:8010/c/mine/enter/")
    code, out, _err = run(capsys, *link, "--employee-no", "000317", "--role", "hr")
    assert (code, out.partition("：")[0]) == (0, "林晓峰的链接（只能用一次，60 分钟内有效，只在本机）")
    code, out, _err = run(capsys, *link, "--employee-no", "000317", "--language", "en")
    assert out.startswith("Link of 林晓峰 (works once")
    for words, told in (
        (("--role", "hr"), "角色要给一个人\n→ 加 --employee-no 工号\n"),
        (("--employee-no", "317"), "我的公司 没有工号 317\n→ 工号要写全，包括前面的 0\n"),
        (
            ("--employee-no", "000317", "--role", "king"),
            "没有“king”这个角色\n→ 可以给的角色：owner hr executive it\n",
        ),
    ):
        assert run(capsys, *link, *words) == (1, "", told)
    assert run(capsys, "company", "link", "north")[0] == 1
    with company.active(company.find("mine")):
        assert [(g.role, g.unit_id) for g in grant_list(actor=Actor.system("test"))] == [("hr", None)]


def test_a_company_is_exported_and_removed_by_commands(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    told = data(capsys, "company", "create", "mine", "--name", "我的公司", "--trial")
    assert len(told["recovery_code"]) == 23
    assert data(capsys, "company", "list")["companies"][0]["on_trial"]
    data(capsys, "company", "create", "other", "--name", "另一家")
    roster, out = home / "花名册.csv", home / "全部.xlsx"
    roster.write_text(ROSTER, "utf-8")
    data(capsys, "people", "import", str(roster), "--company", "mine")
    exported = data(capsys, "company", "export", "mine", "--out", str(out))
    assert (exported["file"], exported["rows"] > 3) == (str(out), True)
    again = data(capsys, "people", "import", str(out), "--company", "other")
    assert (again["read"], again["new"], again["set_aside"]) == (3, 3, 0)
    assert run(capsys, "company", "export", "mine", "--out", str(home / "a.csv"))[0] == 1
    assert run(capsys, "company", "export", "mine", "--out", str(home / "nowhere" / "a.xlsx"))[0] == 1
    code, _out, err = run(capsys, "company", "remove", "mine", "--yes-remove", "mine")
    assert (code, err) == (1, "和公司的名字不一样，没有删任何东西\n→ 照着写：--yes-remove 我的公司\n")
    assert company.find("mine").folder.is_dir()
    assert data(capsys, "company", "remove", "mine", "--yes-remove", "我的公司")["removed"]
    assert not (home / "home" / "companies" / "mine").exists()
    assert [c["code"] for c in data(capsys, "company", "list")["companies"]] == ["other"]
    with pytest.raises(SystemExit, match="2"):
        run(capsys, "company", "remove", "other")


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


def test_without_a_name_commands_go_to_the_own_company_not_to_the_demo_beside_it(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    roster = home / "花名册.csv"
    roster.write_text(ROSTER, "utf-8")
    with company.active(company.create("demo", "衡川", demo=True)):
        migrate()
    taking = ("people", "import", str(roster))
    assert run(capsys, *taking)[1].startswith("读到 3 人 · 导入 3 · ")  # the demo alone
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    assert run(capsys, *taking)[1].startswith("我的公司（mine）：\n读到 3 人 · 导入 3 · ")
    assert run(capsys, *taking, "--language", "en")[1].startswith("我的公司 (mine):\n3 people read · 0 taken")
    assert run(capsys, *taking, "--company", "demo")[1].startswith("衡川（demo）：\n读到 3 人 · 导入 0 · ")
    data(capsys, "company", "create", "north", "--name", "北方")
    assert run(capsys, *taking) == (1, "", "有好几家公司\n→ 加 --company CODE：demo mine north\n")


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


def test_jobs_that_failed_are_listed_and_tried_again(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    assert run(capsys, "jobs", "failed") == (0, "没有失败的后台任务。\n", "")
    with company.active(company.find("mine")):
        now = clock.monotonic_deadline(0)
        made = Job.objects.create(task="x.y", state=Job.DEAD, error_type="OSError", run_after=now, enqueued_at=now)
    found = data(capsys, "doctor", code=1)
    assert [c["fix"].split(" ")[:3] for c in found["checks"] if not c["ok"]][-1] == ["jiyu", "jobs", "failed"]
    assert [(j["id"], j["error"]) for j in data(capsys, "jobs", "failed")["jobs"]] == [(str(made.pk), "OSError")]
    assert run(capsys, "jobs", "retry", str(made.pk))[:2] == (0, "放回队列了，worker 会再做。\n")
    assert run(capsys, "jobs", "drop", str(made.pk))[0] == 1  # it waits again: not a failed one any more


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


REFUSALS = {
    "no company yet": (
        "score m3",
        "还没有公司\n→ jiyu demo 建演示公司，或 jiyu company create CODE --name 名字\n",
        "There is no company yet\n→ jiyu demo makes the demo company, jiyu company create CODE --name NAME your own\n",
    ),
    "a company that is not there": (
        "score m3 --company north",
        "没有公司“north”\n→ jiyu company list 看有哪些公司\n",
        'There is no company "north"\n→ jiyu company list shows which there are\n',
    ),
    "a code that cannot be": (
        "company create Bad --name x",
        "“Bad”不能当公司代码\n→ 用小写字母开头，只含小写字母 a-z、数字和 -，最多 31 个\n",
        '"Bad" cannot be a company\'s code\n'
        "→ Begin with a lower-case letter; lower-case letters a-z, digits and - only, at most 31\n",
    ),
    "a file that is not there": ("people import nowhere.xlsx", "没有 nowhere.xlsx\n", "There is no nowhere.xlsx\n"),
    "a folder": ("people import .", ". 是文件夹，不是文件\n", ". is a folder, not a file\n"),
    "a formula's day": (
        "formula eval 1 --in nowhere.csv --out x.csv --today 昨天",
        "--today 要写成 2026-04-08，现在是 '昨天'\n",
        "--today is written like 2026-04-08, not '昨天'\n",
    ),
    "a formula's file": (
        "formula eval 1 --in nowhere.csv --out x.csv",
        "没有 nowhere.csv\n",
        "There is no nowhere.csv\n",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_the_same_refusal_in_both_languages(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    words, zh, en = REFUSALS[case]
    monkeypatch.chdir(home)
    assert run(capsys, *words.split()) == (1, "", zh)
    assert run(capsys, *words.split(), "--language", "en") == (1, "", en)
    told = data(capsys, *words.split(), "--language", "en", code=1)
    assert "\n→ ".join(filter(None, [told["error"], told["fix"]])) + "\n" == en
    monkeypatch.setenv("JIYU_LANGUAGE", "en")
    assert run(capsys, *words.split()) == (1, "", en)
    assert run(capsys, *words.split(), "--language", "zh") == (1, "", zh)


def test_each_of_several_problems_is_told_with_its_own_fix(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    bundle = home / "rules.json"
    made = rules()
    definitions: Any = made["definitions"]
    made["definitions"] = [d for d in definitions if d["kind"] not in ("metric", "grade_scale")]
    bundle.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    code, out, err = run(capsys, "definition", "import", str(bundle))
    fix = "→ 先建它，或改成已有的"
    assert (code, out, err.splitlines()) == (
        1,
        "",
        [
            "“first_pass”用到的数据项“first_pass”不在",
            fix,
            "“plan”用到的数据项“plan”不在",
            fix,
            "“scheme”用到的等级“scale”不在",
            fix,
        ],
    )
    told = data(capsys, "definition", "import", str(bundle), code=1)
    assert [one["fix"] for one in told["problems"]] == ["先建它，或改成已有的"] * 3
    assert told["error"] == "；".join(one["error"] for one in told["problems"])


def test_rules_say_which_sources_they_wait_for(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    bundle, plan = home / "rules.json", home / "plan.csv"
    bundle.write_text(json.dumps(rules(), ensure_ascii=False), "utf-8")
    plan.write_text("工号,日期,人数\n000317,2026-03-02,3\n", "utf-8")
    told = data(capsys, "definition", "import", str(bundle))
    assert told["absent"] == [
        {"source": "mes", "columns": [], "metrics": ["一次合格率", "计划达成"]},
        {"source": "plan", "columns": [], "metrics": ["计划达成"]},
    ]
    code, out, _err = run(capsys, "definition", "import", str(bundle))
    assert (code, out.splitlines()[1:]) == (
        0,
        [
            "注意：还没有来源 mes，在等它的数据项：一次合格率、计划达成",
            "→ jiyu records import 文件 --source mes，或者改规则里的来源",
            "注意：还没有来源 plan，在等它的数据项：计划达成",
            "→ jiyu records import 文件 --source plan，或者改规则里的来源",
        ],
    )
    run(capsys, "records", "import", str(plan), "--source", "plan")
    assert (
        "来源 plan 里还没有列 planned，在等它的数据项：计划达成" in run(capsys, "definition", "import", str(bundle))[1]
    )


def test_a_taken_code_and_a_fault_in_english(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    code, _out, err = run(capsys, "company", "create", "mine", "--name", "x", "--language", "en")
    assert (code, err.splitlines()[0]) == (1, 'Company code "mine" is taken')
    monkeypatch.setattr(company, "all_companies", lambda: 1 // 0)
    code, _out, err = run(capsys, "company", "list", "--language", "en")
    assert (code, err.partition(" (")[0]) == (3, "The program failed")


def test_what_cannot_be_read_is_refused_in_both_languages(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    sheets = home / "sheets.csv"
    sheets.write_bytes(b"%PDF-1.7 x")
    given = ("sheets", "import", str(sheets), "--period", "2026-03", "--module", "m")
    assert "PDF" in run(capsys, *given)[2]
    code, _out, err = run(capsys, *given, "--language", "en")
    assert (code, "PDF" in err, any("一" <= char <= "龥" for char in err)) == (1, True, False)
    broken = home / "rules.json"
    broken.write_text("{", "utf-8")
    told = f"{broken} is not JSON: line 1, character 2\n"
    assert run(capsys, "definition", "import", str(broken), "--language", "en") == (1, "", told)
    broken.write_text('{"module": {"code": "m", "name": {"zh": "m"}}}', "utf-8")
    told = run(capsys, "definition", "import", str(broken), "--language", "en")[2]
    assert told.splitlines()[0] == "Missing or wrong in the rules file: definitions"
    asked = ("records", "import", str(sheets), "--source", "x", "--answer", "day_cut", "--language", "en")
    assert run(capsys, *asked) == (1, "", "--answer is written QUESTION=OPTION, not 'day_cut'\n")


def test_doctor_and_demo_in_english(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    data(capsys, "company", "create", "demo", "--name", "演示")
    (home / "home" / "companies" / "demo" / fill.DONE).write_text("then")
    code, out, err = run(capsys, "demo", "--language", "en")
    assert (code, err) == (0, "")
    assert out == "The demo company is here already, its data is kept.\nThe demo company is ready.\n"
    key = home / "home" / "secret_key"
    key.write_text("x")
    key.chmod(0o644)
    code, out, _err = run(capsys, "doctor", "--language", "en")
    assert (code, out.splitlines()[1:3]) == (1, ["✗ only its owner can read secret_key", f"  → chmod 600 {key}"])
    assert "✓ demo: the database schema is current" in out
    found = data(capsys, "doctor", "--language", "en", code=1)
    assert [c["what"] for c in found["checks"] if not c["ok"]] == ["only its owner can read secret_key"]


def test_a_step_of_the_demo_in_both_languages() -> None:
    def told() -> str:
        said: list[str] = []
        with fill._step(said.append, fill._("花名册")) as done:
            done("320")
        return said[0].replace("（0.0", "(0.0").partition("(")[0]

    with translation.override("zh-hans"):
        assert told() == "  花名册：320"
    with translation.override("en"):
        assert told() == "  Roster: 320 "


def test_formulas_in_english(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    asked = ("formula", "check", "如果(完成律>1,2,3)", "--inputs", "完成率", "--language", "en")
    told = "There is no '完成律'. (characters 4–6)\n→ Did you mean '完成率'?\n"
    assert run(capsys, *asked) == (1, told, "")
    assert data(capsys, *asked, code=1)["problems"][0]["message"] == {
        "zh": "没有“完成律”。",
        "en": "There is no '完成律'.",
    }
    assert run(capsys, "formula", "check", "1+1", "--language", "en")[1] == "Nothing wrong: 1 + 1\n"
    assert "(character 2)\n" in run(capsys, "formula", "check", "+", "--language", "en")[1]
    assert "（第 2 个字符）\n" in run(capsys, "formula", "check", "+")[1]  # nothing is missing *from 2 to 1*
    rows, result = home / "rows.csv", home / "out.csv"
    rows.write_text("a,b,工号\n3,0,007\n", "utf-8")
    made = ("formula", "eval", "a/b", "--in", str(rows), "--out", str(result), "--language", "en")
    note = "'工号' is read as text, for cells such as '007'."
    assert run(capsys, *made) == (0, f"{note}\nWritten: {result}\n", "")
    assert result.read_text("utf-8").splitlines()[1] == "3,0,007,,#DIV/0! Division by zero"
    assert data(capsys, *made)["notes"] == [note]


def test_an_unknown_language_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (["doctor"], ["formula", "check", "1"]):
        with pytest.raises(SystemExit) as usage:
            main([*words, "--language", "fr"])
        assert usage.value.code == 2
        monkeypatch.setenv("JIYU_LANGUAGE", "fr")
        with pytest.raises(SystemExit) as usage:
            main(words)
        assert usage.value.code == 2
        assert "'fr' is neither zh nor en" in capsys.readouterr().err
        assert not (home / "home").exists()
        monkeypatch.delenv("JIYU_LANGUAGE")


@pytest.mark.parametrize("before", ["zh-hans", "en"])
@pytest.mark.parametrize("words", ["company list", "score m3", "formula check 1"])
def test_no_language_is_left_active(capsys: pytest.CaptureFixture[str], before: str, words: str) -> None:
    with translation.override(before):
        for language in ("zh", "en"):
            run(capsys, *words.split(), "--language", language)
            assert translation.get_language() == before


def test_no_free_port_is_a_refusal(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    monkeypatch.setattr(serving, "PORTS_TRIED", 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        serve = ("serve", "--port", str(port))
        assert run(capsys, *serve) == (1, "", f"端口 {port}–{port} 都被占用了\n→ 用 --port 换一段端口\n")
        told = f"Ports {port}–{port} are all in use\n→ Choose other ports with --port\n"
        assert run(capsys, *serve, "--language", "en") == (1, "", told)


def test_a_host_or_port_that_cannot_be(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    told = "“300.1.1.1”不是这台机器的地址\n→ --host 用 127.0.0.1（只在本机）或 0.0.0.0（所有网卡）\n"
    assert run(capsys, "serve", "--host", "300.1.1.1") == (1, "", told)
    for words in ("serve", "demo", "company create x --name x", "company link mine"):
        for port in ("99999", "0", "-1", "x"):
            with pytest.raises(SystemExit) as usage:
                main([*words.split(), f"--port={port}"])
            assert usage.value.code == 2
            assert f"'{port}' is no port: 1 to 65535" in capsys.readouterr().err
    monkeypatch.setattr(serving.socket.socket, "bind", full)
    assert run(capsys, "serve", "--port", "65530")[2].startswith("端口 65530–65535 都被占用了")
    assert [c.code for c in company.all_companies()] == ["mine"]


def full(_socket: socket.socket, _address: tuple[str, int]) -> None:
    raise OSError(errno.EADDRINUSE, "in use")


def test_what_is_no_json_no_name_no_source_is_refused(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    told = (1, "", "公司还没有名字\n→ 写上公司的名字，简称也行\n")
    assert run(capsys, "company", "create", "mine", "--name", " ") == told
    assert company.all_companies() == []
    data(capsys, "company", "create", "mine", "--name", "我的公司")
    book = home / "花名册.xlsx"
    cases.write_case_b1(book)
    data(capsys, "people", "import", str(book))
    told = (1, "", f"{book} 不是 JSON，也不是 UTF-8 的文字\n→ 这里要一个 .json 文件，存成 UTF-8\n")
    assert run(capsys, "definition", "import", str(book)) == told
    rows = home / "报工.csv"
    rows.write_text("\n".join([HEAD, *ROWS]) + "\n", "utf-8")
    assert run(capsys, "records", "import", str(rows), "--source", "mes", "--mapping", str(book)) == told
    code, _out, err = run(capsys, "records", "import", str(rows), "--source", "roster")
    assert (code, err.splitlines()[0]) == (1, "“roster”是花名册，不是数据来源")
    unnamed = ("cycle", "open", "m3", "--label", "", "--period", "2026-03", "--module", "kept")
    assert run(capsys, *unnamed) == (1, "", "周期还没有名字\n→ 写一个名字，比如 2026 年 3 月\n")


def test_the_worker_speaks_the_language_of_its_server(monkeypatch: pytest.MonkeyPatch) -> None:
    started = threading.Event()
    seen: list[str] = []

    class Child:
        def __init__(self, _command: list[str], *, env: dict[str, str]) -> None:
            seen.append(env["JIYU_LANGUAGE"])
            started.set()

        def poll(self) -> int | None:
            return None

        def send_signal(self, _number: int) -> None: ...

        def wait(self, _seconds: float) -> None: ...

    monkeypatch.setattr(subprocess, "Popen", Child)
    for language in ("en", "zh-hans"):
        started.clear()
        with translation.override(language), serving._worker_beside():
            assert started.wait(10)
    assert seen == ["en", "zh"]


def process(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own."""
    env = {**os.environ, "JIYU_HOME": str(home / "home"), **environment}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, check=False)


def test_the_module_refuses_as_the_command_does(home: Path) -> None:
    """`python -m` runs a second copy of the file; what the commands raise must be known to it too."""
    ended = process(home, "-m", "jiyu.config.cli", "score", "m3", JIYU_LANGUAGE="en")
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (1, "There is no company yet")


def test_formulas_need_no_django(home: Path) -> None:
    for words in ("'1+1'", "'1+'", "'+', '--language', 'en'"):
        script = (
            f"import sys; from jiyu.config.cli import main; main(['formula', 'check', {words}]); print(*sys.modules)"
        )
        loaded = process(home, "-c", script).stdout.split()
        assert "jiyu.lib.formula" in loaded
        assert [name for name in loaded if name.partition(".")[0] == "django"] == []
    assert not (home / "home").exists()

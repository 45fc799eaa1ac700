"""Everything to Excel: what stands in the file, who may take it, and that the roster comes back as it was."""

from __future__ import annotations

import io
import os
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import openpyxl
import pytest
from django.test import Client
from django_tasks import TaskContext

from jiyu.core import clock, company
from jiyu.core.actor import Actor
from jiyu.core.errors import NotAllowedError
from jiyu.core.jobs.models import Job
from jiyu.core.models import AuditEntry
from jiyu.home.exports import TASK, export_path, export_start, export_write, exports_sweep
from jiyu.home.tasks import make_export
from jiyu.lib.tables import read_tables
from jiyu.people.public import known_people
from jiyu.sources.public import roster_import
from jiyu.sources.roster.handing_over import known_for_reading
from jiyu.sources.roster.reading import read_roster
from jiyu.sources.roster.result import KnownPeople
from tests.companies import SYSTEM, at, deliver, entry, roster, who
from tests.home.conftest import Browse
from tests.home.march import EXECUTIVE, HR, LEAD, OPERATOR
from tests.pages import browser as signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march")]


def written() -> None:
    """The waiting export done as the worker does it (tests/core/test_jobs: the worker commits, these tests do not)."""
    job = Job.objects.get(task=TASK)
    context = cast(TaskContext, SimpleNamespace(task_result=SimpleNamespace(id=str(job.pk))))
    result = make_export.func(context, *job.args)
    Job.objects.filter(pk=job.pk).update(state=Job.DONE, result=result, finished_at=clock.monotonic_deadline(0))


def book(path: Path) -> dict[str, list[list[object]]]:
    """The file's rows by sheet, the head first."""
    found = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in found}


def column(rows: list[list[object]], label: str) -> list[object]:
    """One column below its head."""
    at_column = rows[0].index(label)
    return [row[at_column] for row in rows[1:]]


def test_the_file_has_everything(tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    with at(4, 8):
        deliver("hse", "工号,日期,编号,备注", f"{OPERATOR},2026-03-22,h9,=cmd|calc", dimensions=["备注"])
        rows = export_write(actor=SYSTEM, path=path)
    found = book(path)
    assert rows == sum(len(sheet) - 1 for sheet in found.values())
    assert list(found)[:6] == ["绩语 Jiyu 导出 export", "花名册", "部门", "考核表", "结果", "结果的每一行"]
    assert list(found)[-4:] == ["待处理", "规则", "规则发布", "操作记录小结"]
    results = found["结果"]
    mine = column(results, "工号").index(OPERATOR) + 1
    shown = dict(zip(results[0], results[mine], strict=True))
    assert (shown["姓名"], shown["得分"], shown["等级"], shown["状态"]) == ("林晓峰", "96.21", "A", "有分")
    assert shown["得分（精确）"] == 96.21
    lines = [dict(zip(found["结果的每一行"][0], row, strict=True)) for row in found["结果的每一行"][1:]]
    plan = next(row for row in lines if row["工号"] == OPERATOR and row["行"] == 1)
    assert (plan["实际"], plan["分子"], plan["分母"], plan["得分"]) == ("97.50 %", 4368, 4480, "97.50")
    hse = found["数据 HSE"]
    assert column(hse, "备注")[-1] == "=cmd|calc"
    assert column(hse, "算谁的")[-1] == "林晓峰"
    assert set(column(hse, "算不算")) == {"算"}
    assert "goals.sheet_made" in column(found["操作记录小结"], "做了什么")
    assert any("合格报工 ÷ 计划" in str(words) for words in column(found["规则"], "写的是什么"))
    assert AuditEntry.objects.filter(action="home.company_exported").count() == 1


def test_the_roster_comes_back_as_it_was(tmp_path: Path) -> None:
    """The whole file, read by our own roster reader in a company that knows nobody, says what we know."""
    roster(
        entry("000901", "销售部/华东区", name="王=敏", job="销售经理", job_grade="P5", employment_kind="dispatch"),
        entry("000902", "销售部/华东区", name="赵一", lead_employee_no="000901", left_on=date(2026, 2, 1)),
        entry("000903", "销售部", name="钱二", lead_is_none=True, status_note="产假", born_on=date(1990, 5, 6)),
        entry("000904", "销售部", name="孙三", lead_employee_no="000903", employment_kind="rehired_retiree", status_note="返聘"),
        entry("000905", "销售部", name="李四", lead_employee_no="000903", left_on=date(2026, 6, 1)),
    )  # fmt: skip
    path = tmp_path / "all.xlsx"
    export_write(actor=SYSTEM, path=path)
    known = known_for_reading(known_people(on=clock.today(), known_at=clock.now()))
    file = read_tables(path.read_bytes(), "all.xlsx")
    reading = read_roster(file, KnownPeople((), 0), today=clock.today())
    assert [s.name for s in reading.sheets] == ["花名册"]
    assert reading.problems == ()
    expected = {p.number: p for p in known.people}
    read = {p.number: p for p in reading.people}
    assert set(read) == set(expected)
    for number, was in expected.items():
        now = read[number]
        assert (now.name, now.unit_path, now.job, now.job_grade) == (was.name, was.unit_path, was.job, was.job_grade)
        assert (now.hired_on, now.left_on, now.born_on) == (was.hired_on, was.left_on, was.born_on)
        assert (now.status_note, now.status == "left") == (was.status_note, was.status == "left")
        assert now.employment_kind == was.employment_kind
        assert (now.lead.number if now.lead.state == "resolved" else "") == was.lead_number, number
    assert read["000903"].lead.state == "top"
    tally = roster_import(actor=SYSTEM, data=path.read_bytes(), filename="all.xlsx").run.tally
    assert {name: tally[name] for name in ("read", "new", "changed", "set_aside")} == {
        "read": len(expected), "new": 0, "changed": 0, "set_aside": 0,
    }  # fmt: skip


def test_identity_numbers_never_leave(tmp_path: Path) -> None:
    roster(entry("000906", name="周11010519491231002X"))
    path = tmp_path / "all.xlsx"
    export_write(actor=SYSTEM, path=path)
    assert all("11010519491231002X" not in str(rows) for rows in book(path).values())


def test_only_for_hr_of_the_whole_company(tmp_path: Path, browse: Browse) -> None:
    for number in (OPERATOR, LEAD, EXECUTIVE):
        assert browse(number).get("/export/").status_code == 403
        assert browse(number).post("/export/make/").status_code == 403
        with pytest.raises(NotAllowedError):
            export_write(actor=Actor(person_id=who(number)), path=tmp_path / "no.xlsx")
    of_a_unit = signed_in(LEAD, "hr", "一车间")
    assert of_a_unit.get("/export/").status_code == 403
    assert of_a_unit.post("/export/make/").status_code == 403
    assert Client().get("/export/").status_code == 302
    assert list(tmp_path.glob("*.xlsx")) == []
    assert Job.objects.count() == 0


def test_asked_for_written_in_the_background_and_taken(browse: Browse) -> None:
    browser = browse(HR)
    assert browser.post("/export/make/")["Location"] == "/export/"
    assert browser.post("/export/make/").status_code == 302  # pressed twice: the same one
    (job,) = Job.objects.all()
    waiting = browser.get("/export/").content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert "在排队" in waiting
    assert browser.get(f"/export/{job.pk}/").status_code == 404
    written()
    page = browser.get("/export/").content.decode()
    assert f'href="/export/{job.pk}/"' in page
    assert 'http-equiv="refresh"' not in page
    taken = browser.get(f"/export/{job.pk}/")
    assert "attachment" in taken["Content-Disposition"]
    data = b"".join(taken.streaming_content)  # type: ignore[attr-defined]
    assert "花名册" in openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    assert AuditEntry.objects.filter(action="home.export_taken", actor_person=who(HR)).count() == 1
    later = Job.objects.get(task="jiyu.home.tasks.drop_exports")  # it is deleted whether or not anybody looks
    assert later.run_after > clock.monotonic_deadline(24 * 3600)


def test_after_a_day_the_file_is_gone(browse: Browse) -> None:
    job_id = export_start(actor=_hr_account())
    written()
    path = export_path(job_id)
    assert path.is_file()
    assert exports_sweep() == 0
    old = time.time() - 25 * 3600
    os.utime(path, (old, old))
    assert browse(HR).get(f"/export/{job_id}/").status_code == 404
    assert not path.exists()


def _hr_account() -> Actor:
    from jiyu.people.public import account_for, actor_of

    return actor_of(account_for(actor=SYSTEM, person_id=who(HR)))


def test_the_file_lies_in_the_companys_folder_and_goes_with_it() -> None:
    job_id = export_start(actor=_hr_account())
    assert export_path(job_id).is_relative_to(company.current().folder)

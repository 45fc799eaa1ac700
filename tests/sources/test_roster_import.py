"""花名册 in, its questions answered, out again (CASES B1), through services and through the pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiyu.core import clock, files
from jiyu.core.actor import Actor, GrantView
from jiyu.core.errors import DomainError, NotAllowedError, NotVisibleError
from jiyu.core.jobs.models import Job
from jiyu.core.models import AuditEntry, StoredFile
from jiyu.people.models import Assignment, Employment, Identity, Person, PersonText, UnitState
from jiyu.people.public import leads_unresolved, org_on
from jiyu.sources.models import Quarantine, Run, Source
from jiyu.sources.public import run_undo
from jiyu.sources.roster import questions, selectors, views
from jiyu.sources.roster.fields import LONGEST
from jiyu.sources.roster.result import Place
from jiyu.sources.roster.selectors import counts_text, roster_imports, roster_page
from jiyu.sources.roster.services import SOURCE_CODE, roster_import, roster_settle, roster_undo
from jiyu.sources.runs.lifecycle import run_open
from jiyu.sources.tasks import take_roster
from tests.sources.conftest import HR, after, xlsx_file

B1 = xlsx_file(
    ["苏州衡川精密传动 花名册"],
    ["工号", "姓名", "部门", "直接上级", "入职日期"],
    [317, "林晓峰", "一车间", "赵刚", "2023/7/3"],
    ["000318", "张伟", "一车间", "赵刚", "2019.03.11"],
    ["000402", "张伟", "销售部", "王敏", "20210601"],
    ["000011", "赵刚", "一车间", "周建国", "2012-05-02"],
    ["000005", "周建国", "一车间", None, "2011年3月1日"],
    ["000210", "王敏", "销售部", "李总", 43983],
    ["000402", "欧阳海", "销售部", "王敏", "2022/1/4"],
    ["000511", "阿依古丽·买买提", "二车间", "张伟", "2026/2/30"],
    ["合计", "8人"],
    [" "],
)
pytestmark = pytest.mark.django_db


def imported() -> Run:
    return roster_import(actor=HR, data=B1, filename="花名册.xlsx")


def names() -> set[str]:
    org = org_on(on=clock.today(), known_at=clock.now())
    return {f"{p.name} {p.employee_no}" for p in org.persons.values() if p.is_employed}


def settle(run: Run, code: str, option: str, value: str = "") -> Run:
    question = Quarantine.objects.get(run=run, code=code, state="open")
    return roster_settle(actor=HR, run_id=run.pk, key=question.key, option=option, value=value)


def test_reads_eight_takes_five_asks_about_three_rows_and_skips_three() -> None:
    run = imported()
    assert counts_text(run).zh == "读到 8 人 · 导入 5 · 待处理 3 行 · 跳过 3 行"
    assert names() == {"林晓峰 000317", "张伟 000318", "赵刚 000011", "周建国 000005", "王敏 000210"}


def test_the_page_says_what_it_asks_and_what_it_changed() -> None:
    page = roster_page(actor=HR, run_id=imported().pk)
    assert [p.title.zh for p in page.problems] == [
        "工号 000402 出现了 2 次",
        "2026/2/30 不存在",
        "张伟有 2 个",
    ]
    assert page.problems[0].rows == (5, 9)
    assert {p.code for p in page.unresolved} and len(page.unresolved) == 2  # 王敏 and 周建国: 直接上级待认领
    said = [(before_after, why.zh) for _what, before_after, why in page.changes]
    assert ("317 → **000317**", "补前导零，和其他人一样 6 位") in said
    assert any(before_after == "43983 → **2020-06-01**" for before_after, _why in said)


def test_leads_nobody_named_wait_to_be_claimed() -> None:
    imported()
    org = org_on(on=clock.today(), known_at=clock.now())
    waiting = leads_unresolved(on=clock.today(), known_at=clock.now())
    assert {org.persons[one.person_id].name for one in waiting} >= {"王敏", "周建国"}
    by_name = {p.name: p for p in org.persons.values()}
    assert by_name["林晓峰"].lead_id == by_name["赵刚"].id


def test_the_same_file_again_moves_nothing() -> None:
    imported()
    with after(1):
        again = imported()
        assert counts_text(again).zh == "读到 8 人 · 导入 0 · 更新 0 · 待处理 3 行 · 跳过 3 行"
        assert Person.objects.count() == 5


def test_undo_brings_back_nobody_and_earlier_moments_still_see_them() -> None:
    run = imported()
    with after(1):
        roster_undo(actor=HR, run_id=run.pk)
        assert names() == set()
    before = org_on(on=clock.today(), known_at=clock.now())
    assert len(before.employed) == 5


def test_undo_after_the_same_file_came_twice_leaves_nobody() -> None:
    run = imported()
    with after(1):
        imported()
    with after(2):
        roster_undo(actor=HR, run_id=run.pk)
        assert names() == set()


def test_an_import_is_undone_once() -> None:
    run = imported()
    roster_undo(actor=HR, run_id=run.pk)
    with pytest.raises(DomainError) as refused:
        roster_undo(actor=HR, run_id=run.pk)
    assert refused.value.code == "sources.run_undone"


def test_a_roster_is_not_undone_as_if_it_were_numbers() -> None:
    run = imported()
    with pytest.raises(NotVisibleError):
        run_undo(actor=HR, run_id=run.pk)
    assert len(names()) == 5


def test_asking_somebody_leaves_the_question_open_and_says_so(hr_client: Client) -> None:
    run = imported()
    settle(run, "roster.number_twice", "ask")
    html = hr_client.get(f"/roster/{run.pk}/").content.decode()
    assert "你选了“问王敏”，还在等。" in html
    assert len(names()) == 5


def test_an_answer_takes_the_row_within_the_same_import() -> None:
    run = imported()
    with after(1):
        run = settle(run, "roster.number_twice", "row:5")
        assert "张伟 000402" in names()
        assert run.tally["new"] == 6
    with after(2):
        roster_undo(actor=HR, run_id=run.pk)
        assert names() == set()


def test_all_answers_together_leave_only_what_was_not_answered() -> None:
    run = imported()
    settle(run, "roster.number_twice", "row:5")
    settle(run, "date.not_real", "date", "2026-02-28")
    settle(run, "roster.many_leads", "person:000318")
    assert "阿依古丽·买买提 000511" in names()
    assert counts_text(Run.objects.get(pk=run.pk)).zh == "读到 8 人 · 导入 7 · 待处理 1 行 · 跳过 3 行"


def test_answers_hold_for_the_very_same_file() -> None:
    run = imported()
    settle(run, "roster.number_twice", "row:5")
    with after(1):
        again = imported()
        assert counts_text(again).zh == "读到 8 人 · 导入 0 · 更新 0 · 待处理 2 行 · 跳过 3 行"
        settle(again, "date.not_real", "blank")
        assert "张伟 000402" in names()


def test_an_option_that_asks_for_a_date_refuses_an_empty_one_and_changes_nothing() -> None:
    run = imported()
    with pytest.raises(DomainError) as refused:
        settle(run, "date.not_real", "date", " ")
    assert refused.value.code == "sources.answer_missing"
    assert len(names()) == 5


def test_only_hr_imports_a_roster() -> None:
    lead = Actor(person_id=None, grants=(GrantView("executive"),))
    with pytest.raises(NotAllowedError):
        roster_import(actor=lead, data=B1, filename="花名册.xlsx")
    assert Run.objects.count() == 0


def test_identity_numbers_are_not_kept_and_the_hash_covers_what_is() -> None:
    number = "11010519491231002X"
    data = xlsx_file(["工号", "姓名", "部门", "身份证号"], ["000317", "林晓峰", "一车间", number])
    run = roster_import(actor=HR, data=data, filename="花名册.xlsx")
    kept = files.read(StoredFile.objects.get(pk=run.file))
    assert kept != data
    assert run.file_sha256 == StoredFile.objects.get(pk=run.file).sha256
    import zipfile, io  # noqa: E401, I001

    inside = b"".join(zipfile.ZipFile(io.BytesIO(kept)).read(n) for n in zipfile.ZipFile(io.BytesIO(kept)).namelist())
    assert number.encode() not in inside
    assert "林晓峰" in inside.decode(errors="ignore")


def test_the_questions_kept_hold_no_personal_text() -> None:
    imported()
    kept = repr(list(Quarantine.objects.values()))
    assert "张伟" not in kept
    assert "阿依古丽" not in kept


def test_the_pages_lead_from_the_file_to_the_people(hr_client: Client) -> None:
    response = hr_client.post("/roster/upload/", {"file": SimpleUploadedFile("花名册.xlsx", B1)}, follow=True)
    html = response.content.decode()
    assert "读到 8 人 · 导入 5 · 待处理 3 行 · 跳过 3 行" in html
    for words in (
        "工号 000402 出现了 2 次",
        "2026/2/30 不存在",
        "张伟有 2 个",
        "000402 是欧阳海",
        "撤销本次导入",
    ):
        assert words in html
    url = response.redirect_chain[-1][0]
    question = Quarantine.objects.get(key__startswith="number_twice")
    html = hr_client.post(f"{url}settle/", {"key": question.key, "option": "row:5"}, follow=True).content.decode()
    assert "读到 8 人 · 导入 6 · 待处理 1 行 · 跳过 3 行" in html or "导入 6" in html
    assert "又导入了 1 人" in html
    form = re.search(r'href="(/roster/[^"]+/answer/[^"]+)"', html)
    assert form is not None
    assert hr_client.get(form.group(1).replace("&amp;", "&")).status_code == 200
    hr_client.post(f"{url}undo/", follow=True)
    assert names() == set()
    assert "已撤销" in hr_client.get("/roster/").content.decode()


def test_a_file_that_is_no_roster_asks_where_the_head_is(hr_client: Client) -> None:
    run = roster_import(actor=HR, data=xlsx_file(["a", "b"], [1, 2]), filename="x.xlsx")
    page = roster_page(actor=HR, run_id=run.pk)
    assert [p.code for p in page.problems] == ["roster.no_head"]
    assert Person.objects.count() == 0


def test_a_broken_file_is_refused_with_words(hr_client: Client) -> None:
    response = hr_client.post("/roster/upload/", {"file": SimpleUploadedFile("花名册.xlsx", b"%PDF-1.4 ...")})
    assert response.status_code == 422
    assert Run.objects.count() == 0


def test_past_imports_stand_in_the_list() -> None:
    imported()
    (only,) = roster_imports(actor=HR)
    assert (only.file_name, only.open_questions, only.is_undone) == ("花名册.xlsx", 5, False)


def test_a_big_roster_is_taken_in_the_background(hr_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "BIG_BYTES", 10)
    answer = hr_client.post("/roster/upload/", {"file": SimpleUploadedFile("花名册.xlsx", B1)})
    assert answer["Location"].startswith("/roster/jobs/")
    assert 'http-equiv="refresh"' in hr_client.get(answer["Location"]).content.decode()
    assert not Person.objects.exists()
    job = Job.objects.get()
    Job.objects.update(state=Job.DONE, result=take_roster.call(*job.args))  # as the worker does (tests/core/jobs)
    done = hr_client.get(answer["Location"])
    run = Run.objects.get(source__code="roster")
    assert done["Location"] == f"/roster/{run.pk}/"
    assert done.status_code == 302
    assert (run.tally["read"], run.tally["new"]) == (8, len(org_on(on=clock.today(), known_at=clock.now()).persons))


def test_a_big_roster_that_is_refused_says_so(hr_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "BIG_BYTES", 10)
    answer = hr_client.post("/roster/upload/", {"file": SimpleUploadedFile("花名册.xlsx", B1)})
    imported()
    run_open(actor=HR, source=Source.objects.get(code=SOURCE_CODE))
    Job.objects.update(state=Job.DONE, result=take_roster.call(*Job.objects.get().args))
    html = hr_client.get(answer["Location"]).content.decode()
    assert "正在导入另一份文件" in html
    assert 'href="/roster/"' in html


def test_the_job_of_another_room_is_not_there(hr_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "BIG_BYTES", 10)
    answer = hr_client.post("/roster/upload/", {"file": SimpleUploadedFile("花名册.xlsx", B1)})
    assert hr_client.get(answer["Location"].replace("/roster/", "/sources/")).status_code == 404


def test_one_person_and_one_row_are_singular_in_english() -> None:
    one = Run(tally={"read": 1, "new": 0, "set_aside": 1, "skipped": 0})
    assert counts_text(one).en == "1 person read · 0 taken · 1 row to settle · 0 skipped"
    places = [Place("花名册", 3), Place("花名册", 4)]
    assert questions.greyed("k", places[:1]).title.en == "1 row is grey or struck through"
    assert questions.greyed("k", places).title.en == "2 rows are grey or struck through"
    assert questions.unit_gaps("k", places[:1]).title.en == "1 row has no unit"
    assert questions.date_order("k", places[:1], "hired_on", "03/04/2026").detail.en.startswith("1 row is written so;")


# Answers that cannot be, words too long

NO_NUMBER = xlsx_file(
    ["工号", "姓名", "部门", "入职日期"],
    ["000001", "周建国", "一车间", "2011-03-01"],
    ["000002", "赵刚", "一车间", "2026-02-30"],
    [None, "林晓峰", "一车间", "2023-07-03"],
)


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("000001", "sources.number_taken", "000001 是周建国的"),
        ("1", "sources.number_taken", "000001 是周建国的"),
        ("000002", "sources.number_taken", "000002 是赵刚的"),  # waits itself
        ("000009", "sources.number_taken", "000009 是王敏的"),  # not in this file
        ("00 03 17", "sources.no_number", "“00 03 17”不像工号"),
        ("=cmd", "sources.no_number", "“=cmd”不像工号"),
        ("9" * 65, "sources.no_number", "“999999999999999999999999”不像工号"),
        ("12.5e", "", ""),
        ("000317", "", ""),
    ],
)
def test_a_typed_number_is_one_and_nobody_elses(typed: str, code: str, said: str) -> None:
    roster_import(actor=HR, data=xlsx_file(["工号", "姓名"], ["000009", "王敏"]), filename="花名册.xlsx")
    run = roster_import(actor=HR, data=NO_NUMBER, filename="花名册.xlsx")
    assert names() == {"王敏 000009", "周建国 000001"}
    if not code:
        settle(run, "roster.no_number", "number", typed)
        assert names() == {"王敏 000009", "周建国 000001", f"林晓峰 {typed}"}
        return
    with pytest.raises(DomainError) as refusal:
        settle(run, "roster.no_number", "number", typed)
    assert (refusal.value.code, refusal.value.message, bool(refusal.value.fix)) == (code, said, True)
    assert names() == {"王敏 000009", "周建国 000001"}
    assert Quarantine.objects.get(code="roster.no_number").answer is None


def test_a_typed_number_of_the_same_person_known_before_is_taken() -> None:
    roster_import(actor=HR, data=xlsx_file(["工号", "姓名"], ["000317", "林晓峰"]), filename="花名册.xlsx")
    run = roster_import(actor=HR, data=NO_NUMBER, filename="花名册.xlsx")
    settle(run, "roster.no_number", "number", "000317")
    assert names() == {"林晓峰 000317", "周建国 000001"}


def test_a_typed_day_lies_at_most_a_year_ahead() -> None:
    run = roster_import(actor=HR, data=NO_NUMBER, filename="花名册.xlsx")
    with pytest.raises(DomainError) as refusal:
        settle(run, "date.not_real", "date", "2119-05-13")
    assert (refusal.value.code, refusal.value.message) == ("sources.day_far_ahead", "2119-05-13 在一年以后")
    assert Quarantine.objects.get(code="date.not_real").answer is None
    settle(run, "date.not_real", "date", (clock.today() + timedelta(300)).isoformat())
    assert "赵刚" in {p.name for p in org_on(on=clock.today(), known_at=clock.now()).persons.values()}


def test_words_too_long_are_asked_about_and_hold_nobody_else_up() -> None:
    head = ["工号", "姓名", "部门", "岗位", "职级", "状态"]
    long = {"number": "9" * 80, "name": "张" * 300, "unit": "一" * 101, "job": "钳" * 200, "job_grade": "P" * 21}
    plain = {"unit": "一车间", "job": "操作工", "job_grade": "P3", "status": "在职"}
    long["status"] = "试用期" + "延" * 40
    rows = []
    for at, code in enumerate(long):
        row = {"number": f"00000{at}", "name": f"林{'一二三四五六'[at]}", **plain, code: long[code]}
        rows.append([row[c] for c in ("number", "name", "unit", "job", "job_grade", "status")])
    data = xlsx_file(head, ["000317", "林晓峰", "一车间", "操作工", "P3", "在职"], *rows)
    run = roster_import(actor=HR, data=data, filename="花名册.xlsx")
    assert names() == {"林晓峰 000317"}
    page = roster_page(actor=HR, run_id=run.pk)
    assert [(p.code, p.field, p.rows) for p in page.problems] == [
        ("roster.too_long", code, (at + 3,)) for at, code in enumerate(long)
    ]
    assert page.problems[0].title.zh == "工号太长：999999999999999999999999…"
    assert page.problems[3].detail.zh == "林四（000003，一车间）。写了 200 个字，最多 60 个。我们没有替你截短。"
    for at, problem in enumerate(page.problems):
        typed = {"number": "000000", "name": "林二", "unit": "制造部/一车间"}.get(problem.field, "短")
        roster_settle(actor=HR, run_id=run.pk, key=problem.key, option=problem.options[0].key, value=typed)
        assert len(names()) == at + 2
    org = org_on(on=clock.today(), known_at=clock.now())
    found = {p.employee_no: (p.name, org.path_text(p.unit_id), p.job, p.job_grade) for p in org.persons.values()}
    assert found["000001"] == ("林二", "一车间", "操作工", "P3")
    assert found["000002"][1] == "制造部 / 一车间"
    assert (found["000003"][2], found["000004"][3]) == ("短", "短")


def test_a_word_too_long_may_be_left_blank_or_stays_too_long() -> None:
    data = xlsx_file(["工号", "姓名", "部门", "岗位"], ["000317", "林晓峰", "一车间", "钳" * 200])
    run = roster_import(actor=HR, data=data, filename="花名册.xlsx")
    settle(run, "roster.too_long", "text", "钳" * 61)
    assert names() == set()
    settle(run, "roster.too_long", "blank")
    assert names() == {"林晓峰 000317"}


def test_what_is_kept_of_a_field_is_what_its_column_holds() -> None:
    columns = {
        "number": (Identity, "value"),
        "name": (PersonText, "name"),
        "unit": (UnitState, "name"),
        "job": (Assignment, "job"),
        "job_grade": (Assignment, "job_grade"),
        "status": (Employment, "status_note"),
    }
    assert {code: model._meta.get_field(name).max_length for code, (model, name) in columns.items()} == LONGEST


# Who changed


def test_a_changed_roster_says_who_moved_left_and_came_back(hr_client: Client) -> None:
    head = ["工号", "姓名", "部门", "岗位", "直接上级", "入职日期", "离职日期"]
    first = xlsx_file(
        head,
        ["000001", "周建国", "制造部", "主任", None, "2011-03-01", None],
        ["000002", "赵刚", "制造部/一车间", "班组长", "周建国", "2012-05-02", None],
        ["000003", "林晓峰", "制造部/一车间", "操作工", "赵刚", "2023-07-03", None],
        ["000004", "王敏", "销售部", "代表", None, "2020-06-01", "2026-03-31"],
        ["000005", "孙丽", "销售部", "代表", None, "2020-06-01", None],
    )
    roster_import(actor=HR, data=first, filename="花名册.xlsx")
    second = xlsx_file(
        head,
        ["000001", "周建国", "制造部", "主任", None, "2011-03-01", None],
        ["000002", "赵大刚", "制造部/一车间", "班组长", "周建国", "2012-05-02", None],
        ["000003", "林晓峰", "制造部/二车间", "调试工", "周建国", "2023-07-03", None],
        ["000004", "王敏", "销售部", "代表", None, "2026-04-07", None],
        ["000005", "孙丽", "销售部", "代表", None, "2020-06-01", "2026-04-05"],
        ["000006", "李新", "销售部", "代表", None, "2026-04-01", None],
    )
    with after(1):
        run = roster_import(actor=HR, data=second, filename="花名册4月.xlsx")
        assert counts_text(run).zh == "读到 6 人 · 导入 1 · 更新 3 · 待处理 1 行 · 跳过 0 行"
        run = settle(run, "roster.other_name", "same")
        assert (run.tally["changed"], run.tally["new"]) == (4, 1)
        page = roster_page(actor=HR, run_id=run.pk)
        assert [(who, [one.zh for one in how]) for who, how in page.updated] == [
            ("赵大刚 000002", ["姓名改了"]),
            (
                "林晓峰 000003",
                ["部门 制造部 / 一车间 → **制造部 / 二车间**", "岗位 操作工 → **调试工**", "直接上级改了"],
            ),
            ("王敏 000004", ["又入职了：**2026-04-07**", "部门 **销售部**"]),
            ("孙丽 000005", ["离职，最后一天 **2026-04-05**"]),
        ]
        html = hr_client.get(f"/roster/{run.pk}/").content.decode()
        assert "更新了 4 人" in html and "<dt>更新</dt><dd>" in html, "the second: the phone's counts"
        assert "离职，最后一天 <b>" in html
        assert "去看花名册" in html
        kept = str(run.tally)
        assert "赵" not in kept and "周建国" not in kept
        assert "people" not in AuditEntry.objects.filter(action="sources.roster_imported").latest("id").detail


def test_only_the_first_of_many_changed_people_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MOST_UPDATED_SHOWN", 1)
    for at, unit in enumerate(("一车间", "二车间")):
        with after(at):
            data = xlsx_file(["工号", "姓名", "部门"], ["000001", "周建国", unit], ["000002", "赵刚", unit])
            run = roster_import(actor=HR, data=data, filename="花名册.xlsx")
    page = roster_page(actor=HR, run_id=run.pk)
    assert ([who for who, _how in page.updated], page.updated_more) == (["周建国 000001"], 1)


def test_somebody_hired_far_ahead_waits_for_an_answer() -> None:
    data = xlsx_file(
        ["工号", "姓名", "入职日期"], ["000317", "林晓峰", "2028-01-01"], ["000001", "周建国", "2012-01-01"]
    )
    run = roster_import(actor=HR, data=data, filename="花名册.xlsx")
    assert names() == {"周建国 000001"}
    settle(run, "roster.far_ahead", "as_dated")
    assert not Quarantine.objects.filter(code="roster.far_ahead", state="open").exists()

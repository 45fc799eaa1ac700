"""数据来源 through the browser: a file proposed, asked about, taken, settled, undone; who may see it."""

from __future__ import annotations

import io
import re
from datetime import date
from urllib.parse import urlencode

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiyu.core.errors import DomainError, ProblemsError
from jiyu.core.jobs.models import Job
from jiyu.people.models import Account
from jiyu.people.public import leave
from jiyu.sources import numbers, replacing
from jiyu.sources.kinds import MappingDefinition, MappingKind
from jiyu.sources.models import Quarantine, Run, Source
from jiyu.sources.public import numbers_import, roster_import
from jiyu.sources.runs.lifecycle import run_open
from jiyu.sources.tasks import take_numbers
from jiyu.studio.public import kind_of
from tests.sources.conftest import HR, after, csv_file, load, mapping, people, sums, xlsx_file

B3 = csv_file(
    ["工号", "完工时间", "合格", "不良"],
    [317, "2026-03-02 22:10", 120, 2],
    [317, "2026-03-03 01:30", 140, 1],
    [317, "2026-03-03 07:40", 130, 3],
    [317, "2026-03-03 07:40", 130, 3],
    [317, "2026-03-03 22:20", 150, 0],
    [317, "2026-03-04 02:00", -20, 20],
    [999999, "2026-03-03 10:00", 5, 0],
)
pytestmark = pytest.mark.django_db


def page(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def upload(browser: Client, data: bytes = B3, **form: str) -> str:
    """Upload a file, of a new source unless told otherwise; returns the address of its proposal."""
    form = {"source": "+"} | form
    response = browser.post("/sources/upload/", {"file": SimpleUploadedFile("报工.csv", data), **form})
    assert response.status_code == 302, page(response)
    return str(response["Location"])


def test_b3_from_the_file_to_the_result(hr_client: Client) -> None:
    people(n000317="林晓峰")
    address = upload(hr_client, label="MES 报工")
    html = page(hr_client.get(address))
    assert "还有 1 处拿不准，请你定" in html
    assert "算哪一天？" in html
    html = page(hr_client.get(address + "&a:day_cut=08:00"))
    assert "看一眼就能导入" in html
    assert "317 · 算 03-02 · 合格 <b>140 件</b>" in re.sub(r"</?span[^>]*>", "", html) or "140" in html
    file_id = address.split("/")[3]
    form = {"source": "source_1", "label": "MES 报工", "a:day_cut": "08:00"}
    html = page(hr_client.post(f"/sources/upload/{file_id}/take/", form, follow=True))
    assert "7 行：入账 5，重复 1，待处理 1" in html
    assert "花名册里没有“999999”" in html
    assert sums("good", source="source_1") == {"2026-03-02": 390, "2026-03-03": 130}


def test_the_second_file_of_a_source_is_read_as_the_first(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(B3)
    html = page(hr_client.get(upload(hr_client, source="mes")))
    assert "和上次一样读" in html


def test_a_doubtful_file_is_not_taken_before_the_doubt_is_settled(hr_client: Client) -> None:
    people(n000317="林晓峰")
    file_id = upload(hr_client, label="MES").split("/")[3]
    response = hr_client.post(f"/sources/upload/{file_id}/take/", {"source": "source_1", "label": "MES"})
    assert response.status_code == 422
    assert Run.objects.count() == 0
    assert not Source.objects.filter(code="source_1").exists()


def test_a_question_is_answered_on_its_page(hr_client: Client) -> None:
    people(n000317="林晓峰")
    run = load(B3)
    item = Quarantine.objects.get()
    html = page(hr_client.get(f"/sources/runs/{run.pk}/"))
    assert f"/sources/questions/{item.pk}/?option=pick" in html
    assert hr_client.get(f"/sources/questions/{item.pk}/?option=pick").status_code == 200
    form = {"option": "pick", "employee_no": "000317"}
    html = page(hr_client.post(f"/sources/questions/{item.pk}/settle/", form, follow=True))
    assert "又入账 1 行" in html
    assert sums("good")["2026-03-03"] == 135


def test_a_question_that_was_left_has_its_place_and_its_way_back(hr_client: Client) -> None:
    people(n000317="林晓峰")
    run = load(B3)
    settle = f"/sources/questions/{Quarantine.objects.get().pk}/settle/"
    html = page(hr_client.post(settle, {"option": "leave"}, follow=True))
    assert "MES：没有要处理的" in html and "先空着了，在下面" in html
    assert "先空着的 1 处" in html and "花名册里没有“999999”" in html
    assert html.count("放回待处理") == 1 and 'value="leave"' not in html
    assert "先空着的 1 处" in page(hr_client.get(f"/sources/runs/{run.pk}/"))
    html = page(hr_client.post(settle, {"option": "reopen"}, follow=True))
    assert "MES：1 处等你处理" in html and "先空着的" not in html and "放回待处理了" in html
    assert "记住了：不算" in page(hr_client.post(settle, {"option": "not_ours"}, follow=True))


def test_an_answer_that_is_refused_comes_back_to_the_questions(hr_client: Client) -> None:
    who = people(n000317="林晓峰")["000317"]
    leave(actor=HR, person_id=who, on=date(2026, 3, 10))
    run = load(march_rows(12))
    settle = f"/sources/questions/{Quarantine.objects.get().pk}/settle/"
    response = hr_client.post(settle, {"option": "still_here"})
    assert response.status_code == 409
    html = page(response)
    assert "花名册里，这个人还是 2026-03-09 离职" in re.sub(r"</?span[^>]*>", "", html)
    assert f'action="{settle}"' in html
    assert sums("good") == {}
    assert "又入账 1 行" in page(hr_client.post(settle, {"option": "count"}, follow=True))
    response = hr_client.post(settle, {"option": "count"})
    assert response.status_code == 409 and "这一行已经处理好了" in page(response)
    html = page(hr_client.get(f"/sources/runs/{run.pk}/"))
    assert "待处理的都处理好了" in html and "都入账了" not in html


def test_many_questions_are_paged_and_counted_whole(hr_client: Client) -> None:
    people(n000317="林晓峰")
    numbers = range(900_000, 900_045)
    load(csv_file(["工号", "完工时间", "合格", "不良"], *([n, "2026-03-02 10:00", 1, 0] for n in numbers)))
    first = hr_client.get("/sources/of/mes/")
    assert "MES：45 处等你处理" in page(first)
    assert len(first.content) < 60_000
    assert "第 1 / 3 页 ·" in page(first) and "花名册里没有“900044”" not in page(first)
    assert "花名册里没有“900044”" in page(hr_client.get("/sources/of/mes/?page=3"))
    assert "第 3 / 3 页 ·" in page(hr_client.get("/sources/of/mes/?page=99"))
    assert "第 1 / 3 页 ·" in page(hr_client.get("/sources/of/mes/?page=x"))


def test_a_cell_is_corrected_on_its_page(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(csv_file(["工号", "完工时间", "合格", "不良"], [317, "2026-02-30 10:00", 7, 0]))
    item = Quarantine.objects.get()
    html = page(hr_client.get(f"/sources/questions/{item.pk}/?option=edit"))
    assert 'name="cell:完工时间"' in html
    form = {
        "option": "edit",
        "cell:完工时间": "2026-02-28 10:00",
        "cell:工号": "317",
        "cell:合格": "7",
        "cell:不良": "0",
    }
    hr_client.post(f"/sources/questions/{item.pk}/settle/", form)
    assert sums("good") == {"2026-02-28": 7}


def test_undo_is_a_button_and_the_page_says_so(hr_client: Client) -> None:
    people(n000317="林晓峰")
    run = load(B3)
    html = page(hr_client.post(f"/sources/runs/{run.pk}/undo/", follow=True))
    assert "这次导入已经撤销了" in html
    assert sums("good") == {}


def test_the_list_says_what_is_late_and_what_waits(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(B3)
    assert "都到了，1 处等你处理" in page(hr_client.get("/sources/"))
    Source.objects.update(expected_days="daily")
    html = page(hr_client.get("/sources/"))
    assert "1 个来源比说好的晚" in html
    assert "34 天没更新" in html  # data to 03-03, the next day's due 03-05, today 04-08


def test_what_needs_somebody_stands_at_the_top_of_the_list(hr_client: Client) -> None:
    people(n000317="林晓峰")
    for code in "abc":
        load(B3 if code == "b" else march_rows(2), source=code)
    Source.objects.filter(code="c").update(expected_days="daily")
    assert re.findall(r'/sources/of/(\w)/"><b>', page(hr_client.get("/sources/"))) == ["c", "b", "a"]


def test_an_empty_company_is_told_where_to_begin(hr_client: Client) -> None:
    assert "从第一份文件开始" in page(hr_client.get("/sources/"))


def test_a_failed_import_is_listed_with_its_reason(hr_client: Client) -> None:
    people(n000317="林晓峰")
    with pytest.raises(DomainError):
        load(csv_file(["a", "b"], [1, 2]))
    html = page(hr_client.get("/sources/of/mes/"))
    assert "没导入" in html
    assert "表头和上次不一样" in html


def test_a_big_file_goes_to_the_background_and_its_page_waits(
    hr_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(n000317="林晓峰")
    monkeypatch.setattr(numbers, "BIG_BYTES", 10)
    load(B3)
    file_id = upload(hr_client, B3.replace(b"120,2", b"121,2"), source="mes").split("/")[3]
    response = hr_client.post(f"/sources/upload/{file_id}/take/", {"source": "mes"})
    waiting = page(hr_client.get(response["Location"]))
    assert '<meta http-equiv="refresh" content="2">' in waiting
    assert sums("good")["2026-03-02"] == 390
    with after(1):
        waiting_job = Job.objects.get()
        outcome = take_numbers.call(*waiting_job.args)  # as the worker does (tests/core/jobs)
        Job.objects.update(state=Job.DONE, result=outcome)
        done = hr_client.get(response["Location"])
        assert done["Location"].startswith("/sources/runs/")
        assert sums("good")["2026-03-02"] == 391


def test_a_refusal_in_the_background_is_told_on_its_page(hr_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    people(n000317="林晓峰")
    monkeypatch.setattr(numbers, "BIG_BYTES", 10)
    load(B3)
    file_id = upload(hr_client, source="mes").split("/")[3]
    address = hr_client.post(f"/sources/upload/{file_id}/take/", {"source": "mes"})["Location"]
    run_open(actor=HR, source=Source.objects.get(code="mes"))
    Job.objects.update(state=Job.DONE, result=take_numbers.call(*Job.objects.get().args))
    html = page(hr_client.get(address))
    assert "这个来源正在导入另一份文件" in html
    assert "http-equiv" not in html


def test_pressing_twice_queues_one_job(hr_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    people(n000317="林晓峰")
    monkeypatch.setattr(numbers, "BIG_BYTES", 10)
    load(B3)
    file_id = upload(hr_client, source="mes").split("/")[3]
    places = {hr_client.post(f"/sources/upload/{file_id}/take/", {"source": "mes"})["Location"] for _ in range(2)}
    assert len(places) == Job.objects.count() == 1


def test_without_a_sign_in_there_is_only_the_start_page(client: Client) -> None:
    for address in ("/sources/", "/roster/"):
        assert client.get(address)["Location"] == "/"


def test_an_employee_may_not_see_the_sources(client: Client) -> None:
    who = people(n000317="林晓峰")
    account = Account(handle="000317", person_id=who["000317"])
    account.set_unusable_password()
    account.save()
    client.force_login(account)
    assert client.get("/sources/").status_code == 403
    assert client.get("/roster/").status_code == 403


def test_who_brings_in_numbers_cannot_open_a_kept_roster_that_way(hr_client: Client) -> None:
    roster = csv_file(["工号", "姓名", "部门"], ["000317", "林晓峰", "一车间"])
    kept = roster_import(actor=HR, data=roster, filename="花名册.csv").run.file
    assert hr_client.get(f"/sources/upload/{kept}/?source=x").status_code == 404


def test_pages_ask_few_questions_of_the_database_however_much_there_is(hr_client: Client) -> None:
    people(n000317="林晓峰")
    run = load(B3)

    def queries(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert hr_client.get(address).status_code == 200
        return len(caught)

    pages = ("/sources/", "/sources/of/mes/", f"/sources/runs/{run.pk}/")
    first = [queries(address) for address in pages]
    for number in range(2, 6):
        with after(number):
            more = csv_file(["工号", "完工时间", "合格", "不良"], [f"99{number}", "2026-03-05 10:00", 1, 0])
            load(more)
            load(more, source=f"other_{number}")
    assert [queries(address) for address in pages] == first
    assert max(first) <= 20


def test_numbers_come_in_with_a_mapping_as_data_or_as_read_before() -> None:
    people(n000317="林晓峰")
    raw = mapping().model_dump(mode="json")
    outcome = numbers_import(actor=HR, source_code="mes", data=B3, filename="a.csv", mapping=raw)
    assert outcome.summary == "7 行：入账 5，重复 1，待处理 1"
    assert outcome.problem_lines == ("花名册里没有“999999”",)
    assert outcome.as_data()["taken"] == 5
    with after(1):
        again = numbers_import(actor=HR, source_code="mes", data=B3, filename="b.csv")
        assert again.summary == "7 行：入账 0，重复 6，待处理 1"


def test_a_mapping_of_another_shape_is_refused_by_the_place() -> None:
    with pytest.raises(DomainError) as refused:
        numbers_import(actor=HR, source_code="mes", data=B3, filename="a.csv", mapping={"subject": 1})
    assert refused.value.code == "sources.mapping_shape"
    assert Run.objects.count() == 0


def test_the_mapping_kind_is_registered_and_checks_codes_and_units() -> None:
    kind = kind_of("mapping")
    assert isinstance(kind, MappingKind)
    twice = [{"column": c, "code": "good", "label": c, "unit": u} for c, u in (("合格", "piece"), ("良品", "furlong"))]
    spec = MappingDefinition(label={"zh": "MES"}, source="mes", mapping=mapping(measures=twice))
    codes = [p.code for p in kind.check(spec, None)]  # type: ignore[arg-type]
    other = {"column": "工时", "code": "hours", "label": "工时", "unit": "hour", "written_unit": "yuan"}
    spec = MappingDefinition(label={"zh": "MES"}, source="mes", mapping=mapping(measures=[other]))
    assert [p.code for p in kind.check(spec, None)] == ["sources.written_unit"]  # type: ignore[arg-type]
    assert codes == ["sources.mapping_code_twice", "sources.unknown_unit"]


def march_rows(*days: int) -> bytes:
    return csv_file(["工号", "完工时间", "合格", "不良"], *([317, f"2026-03-{d:02} 10:00", d, 0] for d in days))


def test_a_file_may_replace_a_stretch_of_days_or_everything(hr_client: Client) -> None:
    people(n000317="林晓峰")
    assert "以前的数怎么办" not in page(hr_client.get(upload(hr_client, data=march_rows(2), source="mes")))
    load(march_rows(1, 2, 3, 20))
    with after(1):
        address = upload(hr_client, data=march_rows(2), source="mes")
        html = page(hr_client.get(address))
        assert html.count('value="2026-03-02"') == 2
        assert "03-02 到 03-02 以前有的，这份文件里都有。" in html
        take = f"{address.split('?')[0]}take/"
        chosen = {"source": "mes", "mode": "replace_window", "first": "2026-03-01", "last": "2026-03-03"}
        html = page(hr_client.post(take, chosen, follow=True))
        assert "2 条以前有、这份文件里没有了，不再计" in html
        assert sums("good") == {"2026-03-02": 2, "2026-03-20": 20}
    with after(2):
        hr_client.post(take, {"source": "mes", "mode": "snapshot"})
        assert sums("good") == {"2026-03-02": 2}


@pytest.mark.parametrize(("first", "last"), [("", ""), ("2026-03-01", "3 月"), ("2026-03-05", "2026-03-01")])
def test_a_stretch_of_days_that_is_none_changes_nothing(hr_client: Client, first: str, last: str) -> None:
    people(n000317="林晓峰")
    load(march_rows(1, 2))
    take = f"{upload(hr_client, data=march_rows(2), source='mes').split('?')[0]}take/"
    chosen = {"source": "mes", "mode": "replace_window", "first": first, "last": last}
    assert hr_client.post(take, chosen).status_code == 422
    assert sums("good") == {"2026-03-01": 1, "2026-03-02": 2}


def test_a_big_file_replaces_in_the_background_what_it_was_confirmed_for(
    hr_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(n000317="林晓峰")
    load(march_rows(1, 2, 20))
    monkeypatch.setattr(numbers, "BIG_BYTES", 1)
    take = f"{upload(hr_client, data=march_rows(2), source='mes').split('?')[0]}take/"
    chosen = {"source": "mes", "mode": "replace_window", "first": "2026-03-01", "last": "2026-03-03"}
    assert "/sources/jobs/" in hr_client.post(take, chosen)["Location"]
    job = Job.objects.get()
    with after(1):
        take_numbers.func(*job.args)
        assert sums("good") == {"2026-03-02": 2, "2026-03-20": 20}


def test_the_days_a_file_would_replace_are_its_own_and_what_would_go_is_counted(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(march_rows(1, 2, 3, 4, 20))
    with after(1):
        days = [*range(5, 12), 4, 2, 15]  # not in order, and more than the samples shown
        html = page(hr_client.get(upload(hr_client, data=march_rows(*days), source="mes")))
        assert 'name="first" type="date" value="2026-03-02"' in html
        assert 'name="last" type="date" value="2026-03-15"' in html
        assert "03-02 到 03-15 以前有、这份文件里没有的有 1 条，选了就不再计。" in html


def test_a_replacement_with_unreadable_rows_says_which_and_names_the_other_way(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(march_rows(1, 2))
    rows = [[317, f"2026-03-{day} 10:00", 1, 0] for day in ("01", "32", "33")]
    with after(1):
        address = upload(hr_client, data=csv_file(["工号", "完工时间", "合格", "不良"], *rows), source="mes")
        assert "第 3、4 行读不懂，改好才能替换。" in page(hr_client.get(address))
        take = f"{address.split('?')[0]}take/"
        days = {"first": "2026-03-01", "last": "2026-03-01", "counted": "2026-03-01/2026-03-01"}
        response = hr_client.post(take, {"source": "mes", "mode": "replace_window"} | days)
        html = page(response)
        assert response.status_code == 422 and "文件里有 2 行读不懂，所以什么也没动" in html
        assert "或者选“都留着，只加上新的、更正变了的”" in html
        assert html.index('id="before"') < html.index("所以什么也没动"), "where the answer to the form opens"
        assert f'action="{take}#before"' in html
        assert sums("good") == {"2026-03-01": 1, "2026-03-02": 2}


def test_an_import_that_was_undone_says_that_what_it_ended_counts_again(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(march_rows(1, 2))
    with after(1):
        run = load(march_rows(2), mode=Run.SNAPSHOT)
        html = page(hr_client.get(f"/sources/runs/{run.pk}/"))
        assert "没有新的数，也没有要处理的" in html and "都入账了" not in html
        assert "我们改动的" in html and "又照算" not in html
    with after(2):
        html = page(hr_client.post(f"/sources/runs/{run.pk}/undo/", follow=True))
        assert "它停掉的又照算" in html and "撤销前我们改动的" in html
        assert sums("good") == {"2026-03-01": 1, "2026-03-02": 2}


def test_the_days_of_a_big_file_are_read_from_its_ends_and_what_lies_between(
    hr_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(n000317="林晓峰")
    load(march_rows(2))
    monkeypatch.setattr(numbers, "BIG_BYTES", 1)
    monkeypatch.setattr(replacing, "ENDS", 2)
    monkeypatch.setattr(replacing, "EVERY", 5)
    with after(1):  # head and one row, rows 5 and 10 of the file, the last two
        html = page(hr_client.get(upload(hr_client, data=march_rows(9, 1, 2, 7, 3, 4, 5, 6, 12, 8, 9), source="mes")))
        assert 'name="first" type="date" value="2026-03-07"' in html
        assert 'name="last" type="date" value="2026-03-12"' in html
        assert "以前有" not in html  # nobody counts a big file's keys while somebody waits


@pytest.mark.parametrize("code", ["", "../x y", "..", "报工"])
def test_a_stored_code_that_is_none_breaks_no_page(hr_client: Client, code: str) -> None:
    people(n000317="林晓峰")
    run = load(B3)
    Source.objects.filter(code="mes").update(code=code)
    item = Quarantine.objects.get()
    html = page(hr_client.get("/sources/"))
    address = re.search(r'href="(/sources/of/[^"]+)"', html)
    assert address is not None
    for place in (address[1], f"/sources/runs/{run.pk}/", f"/sources/questions/{item.pk}/?option=pick"):
        response = hr_client.get(place)
        assert response.status_code == 200
    assert "导入记录" in page(hr_client.get(address[1]))


def test_the_page_of_a_source_shows_its_code(hr_client: Client) -> None:
    people(n000317="林晓峰")
    load(B3)
    assert "代码 mes" in page(hr_client.get("/sources/of/mes/"))


def test_a_head_that_changed_from_wan_yuan_to_yuan_is_converted(hr_client: Client) -> None:
    people(n000317="林晓峰")
    deals = csv_file(["工号", "签单日期", "签单额(万元)"], [317, "2026-03-02", 5])
    numbers_import(actor=HR, source_code="crm", data=deals, filename="a.csv")
    with after(1):
        later = csv_file(["工号", "签单日期", "签单额(元)"], [317, "2026-03-03", 80_000])
        address = upload(hr_client, data=later, source="crm")
        assert "看一眼就能导入" in page(hr_client.get(address))
        html = page(hr_client.post(f"{address.split('?')[0]}take/", {"source": "crm"}, follow=True))
        assert "1 行：入账 1，待处理 0" in html
        assert sums("signed", source="crm") == {"2026-03-02": 5, "2026-03-03": 8}


def test_a_unit_that_cannot_be_converted_is_asked_about_before_the_import(hr_client: Client) -> None:
    people(n000317="林晓峰")
    deals = csv_file(["工号", "签单日期", "签单额(万元)"], [317, "2026-03-02", 5])
    numbers_import(actor=HR, source_code="crm", data=deals, filename="a.csv")
    with after(1):
        later = csv_file(["工号", "签单日期", "签单额(件)"], [317, "2026-03-03", 8])
        html = page(hr_client.get(upload(hr_client, data=later, source="crm")))
        assert "“签单额(件)”以前记的是万元，这次是件" in html
        assert "另起一个数据项" in html


@pytest.mark.parametrize("is_known", [False, True])
def test_a_file_with_a_head_only_says_so(hr_client: Client, *, is_known: bool) -> None:
    people(n000317="林晓峰")
    if is_known:
        load(B3)
    data = csv_file(["工号", "完工时间", "合格", "不良"])
    with after(1):
        html = page(hr_client.get(upload(hr_client, data=data, source="mes")))
        assert "文件里只有表头，没有一行数" in html
        assert "读懂了，看一眼" not in html
        with pytest.raises(ProblemsError) as refused:
            numbers_import(actor=HR, source_code="mes", data=data, filename="a.csv")
        assert refused.value.code == "sources.no_rows"
        assert Run.objects.count() == int(is_known)


def test_an_import_of_no_row_is_not_called_done(hr_client: Client) -> None:
    run = load(csv_file(["工号", "完工时间", "合格", "不良"]))
    html = page(hr_client.get(f"/sources/runs/{run.pk}/"))
    assert "文件里只有表头，没有一行数" in html
    assert "都入账了" not in html


@pytest.mark.parametrize("address", ["/sources/upload/", "/roster/upload/"])
def test_an_empty_file_is_called_empty(hr_client: Client, address: str) -> None:
    response = hr_client.post(address, {"file": SimpleUploadedFile("空.csv", b""), "source": "+"})
    assert response.status_code == 422
    assert "空.csv 是空的，一个字节也没有" in page(response)
    assert "还没选文件" in page(hr_client.post(address, {"source": "+"}))


@pytest.mark.parametrize(("raw", "where"), [([], "最外层"), ({"subject": 1}, "source_kind")])
def test_a_mapping_of_another_shape_says_where(raw: object, where: str) -> None:
    with pytest.raises(DomainError) as refused:
        numbers_import(actor=HR, source_code="mes", data=B3, filename="a.csv", mapping=raw)  # type: ignore[arg-type]
    assert refused.value.code == "sources.mapping_shape"
    assert where in refused.value.message
    assert "source_kind、subject、time、key_columns" in refused.value.fix


def test_a_typed_answer_that_is_none_is_told_and_asked_again(hr_client: Client) -> None:
    people(n000317="林晓峰")
    data = csv_file(["一车间产量日报 2026-03-02"], ["工号", "合格"], [317, 7])
    address = upload(hr_client, data=data, label="日报") + "&a:day=other&typed:day="
    html = page(hr_client.get(address + "明天"))
    assert "没有“day=明天”这个回答" in html
    assert 'type="radio" name="a:day" value="title"' in html
    html = page(hr_client.get(address + "明天&a:day=title"))  # as the form sends it: the old answer, then the new
    assert "看一眼就能导入" in html


def month_table(*cells: object, month: str = "2026年3月") -> bytes:
    """A table of days of one person, whose days of the month hold these cells."""
    return xlsx_file([f"一车间考勤表 {month}"], ["工号", "姓名", *range(1, 32)], ["000317", "林晓峰", *cells])


def symbol_field(html: str, symbol: str) -> str:
    """The row of a symbol in the form."""
    rows = html.split('<div class="card-row">')
    return next(row for row in rows if f'name="a:symbol:{symbol}"' in row)


def test_hr_gives_symbols_a_meaning_by_a_form_and_the_next_month_asks_nothing(hr_client: Client) -> None:
    people(n000317="林晓峰")
    address = upload(hr_client, data=month_table("√", "半", "半", "×", "H", "√夜"), label="考勤")
    html = page(hr_client.get(address))
    assert "还有 3 处拿不准，请你定" in html
    half = symbol_field(html, "半")
    assert "2 格，如 D3：半" in half
    assert '<option value="">' in half
    assert "selected" not in half.partition("amount:symbol:半")[0]
    assert '<option value="days_present" selected>' in symbol_field(html, "√")
    chosen = {
        "a:symbol:√": "days_present",
        "amount:symbol:√": "1",
        "a:symbol:半": "days_present",
        "amount:symbol:半": "0.5",
        "a:symbol:×": "absent",
        "amount:symbol:×": "1",
        "a:symbol:H": "ignore",
        "amount:symbol:H": "0.5",
        "a:symbol:夜": "night_shifts",
    }
    html = page(hr_client.get(f"{address}&{urlencode(chosen)}"))
    assert "看一眼就能导入" in html
    assert '<option value="0.5" selected>' in symbol_field(html, "半")
    fields = dict(re.findall(r'type="hidden" name="(a:[^"]+)" value="([^"]+)"', html))
    assert fields["a:symbol:半"] == "days_present*0.5"
    take = f"{address.split('?')[0]}take/"
    html = page(hr_client.post(take, {"source": "source_1", "label": "考勤", **fields}, follow=True))
    assert "5 行：入账 5，待处理 0" in html
    assert sums("days_present", source="source_1") == {
        "2026-03-01": 1,
        "2026-03-02": 0.5,
        "2026-03-03": 0.5,
        "2026-03-06": 1,
    }
    with after(1):
        april = upload(hr_client, data=month_table("H", "半", "√夜", month="2026年4月"), source="source_1")
        assert "和上次一样读" in page(hr_client.get(april))
        html = page(hr_client.get(upload(hr_client, data=month_table("半", "J"), source="source_1")))
        assert "还有 1 处拿不准" in html
        assert '<option value="0.5" selected>' in symbol_field(html, "半")


def test_a_meaning_that_is_none_leaves_the_form_there(hr_client: Client) -> None:
    people(n000317="林晓峰")
    address = upload(hr_client, data=month_table("√", "半"), label="考勤")
    html = page(hr_client.get(f"{address}&a:symbol:半=zzz"))
    assert "没有“symbol:半=zzz”这个回答" in html
    assert symbol_field(html, "半")


def test_the_terminal_asks_for_symbols_instead_of_taking_them(hr_client: Client) -> None:
    people(n000317="林晓峰")
    data = month_table("√", "×", 8)
    with pytest.raises(ProblemsError) as refused:
        numbers_import(actor=HR, source_code="att", data=data, filename="a.xlsx")
    asked = [problem.path for problem in refused.value.problems]
    assert asked == ["symbol:×", "symbol:0-9"]
    assert "symbol:×=rest_days（休息）" in refused.value.problems[0].fix.zh
    assert Run.objects.count() == 0
    answers = {"symbol:×": "absent", "symbol:0-9": "work_hours"}
    outcome = numbers_import(actor=HR, source_code="att", data=data, filename="a.xlsx", answers=answers)
    assert outcome.summary == "3 行：入账 3，待处理 0"


def test_the_cell_of_one_day_is_corrected_while_others_of_the_row_wait(hr_client: Client) -> None:
    people(n000317="林晓峰")
    spec = {
        "source_kind": "attendance_grid",
        "subject": {"column": "工号", "matched_by": "number"},
        "time": {"shape": "title"},
        "key_columns": ["工号"],
        "measures": [
            {"column": "", "code": code, "label": code, "unit": unit}
            for code, unit in (("days_present", "day"), ("overtime_hours", "hour"))
        ],
        "grid": {"legend": [{"symbol": "√", "code": "days_present"}]},
    }
    data = month_table("√", "◎", "◇")
    numbers_import(actor=HR, source_code="att", data=data, filename="a.xlsx", mapping=spec)
    first, other = Quarantine.objects.order_by("pk")
    html = page(hr_client.get(f"/sources/questions/{first.pk}/?option=edit"))
    assert 'name="cell:3-2"' in html
    form = {"option": "edit", "cell:工号": "000317", "cell:姓名": "林晓峰", "cell:3-2": "√"}
    html = page(hr_client.post(f"/sources/questions/{first.pk}/settle/", form, follow=True))
    assert "又入账 1 行" in html
    assert sums("days_present", source="att") == {"2026-03-01": 1, "2026-03-02": 1}
    other.refresh_from_db()
    assert other.state == "open"


def test_a_hidden_sheet_that_is_not_read_is_told(hr_client: Client) -> None:
    people(n000317="林晓峰")
    book = openpyxl.load_workbook(io.BytesIO(month_table("√")))
    book.create_sheet("旧表").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    assert "隐藏的工作表“旧表”没有读。" in page(hr_client.get(upload(hr_client, data=out.getvalue(), label="考勤")))

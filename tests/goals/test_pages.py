"""考核表 through the browser: the list, one sheet and how it came about, the form, files in and out, who may see."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiyu.goals import views
from jiyu.goals.files import quoted
from jiyu.goals.models import Sheet, Term
from jiyu.goals.public import LineEntry, sheet_set
from jiyu.goals.typed import read_number, show_number
from jiyu.lib.text import Problem
from jiyu.lib.units import MICRO, UNITS
from jiyu.people.models import Account
from tests.companies import (
    QUARTERLY,
    SYSTEM,
    aggregate,
    at,
    entry,
    indicator,
    metric,
    review,
    roster,
    rules,
    sheets,
    who,
)
from tests.pages import browser, page, title

MOST_QUERIES = 16
OF = "?of=2026Q1:quarterly"
pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> None:
    """One rate with a target, one amount in yuan, one between two marks; 李四 and 王五 in 一车间, 赵六 in 销售部."""
    with at(1, 2):
        roster(entry("000900", "人事部"), entry("000317"), entry("000318"), entry("000402", "销售部"))
        three_point = {"kind": "three_point", "direction": "higher"}
        rules(
            review(
                {
                    ("metric", "good"): metric(
                        "合格/送检", aggregate("合格", "mes", "g"), aggregate("送检", "mes", "s"), unit="percent"
                    ),
                    ("metric", "signed"): metric(
                        "签单额", aggregate("签单额", "crm", "amount", unit="yuan"), unit="yuan"
                    ),
                    ("indicator", "good"): indicator("good", zh="合格率"),
                    ("indicator", "signed"): indicator("signed", zh="签单额"),
                    ("indicator", "careful"): indicator("good", three_point, zh="送检合格率"),
                    **{("indicator", f"good{n}"): indicator("good", zh=f"合格率{n}") for n in range(1, 5)},
                }
            )
        )


@pytest.fixture
def hr(company: None) -> Client:
    """HR of the whole company."""
    return browser("000900", "hr")


def edit_url(number: str = "000317", period: str = "2026Q1", module: str = QUARTERLY) -> str:
    return f"/sheets/set/{period}/{module}/{who(number)}/"


def typed(*lines: dict[str, str], rev: int = 0) -> dict[str, str]:
    """The form with these rows, as a browser sends it."""
    out = {"rev": str(rev)}
    for no, line in enumerate(lines, 1):
        out |= {f"{name}_{no}": value for name, value in line.items()}
    return out


def line(code: str, weight: str, target: str = "", **more: str) -> dict[str, str]:
    return {"indicator": code, "weight": weight, "target": target, **more}


def set_up(number: str = "000317") -> Sheet:
    """A sheet of two lines, agreed on 01-05."""
    with at(1, 5):
        sheets({number: [("good", 60, 98), ("signed", 40, 5_000_000)]})
    return Sheet.objects.get(subject=who(number))


@pytest.mark.parametrize("rev", ["", "x", "-1", "９９9", "9" * 5000])
def test_a_revision_we_never_wrote_is_a_conflict_and_not_a_fault(hr: Client, rev: str) -> None:
    made = set_up()
    form = {**typed(line("good", "60", "99"), line("signed", "40", "500万")), "rev": rev}
    response = hr.post(edit_url(), form)
    assert "你打开之后，这张表被改过" in page(response, 422)
    assert Term.objects.filter(sheet=made).count() == 2


# The list


def test_without_a_sheet_the_page_teaches_and_starts(hr: Client) -> None:
    html = page(hr.get("/sheets/"))
    assert title(html) == "还没有考核表"
    assert html.count("button-main") == 1
    assert 'href="/sheets/new/"' in html


def test_the_title_counts_those_who_have_too_many_lines(hr: Client) -> None:
    five = [("good", 20), ("signed", 20), ("good1", 20), ("good2", 20), ("good3", 20)]
    six = [("good", 20), ("signed", 40), ("good1", 10), ("good2", 10), ("good3", 10), ("good4", 10)]
    sheets({"000317": [("good", 60), ("signed", 40)], "000318": five, "000402": six})
    html = page(hr.get("/sheets/"))
    assert title(html) == "2026Q1 quarterly：3 人定了，1 人超过 5 项"
    assert "6 项" in html and "5 项</td>" not in html
    only = page(hr.get(f"/sheets/{OF}&long=1"))
    assert "人000402" in only and "人000317" not in only


def test_search_finds_by_number_and_by_name(hr: Client) -> None:
    sheets({n: [("good", 100)] for n in ("000317", "000318")})
    assert "人000318" not in page(hr.get(f"/sheets/{OF}&q=0317"))
    found = page(hr.get(f"/sheets/{OF}&q=人000318"))
    assert "人000318</a>" in found and "人000317" not in found
    assert "没有找到" in page(hr.get(f"/sheets/{OF}&q=nobody"))


def test_a_quarter_stands_before_its_last_month_and_both_have_tabs(hr: Client) -> None:
    sheets({"000317": [("good", 100)]}, period="2026-03")
    sheets({"000318": [("good", 100)]}, period="2026Q1")
    html = page(hr.get("/sheets/"))
    assert title(html) == "2026Q1 quarterly：1 人定了考核表"
    assert html.index("2026Q1 quarterly · 1") < html.index("2026-03 quarterly · 1")
    assert title(page(hr.get("/sheets/?of=2026-03:quarterly"))) == "2026-03 quarterly：1 人定了考核表"


def test_fifty_a_page_with_plain_links(hr: Client) -> None:
    numbers = [f"001{n:03d}" for n in range(51)]
    roster(*numbers)
    sheets({n: [("good", 100)] for n in numbers})
    first, second = page(hr.get(f"/sheets/{OF}")), page(hr.get(f"/sheets/{OF}&page=2"))
    assert (first.count("/sheets/0"), second.count("/sheets/0")) == (50, 1)
    assert "第 1 / 2 页 · 共 51" in first and "page=2" in first and "下一页" not in second
    assert page(hr.get(f"/sheets/{OF}&page=99")).count("/sheets/0") == 1


def test_hr_of_a_unit_sees_that_unit_alone(company: None) -> None:
    sheets({n: [("good", 100)] for n in ("000317", "000402")})
    client = browser("000900", "hr", "销售部")
    html = page(client.get("/sheets/"))
    assert "人000402" in html and "人000317" not in html
    there = Sheet.objects.get(subject=who("000317"))
    assert client.get(f"/sheets/{there.pk}/").status_code == 404
    assert client.get(edit_url()).status_code == 404
    before = list(Term.objects.values_list("pk", "superseded_at"))
    assert client.post(edit_url(), typed(line("good", "100", "90"), rev=1)).status_code == 404
    assert list(Term.objects.values_list("pk", "superseded_at")) == before
    export = client.get(f"/sheets/export/{OF}").content.decode()
    assert "000402" in export and "000317" not in export


@pytest.mark.parametrize("path", ["/sheets/", "/sheets/new/", "/sheets/import/", "/sheets/export/"])
def test_who_is_not_hr_sees_none_of_it(company: None, path: str) -> None:
    assert browser("000318").get(path).status_code == 403
    assert browser("000402", "it").get(path).status_code == 403


# One sheet


def test_a_sheet_says_its_lines_and_the_rule_with_their_numbers(hr: Client) -> None:
    with at(1, 5):
        hr.post(edit_url(), typed(line("careful", "100", "98", threshold="96", stretch="99")))
    html = page(hr.get(f"/sheets/{Sheet.objects.get().pk}/"))
    assert title(html) == "人000317 2026Q1 看 1 个数"
    assert "目标值 98 %" in html and "底线值 96 %" in html and "挑战值 99 %" in html
    assert "三点 96 / 98 / 99 % → 60 / 100 / 120" in html


def test_history_tells_who_changed_what_and_when(hr: Client) -> None:
    there = set_up()
    with at(2, 3, 14):
        hr.post(edit_url(), typed(line("good", "70", "97.5"), line("signed", "30", "500万"), rev=1))
    html = page(hr.get(f"/sheets/{there.pk}/"))
    assert re.search(r"02-03 14:00 · 人000900.*合格率：目标值 98 % → 97.5 %.*合格率：权重 60 % → 70 %", html, re.S)
    assert "签单额：目标值" not in html
    assert html.index("02-03 14:00") < html.index("01-05 09:00 · 系统（tests）")
    assert "定了 2 项" in html


def test_history_tells_changes_apart_when_the_clock_stands(hr: Client) -> None:
    hr.post(edit_url(), typed(line("good", "100", "98")))
    hr.post(edit_url(), typed(line("good", "100", "97"), rev=1))
    hr.post(edit_url(), typed(line("good", "60", "97"), line("signed", "40", "1"), rev=2))
    html = page(hr.get(f"/sheets/{Sheet.objects.get().pk}/"))
    assert "合格率：目标值 98 % → 97 %" in html
    assert "加了“签单额”，权重 40 %" in html
    assert "合格率：权重 100 % → 60 %" in html
    assert html.count("04-08 09:00 · 人000900") == 3


def test_an_unknown_sheet_is_not_there(hr: Client) -> None:
    assert hr.get("/sheets/00000000-0000-0000-0000-000000000000/").status_code == 404


# The form


def test_numbers_are_taken_as_people_write_them(hr: Client) -> None:
    response = hr.post(edit_url(), typed(line("good", "６０%", "98%"), line("signed", "40", "500 万")))
    there = Sheet.objects.get()
    assert response.status_code == 302 and response["Location"] == f"/sheets/{there.pk}/"
    assert list(Term.objects.order_by("line").values_list("weight", "target")) == [
        (600_000, 98 * MICRO),
        (400_000, 5_000_000 * MICRO),
    ]


def test_the_form_shows_the_sheet_and_sent_back_changes_nothing(hr: Client) -> None:
    there = set_up()
    html = page(hr.get(edit_url()))
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', html))
    chosen = re.findall(r'<option value="(\w+)" selected>', html)
    assert chosen == ["good", "signed"]
    assert (fields["target_1"], fields["target_2"], fields["weight_2"]) == ("98 %", "5,000,000 元", "40%")
    unchecked = {name for name in fields if name.startswith("off_")}
    sent = fields | {"indicator_1": "good", "indicator_2": "signed"}
    assert "和原来一样" in page(hr.post(edit_url(), {k: v for k, v in sent.items() if k not in unchecked}, follow=True))
    there.refresh_from_db()
    assert there.rev == 1


def test_98_percent_is_told_and_nothing_typed_is_lost(hr: Client) -> None:
    html = page(hr.post(edit_url(), typed(line("good", "58", " 97.5 %"), line("signed", "40", "500万"))), 422)
    assert title(html) == "权重合计 98 %，还差 2。"
    assert 'value=" 97.5 %"' in html and 'value="500万"' in html and 'value="58"' in html
    assert not Sheet.objects.exists()


def test_105_percent_is_brought_to_100_in_proportion_and_only_shown(hr: Client) -> None:
    rows = [line("good", "63", "98"), line("signed", "42", "1")]
    html = page(hr.post(edit_url(), typed(*rows)), 422)
    assert title(html) == "权重合计 105 %，多了 5。" and 'value="scale"' in html
    html = page(hr.post(edit_url(), typed(*rows) | {"do": "scale"}))
    assert 'name="weight_1" value="60%"' in html and 'name="weight_2" value="40%"' in html
    assert "看一眼再定" in html and not Sheet.objects.exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (line("good", "100", "abc"), "“abc”不是数。 填一个数，或先空着。"),
        (line("good", "100", "3 件"), "“3 件”的单位对不上 写成 98 或 98%"),
        (line("signed", "100", "98%"), "“98%”的单位对不上 单位是元，只写数也行"),
        (line("good", "100"), "还没有填目标值。 填上，或换一种不用它的评分标准。"),
        (line("good", "many", "98"), "“many”不是权重 写 0 到 100，例如 40"),
        (line("good", "", "98"), "还没写权重 写 0 到 100，例如 40"),
        (line("", "100", "98"), "还没选指标 选一项，或者把这一行清空"),
        (line("gone", "100", "98"), "还没选指标 选一项，或者把这一行清空"),
    ],
)
def test_what_is_wrong_stands_at_its_field(hr: Client, row: dict[str, str], said: str) -> None:
    html = page(hr.post(edit_url(), typed(row)), 422)
    assert f'<p class="field-problem">{said}</p>' in html
    assert html.count("field-wrong") == 1
    assert title(html) == "有 1 行要改"
    assert not Sheet.objects.exists()


def test_empty_rows_are_no_lines_and_an_empty_form_is_refused(hr: Client) -> None:
    html = page(hr.post(edit_url(), typed({}, {"indicator": "", "weight": " "})), 422)
    assert title(html) == "一项指标也没有"
    assert hr.post(edit_url(), typed({}, line("good", "100", "98"), {})).status_code == 302
    assert list(Term.objects.values_list("line", flat=True)) == [1]


def test_five_rows_are_in_sight_and_eight_there(hr: Client) -> None:
    html = page(hr.get(edit_url()))
    assert html.count('name="indicator_') == 8
    assert html.index('name="indicator_5"') < html.index("再加几项") < html.index('name="indicator_6"')


def test_somebody_elses_change_in_between_is_not_overwritten(hr: Client) -> None:
    there = set_up()
    with at(2, 1):
        hr.post(edit_url(), typed(line("good", "100", "90"), rev=1))
    html = page(hr.post(edit_url(), typed(line("good", "100", "80"), rev=1)), 422)
    assert "你打开之后，这张表被改过" in html and 'value="80"' in html
    assert [t.target for t in Term.objects.filter(sheet=there, superseded_at=None)] == [90 * MICRO]


def test_a_line_keeps_its_section_and_what_does_not_apply(hr: Client) -> None:
    there = set_up()
    halves = [
        LineEntry("good", MICRO, 98 * MICRO, section="results", section_weight=MICRO // 2),
        LineEntry("signed", MICRO, MICRO, section="growth", section_weight=MICRO // 2, is_applicable=False),
    ]
    sheet_set(actor=SYSTEM, subject=there.subject, period=there.period, module_code=QUARTERLY, lines=halves)
    rows = [line("good", "100%", "97") | {"was": "1"}, line("signed", "100%", "1") | {"was": "2", "off": "1"}]
    assert hr.post(edit_url(), typed(*rows, rev=2)).status_code == 302
    kept = Term.objects.filter(superseded_at=None).order_by("line")
    assert list(kept.values_list("section", "section_weight", "is_applicable", "target")) == [
        ("results", 500_000, True, 97 * MICRO),
        ("growth", 500_000, False, MICRO),
    ]


def test_a_sheet_keeps_the_edition_it_was_made_with(hr: Client) -> None:
    there = set_up()
    rules({("metric", "good"): metric("1", aggregate("合格", "mes", "g"), unit="percent")}, on="2025-02-01")
    hr.post(edit_url(), typed(line("good", "100", "90"), rev=1))
    assert Sheet.objects.get(pk=there.pk).edition == there.edition


def test_whose_sheet_is_asked_first(hr: Client) -> None:
    asked = {"no": "000317", "module": QUARTERLY, "period": "2026Q2"}
    assert hr.get("/sheets/new/", asked)["Location"] == edit_url(period="2026Q2")
    html = page(hr.get("/sheets/new/", asked | {"no": "317"}), 422)
    assert "花名册里没有工号“317”。工号照花名册写，前面的 0 也要写" in html and 'value="317"' in html
    html = page(hr.get("/sheets/new/", asked | {"period": "2026Q5"}), 422)
    assert "没有“2026Q5”这样的周期" in html and 'value="000317"' in html


def test_a_period_before_any_release_says_so(hr: Client) -> None:
    html = page(hr.get(edit_url(period="2024Q1")), 422)
    assert "还没有生效的规则" in html


# Files


def upload(client: Client, text: str, **form: str) -> Any:
    file = SimpleUploadedFile("定好的.csv", text.encode(form.pop("encoding", "utf-8")))
    return client.post("/sheets/import/", {"period": "2026Q1", "module": QUARTERLY, "file": file, **form}, follow=True)


def test_a_file_says_what_came_of_every_sheet(hr: Client) -> None:
    set_up()
    text = "工号,指标编号,权重,目标值\n000317,good,60,98\n000317,signed,40,5000000\n000318,good,100,97\n000402,good,98,97\n999,good,100,1\n"
    html = page(upload(hr, text))
    assert title(html) == "新定 1 张 · 改了 0 张 · 没变 1 张 · 退回 2 张"
    assert "000402（第 5 行）" in html and "权重合计 98 %，要等于 100 %" in html
    assert "999（第 6 行）" in html and "花名册里没有这个工号" in html
    assert title(page(hr.get("/sheets/import/outcome/"))) == title(html)
    assert Sheet.objects.count() == 2


def test_what_a_file_leaves_in_doubt_is_asked_before_anything_is_taken(hr: Client) -> None:
    text = "工号,指标编号,权重,目标值\n000317,good,100,0.98\n000318,good,100,97\n000402,good,100,0.5\n"
    html = page(upload(hr, text), 422)
    assert title(html) == "还有 1 处要你说清，什么都还没动"
    assert "“合格率”写的是 0.98：你是指 98% 还是 0.98%？" in html and "文件第 2、4 行" in html
    assert 'name="kept" value="定好的.csv"' in html and not Sheet.objects.exists()
    form = {"period": "2026Q1", "module": QUARTERLY, "kept": "定好的.csv"}
    assert title(page(hr.post("/sheets/import/", form), 422)) == title(html), "no answer, no taking"
    done = page(hr.post("/sheets/import/", {**form, "meant:good": "fraction"}, follow=True))
    assert title(done) == "新定 3 张 · 改了 0 张 · 没变 0 张 · 退回 0 张"
    targets = dict(Term.objects.values_list("sheet__subject", "target"))
    assert targets == {who("000317"): 98 * MICRO, who("000318"): 97 * MICRO, who("000402"): 50 * MICRO}
    assert "还没选文件" in page(hr.post("/sheets/import/", form), 422), "a file is kept for one taking"


def test_a_file_refused_for_its_period_need_not_be_chosen_again(hr: Client) -> None:
    html = page(upload(hr, "工号,指标编号,权重,目标值\n000317,good,100,98\n", period="2026Q9"), 422)
    assert "没有“2026Q9”这样的周期" in html and 'name="kept" value="定好的.csv"' in html
    form = {"period": "2026Q1", "module": QUARTERLY, "kept": "定好的.csv"}
    assert "新定 1 张" in page(hr.post("/sheets/import/", form, follow=True))


def test_a_file_too_big_for_the_session_is_chosen_again_with_the_answer(
    hr: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_KEPT", 2)
    text = "工号,指标编号,权重,目标值\n000317,good,100,0.98\n000318,good,100,97\n"
    html = page(upload(hr, text), 422)
    assert "你是指 98% 还是 0.98%？" in html and 'name="kept"' not in html
    assert 'name="file" required' in html
    done = page(upload(hr, text, **{"meant:good": "fraction"}))
    assert title(done) == "新定 2 张 · 改了 0 张 · 没变 0 张 · 退回 0 张"


def test_a_small_number_in_the_form_is_asked_about_with_both_choices(hr: Client) -> None:
    rows = [line("good", "60", "0.98"), line("signed", "40", "1")]
    html = page(hr.post(edit_url(), typed(*rows)), 422)
    assert '<p class="field-problem">你是指 98% 还是 0.98%？ </p>' in html
    assert 'name="meant_target_1" value="98%"' in html and 'name="meant_target_1" value="0.98%"' in html
    assert 'name="meant_target_2"' not in html and not Sheet.objects.exists()
    assert hr.post(edit_url(), {**typed(*rows), "meant_target_1": "98%"}).status_code == 302
    assert list(Term.objects.order_by("line").values_list("target", flat=True)) == [98 * MICRO, MICRO]


def test_an_answer_about_another_number_is_none(hr: Client) -> None:
    html = page(hr.post(edit_url(), {**typed(line("good", "100", "0.97")), "meant_target_1": "98%"}), 422)
    assert "你是指 97% 还是 0.97%？" in html and not Sheet.objects.exists()


def test_a_cell_formatted_as_percent_in_excel_is_certain(hr: Client) -> None:
    book = openpyxl.Workbook()
    rows = book.active
    rows.append(["工号", "指标", "权重", "目标值"])
    rows.append(["000317", "合格率", 1, 0.985])
    rows["D2"].number_format = "0%"
    kept = io.BytesIO()
    book.save(kept)
    file = SimpleUploadedFile("考核表.xlsx", kept.getvalue())
    html = page(hr.post("/sheets/import/", {"file": file, "period": "2026Q1", "module": QUARTERLY}, follow=True))
    assert "1 张表的权重写的是小数，按 1 = 100 % 读了" in html
    assert Term.objects.get().target == 98_500_000


def test_a_file_as_excel_saves_it_in_china_is_read(hr: Client) -> None:
    html = page(upload(hr, "工号,指标编号,权重,目标值,备注\n000317,good,100,98,合格\n", encoding="gb18030"))
    assert title(html) == "新定 1 张 · 改了 0 张 · 没变 0 张 · 退回 0 张"


def test_a_file_without_its_columns_is_refused_on_the_form(hr: Client) -> None:
    html = page(upload(hr, "姓名,目标\n张三,1\n"), 422)
    assert "表头要有 工号、指标编号、权重；现在是 姓名、目标" in html and 'value="2026Q1"' in html
    assert "还没选文件" in page(hr.post("/sheets/import/", {"period": "2026Q1", "module": QUARTERLY}), 422)


def test_what_is_exported_comes_back_as_unchanged(hr: Client) -> None:
    with at(1, 5):
        hr.post(
            edit_url(),
            typed(
                line("careful", "33.3333", "98", threshold="-2.5", stretch="99"), line("signed", "66.6667", "1234.5")
            ),
        )
    response = hr.get(f"/sheets/export/{OF}")
    text = response.content.decode()
    assert response["Content-Disposition"] == 'attachment; filename="sheets-2026Q1-quarterly.csv"'
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(r["工号"], r["指标编号"], r["权重"], r["目标值"], r["底线值"]) for r in rows] == [
        ("000317", "careful", "33.3333%", "98%", "-2.5%"),
        ("000317", "signed", "66.6667%", "1234.5", ""),
    ]
    assert title(page(upload(hr, text))) == "新定 0 张 · 改了 0 张 · 没变 1 张 · 退回 0 张"


def test_sections_go_out_and_come_back(hr: Client) -> None:
    text = (
        "工号,指标编号,权重,目标值,底线值,挑战值,部分,部分权重\n"
        "000317,careful,100%,98,-2.5,99,业绩,70%\n000317,signed,60,1000,,,协作,0.3\n000317,good,40,98,,,协作,30\n"
    )
    assert title(page(upload(hr, text))) == "新定 1 张 · 改了 0 张 · 没变 0 张 · 退回 0 张"
    out = hr.get(f"/sheets/export/{OF}").content.decode()
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert [(r["指标编号"], r["权重"], r["部分"], r["部分权重"]) for r in rows] == [
        ("careful", "100%", "业绩", "70%"),
        ("signed", "60%", "协作", "30%"),
        ("good", "40%", "协作", "30%"),
    ]
    assert title(page(upload(hr, out))) == "新定 0 张 · 改了 0 张 · 没变 1 张 · 退回 0 张"
    assert "部分的名字最多 40 个字" in page(upload(hr, text.replace("协作", "协" * 41)))


def test_an_excel_file_of_sheets_is_read_as_it_is(hr: Client) -> None:
    book = openpyxl.Workbook()
    rows = book.active
    rows.append(["2026 年一季度考核表"])
    rows.append(["工号", "指标编号", "权重", "目标值"])
    rows.append([317, "good", 0.6, 98])
    rows.append(["000317", "signed", "40%", 1000])
    rows["A3"].number_format, rows["C3"].number_format = "000000", "0%"
    kept = io.BytesIO()
    book.save(kept)
    file = SimpleUploadedFile("考核表.xlsx", kept.getvalue())
    html = page(hr.post("/sheets/import/", {"file": file, "period": "2026Q1", "module": QUARTERLY}, follow=True))
    assert title(html) == "新定 1 张 · 改了 0 张 · 没变 0 张 · 退回 0 张"


def test_a_file_that_is_no_table_is_refused_with_words(hr: Client) -> None:
    file = SimpleUploadedFile("考核表.xlsx", b"%PDF-1.7 x")
    html = page(hr.post("/sheets/import/", {"file": file, "period": "2026Q1", "module": QUARTERLY}), 422)
    assert "PDF" in html


def test_an_export_of_nothing_is_the_head_to_fill_in(hr: Client) -> None:
    text = hr.get("/sheets/export/?of=2027Q1:quarterly").content.decode()
    assert text == "\ufeff工号,姓名,指标编号,指标,权重,目标值,底线值,挑战值,起点值,适用\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_run_as_a_formula(text: str) -> None:
    assert quoted(text) == f"'{text}"


def test_a_name_that_looks_like_a_formula_is_quoted_in_the_export(hr: Client) -> None:
    roster(entry("000500", name="=cmd|'/c calc'!A1"))
    sheets({"000500": [("good", 100)]})
    assert "'=cmd" in hr.get(f"/sheets/export/{OF}").content.decode()
    assert quoted("张三") == "张三"


# Numbers as typed


@pytest.mark.parametrize(
    ("text", "unit_code", "micro"),
    [
        ("98", "percent", 98_000_000),
        ("98%", "percent", 98_000_000),
        ("９８．５％", "percent", 98_500_000),
        ("98%", "ratio", 980_000),
        ("500万", "yuan", 5_000_000_000_000),
        ("500万", "wan_yuan", 500_000_000),
        ("500", "wan_yuan", 500_000_000),
        ("500万元", "yuan", 5_000_000_000_000),
        ("1,234", "piece", 1_234_000_000),
        ("2万", "piece", 20_000_000_000),
        ("90 分钟", "hour", 1_500_000),
        ("≥98", "percent", 98_000_000),
        ("−2.5", "number", -2_500_000),
        ("", "percent", None),
        ("0", "percent", 0),
    ],
)
def test_a_typed_number_is_read_in_the_metrics_unit(text: str, unit_code: str, micro: int | None) -> None:
    assert read_number(text, UNITS[unit_code]) == micro


@pytest.mark.parametrize("text", ["3 件", "98 公里", "5 元"])
def test_a_unit_of_another_kind_is_refused(text: str) -> None:
    problem = read_number(text, UNITS["percent"])
    assert isinstance(problem, Problem) and problem.code == "goals.other_unit"


@pytest.mark.parametrize("unit_code", sorted(UNITS))
@pytest.mark.parametrize("micro", [0, 1, 97_500_000, -2_500_000, 1_234_567_890_123])
def test_what_the_form_shows_is_read_back_as_the_same_number(unit_code: str, micro: int) -> None:
    assert read_number(show_number(micro, UNITS[unit_code]), UNITS[unit_code]) == micro


# Cost


def test_pages_ask_the_database_few_questions(company: None) -> None:
    """Beside what the frame asks about the person who reads, which is the same on every page."""
    there = set_up()
    sheets({"000318": [("good", 100)], "000402": [("good", 100)]})
    owner = Account(handle="owner")
    owner.set_unusable_password()
    owner.save()
    client = Client()
    client.force_login(owner)
    for path in ("/sheets/", f"/sheets/{there.pk}/", edit_url(), "/sheets/import/", "/sheets/new/"):
        with CaptureQueriesContext(connection) as asked:
            page(client.get(path))
        assert len(asked) <= MOST_QUERIES, path

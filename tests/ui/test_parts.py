"""Every tag draws what LOOK.md says of its part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.utils import translation

from jiyu.ui import anatomy
from jiyu.ui.dates import day_text, moment_text, near_text
from jiyu.ui.parts import (
    GLYPHS,
    Action,
    Bar,
    Chip,
    Crumb,
    Freshness,
    Line,
    NumberCard,
    ProblemRow,
    ScorePiece,
    State,
    Step,
    StepState,
    ToDoCard,
    TreeNode,
    Trend,
)

Draw = Callable[..., str]
CARD = NumberCard(
    name="签单额",
    href="/why/1/",
    chip=Chip(state=State.AHEAD, word="快 9 个百分点"),
    sentence="还差 **180 万**。",
    actual="320",
    unit="/ 500 万元",
    weight="40 %",
    reached="64 %",
    bar=Bar(at_pct=64, tick_pct=54.95, state=State.AHEAD),
    note="竖线 = 时间过去 54.95 %",
    freshness=Freshness(source="CRM", when="今天 02:00"),
)


@pytest.mark.parametrize("state", [s for s in State if s is not State.NEUTRAL])
def test_a_state_is_always_shape_and_word_and_colour(draw: Draw, state: State) -> None:
    html = draw("{% state_chip state=state word='有话' %}", state=state.value)
    assert f'class="chip is-{state.value}"' in html
    assert f'#{GLYPHS[state]}"' in html
    assert html.rstrip().endswith("有话</span>")


def test_no_two_states_share_a_shape() -> None:
    assert len(set(GLYPHS.values())) == len(State)


def test_a_state_nobody_defined_is_an_error(draw: Draw) -> None:
    with pytest.raises(ValueError, match="'good' is not a valid State"):
        draw("{% state_chip state='good' word='好' %}")


def test_a_tag_is_a_kind_and_has_no_glyph(draw: Draw) -> None:
    html = draw("{% tag word='肯定' tone='ahead' %}")
    assert html.strip() == '<span class="chip is-ahead">肯定</span>'


def test_a_number_card_is_one_link_with_everything_inside(draw: Draw) -> None:
    html = draw("{% number_card card=card %}", card=CARD)
    assert html.count("<a ") == 1
    assert 'href="/why/1/"' in html
    for words in (
        "签单额",
        "40 %",
        "快 9 个百分点",
        "320",
        "/ 500 万元",
        "64 %",
        "<b>180 万</b>",
        "CRM · 今天 02:00",
    ):
        assert words in html


def test_a_missing_number_says_so_and_is_never_zero(draw: Draw) -> None:
    missing = replace(CARD, actual=None, unit="", reached="", bar=Bar(at_pct=None))
    html = draw("{% number_card card=card %}", card=missing)
    assert '<span class="number-missing">待数据</span>' in html
    assert 'class="bar-missing"' in html
    assert "bar-fill" not in html
    assert "number-actual" not in html


@pytest.mark.parametrize(("at", "drawn"), [(-3, "0.00%"), (0, "0.00%"), (64, "64.00%"), (130, "100.00%")])
def test_a_bar_is_drawn_within_its_track(draw: Draw, at: float, drawn: str) -> None:
    html = draw("{% bar part=part %}", part=Bar(at_pct=at))
    assert f'<rect class="bar-fill" x="0" y="6" width="{drawn}"' in html


def test_a_rate_is_a_dot_on_a_scale(draw: Draw) -> None:
    html = draw("{% bar part=part %}", part=Bar(at_pct=62, tick_pct=67, scale=True, state=State.BEHIND))
    assert '<circle class="bar-dot" cx="62.00%"' in html
    assert '<rect class="bar-tick" x="67.00%"' in html
    assert "bar-fill" not in html


def test_a_progress_bar_without_a_tick_has_none(draw: Draw) -> None:
    assert "bar-tick" not in draw("{% progress_bar at_pct=60 %}")


def test_a_trend_breaks_where_data_is_missing() -> None:
    assert Trend(points=(1, 2, None, 4)).path.count("M") == 2
    assert Trend(points=(1, 2, 3, 4)).path.count("M") == 1


def test_a_flat_trend_lies_in_the_middle() -> None:
    assert Trend(points=(5, 5)).path == "M4.0 15.0L88.0 15.0"


def test_a_trend_rises_to_the_top_right(draw: Draw) -> None:
    html = draw("{% sparkline part=part %}", part=Trend(points=(1, 9)))
    assert 'd="M4.0 26.0L88.0 4.0"' in html
    assert 'cx="88.0" cy="4.0"' in html


def test_a_trend_without_any_number_draws_nothing(draw: Draw) -> None:
    assert draw("{% sparkline part=part %}", part=Trend(points=(None, None))).strip() == ""
    assert draw("{% sparkline part=part %}", part=Trend(points=())).strip() == ""


def pieces(*weights: float) -> list[ScorePiece]:
    return [ScorePiece(label="计划", weight_pct=w, score_pct=90) for w in weights]


def test_the_score_s_pieces_are_as_wide_as_their_weights() -> None:
    placed = anatomy.place(pieces(40, 30, 20, 10))
    assert [p.left for p in placed] == ["0.00%", "40.00%", "70.00%", "90.00%"]
    assert [p.width for p in placed] == ["40.00%", "30.00%", "20.00%", "10.00%"]
    assert [p.won for p in placed] == ["36.00%", "27.00%", "18.00%", "9.00%"]


def test_weights_that_do_not_make_100_still_fill_the_bar() -> None:
    assert [p.width for p in anatomy.place(pieces(3, 1))] == ["75.00%", "25.00%"]


def test_points_over_100_fill_their_piece_and_no_more() -> None:
    (piece,) = anatomy.place([ScorePiece(label="签单", weight_pct=100, score_pct=120)])
    assert piece.won == piece.width == "100.00%"


def test_a_label_that_does_not_fit_keeps_its_weight_or_is_dropped_never_shrunk() -> None:
    def labels(*weights: int) -> list[str]:
        return [
            p.label
            for p in anatomy.place([ScorePiece(label="重大问题闭环率", weight_pct=w, score_pct=9) for w in weights])
        ]

    assert labels(60, 10, 30) == ["重大问题闭环率 60", "10", "30"]
    assert labels(60, 2, 38) == ["重大问题闭环率 60", "", "重大问题闭环率 38"]


def test_the_four_labels_of_the_picture_all_fit_a_phone() -> None:
    labels = [("计划", 40), ("合格率", 30), ("OEE", 20), ("违章", 10)]
    placed = anatomy.place([ScorePiece(label=name, weight_pct=w, score_pct=97) for name, w in labels])
    assert [p.label for p in placed] == ["计划 40", "合格率 30", "OEE 20", "违章 10"]
    assert [p.anchor for p in placed] == ["start", "start", "start", "end"]


def test_without_weight_there_is_no_bar(draw: Draw) -> None:
    assert draw("{% score_anatomy pieces=pieces label='x' %}", pieces=pieces(0, 0)).strip() == ""


def test_the_score_s_bar_is_told_to_those_who_cannot_see_it(draw: Draw) -> None:
    html = draw("{% score_anatomy pieces=pieces label='计划 40' %}", pieces=pieces(100))
    assert 'role="img" aria-label="计划 40"' in html


def test_freshness_names_source_and_time(draw: Draw) -> None:
    html = draw("{% freshness part=part %}", part=Freshness(source="MES", when="04-01 08:10"))
    assert "MES · 04-01 08:10" in html
    assert '#sync"' in html
    assert "is-behind" not in html


def test_stale_data_warns_with_its_days(draw: Draw) -> None:
    html = draw("{% freshness part=part %}", part=Freshness(source="ERP", when="05-18", late="2 天没更新"))
    assert "ERP · 05-18 · 2 天没更新" in html
    assert '#warn"' in html
    assert 'class="fresh is-behind"' in html


def test_an_entry_by_hand_shows_a_person(draw: Draw) -> None:
    assert '#person"' in draw("{% freshness part=part %}", part=Freshness(source="表单", when="", by_person=True))


def test_problem_answers_are_equal_buttons_that_post(draw: Draw) -> None:
    actions = [
        Action(label="填正确日期", url="/r/10/", fields={"answer": "date"}),
        Action(label="先空着", url="/r/10/"),
    ]
    row = ProblemRow(where="第 10 行", title="2026/2/30 不存在", text="2026 年 2 月只有 28 天。", actions=actions)
    html = draw("{% problem_row row=row %}", row=row, csrf_token="t0ken")
    assert html.count('<form method="post" action="/r/10/">') == 2
    assert html.count('<input type="hidden" name="csrfmiddlewaretoken" value="t0ken">') == 2
    assert html.count('<button class="button">') == 2
    assert '<input type="hidden" name="answer" value="date">' in html


def test_a_step_is_done_now_or_later(draw: Draw) -> None:
    steps = [Step(label=s.value, fact="150 人", state=s) for s in StepState]
    html = draw("{% stepper steps=steps label='2026Q1' %}", steps=steps)
    assert html.count('aria-current="step"') == 1
    assert html.index("做完了") < html.index("now") < html.index("later")
    assert html.count("150 人") == 3


@pytest.mark.parametrize("kind", ["info", "waiting", "difference", "done", "refused"])
def test_a_banner_is_a_bold_clause_and_a_step(draw: Draw, kind: str) -> None:
    html = draw("{% banner kind=kind strong='归档后又到 2 条补报' link='申请修订' href='/a/' %}", kind=kind)
    assert "<b>归档后又到 2 条补报</b>" in html
    assert '<a href="/a/">申请修订</a>' in html
    assert ('role="alert"' in html) is (kind == "refused")


def test_a_banner_of_an_unknown_kind_is_an_error(draw: Draw) -> None:
    with pytest.raises(KeyError):
        draw("{% banner kind='success' strong='提交成功' %}")


def test_an_empty_page_teaches_and_starts(draw: Draw) -> None:
    action = Action(label="请赵刚说一句", url="/ask/", link=True, kind="main")
    html = draw("{% empty_page glyph='chat' title='还没有人给你留言' text='可以请人说一句。' action=a %}", a=action)
    assert "还没有人给你留言" in html
    assert '<a class="button button-main" href="/ask/">请赵刚说一句</a>' in html


def test_a_locked_button_stays_and_says_why(draw: Draw) -> None:
    html = draw("{% button label='公布给 143 人' href='/p/' kind='main' locked='校准并归档后才能按。' %}")
    assert " disabled>" in html
    assert "校准并归档后才能按。" in html
    assert '#lock"' in html
    assert 'href="/p/"' not in html


def test_a_button_of_an_unknown_kind_is_an_error(draw: Draw) -> None:
    with pytest.raises(KeyError):
        draw("{% button label='好' kind='success' %}")


def test_a_to_do_has_one_blue_button_and_at_most_one_later(draw: Draw) -> None:
    todo = ToDoCard(
        title="3 月结果出来了，请签收",
        sentence="签收只表示“我收到了”。",
        left="还剩 2 天",
        action=Action(label="看一眼再签收", url="/s/", link=True, kind="main"),
        later=Action(label="晚点", url="/l/", kind="text"),
    )
    html = draw("{% to_do_card todo=todo %}", todo=todo)
    assert html.count("button-main") == 1
    assert "轮到你了" in html
    assert "还剩 2 天" in html
    assert html.count("<button") == 1


def test_a_line_row_is_one_link(draw: Draw) -> None:
    html = draw("{% line_row line=line %}", line=Line(name="OEE", fact="差 0.73", value="79.27 %", href="/w/"))
    assert html.count("<a ") == 1
    assert '<span class="line-value">79.27 %</span>' in html


def test_an_avatar_is_one_character_and_keeps_its_tint(draw: Draw) -> None:
    first, again = draw("{% avatar name='欧阳海' %}"), draw("{% avatar name='欧阳海' %}")
    assert first == again
    assert ">欧</span>" in first
    assert ">晓</span>" in draw("{% avatar name='林晓峰' char='晓' %}")


def test_a_unit_tree_folds_without_a_script(draw: Draw) -> None:
    leaf = TreeNode(label="周建国 000005", note="上级待认领", waiting=True, person=True)
    tree = [TreeNode(label="一车间", note="4 人", children=[leaf], open=False), TreeNode(label="二车间")]
    html = draw("{% unit_tree nodes=tree %}", tree=tree)
    assert html.count("<details>") == 1
    assert '<span class="tree-note is-waiting">上级待认领</span>' in html


def test_facts_keep_dates_unbroken(draw: Draw) -> None:
    html = draw("{% facts pairs=pairs %}", pairs=[("谁看过", "赵刚 04-03 09:06")])
    assert '<dd>赵刚 <span class="nowrap">04-03 09:06</span></dd>' in html


def test_crumbs_lead_back(draw: Draw) -> None:
    html = draw("{% crumbs way=way here='导入' %}", way=[Crumb(label="花名册", href="/roster/")])
    assert '<a href="/roster/">花名册</a>' in html
    assert "<b>导入</b>" in html


def test_stacked_shares_fill_the_bar_and_leave_out_zero(draw: Draw) -> None:
    html = draw("{% stacked_bar shares=shares %}", shares=[("ahead", 3), ("waiting", 0), ("incomplete", 1)])
    assert html.count("<rect") == 2
    assert 'x="75.00%" width="25.00%"' in html
    assert "<rect" not in draw("{% stacked_bar shares=shares %}", shares=[("ahead", 0)])


def test_columns_are_written_out_for_screen_readers(draw: Draw) -> None:
    html = draw("{% bins counts=counts label='等级人数' %}", counts=[("S", 5), ("A", 22)])
    assert 'aria-label="等级人数：S 5，A 22"' in html
    assert 'height="86.0"' in html
    assert 'height="19.5"' in html


def test_a_sentence_escapes_what_people_typed(draw: Draw) -> None:
    html = draw("{{ text|sentence }}", text="<b>**还差 112 件**</b> & 03-02 夜班")
    assert html == '&lt;b&gt;<b>还差 112 件</b>&lt;/b&gt; &amp; <span class="nowrap">03-02</span> 夜班'


def test_numbers_that_are_no_dates_are_left_alone(draw: Draw) -> None:
    for text in ("000317-02-0311", "PDA-07", "1-2", "A12-34-56"):
        assert draw("{{ text|sentence }}", text=text) == text


TODAY = date(2026, 4, 8)


def test_dates_in_chinese_habit() -> None:
    with translation.override("zh-hans"):
        assert day_text(date(2026, 3, 2), TODAY) == "03-02"
        assert day_text(date(2025, 12, 20), TODAY) == "2025-12-20"
        assert moment_text(datetime(2026, 4, 1, 8, 10), TODAY) == "04-01 08:10"
        assert moment_text(datetime(2025, 12, 20, 8, 10), TODAY) == "2025-12-20"
        assert near_text(datetime(2026, 4, 8, 2, 0), TODAY) == "今天 02:00"
        assert near_text(datetime(2026, 4, 7, 22, 0), TODAY) == "昨天 22:00"
        assert near_text(datetime(2026, 4, 6, 22, 0), TODAY) == "04-06 22:00"


def test_dates_in_english_habit() -> None:
    with translation.override("en"):
        assert day_text(date(2026, 3, 28), TODAY) == "28 Mar"
        assert day_text(date(2025, 12, 20), TODAY) == "20 Dec 2025"
        assert moment_text(datetime(2026, 4, 1, 8, 10), TODAY) == "1 Apr 08:10"


def test_the_when_filters_use_the_company_s_clock_and_zone(draw: Draw) -> None:
    from datetime import UTC

    context = {"at": datetime(2026, 4, 7, 18, 0, tzinfo=UTC), "day": date(2026, 3, 2), "none": None}
    with translation.override("zh-hans"):
        assert draw(
            "{{ at|when }}/{{ at|when_near }}/{{ day|when }}/{{ none|when }}/{{ none|when_near }}", **context
        ) == ("04-08 02:00/今天 02:00/03-02//")

"""The minimum group size: the worked cases, attacks over several views, and an adversary who tries everything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiyu.lib.privacy import Contribution, Decision, Reason, TooEntangled, View, decide, disclosed_group
from tests.lib.privacy.adversary import derives, tells_about


def people(name: str, count: int) -> frozenset[str]:
    return frozenset(f"{name}{n}" for n in range(count))


def reasons(*views: View, minimum: int = 5, shown: tuple[frozenset[str], ...] = ()) -> list[Reason | None]:
    return [decision.reason for decision in decide(views, minimum=minimum, shown=shown)]


LINE_A, LINE_B = people("a", 9), people("b", 3)


def test_a9_of_9_and_3_answers_only_the_total_is_shown() -> None:
    total, a, b = decide(
        [View("total", LINE_A | LINE_B), View("A", LINE_A, rank=1), View("B", LINE_B, rank=1)], minimum=5
    )
    assert total == Decision("total", True)
    assert (a.is_shown, a.reason, a.words.zh) == (
        False,
        Reason.SMALL_REMAINDER,
        "显示它就能算出人数少于 5 的一组",
    )
    assert (b.is_shown, b.reason, b.words.zh) == (False, Reason.SMALL_GROUP, "人数少于 5，不显示")
    assert b.words.in_("en") == "Fewer than 5 people, not shown"


def test_a9_7_and_5_are_both_shown_beside_their_total() -> None:
    seven, five = people("a", 7), people("b", 5)
    assert reasons(View("total", seven | five), View("A", seven), View("B", five)) == [None, None, None]


def test_a9_an_open_round_has_no_mean_at_5_nor_at_6() -> None:
    for count in (5, 6, 500):
        [open_round] = decide([View("mean", people("a", count), is_open=True)], minimum=5)
        assert (open_round.reason, open_round.words.zh) == (Reason.OPEN, "还没截止，不显示")


def test_a9_even_a_closed_group_that_grew_by_one_is_refused_the_second_time() -> None:
    assert reasons(View("mean", people("a", 6)), shown=(people("a", 5),)) == [Reason.SMALL_REMAINDER]
    assert reasons(View("mean", people("a", 9)), shown=(people("a", 5),)) == [Reason.SMALL_REMAINDER]
    assert reasons(View("mean", people("a", 10)), shown=(people("a", 5),)) == [None]


def test_a9_women_and_then_women_not_on_line_2() -> None:
    women, women_not_on_line_2 = people("w", 6), people("w", 5)
    assert reasons(View("women", women), View("women, not line 2", women_not_on_line_2, rank=1)) == [
        None,
        Reason.SMALL_REMAINDER,
    ]
    assert reasons(View("women, not line 2", women_not_on_line_2), shown=(women,)) == [Reason.SMALL_REMAINDER]


def test_b7_four_people_are_hidden_and_the_total_of_the_three_does_not_give_them_away() -> None:
    workshop, finance, office = people("w", 92), people("f", 6), people("o", 4)
    rows = [View("一车间", workshop), View("财务", finance), View("总经办", office)]
    everything = View("合计", workshop | finance | office, rank=1)
    assert reasons(*rows, everything) == [None, None, Reason.SMALL_GROUP, Reason.SMALL_REMAINDER]
    # Where the total matters more, the smallest row that covers the hidden one goes with it.
    total_first = View("合计", everything.members)
    below = [View(row.key, row.members, rank=1) for row in rows]
    assert reasons(total_first, *below) == [None, None, Reason.SMALL_REMAINDER, Reason.SMALL_GROUP]


def test_two_small_groups_that_are_enough_together_hide_nobody_else() -> None:
    large, small, smaller = people("a", 20), people("b", 3), people("c", 2)
    total = View("total", large | small | smaller)
    rows = [View("A", large, 1), View("B", small, 1), View("C", smaller, 1)]
    assert reasons(total, *rows) == [None, None, Reason.SMALL_GROUP, Reason.SMALL_GROUP]


def test_a_total_by_itself_is_never_hidden_and_nobody_is_nothing_to_hide() -> None:
    assert reasons(View("five", people("a", 5))) == [None]
    assert reasons(View("nobody", frozenset()), shown=(people("a", 5),)) == [None]
    assert reasons(View("one", people("a", 1)), minimum=1) == [None]


def test_what_is_shown_already_is_shown_again_and_so_is_what_follows_from_it() -> None:
    a, b = people("a", 8), people("b", 7)
    assert reasons(View("a", a), View("both", a | b), shown=(a, b)) == [None, None]


def test_a_sum_of_several_groups_gives_the_remainder_away() -> None:
    lines = [people(name, 6) for name in "abc"]
    rest = people("r", 4)
    total = frozenset().union(*lines, rest)
    views = [View(str(n), line) for n, line in enumerate(lines)]
    assert reasons(*views, View("total", total, rank=1)) == [None, None, None, Reason.SMALL_REMAINDER]
    assert reasons(View("third", lines[2]), shown=(total, lines[0], lines[1])) == [Reason.SMALL_REMAINDER]
    assert reasons(View("third", lines[2]), shown=(total, lines[0] | lines[1])) == [Reason.SMALL_REMAINDER]


def test_a_remainder_inside_a_nested_total_is_seen_two_levels_up() -> None:
    team, rest_of_workshop, office = people("t", 12), people("r", 3), people("o", 30)
    company = team | rest_of_workshop | office
    # The workshop's own total is not shown, but company − office is.
    assert reasons(View("team", team), shown=(company, office)) == [Reason.SMALL_REMAINDER]
    assert reasons(View("team", team), shown=(company,)) == [None]


def test_crossing_groups_are_combined_with_factors_of_two_and_a_half() -> None:
    # (a ∪ b) + (b ∪ c) + (a ∪ c) is twice everybody: half of it less the total leaves two people.
    a, b, c, two = people("a", 4), people("b", 4), people("c", 4), people("x", 2)
    pairs = (a | b, b | c, a | c)
    assert all(reasons(View("pair", pair), shown=()) == [None] for pair in pairs)
    assert reasons(View("all", a | b | c | two), shown=pairs) == [Reason.SMALL_REMAINDER]


def test_a_corrected_number_of_one_person_is_that_persons_difference() -> None:
    before = frozenset(Contribution(name, "first") for name in people("a", 6))
    after = before - {Contribution("a0", "first")} | {Contribution("a0", "corrected")}
    march = frozenset(Contribution(name, "march") for name in people("a", 6))
    [corrected] = decide([View("mean", after)], minimum=5, shown=[before])
    assert corrected.reason is Reason.SMALL_REMAINDER
    [next_month] = decide([View("march", march)], minimum=5, shown=[before])
    assert next_month.is_shown


def test_one_person_with_many_contributions_is_one_person() -> None:
    many = frozenset(Contribution("a0", part) for part in range(9))
    assert [d.reason for d in decide([View("mean", many)], minimum=5)] == [Reason.SMALL_GROUP]


def test_the_answer_hangs_on_the_views_not_on_their_order_among_equals() -> None:
    views = [View("A", people("a", 7)), View("B", people("b", 6)), View("C", people("c", 2))]
    total = View("total", people("a", 7) | people("b", 6) | people("c", 2))
    expected = {"total": None, "A": None, "B": Reason.SMALL_REMAINDER, "C": Reason.SMALL_GROUP}
    for order in ([total, *views], [*views[::-1], total], [views[1], total, views[2], views[0]]):
        assert {d.key: d.reason for d in decide(order, minimum=5)} == expected


def test_where_the_search_is_given_up_the_view_is_hidden_and_says_so() -> None:
    cells = {(row, column): f"{row}.{column}" for row in range(6) for column in range(6)}
    rows = [frozenset(name for (r, _), name in cells.items() if r == row) for row in range(6)]
    columns = [frozenset(name for (_, c), name in cells.items() if c == column) for column in range(5)]
    shown = (*rows, *columns[:4])
    assert reasons(View("column", columns[4]), shown=shown) == [None]
    [hidden] = decide([View("column", columns[4])], minimum=5, shown=shown, most_steps=10)
    assert (hidden.is_shown, hidden.reason) == (False, Reason.TOO_ENTANGLED)
    assert hidden.words.zh.endswith("不能确定算不出人数少于 5 的一组，不显示")
    with pytest.raises(TooEntangled):
        disclosed_group([*rows, *columns], minimum=5, most_steps=10)


def test_a_minimum_that_was_raised_keeps_hidden_what_crosses_the_old_small_group() -> None:
    a, b = people("a", 9), people("b", 3)
    shown = (a | b, a)
    assert disclosed_group(shown, minimum=5) == b
    assert disclosed_group(shown, minimum=3) is None
    assert reasons(View("elsewhere", people("z", 5)), shown=shown) == [None]
    assert reasons(View("B and four", b | people("y", 4)), shown=shown) == [Reason.SMALL_REMAINDER]


def test_a_company_of_ten_thousand_in_three_levels_is_decided_exactly() -> None:
    teams = [people(f"t{n}.", 3 + n % 40) for n in range(400)]
    units = [frozenset().union(*teams[n : n + 8]) for n in range(0, 400, 8)]
    views = [View("company", frozenset().union(*units))]
    views += [View(f"unit {n}", unit, rank=1) for n, unit in enumerate(units)]
    views += [View(f"team {n}", team, rank=2) for n, team in enumerate(teams)]
    got = {d.key: d.reason for d in decide(views, minimum=5)}
    assert len(views[0].members) == 9_000
    assert all(got[f"unit {n}"] is None for n in range(50))
    # Teams of 3 and 4 stand beside each other in one unit: together they are 7, and nobody else is hidden.
    assert [n for n in range(400) if got[f"team {n}"]] == [n for n in range(400) if len(teams[n]) < 5]
    assert set(got.values()) == {None, Reason.SMALL_GROUP}


@pytest.mark.parametrize("minimum", [0, -1])
def test_a_minimum_below_one_is_refused(minimum: int) -> None:
    with pytest.raises(ValueError, match="minimum"):
        decide([View("a", people("a", 5))], minimum=minimum)
    with pytest.raises(ValueError, match="minimum"):
        disclosed_group([people("a", 5)], minimum=minimum)


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        decide([View("a", people("a", 5)), View("a", people("b", 5))], minimum=5)


_SINGLE = st.integers(0, 6)
_TWICE = st.builds(Contribution, st.integers(0, 4), st.integers(0, 1))
_SETS = st.one_of(
    st.lists(st.frozensets(_SINGLE), min_size=1, max_size=6),
    st.lists(st.frozensets(_TWICE), min_size=1, max_size=6),
)


@settings(max_examples=300, deadline=None)
@given(_SETS, st.lists(st.integers(0, 1), min_size=6, max_size=6), st.integers(1, 5), st.integers(0, 3))
def test_the_adversary_gets_no_small_group_and_nothing_is_hidden_needlessly(
    sets: list[frozenset[object]], ranks: list[int], minimum: int, before: int
) -> None:
    # What was shown before came through the rule as well.
    first = [View(str(n), members) for n, members in enumerate(sets[:before])]
    shown = [v.members for v, d in zip(first, decide(first, minimum=minimum), strict=True) if d.is_shown]
    views = [View(str(n), members, ranks[n]) for n, members in enumerate(sets[before:])]
    decisions = decide(views, minimum=minimum, shown=shown)
    everything = [*shown, *(v.members for v, d in zip(views, decisions, strict=True) if d.is_shown)]
    assert derives(everything, minimum) is None
    for view, decision in zip(views, decisions, strict=True):
        if not decision.is_shown:
            assert decision.reason is not Reason.TOO_ENTANGLED
            assert derives([*everything, view.members], minimum) is not None


@settings(max_examples=200, deadline=None)
@given(_SETS, st.integers(1, 5))
def test_what_was_given_away_is_found_exactly_when_the_adversary_finds_it(
    sets: list[frozenset[object]], minimum: int
) -> None:
    found = disclosed_group(sets, minimum=minimum)
    assert (found is None) == (derives(sets, minimum) is None)
    if found is not None:
        assert 0 < len(found) < minimum
        assert tells_about(sets, found)

"""Values are shown short and true: no rounding says more than was found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.compare.figures import Estimate, Interval
from latitude.compare.words import (
    estimate,
    floor_of_p,
    interval,
    label,
    money,
    number,
    p_value,
    passage,
    percent,
    sessions,
)


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0 %"),
        (0.352, "35 %"),
        (1.0, "100 %"),
        (0.9999999999999, "100 %"),
        (0.004, "0.4 %"),
        (0.0004, "< 0.1 %"),
        (0.995, "99.5 %"),
        (0.9996, "> 99.9 %"),
        (-0.3, "−30 %"),
        (-0.0004, "> −0.1 %"),
        (-1.0, "−100 %"),
    ],
)
def test_a_share_is_whole_per_cent(share: float, shown: str) -> None:
    assert percent(share) == shown


@given(st.floats(1e-8, 1 - 1e-8))
def test_no_share_is_rounded_to_none_or_all(share: float) -> None:
    assert percent(share) not in ("0 %", "100 %")


@pytest.mark.parametrize(
    ("p", "shown"),
    [(1.0, "1"), (0.9999, "> 0.999"), (0.31, "0.310"), (0.001, "0.001"), (0.00099, "< 0.001")],
)
def test_a_p_value_has_three_decimals(p: float, shown: str) -> None:
    assert p_value(p) == shown


def test_a_p_value_is_never_shown_below_what_its_test_can_give() -> None:
    assert p_value(0.0, floor=0.001) == "0.001"
    assert p_value(0.0999999999, floor=0.1) == "0.100"
    assert p_value(0.0002, floor=0.0001) == "< 0.001"


@given(st.floats(0, 1), st.floats(0.001, 1))
def test_less_than_a_thousandth_needs_a_floor_below_it(p: float, floor: float) -> None:
    assert "<" not in p_value(p, floor)


def test_a_floor_is_told_where_it_matters() -> None:
    assert floor_of_p(0.1, 0.1) == "at its floor"
    assert floor_of_p(0.7, 0.1) == "floor 0.100"
    assert floor_of_p(0.7, 0.0001) == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1234, "1,234"), (7.35, "7.35"), (0.412, "0.41"), (-12.34, "−12.3"), (0.00004, "4e-05")],
)
def test_a_number_keeps_about_three_digits(value: float, shown: str) -> None:
    assert number(value) == shown


def test_money_shows_cents_and_more_where_there_is_less() -> None:
    assert [money(12.4), money(0.041), money(0.00002), money(0.0)] == [
        *("$12.40", "$0.041", "$2e-05", "$0.00"),
    ]


def test_an_interval_is_in_the_unit_of_its_estimate() -> None:
    assert interval(Interval(0.18, 0.567), "share") == "18 to 57 %"
    assert interval(Interval(-0.53, -0.02), "share") == "−53 to −2 %"
    assert interval(Interval(2.1, float("inf")), "number") == "2.10 to ∞"
    assert interval(Interval(0.1, 0.4), "money") == "$0.10 to $0.40"


def test_one_session_is_an_anecdote() -> None:
    assert sessions(20) == "n = 20"
    assert sessions(1) == "n = 1, anecdote"


def test_an_estimate_is_told_whole() -> None:
    told = Estimate("a", 20, 0.35, Interval(0.18, 0.57))
    assert estimate(told, "share") == "35 %, 18 to 57 %, n = 20"
    assert estimate(Estimate("a", 1, None), "share") == "—, n = 1, anecdote"


def test_names_are_one_safe_line_and_passages_keep_their_lines() -> None:
    assert label("a\x1b]0;t\x07\n\ufffe") == "a␛]0;t␇␊\ufffd"
    assert passage("a\nb\u202e") == "a\nb‹U+202E›"

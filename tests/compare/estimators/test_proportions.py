"""Shares of sessions: known numbers, and agreement with scipy and statsmodels."""

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from latitude.compare.estimators.proportions import (
    boschloo_exact,
    clopper_pearson,
    fisher_exact,
    fisher_floor,
    newcombe,
    wilson,
)
from latitude.compare.figures import Interval


@st.composite
def counted(draw: st.DrawFn, most: int = 200) -> tuple[int, int]:
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


def near(low: float, high: float, within: float = 1e-12) -> object:
    class Near:
        def __eq__(self, other: object) -> bool:
            return (
                isinstance(other, Interval)
                and abs(other.low - low) <= within
                and abs(other.high - high) <= within
            )

        def __repr__(self) -> str:
            return f"[{low}, {high}] within {within}"

    return Near()


def test_three_of_twenty() -> None:
    assert wilson(3, 20) == near(0.052369, 0.360419, 1e-6)


def test_none_of_twenty_is_not_never_and_three_of_three_not_always() -> None:
    assert wilson(0, 20) == near(0.0, 0.161125, 1e-6)
    assert wilson(3, 3) == near(0.438503, 1.0, 1e-6)
    assert wilson(0, 20).low == 0
    assert wilson(3, 3).high == 1


def test_one_session_tells_next_to_nothing() -> None:
    assert wilson(1, 1) == near(0.206549, 1.0, 1e-6)
    assert clopper_pearson(1, 1) == near(0.025, 1.0)


def test_three_of_twenty_against_nine_of_twenty() -> None:
    assert newcombe(3, 20, 9, 20) == near(-0.529696, -0.015282, 1e-6)
    assert fisher_exact(3, 20, 9, 20) == pytest.approx(0.082359, abs=1e-6)
    assert boschloo_exact(3, 20, 9, 20) == pytest.approx(0.042431, abs=1e-6)


@given(counted(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_intervals_of_a_share_are_those_of_scipy(share: tuple[int, int], level: float) -> None:
    k, n = share
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "exact")):
        theirs = stats.binomtest(k, n).proportion_ci(level, method=method)
        assert ours(k, n, level) == near(theirs.low, theirs.high, 1e-11)


@pytest.mark.slow
@given(counted(), counted())
def test_newcombe_is_that_of_statsmodels(first: tuple[int, int], second: tuple[int, int]) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    theirs = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")
    assert newcombe(*first, *second) == near(*theirs, 1e-11)


@given(counted(80), counted(80))
def test_fisher_is_that_of_scipy(first: tuple[int, int], second: tuple[int, int]) -> None:
    (k1, n1), (k2, n2) = first, second
    theirs = stats.fisher_exact([[k1, n1 - k1], [k2, n2 - k2]]).pvalue
    assert fisher_exact(k1, n1, k2, n2) == pytest.approx(theirs, rel=1e-9)


@given(counted(25), counted(25))
@settings(max_examples=40)
def test_boschloo_is_that_of_scipy(first: tuple[int, int], second: tuple[int, int]) -> None:
    (k1, n1), (k2, n2) = first, second
    theirs = stats.boschloo_exact([[k1, k2], [n1 - k1, n2 - k2]]).pvalue
    assert boschloo_exact(k1, n1, k2, n2) == pytest.approx(
        1.0 if math.isnan(theirs) else theirs, abs=1e-9
    )


@pytest.mark.parametrize(("n1", "n2"), [(3, 3), (1, 6), (7, 4)])
def test_fishers_floor_is_the_least_p_of_all_tables_with_so_many(n1: int, n2: int) -> None:
    for k in range(n1 + n2 + 1):
        tables = range(max(0, k - n2), min(k, n1) + 1)
        assert fisher_floor(k, n1, n2) == min(fisher_exact(one, n1, k - one, n2) for one in tables)


def test_nobody_and_everybody_cannot_be_told_apart() -> None:
    for test in (fisher_exact, boschloo_exact):
        assert test(0, 12, 0, 9) == 1
        assert test(12, 12, 9, 9) == 1


@given(counted(30), counted(30))
@settings(max_examples=15)
def test_neither_the_order_of_the_groups_nor_the_name_of_the_outcome_matters(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    (k1, n1), (k2, n2) = first, second
    for test in (fisher_exact, boschloo_exact):
        p = test(k1, n1, k2, n2)
        assert test(k2, n2, k1, n1) == pytest.approx(p, abs=1e-10)
        assert test(n1 - k1, n1, n2 - k2, n2) == pytest.approx(p, abs=1e-10)


def chance_of(k: int, n: int, share: float) -> float:
    return math.comb(n, k) * share**k * (1 - share) ** (n - k)


def chance_of_rejecting(test, n1: int, n2: int, first: float, second: float) -> float:
    """Added up over all outcomes, so that nothing is left to luck."""
    found = 0.0
    for k1, k2 in product(range(n1 + 1), range(n2 + 1)):
        weight = chance_of(k1, n1, first) * chance_of(k2, n2, second)
        if weight > 1e-9 and test(k1, n1, k2, n2) <= 0.05:
            found += weight
    return found


@pytest.mark.parametrize("sizes", [(10, 10), (12, 7)])
def test_the_exact_tests_hold_their_level_at_any_share(sizes: tuple[int, int]) -> None:
    for test in (fisher_exact, boschloo_exact):
        rejected = {
            outcome: test(outcome[0], sizes[0], outcome[1], sizes[1]) <= 0.05
            for outcome in product(range(sizes[0] + 1), range(sizes[1] + 1))
        }
        for percent in range(1, 100):
            false = sum(
                chance_of(k1, sizes[0], percent / 100) * chance_of(k2, sizes[1], percent / 100)
                for (k1, k2), no in rejected.items()
                if no
            )
            assert false <= 0.05


@pytest.mark.parametrize(
    ("first", "second", "sessions"),
    [(0.15, 0.60, 22), (0.10, 0.50, 24), (0.0, 0.20, 40), (0.10, 0.40, 40), (0.20, 0.50, 45)],
)
def test_so_many_sessions_a_model_find_the_difference_four_times_of_five(
    first: float, second: float, sessions: int
) -> None:
    assert chance_of_rejecting(fisher_exact, sessions, sessions, first, second) >= 0.80


def test_ten_a_side_seldom_find_even_a_large_difference() -> None:
    assert chance_of_rejecting(fisher_exact, 10, 10, 0.1, 0.5) == pytest.approx(0.30, abs=0.02)


@pytest.mark.parametrize(("n", "bound"), [(3, 0.56), (10, 0.28), (20, 0.16), (50, 0.07)])
def test_what_was_never_seen_may_still_be_common(n: int, bound: float) -> None:
    assert wilson(0, n).high == pytest.approx(bound, abs=0.005)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (4, 3), (-1, 3)])
def test_impossible_counts_are_refused(k: int, n: int) -> None:
    for interval in (wilson, clopper_pearson):
        with pytest.raises(ValueError, match="session"):
            interval(k, n)
    for test in (newcombe, fisher_exact, boschloo_exact):
        with pytest.raises(ValueError, match="session"):
            test(k, n, 1, 2)
        with pytest.raises(ValueError, match="session"):
            test(1, 2, k, n)


def test_a_level_must_be_one() -> None:
    for interval in (wilson, clopper_pearson):
        with pytest.raises(ValueError, match="level"):
            interval(1, 3, 1.0)

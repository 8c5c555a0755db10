"""Profiles apart, in bits, and how much of it is chance."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import distance

from latitude.compare.estimators.divergence import (
    jensen_shannon,
    jensen_shannon_excess,
    profile,
    total_variation,
)
from tests.compare.worlds import topic

AB = ("a", "b")
COUNTS = st.lists(st.integers(0, 20), min_size=4, max_size=4).filter(any)


def test_two_profiles_of_twenty() -> None:
    assert jensen_shannon([10, 0, 5, 5], [2, 8, 5, 5]) == pytest.approx(0.304993, abs=1e-6)


@given(COUNTS, COUNTS)
def test_it_is_the_square_of_scipys_distance(first: list[int], second: list[int]) -> None:
    theirs = distance.jensenshannon(first, second, base=2) ** 2
    assert jensen_shannon(first, second) == pytest.approx(theirs, abs=1e-12)


@given(COUNTS, COUNTS)
def test_it_is_0_to_1_bit_and_the_same_both_ways(first: list[int], second: list[int]) -> None:
    found = jensen_shannon(first, second)
    assert 0 <= found <= 1
    assert found == pytest.approx(jensen_shannon(second, first), abs=1e-12)
    assert jensen_shannon(first, first) == 0
    assert found <= total_variation(first, second) + 1e-12


def test_nothing_in_common_is_one_bit() -> None:
    assert jensen_shannon([3, 0], [0, 7]) == 1
    assert total_variation([3, 0], [0, 7]) == 1
    assert total_variation([1, 1], [3, 1]) == pytest.approx(0.25)


def test_smoothing_adds_to_each_category() -> None:
    assert profile([3, 0, 1], smoothing=0.5) == pytest.approx((3.5 / 5.5, 0.5 / 5.5, 1.5 / 5.5))
    assert jensen_shannon([3, 0], [0, 7], smoothing=0.5) < 1


@pytest.mark.parametrize(("sessions", "bits"), [(5, 0.6), (20, 0.2)])
def test_one_and_the_same_model_is_far_from_itself_in_few_sessions(
    sessions: int, bits: float
) -> None:
    """So what may be told is the excess, which is nothing on average."""
    draw = Random(1)
    seen, excess = [], []
    for _ in range(60):
        rows = [topic(draw, 0) for _ in range(2 * sessions)]
        labels = ["a"] * sessions + ["b"] * sessions
        found = jensen_shannon_excess(rows, labels, AB, m=49)
        assert found is not None
        seen.append(found.statistic)
        excess.append(found.statistic - found.expected)
    assert sum(seen) / 60 > bits
    assert sum(excess) / 60 == pytest.approx(0, abs=0.03)


def test_profiles_that_differ_exceed_chance() -> None:
    rows = [[1.0, 0.0], [1.0, 0.0], [0.8, 0.2], [1.0, 0.0]] + [[0.0, 1.0]] * 4
    found = jensen_shannon_excess(rows, list("aaaabbbb"), AB, smoothing=0.5)
    assert found is not None
    assert found.p == found.floor == pytest.approx(2 / 70)
    assert found.statistic > found.expected + 0.3
    assert found.tail == "greater"


def test_a_session_counts_once_however_many_turns_it_had() -> None:
    few = jensen_shannon_excess([[1, 0], [0, 1], [1, 1]], list("aab"), AB)
    many = jensen_shannon_excess([[40, 0], [0, 1], [9, 9]], list("aab"), AB)
    assert few == many


def test_no_stratum_with_both_gives_no_result() -> None:
    assert jensen_shannon_excess([[1, 0], [0, 1]], ["a", "b"], AB, ["x", "y"]) is None


def test_what_is_no_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was counted"):
        profile([0, 0])
    with pytest.raises(ValueError, match="at least 0"):
        profile([1, -1])
    with pytest.raises(ValueError, match="held against"):
        jensen_shannon([1], [1, 2])
    with pytest.raises(ValueError, match="one row"):
        jensen_shannon_excess([[1, 2], [1]], ["a", "b"], AB)

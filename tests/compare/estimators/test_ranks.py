"""Rank correlations, against scipy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from latitude.compare.estimators.ranks import kendall_tau_b, mean_ranks, spearman

PAIRS = st.lists(
    st.tuples(st.integers(0, 6) | st.floats(-5, 5), st.integers(0, 6) | st.floats(-5, 5)),
    min_size=2,
    max_size=30,
)


@given(PAIRS)
def test_they_are_those_of_scipy(pairs: list[tuple[float, float]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert spearman(first, second) is None
        assert kendall_tau_b(first, second) is None
        return
    assert spearman(first, second) == pytest.approx(
        stats.spearmanr(first, second).statistic, abs=1e-12
    )
    assert kendall_tau_b(first, second) == pytest.approx(
        stats.kendalltau(first, second).statistic, abs=1e-12
    )


def test_the_same_order_and_its_opposite() -> None:
    shares = [0.5, 0.3, 0.15, 0.05]
    assert spearman(shares, [4, 3, 2, 1]) == 1
    assert kendall_tau_b(shares, [1, 2, 3, 4]) == -1


def test_ties_share_their_rank() -> None:
    assert mean_ranks([10, 20, 20, 30]) == [1, 2.5, 2.5, 4]


def test_too_few_to_tell() -> None:
    assert spearman([], []) is None
    assert kendall_tau_b([1], [2]) is None


def test_what_cannot_be_ranked_is_refused() -> None:
    for correlation in (spearman, kendall_tau_b):
        with pytest.raises(ValueError, match="paired"):
            correlation([1, 2], [1])
        with pytest.raises(ValueError, match="no rank"):
            correlation([1, math.nan], [1, 2])

"""Means over sessions, against scipy."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from latitude.compare.estimators.means import mean, mean_difference, t_interval
from latitude.compare.figures import Interval

VALUES = st.lists(st.floats(-1_000, 1_000), min_size=2, max_size=40)


def varied(values: list[float]) -> bool:
    return max(values) - min(values) > 1e-3


@given(VALUES, st.sampled_from([0.9, 0.95, 0.99]))
def test_students_interval_is_that_of_scipy(values: list[float], level: float) -> None:
    assume(varied(values))
    theirs = stats.ttest_1samp(values, 0).confidence_interval(level)
    ours = t_interval(values, level)
    assert ours is not None
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9, abs=1e-9)


@given(VALUES, VALUES)
def test_welchs_interval_is_that_of_scipy(first: list[float], second: list[float]) -> None:
    assume(varied(first) and varied(second))
    theirs = stats.ttest_ind(first, second, equal_var=False)
    interval = theirs.confidence_interval(0.95)
    ours = mean_difference(first, second)
    assert ours.interval is not None
    assert ours.degrees == pytest.approx(theirs.df, rel=1e-9)
    assert (ours.interval.low, ours.interval.high) == pytest.approx(
        (interval.low, interval.high), rel=1e-9, abs=1e-9
    )


def test_one_session_has_a_mean_and_no_interval() -> None:
    assert mean([0.4]) == 0.4
    assert t_interval([0.4]) is None
    assert mean_difference([0.4], [0.1, 0.2]).interval is None
    assert mean_difference([0.4], [0.1, 0.2]).point == pytest.approx(0.25)


def test_none_at_all_have_no_mean() -> None:
    assert mean([]) is None
    assert t_interval([]) is None
    with pytest.raises(ValueError, match="without sessions"):
        mean_difference([], [1.0])


def test_what_never_varied_does_not_tell_how_much_it_may() -> None:
    assert t_interval([0.1] * 7) is None
    assert mean_difference([0.1] * 7, [0.3] * 5).interval is None
    assert mean_difference([0.1] * 7, [0.3, 0.2]).interval is not None


def test_a_share_stays_between_0_and_1() -> None:
    outside = t_interval([0.0, 0.0, 0.2])
    assert outside is not None
    assert outside.low < 0
    inside = t_interval([0.0, 0.0, 0.2], within=Interval(0, 1))
    assert inside is not None
    assert inside.low == 0
    assert inside.high == outside.high


def test_values_must_be_numbers() -> None:
    with pytest.raises(ValueError, match="finite"):
        t_interval([1.0, float("nan")])
    with pytest.raises(ValueError, match="finite"):
        mean_difference([1.0], [float("inf")])

"""The log-rank test, against lifelines and scipy."""

from random import Random

import pytest
from scipy import stats

from latitude.compare.estimators.logrank import log_rank, log_rank_scores
from tests.compare.worlds import leaving


def study(draw: Random, groups: int) -> tuple[list[int], list[bool], list[str]]:
    labels = [f"model {draw.randrange(groups)}" for _ in range(12 * groups)]
    ends = [leaving(draw, draw.choice([0.04, 0.2])) for _ in labels]
    return [turn for turn, _ in ends], [cause is not None for _, cause in ends], labels


@pytest.mark.slow
@pytest.mark.parametrize("groups", [2, 3, 5])
def test_it_is_that_of_lifelines(groups: int) -> None:
    from lifelines.statistics import multivariate_logrank_test

    draw = Random(groups)
    for _ in range(15):
        times, ended, labels = study(draw, groups)
        theirs = multivariate_logrank_test(times, labels, ended)
        ours = log_rank(times, ended, labels)
        assert ours is not None
        assert ours.degrees == groups - 1
        assert ours.statistic == pytest.approx(theirs.test_statistic, abs=1e-9)
        assert ours.large_sample_p == pytest.approx(theirs.p_value, abs=1e-9)


def test_two_groups_are_as_scipy_has_them() -> None:
    draw = Random(4)
    for _ in range(20):
        times, ended, labels = study(draw, 2)
        sides = []
        for label in ("model 0", "model 1"):
            ours = [place for place, each in enumerate(labels) if each == label]
            sides.append(
                stats.CensoredData.right_censored(
                    [times[place] for place in ours], [not ended[place] for place in ours]
                )
            )
        theirs = stats.logrank(*sides)
        ours = log_rank(times, ended, labels)
        assert ours is not None
        assert ours.statistic == pytest.approx(theirs.statistic**2, abs=1e-9)
        assert ours.large_sample_p == pytest.approx(theirs.pvalue, abs=1e-9)


def test_scores_of_a_group_are_its_ends_less_what_was_expected() -> None:
    """Two sessions of three end, at turns 1 and 2: the hazard is 1/3, then 1/2."""
    assert log_rank_scores([1, 2, 2], [True, True, False]) == pytest.approx(
        [1 - 1 / 3, 1 - 1 / 3 - 1 / 2, -1 / 3 - 1 / 2]
    )


def test_scores_sum_to_nothing_in_each_stratum() -> None:
    times, ended, _ = study(Random(2), 3)
    strata = ["xy"[place % 2] for place in range(len(times))]
    scores = log_rank_scores(times, ended, strata)
    for stratum in "xy":
        inside = [score for score, each in zip(scores, strata, strict=True) if each == stratum]
        assert sum(inside) == pytest.approx(0, abs=1e-12)


def test_where_nobody_left_there_is_nothing_to_tell() -> None:
    assert log_rank([20, 20, 20], [False] * 3, ["a", "b", "b"]) is None
    assert log_rank_scores([20, 20, 20], [False] * 3) == [0, 0, 0]


def test_one_group_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="two groups"):
        log_rank([1, 2], [True, True], ["a", "a"])
    with pytest.raises(ValueError, match="equally many"):
        log_rank([1, 2], [True], ["a", "b"])
    with pytest.raises(ValueError, match="at least 0"):
        log_rank([1, -2], [True, True], ["a", "b"])

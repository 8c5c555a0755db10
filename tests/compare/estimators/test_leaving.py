"""Tests of when sessions leave, by relabelling."""

from random import Random

import pytest

from latitude.compare.estimators.differences import difference_of_means
from latitude.compare.estimators.leaving import (
    difference_of_restricted_means,
    difference_of_time_lost,
    log_rank_permuted,
)
from latitude.compare.estimators.logrank import log_rank
from latitude.compare.estimators.survival import area, incidences, restricted_mean
from tests.compare.worlds import leaving

AB = ("a", "b")


def study(seed: int, sessions: int) -> tuple[list[int], list[str | None], list[str]]:
    draw = Random(seed)
    ends = [leaving(draw, 0.1, 0.05) for _ in range(2 * sessions)]
    labels = ["ab"[place % 2] for place in range(2 * sessions)]
    return [turn for turn, _ in ends], [cause for _, cause in ends], labels


def of(label: str, labels: list[str], values: list) -> list:
    return [value for value, each in zip(values, labels, strict=True) if each == label]


def test_the_statistic_is_the_difference_of_the_restricted_means() -> None:
    for seed in range(10):
        times, causes, labels = study(seed, 12)
        ended = [cause == "exit" for cause in causes]
        found = difference_of_restricted_means(times, ended, labels, AB, 12, m=19)
        means = [restricted_mean(of(g, labels, times), of(g, labels, ended), 12) for g in AB]
        if None in means:
            assert found is None
        else:
            assert found is not None
            assert found.statistic == pytest.approx(means[0] - means[1])


def test_the_statistic_is_the_difference_of_the_areas_under_the_incidences() -> None:
    for seed in range(10):
        times, causes, labels = study(seed, 12)
        found = difference_of_time_lost(times, causes, "exit", labels, AB, 20, m=19)
        lost = []
        for label in AB:
            curves = incidences(of(label, labels, times), of(label, labels, causes))
            lost.append(area(curves["exit"], 20))
        assert found is not None
        assert found.statistic == pytest.approx(lost[0] - lost[1])


def test_without_censoring_it_is_the_test_of_the_mean_time() -> None:
    times, labels = [1, 4, 4, 7, 9, 2, 2, 3, 5, 5], list("aaaaabbbbb")
    found = difference_of_restricted_means(times, [True] * 10, labels, AB, 20)
    plain = difference_of_means([float(time) for time in times], labels, AB)
    assert found is not None
    assert plain is not None
    assert (found.p, found.m) == (plain.p, plain.m)
    assert found.statistic == pytest.approx(plain.statistic)


def test_strata_are_compared_each_in_itself() -> None:
    times = [2, 2, 2, 2, 12, 2, 12, 12, 12, 12]
    labels, wordings = list("aaaaabbbbb"), list("xxxxyxyyyy")
    found = difference_of_restricted_means(times, [True] * 10, labels, AB, 20, wordings)
    assert found is not None
    assert found.statistic == 0
    assert found.p == 1


def test_log_rank_by_relabelling_comes_near_the_large_sample_one() -> None:
    times, causes, labels = study(3, 60)
    ended = [cause is not None for cause in causes]
    ours, theirs = log_rank_permuted(times, ended, labels, m=1_999), log_rank(times, ended, labels)
    assert ours is not None
    assert theirs is not None
    assert ours.p == pytest.approx(theirs.large_sample_p, abs=0.04)


def test_a_curve_that_was_lost_before_the_horizon_gives_no_result() -> None:
    times, ended, labels = [3, 9, 4, 9], [True, False, True, True], list("aabb")
    assert difference_of_restricted_means(times, ended, labels, AB, 20) is None
    assert difference_of_restricted_means(times, ended, labels, AB, 9) is not None


def test_where_all_reached_the_limit_there_is_no_difference() -> None:
    times, labels = [20] * 8, list("aaaabbbb")
    for found in (
        difference_of_restricted_means(times, [False] * 8, labels, AB, 20),
        difference_of_time_lost(times, [None] * 8, "exit", labels, AB, 20),
        log_rank_permuted(times, [False] * 8, labels),
    ):
        assert found is not None
        assert found.p == 1
        assert found.statistic == 0


def test_no_stratum_with_both_gives_no_result() -> None:
    arguments = ([1, 2], [True, True], ["a", "b"])
    assert difference_of_restricted_means(*arguments, AB, 20, ["x", "y"]) is None
    assert log_rank_permuted(*arguments, ["x", "y"]) is None


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="horizon"):
        difference_of_restricted_means([1, 2], [True, True], ["a", "b"], AB, 0)
    with pytest.raises(ValueError, match="equally many"):
        difference_of_time_lost([1], [None, None], "exit", ["a", "b"], AB, 5)
    with pytest.raises(ValueError, match="at least 0"):
        difference_of_restricted_means([1, -2], [True, True], ["a", "b"], AB, 5)

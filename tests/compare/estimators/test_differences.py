"""Tests of means and tables by relabelling, against scipy's."""

import math
from random import Random

import pytest
from scipy import stats

from latitude.compare.estimators.differences import (
    association,
    difference_of_means,
    differences_among_means,
)

AB = ("a", "b")


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


@pytest.mark.parametrize("sizes", [(4, 4), (3, 6), (5, 4)])
def test_a_difference_of_means_is_that_of_scipy(sizes: tuple[int, int]) -> None:
    draw = Random(sum(sizes))
    for _ in range(5):
        first = [float(draw.randint(0, 6)) for _ in range(sizes[0])]
        second = [float(draw.randint(1, 8)) for _ in range(sizes[1])]
        ours = difference_of_means(first + second, ["a"] * sizes[0] + ["b"] * sizes[1], AB)
        theirs = stats.permutation_test(
            (first, second), lambda x, y: abs(x.mean() - y.mean()), alternative="greater"
        )
        assert ours is not None
        assert ours.exact
        assert ours.statistic == pytest.approx(mean(first) - mean(second))
        assert ours.p == pytest.approx(theirs.pvalue, abs=1e-12)


def test_pairs_as_strata_are_the_paired_test() -> None:
    """One wording and seed to both models, nine times: signs flip, nothing else moves."""
    draw = Random(6)
    first = [draw.gauss(0.5, 1) for _ in range(9)]
    second = [draw.gauss(0, 1) for _ in range(9)]
    pairs = [str(pair) for pair in range(9)] * 2
    ours = difference_of_means(first + second, ["a"] * 9 + ["b"] * 9, AB, pairs)
    theirs = stats.permutation_test(
        (first, second),
        lambda x, y: abs((x - y).mean()),
        permutation_type="samples",
        vectorized=False,
        alternative="greater",
    )
    assert ours is not None
    assert ours.m == 2**9
    assert ours.p == pytest.approx(theirs.pvalue, abs=1e-12)


def test_shares_in_pairs_are_mcnemars_test() -> None:
    """Of the pairs in which one of the two left, the first model left in 7 of 8."""
    first = [1.0] * 7 + [0.0] + [1.0, 0.0] * 2
    second = [0.0] * 7 + [1.0] + [1.0, 0.0] * 2
    pairs = [str(pair) for pair in range(12)] * 2
    found = difference_of_means(first + second, ["a"] * 12 + ["b"] * 12, AB, pairs)
    assert found is not None
    assert found.p == pytest.approx(stats.binomtest(7, 8).pvalue)


def test_a_wording_that_gives_more_is_no_difference_between_models() -> None:
    """Each model does .2 under one wording and .8 under the other; they had them 4 to 1."""
    values = [0.2] * 4 + [0.8] + [0.2] + [0.8] * 4
    labels, wordings = ["a"] * 5 + ["b"] * 5, list("xxxxyxyyyy")
    found = difference_of_means(values, labels, AB, wordings)
    assert found is not None
    assert found.statistic == pytest.approx(0, abs=1e-12)
    assert found.p == 1


def test_the_first_of_the_pair_less_the_second_whatever_they_are_called() -> None:
    values, labels = [1.0, 3.0, 10.0, 20.0], ["z", "z", "a", "other"]
    found = difference_of_means(values, labels, ("z", "a"))
    assert found is not None
    assert found.statistic == pytest.approx(-8)


def test_one_session_against_many_is_allowed_and_says_how_little_it_can_tell() -> None:
    found = difference_of_means([9.0, 1, 2, 3], list("abbb"), AB)
    assert found is not None
    assert found.p == found.floor == 0.25


def test_where_nothing_can_be_compared_there_is_no_result() -> None:
    assert difference_of_means([1.0, 2.0], ["a", "b"], AB, ["x", "y"]) is None
    assert differences_among_means([1.0, 2.0], ["a", "b"], ["x", "y"]) is None
    assert association(["did", "not"], ["a", "b"], ["x", "y"]) is None


def test_large_numbers_that_are_equal_are_ties() -> None:
    """Tokens: the mean over an order of summing is not the same to the last bit."""
    values = [1e7 + 0.1, 1e7 + 0.2, 1e7 + 0.3] * 2
    found = difference_of_means(values, list("aaabbb"), AB)
    assert found is not None
    assert found.p == 1


def test_among_two_groups_it_is_the_same_question() -> None:
    draw = Random(3)
    values = [draw.gauss(0, 1) for _ in range(9)]
    labels = list("aaaabbbbb")
    two, among = difference_of_means(values, labels, AB), differences_among_means(values, labels)
    assert two is not None
    assert among is not None
    assert among.p == pytest.approx(two.p)


def test_among_three_groups_it_is_the_analysis_of_variance_by_relabelling() -> None:
    draw = Random(4)
    groups = [[draw.gauss(shift, 1) for _ in range(3)] for shift in (0, 0.5, 2)]
    values = [value for group in groups for value in group]
    ours = differences_among_means(values, list("aaabbbccc"))
    theirs = stats.permutation_test(
        groups,
        lambda *each: stats.f_oneway(*each).statistic,
        vectorized=False,
        alternative="greater",
        n_resamples=10_000,
    )
    assert ours is not None
    assert ours.m == 1_680
    assert ours.p == pytest.approx(theirs.pvalue, abs=1e-12)


def test_a_table_is_pearsons_over_all_relabelings() -> None:
    outcomes = ["page", "page", "page", "text", "text", "none", "none", "none", "text"]
    labels = list("aaabbbccc")
    found = association(outcomes, labels)
    assert found is not None
    table = [
        [
            sum((o, g) == (outcome, group) for o, g in zip(outcomes, labels, strict=True))
            for outcome in sorted(set(outcomes))
        ]
        for group in "abc"
    ]
    assert found.statistic == pytest.approx(stats.chi2_contingency(table, correction=False)[0])
    drawn = stats.chi2_contingency(
        table, correction=False, method=stats.PermutationMethod(n_resamples=20_000, rng=1)
    )
    assert found.p == pytest.approx(drawn.pvalue, abs=4 * math.sqrt(found.p / 20_000))


def test_two_by_two_of_equal_groups_is_fishers_test() -> None:
    did, labels = ["did"] * 5 + ["not"] * 3 + ["did"] + ["not"] * 7, ["a"] * 8 + ["b"] * 8
    found = association(did, labels, m=20_000)
    assert found is not None
    assert found.exact
    assert found.p == pytest.approx(stats.fisher_exact([[5, 3], [1, 7]]).pvalue)


def test_an_outcome_that_goes_with_the_wording_does_not_go_with_the_model() -> None:
    outcomes, wordings = ["page"] * 5 + ["text"] * 5, ["x"] * 5 + ["y"] * 5
    labels = list("aaaab") + list("abbbb")
    plain, within = association(outcomes, labels), association(outcomes, labels, wordings)
    assert plain is not None
    assert within is not None
    assert plain.p < 0.25
    assert within.p == 1
    assert within.statistic == pytest.approx(0, abs=1e-12)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="paired"):
        difference_of_means([1.0], ["a", "b"], AB)
    with pytest.raises(ValueError, match="finite"):
        differences_among_means([1.0, math.inf], ["a", "b"])
    with pytest.raises(ValueError, match="paired"):
        association(["did"], ["a", "b"])
    with pytest.raises(ValueError, match="no sessions"):
        difference_of_means([1.0, 2.0], ["a", "b"], ("a", "c"))

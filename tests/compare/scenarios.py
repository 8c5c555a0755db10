"""The shipped tests, each in a setting where there is nothing to find and one where there is.

The settings are those that a study would have: some 20 sessions for each model, turns that hang
together within a session, wordings that differ, a limit of turns, a budget.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from latitude.compare.estimators.correction import benjamini_hochberg, holm
from latitude.compare.estimators.differences import (
    association,
    difference_of_means,
    differences_among_means,
)
from latitude.compare.estimators.divergence import jensen_shannon_excess
from latitude.compare.estimators.leaving import (
    difference_of_restricted_means,
    difference_of_time_lost,
    log_rank_permuted,
)
from latitude.compare.estimators.logrank import log_rank
from latitude.compare.estimators.permutation import Permutation
from latitude.compare.estimators.persistence import across_prompts, persistence, robustness
from latitude.compare.estimators.proportions import boschloo_exact, fisher_exact
from tests.compare.worlds import CAP, TURNS, leaving, points, shares, topic, turns_that_did

Study = Callable[[Random, bool, int], float]
"""Draws one study, with or without a difference, and returns p after so many relabelings."""


@dataclass(frozen=True)
class Scenario:
    test: str
    setting: str
    p: Study
    power: float = 0.8
    """What it finds at least, of differences of this size."""
    quick: bool = False
    """Whether thousands of studies take no time."""


def p_of(found: Permutation | None) -> float:
    return 1.0 if found is None else found.p


def _two(sessions: int) -> list[str]:
    return ["a"] * sessions + ["b"] * sessions


def _shares_of(test: Callable[[int, int, int, int], float]) -> Study:
    cached = cache(test)

    def p(draw: Random, differ: bool, m: int) -> float:
        first = sum(draw.random() < 0.1 for _ in range(24))
        second = sum(draw.random() < (0.5 if differ else 0.1) for _ in range(24))
        return cached(first, 24, second, 24)

    return p


def _mean(draw: Random, differ: bool, m: int) -> float:
    values = shares(draw, 20, 0.3) + shares(draw, 20, 0.5 if differ else 0.3)
    return p_of(difference_of_means(values, _two(20), ("a", "b"), m=m, seed=draw.getrandbits(32)))


def turns_counted(draw: Random, differ: bool, m: int) -> float:
    """The turns of all sessions are thrown together, as if each were a witness of its own."""
    first = sum(turns_that_did(draw, 0.3, 0.1) for _ in range(20))
    second = sum(turns_that_did(draw, 0.5 if differ else 0.3, 0.1) for _ in range(20))
    turns = 20 * TURNS
    both = (first + second) / (2 * turns)
    z = (first - second) / turns / math.sqrt(both * (1 - both) * 2 / turns)
    return math.erfc(abs(z) / math.sqrt(2))


def _by_wording(draw: Random, differ: bool, m: int, stratified: bool = True) -> float:
    """One wording gives much more than the other, and the models had them 15 to 5."""
    more = 0.2 if differ else 0.0
    values, labels, wordings = [], [], []
    for label, extra, first in (("a", 0.0, 15), ("b", more, 5)):
        for wording, rate, sessions in (("x", 0.2, first), ("y", 0.4, 20 - first)):
            values += shares(draw, sessions, rate + extra)
            labels += [label] * sessions
            wordings += [wording] * sessions
    strata = wordings if stratified else None
    seed = draw.getrandbits(32)
    return p_of(difference_of_means(values, labels, ("a", "b"), strata, m=m, seed=seed))


def plainly_shuffled(draw: Random, differ: bool, m: int) -> float:
    """The labels change places over all wordings."""
    return _by_wording(draw, differ, m, stratified=False)


def _pairs(draw: Random, differ: bool, m: int) -> float:
    """The same wording and seed to both models; pairs differ more than models."""
    values, labels, strata = [], [], []
    for pair in range(20):
        rate = draw.uniform(0.2, 0.6)
        for label, extra in (("a", 0.0), ("b", 0.2 if differ else 0.0)):
            values += shares(draw, 1, rate + extra)
            labels.append(label)
            strata.append(str(pair))
    seed = draw.getrandbits(32)
    return p_of(difference_of_means(values, labels, ("a", "b"), strata, m=m, seed=seed))


def _means(draw: Random, differ: bool, m: int) -> float:
    rates = (0.3, 0.3, 0.5 if differ else 0.3)
    values = [value for rate in rates for value in shares(draw, 20, rate)]
    labels = [label for label in "abc" for _ in range(20)]
    return p_of(differences_among_means(values, labels, m=m, seed=draw.getrandbits(32)))


def _table(draw: Random, differ: bool, m: int) -> float:
    kinds = ["page", "text", "picture", "nothing"]
    common, other = [5, 3, 2, 1], [1, 2, 3, 5]
    outcomes, labels, wordings = [], [], []
    for label in "abc":
        weights = other if differ and label == "c" else common
        for session in range(20):
            outcomes.append(draw.choices(kinds, weights)[0])
            labels.append(label)
            wordings.append("xy"[session % 2])
    return p_of(association(outcomes, labels, wordings, m=m, seed=draw.getrandbits(32)))


def _left(
    draw: Random, differ: bool, sessions: int, budget: float = 0.0
) -> tuple[list[int], list[str | None]]:
    ends = [leaving(draw, 0.05, budget) for _ in range(sessions)]
    ends += [leaving(draw, 0.2 if differ else 0.05, budget) for _ in range(sessions)]
    return [turn for turn, _ in ends], [cause for _, cause in ends]


def _log_rank(sessions: int) -> Study:
    def p(draw: Random, differ: bool, m: int) -> float:
        times, causes = _left(draw, differ, sessions)
        found = log_rank(times, [cause is not None for cause in causes], _two(sessions))
        return 1.0 if found is None else found.large_sample_p

    return p


def _log_rank_permuted(draw: Random, differ: bool, m: int) -> float:
    times, causes = _left(draw, differ, 20)
    ended = [cause is not None for cause in causes]
    return p_of(log_rank_permuted(times, ended, _two(20), m=m, seed=draw.getrandbits(32)))


def _restricted_mean(draw: Random, differ: bool, m: int) -> float:
    times, causes = _left(draw, differ, 20)
    ended = [cause is not None for cause in causes]
    seed = draw.getrandbits(32)
    return p_of(
        difference_of_restricted_means(times, ended, _two(20), ("a", "b"), CAP, m=m, seed=seed)
    )


def _time_lost(draw: Random, differ: bool, m: int) -> float:
    times, causes = _left(draw, differ, 20, budget=0.05)
    seed = draw.getrandbits(32)
    return p_of(
        difference_of_time_lost(times, causes, "exit", _two(20), ("a", "b"), CAP, m=m, seed=seed)
    )


def _profiles(draw: Random, differ: bool, m: int) -> float:
    rows = [topic(draw, 0) for _ in range(20)]
    rows += [topic(draw, 7 if differ else 0) for _ in range(20)]
    seed = draw.getrandbits(32)
    return p_of(jensen_shannon_excess(rows, _two(20), ("a", "b"), smoothing=0.5, m=m, seed=seed))


def _persistence(manner: float) -> Study:
    def p(draw: Random, differ: bool, m: int) -> float:
        study = points(draw, 3, 3, 8, manner=manner if differ else 0.0)
        return p_of(persistence(*study, m=m, seed=draw.getrandbits(32)))

    return p


def _across(draw: Random, differ: bool, m: int) -> float:
    study = points(draw, 3, 3, 8, manner=0.35 if differ else 0.0)
    return p_of(across_prompts(*study, m=m, seed=draw.getrandbits(32)))


def _robustness(models: int, by_prompt: float) -> Study:
    def p(draw: Random, differ: bool, m: int) -> float:
        manner = 0.7 if differ else 0.0
        study = points(draw, models, 3, 5, manner=manner, manner_by_prompt=by_prompt)
        return p_of(robustness(*study, m=m, seed=draw.getrandbits(32)))

    return p


def sessions_shuffled(draw: Random, differ: bool, m: int) -> float:
    """Single sessions change places, though each model has its manner under each prompt."""
    study = points(draw, 3, 3, 5, manner=0.7 if differ else 0.0, manner_by_prompt=0.7)
    return p_of(across_prompts(*study, m=m, seed=draw.getrandbits(32)))


def _corrected(correct: Callable[[list[float]], tuple[float, ...]]) -> Study:
    """Ten results, of which two are real where there is a difference."""

    def p(draw: Random, differ: bool, m: int) -> float:
        shifts = [3.5 if differ and place < 2 else 0.0 for place in range(10)]
        adjusted = correct(
            [math.erfc(abs(draw.gauss(shift, 1)) / math.sqrt(2)) for shift in shifts]
        )
        return min(adjusted[:2]) if differ else min(adjusted)

    return p


SHIPPED = [
    Scenario("fisher_exact", "24 a side, .10 / .50", _shares_of(fisher_exact), quick=True),
    Scenario("boschloo_exact", "the same", _shares_of(boschloo_exact), quick=True),
    Scenario("association", "3 models × 20, 4 kinds, 2 wordings", _table),
    Scenario("difference_of_means", "20 a side, 20 turns, ICC .1, .30 / .50", _mean),
    Scenario("difference_of_means", "wordings unbalanced 15:5, .20 apart; + .20", _by_wording),
    Scenario("difference_of_means", "20 pairs of one wording and seed, + .20", _pairs),
    Scenario("differences_among_means", "3 models × 20, ICC .1, .30 .30 .50", _means),
    Scenario("log_rank_permuted", "20 a side, hazard .05 / .20, cap 20", _log_rank_permuted),
    Scenario("difference_of_restricted_means", "the same", _restricted_mean),
    Scenario("difference_of_time_lost", "the same, and a budget, hazard .05", _time_lost),
    Scenario("jensen_shannon_excess", "20 a side, 12 topics, flat / steep", _profiles),
    Scenario("persistence", "3 models × 3 prompts × 8, manner .25", _persistence(0.25), 0.3),
    Scenario("persistence", "the same, manner .50", _persistence(0.5), 0.9),
    Scenario("across_prompts", "the same, manner .35", _across, 0.7),
    Scenario("robustness", "3 models × 3 prompts × 5, manner .7", _robustness(3, 0.0), 0.7),
    Scenario("robustness", "4 × 3 × 5, manner .7, by prompt .7", _robustness(4, 0.7), 0.6),
    Scenario("holm", "10 results, 2 of them at z = 3.5", _corrected(holm), quick=True),
    Scenario("benjamini_hochberg", "the same", _corrected(benjamini_hochberg), quick=True),
]

TRAPS = [
    Scenario("χ² on turns", "20 a side, 20 turns, ICC .1, .30 / .50", turns_counted),
    Scenario("difference_of_means without strata", "wordings unbalanced 15:5", plainly_shuffled),
    Scenario("across_prompts as robustness", "3 × 3 × 5, by prompt .7", sessions_shuffled),
    Scenario("log_rank, large-sample p", "5 a side", _log_rank(5), quick=True),
    Scenario("log_rank, large-sample p", "20 a side", _log_rank(20), quick=True),
]
"""What is not shipped as a test, and why: it finds things where there are none."""

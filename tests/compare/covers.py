"""The shipped intervals, each in a setting where the truth is known."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from latitude.compare.estimators.agreement import alpha_interval, krippendorff_alpha
from latitude.compare.estimators.means import mean_difference, t_interval
from latitude.compare.estimators.proportions import clopper_pearson, newcombe, wilson
from latitude.compare.estimators.survival import (
    at,
    incidences,
    kaplan_meier,
    restricted_mean_interval,
)
from latitude.compare.figures import Interval
from tests.compare.worlds import CAP, leaving, shares

RESAMPLES = 199


@dataclass(frozen=True)
class Cover:
    interval: str
    setting: str
    draw: Callable[[Random], Interval | None]
    truth: Callable[[], float]
    least: float = 0.93
    """Its cover at least, in this setting."""


def _hits(draw: Random, rate: float, sessions: int) -> int:
    return sum(draw.random() < rate for _ in range(sessions))


def _share(interval: Callable[[int, int], Interval], rate: float, sessions: int) -> Cover:
    cached = cache(interval)
    return Cover(
        interval.__name__,
        f"{sessions} sessions, share {rate:.2f}",
        lambda draw: cached(_hits(draw, rate, sessions), sessions),
        lambda: rate,
    )


def _newcombe(first: float, second: float, sessions: int) -> Cover:
    cached = cache(newcombe)
    return Cover(
        "newcombe",
        f"{sessions} a side, {first:.2f} / {second:.2f}",
        lambda draw: cached(
            _hits(draw, first, sessions), sessions, _hits(draw, second, sessions), sessions
        ),
        lambda: first - second,
    )


def _t(rate: float, sessions: int, least: float = 0.93) -> Cover:
    return Cover(
        "t_interval",
        f"{sessions} sessions of 20 turns, share {rate:.2f}, ICC .1",
        lambda draw: t_interval(shares(draw, sessions, rate)),
        lambda: rate,
        least,
    )


def _welch(first: int, second: int) -> Cover:
    return Cover(
        "mean_difference",
        f"{first} / {second} sessions of 20 turns, shares .30 / .50, ICC .1",
        lambda draw: mean_difference(shares(draw, first, 0.3), shares(draw, second, 0.5)).interval,
        lambda: -0.2,
    )


def _band(level: tuple[float | None, float | None]) -> Interval | None:
    low, high = level
    return None if low is None or high is None else Interval(low, high)


def _survival(draw: Random) -> Interval | None:
    ends = [leaving(draw, 0.08) for _ in range(20)]
    steps = kaplan_meier([turn for turn, _ in ends], [cause is not None for _, cause in ends])
    step = at(steps, 10)
    return _band((step.low, step.high))


def _incidence(draw: Random) -> Interval | None:
    ends = [leaving(draw, 0.08, 0.05) for _ in range(20)]
    curves = incidences([turn for turn, _ in ends], [cause for _, cause in ends])
    if "exit" not in curves:
        return None
    step = at(curves["exit"], 10)
    return _band((step.low, step.high))


def _restricted(draw: Random) -> Interval | None:
    ends = [leaving(draw, 0.08) for _ in range(20)]
    return restricted_mean_interval(
        [turn for turn, _ in ends], [cause is not None for _, cause in ends], CAP
    )


def _exit_by(turn: int) -> float:
    going = (1 - 0.08) * (1 - 0.05)
    return sum(going ** (each - 1) * 0.08 for each in range(1, turn + 1))


def coded_twice(draw: Random, units: int) -> list[list[int]]:
    """Two coders on five ordered levels, each one level off now and then."""
    found = []
    for _ in range(units):
        level = draw.choice([1, 2, 3, 4, 5])
        found.append(
            [min(5, max(1, level + draw.choice([-1, 0, 0, 0, 0, 1, 1, -2]))) for _ in range(2)]
        )
    return found


@cache
def _true_alpha() -> float:
    alpha = krippendorff_alpha(coded_twice(Random(1), 100_000), "ordinal")
    assert alpha is not None
    return alpha


def _alpha(units: int) -> Cover:
    return Cover(
        "alpha_interval",
        f"{units} units, 2 coders, 5 ordered levels",
        lambda draw: alpha_interval(
            coded_twice(draw, units), "ordinal", m=RESAMPLES, seed=draw.getrandbits(32)
        ),
        _true_alpha,
    )


COVERS = [
    _share(wilson, 0.1, 20),
    _share(wilson, 0.3, 20),
    _share(clopper_pearson, 0.1, 20),
    _share(clopper_pearson, 0.3, 20),
    _newcombe(0.1, 0.3, 20),
    _t(0.3, 20),
    _t(0.3, 10),
    _t(0.05, 10, least=0.85),
    _welch(20, 20),
    _welch(8, 20),
    Cover("kaplan_meier", "20 sessions, hazard .08, at turn 10", _survival, lambda: 0.92**10),
    Cover("incidences", "the same, and a budget, hazard .05", _incidence, lambda: _exit_by(10)),
    Cover(
        "restricted_mean_interval",
        "20 sessions, hazard .08, 20 turns",
        _restricted,
        lambda: math.fsum(0.92**turn for turn in range(1, CAP)) + 1,
    ),
    _alpha(20),
    _alpha(40),
    _alpha(80),
]

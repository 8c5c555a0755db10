"""Whether groups of sessions leave at different times, by relabelling.

The same limit of turns must hold in all groups, so that censoring has nothing to do with the
labels. Strata are treated as in ``differences.py``.
"""

import math
from collections.abc import Callable, Sequence

from latitude.compare.estimators.differences import Pair, differences_among_means
from latitude.compare.estimators.logrank import log_rank_scores
from latitude.compare.estimators.permutation import DRAWS, Arrangement, Layout, Permutation, permute
from latitude.compare.estimators.survival import reaches


def log_rank_permuted(
    times: Sequence[float],
    ended: Sequence[bool],
    labels: Sequence[str],
    strata: Sequence[str] | None = None,
    *,
    m: int = DRAWS,
    seed: int = 0,
    unit: str = "session",
) -> Permutation | None:
    """Return the log-rank test of two or more groups by relabelling.

    The statistic is the sum over groups of (observed less expected ends)^2 / sessions. With
    several causes, ``ended`` of one cause and the others censored compares the hazards of it.
    ``None`` where no stratum holds sessions of two groups.

    Raises:
        ValueError: there are fewer than two groups, a time is negative, or the lengths differ.
    """
    scores = log_rank_scores(times, ended, strata)
    return differences_among_means(scores, labels, strata, m=m, seed=seed, unit=unit)


def difference_of_restricted_means(
    times: Sequence[float],
    ended: Sequence[bool],
    labels: Sequence[str],
    pair: Pair,
    horizon: float,
    strata: Sequence[str] | None = None,
    *,
    m: int = DRAWS,
    seed: int = 0,
    unit: str = "session",
) -> Permutation | None:
    """Return the test of a difference of restricted mean times, in the unit of the times.

    The first of the pair less the second; weighted over strata as
    :func:`~latitude.compare.estimators.differences.difference_of_means`. ``None`` where no stratum
    holds sessions of both, or where the curve of a group is not known up to ``horizon``.

    Raises:
        ValueError: a group has no sessions, the lengths differ, a time is negative, or the
            horizon is not above 0.
    """
    return _difference(
        times, ended, ended, labels, pair, horizon, strata, -1, m=m, seed=seed, unit=unit
    )


def difference_of_time_lost(
    times: Sequence[float],
    causes: Sequence[str | None],
    cause: str,
    labels: Sequence[str],
    pair: Pair,
    horizon: float,
    strata: Sequence[str] | None = None,
    *,
    m: int = DRAWS,
    seed: int = 0,
    unit: str = "session",
) -> Permutation | None:
    """Return the test of a difference of the mean time that ``cause`` took before ``horizon``.

    That time is the area under the cause's incidence: other causes stay what they are, competing
    ends and not censoring. The first of the pair less the second, so that more time lost in the
    first is above 0. ``None`` as in :func:`difference_of_restricted_means`.

    Source: P. K. Andersen, Statistics in Medicine 32 (2013), 5278-5285.

    Raises:
        ValueError: as :func:`difference_of_restricted_means`.
    """
    ended = [each is not None for each in causes]
    ours = [each == cause for each in causes]
    return _difference(
        times, ended, ours, labels, pair, horizon, strata, 1, m=m, seed=seed, unit=unit
    )


def _difference(
    times: Sequence[float],
    ended: Sequence[bool],
    ours: Sequence[bool],
    labels: Sequence[str],
    pair: Pair,
    horizon: float,
    strata: Sequence[str] | None,
    sign: int,
    *,
    m: int,
    seed: int,
    unit: str,
) -> Permutation | None:
    """Return the test of the time lost before ``horizon`` to the ends that are ``ours``."""
    layout = Layout.of(labels, strata, pair)
    if not len(times) == len(ended) == len(labels):
        raise ValueError("times, ends and labels are not equally many")
    if not 0 < horizon < math.inf:
        raise ValueError(f"a horizon is above 0 and finite, not {horizon}")
    both = [
        (stratum, first * second / (first + second))
        for stratum, (first, second) in enumerate(layout.sizes)
        if first and second
    ]
    if not both or not all(
        reaches([times[place] for place in group], [ended[place] for place in group], horizon)
        for stratum, _ in both
        for group in layout.seen[stratum]
    ):
        return None
    whole = sum(weight for _, weight in both)
    lost = _time_lost(times, ended, ours, horizon)

    def statistic(arrangement: Arrangement) -> float:
        found = 0.0
        for stratum, weight in both:
            first, second = arrangement[stratum]
            found += weight * (lost(first) - lost(second))
        return sign * found / whole

    return permute(statistic, layout, m=m, seed=seed, unit=unit, scale=horizon)


def _time_lost(
    times: Sequence[float], ended: Sequence[bool], ours: Sequence[bool], horizon: float
) -> Callable[[Sequence[int]], float]:
    """Return what gives the time lost of the sessions at some places.

    Sessions that ended at the same time are taken one after the other, which gives the same as
    taking them at once, and those censored then come after them.
    """
    order = sorted(range(len(times)), key=lambda place: (times[place], not ended[place]))
    ranks = [0] * len(order)
    for rank, place in enumerate(order):
        ranks[place] = rank
    seen = [(bool(ended[place]), bool(ours[place]), horizon - times[place]) for place in order]

    def lost(places: Sequence[int]) -> float:
        still, at_risk, total = 1.0, len(places), 0.0
        for rank in sorted([ranks[place] for place in places]):
            end, our, left = seen[rank]
            if left <= 0:
                break
            if end:
                if our:
                    total += still / at_risk * left
                still *= (at_risk - 1) / at_risk
            at_risk -= 1
        return total

    return lost

"""Whether groups leave at different times: the log-rank test and its scores."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from latitude.compare.estimators.distributions import chi_squared_tail

_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class LogRank:
    """What the log-rank test found."""

    statistic: float
    """Chi-squared."""
    degrees: int
    """Of freedom: groups less one."""
    large_sample_p: float
    """A little too small of few sessions: of 5 a group it is at most .05 in 7 % of the studies that
    have no difference. For a claim take
    :func:`latitude.compare.estimators.leaving.log_rank_permuted`."""


def log_rank(
    times: Sequence[float], ended: Sequence[bool], labels: Sequence[str]
) -> LogRank | None:
    """Return the log-rank test of two or more groups; tied times as the hypergeometric has them.

    ``None`` where the ends tell nothing: no session ended while the groups were all in sight. With
    several causes, ``ended`` of one cause and the others censored compares the hazards of it.

    Source: N. Mantel, Cancer Chemotherapy Reports 50 (1966), 163-170; R. Peto and J. Peto, Journal
    of the Royal Statistical Society A 135 (1972), 185-207.

    Raises:
        ValueError: there are fewer than two groups, a time is negative, or the three are not
            equally long.
    """
    groups = sorted(set(labels))
    if len(groups) < 2:
        raise ValueError("a log-rank test needs two groups or more")
    _checked(times, ended, labels)
    # The last group is left out: the excesses sum to 0.
    kept = groups[:-1]
    in_sight = Counter(labels)
    excess = [0.0] * len(kept)
    spread = [[0.0] * len(kept) for _ in kept]
    ended_at = Counter(
        (time, label) for time, end, label in zip(times, ended, labels, strict=True) if end
    )
    there_at = Counter(zip(times, labels, strict=True))
    for time in sorted(set(times)):
        at_risk, gone = in_sight.total(), sum(ended_at[time, group] for group in groups)
        if gone and at_risk > 1:
            factor = gone * (at_risk - gone) / (at_risk - 1)
            shares = [in_sight[group] / at_risk for group in kept]
            for row, group in enumerate(kept):
                excess[row] += ended_at[time, group] - gone * shares[row]
                for column in range(len(kept)):
                    same = shares[row] if row == column else 0.0
                    spread[row][column] += factor * (same - shares[row] * shares[column])
        for group in groups:
            in_sight[group] -= there_at[time, group]
    solved = _solved(spread, excess)
    if solved is None:
        return None
    statistic = max(sum(a * b for a, b in zip(excess, solved, strict=True)), 0.0)
    return LogRank(statistic, len(kept), chi_squared_tail(statistic, len(kept)))


def log_rank_scores(
    times: Sequence[float], ended: Sequence[bool], strata: Sequence[str] | None = None
) -> list[float]:
    """Return each session's score: its own end less what was expected of it until it was lost.

    The scores of a group sum to its observed less its expected ends, and all of a stratum to 0,
    so that their permutation is the log-rank test by permutation.

    Source: R. Peto and J. Peto (1972), as above; expected by Nelson and Aalen within the stratum.

    Raises:
        ValueError: a time is negative, or the sequences are not equally long.
    """
    strata = strata if strata is not None else [""] * len(times)
    _checked(times, ended, strata)
    scores = [0.0] * len(times)
    members: dict[str, list[int]] = {}
    for place, stratum in enumerate(strata):
        members.setdefault(stratum, []).append(place)
    for places in members.values():
        at_risk, expected = len(places), 0.0
        there = Counter(times[place] for place in places)
        gone = Counter(times[place] for place in places if ended[place])
        hazard: dict[float, float] = {}
        for time in sorted(there):
            expected += gone[time] / at_risk
            hazard[time] = expected
            at_risk -= there[time]
        for place in places:
            scores[place] = bool(ended[place]) - hazard[times[place]]
    return scores


def _checked(times: Sequence[float], ended: Sequence[bool], labels: Sequence[str]) -> None:
    if not len(times) == len(ended) == len(labels):
        raise ValueError("times, ends and labels are not equally many")
    if not all(0 <= time < math.inf for time in times):
        raise ValueError("a time is not a finite number of at least 0")


def _solved(matrix: Sequence[Sequence[float]], values: Sequence[float]) -> list[float] | None:
    """Return x of ``matrix`` x = ``values``, by elimination; ``None`` where there is not one x."""
    rows = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    size = len(rows)
    for step in range(size):
        best = max(range(step, size), key=lambda row: abs(rows[row][step]))
        rows[step], rows[best] = rows[best], rows[step]
        if abs(rows[step][step]) < _NOTHING:
            return None
        for row in range(size):
            if row != step:
                factor = rows[row][step] / rows[step][step]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[step], strict=True)]
    return [rows[row][size] / rows[row][row] for row in range(size)]

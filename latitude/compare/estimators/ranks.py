"""Whether two orders agree: rank correlations, for instance of shares under two wordings."""

import math
from collections.abc import Sequence
from itertools import combinations


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation, -1 to 1; tied values share their mean rank.

    ``None`` where there are fewer than two pairs or one side never varies.

    Source: C. Spearman, American Journal of Psychology 15 (1904), 72-101, as Pearson's
    correlation of the ranks.

    Raises:
        ValueError: the two are not equally long, or a value is not a number.
    """
    _checked(first, second)
    if len(first) < 2:
        return None
    # Mean ranks are halves and their mean is known, so that the deviations are exact.
    middle = (len(first) + 1) / 2
    left = [rank - middle for rank in mean_ranks(first)]
    right = [rank - middle for rank in mean_ranks(second)]
    spread = math.sqrt(sum(a * a for a in left) * sum(b * b for b in right))
    if not spread:
        return None
    together = sum(a * b for a, b in zip(left, right, strict=True))
    return max(-1.0, min(1.0, together / spread))


def kendall_tau_b(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Kendall's tau-b, -1 to 1: pairs in the same order minus pairs in opposite order.

    Over the geometric mean of the pairs that are not tied on either side. ``None`` where there
    are fewer than two pairs of values or one side never varies.

    Source: M. G. Kendall, Biometrika 33 (1945), 239-251.

    Raises:
        ValueError: the two are not equally long, or a value is not a number.
    """
    _checked(first, second)
    balance = untied_first = untied_second = 0
    pairs = list(zip(first, second, strict=True))
    for (a, b), (c, d) in combinations(pairs, 2):
        rise, climb = (a > c) - (a < c), (b > d) - (b < d)
        balance += rise * climb
        untied_first += rise != 0
        untied_second += climb != 0
    if not untied_first or not untied_second:
        return None
    return balance / math.sqrt(untied_first * untied_second)


def mean_ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value from 1 on; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + 1 + end) / 2
        start = end
    return ranks


def _checked(first: Sequence[float], second: Sequence[float]) -> None:
    if len(first) != len(second):
        raise ValueError(f"{len(first)} values cannot be paired with {len(second)}")
    if any(math.isnan(value) for value in (*first, *second)):
        raise ValueError("a value that is not a number has no rank")

"""How often: shares of sessions, their intervals, and two shares held against each other.

The unit is the session: ``k`` of ``n`` sessions, each counted once.
"""

import math
from collections.abc import Callable
from itertools import accumulate

from latitude.compare.estimators.distributions import beta_quantile, normal_two_sided
from latitude.compare.figures import Interval

_GRID = 200
_PROMISING = 0.98
"""A peak that is lower than this part of the highest point of the grid is not climbed."""
_EDGE = 1e-9
_NARROWINGS = 60
_GOLDEN = (math.sqrt(5) - 1) / 2


def wilson(k: int, n: int, level: float = 0.95) -> Interval:
    """Return Wilson's score interval of a share; its ends are shares, 0 to 1.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212;
    without a continuity correction. Its cover is near ``level`` on average and a little under it
    at some shares.

    Raises:
        ValueError: there are no sessions, ``k`` is not 0 to ``n``, or ``level`` not 0 to 1.
    """
    _checked(k, n)
    square = normal_two_sided(level) ** 2
    share = k / n
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = math.sqrt(square * (share * (1 - share) / n + square / (4 * n * n))) / (1 + square / n)
    return Interval(
        low=0.0 if k == 0 else max(middle - half, 0.0),
        high=1.0 if k == n else min(middle + half, 1.0),
    )


def clopper_pearson(k: int, n: int, level: float = 0.95) -> Interval:
    """Return the exact interval of a share, whose cover is never under ``level``; it is wider.

    Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404-413, by beta quantiles.

    Raises:
        ValueError: there are no sessions, ``k`` is not 0 to ``n``, or ``level`` not 0 to 1.
    """
    _checked(k, n)
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not {level}")
    outside = (1 - level) / 2
    # The upper end is one minus the lower end of the sessions that did not: the small tail is
    # solved for both times, which keeps its digits.
    return Interval(
        low=beta_quantile(outside, k, n - k + 1) if k else 0.0,
        high=1 - beta_quantile(outside, n - k, k + 1) if k < n else 1.0,
    )


def newcombe(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Interval:
    """Return the interval of the difference ``k1/n1 - k2/n2``; its ends are -1 to 1.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10: Wilson's
    intervals of the two shares, joined.

    Raises:
        ValueError: as :func:`wilson`, for either share.
    """
    first, second = wilson(k1, n1, level), wilson(k2, n2, level)
    p1, p2 = k1 / n1, k2 / n2
    return Interval(
        low=p1 - p2 - math.hypot(p1 - first.low, second.high - p2),
        high=p1 - p2 + math.hypot(first.high - p1, p2 - second.low),
    )


def fisher_exact(k1: int, n1: int, k2: int, n2: int) -> float:
    """Return the two-sided p of Fisher's exact test of ``k1`` of ``n1`` against ``k2`` of ``n2``.

    It adds the chances of all tables with the same margins that are no likelier than the one
    seen; counted in whole numbers, so that ties are ties. Its level is held, mostly by far.

    Source: R. A. Fisher, Statistical Methods for Research Workers, 5th ed. (1934), 21.02.

    Raises:
        ValueError: a group has no sessions, or a count is not 0 to its ``n``.
    """
    _checked(k1, n1)
    _checked(k2, n2)
    ways = _ways(n1, n2, k1 + k2)
    seen = ways[k1 - max(0, k1 + k2 - n2)]
    return sum(way for way in ways if way <= seen) / sum(ways)


def fisher_floor(k: int, n1: int, n2: int) -> float:
    """Return the smallest p that :func:`fisher_exact` can give where ``k`` of all sessions did.

    Raises:
        ValueError: a group has no sessions, or ``k`` is not 0 to ``n1 + n2``.
    """
    _checked(k, n1 + n2)
    few, many = max(0, k - n2), min(k, n1)
    return min(fisher_exact(one, n1, k - one, n2) for one in (few, many))


def boschloo_exact(k1: int, n1: int, k2: int, n2: int) -> float:
    """Return the two-sided p of Boschloo's exact test: Fisher's one-sided p as its statistic.

    For each direction, it is the chance of a Fisher p as small as the one seen, at the common
    share where that chance is largest; the smaller of the two, doubled. It holds its level and
    finds more than Fisher's test.

    Source: R. D. Boschloo, Statistica Neerlandica 24 (1970), 1-9; doubled as in ``scipy``.

    Raises:
        ValueError: a group has no sessions, or a count is not 0 to its ``n``.
    """
    _checked(k1, n1)
    _checked(k2, n2)
    return min(1.0, 2 * min(_boschloo_less(k1, n1, k2, n2), _boschloo_less(k2, n2, k1, n1)))


def _checked(k: int, n: int) -> None:
    if n < 1:
        raise ValueError("there are no sessions, so there is no share")
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} sessions is not possible")


def _ways(n1: int, n2: int, total: int) -> list[int]:
    """Return in how many ways the first group can have each of its possible shares of ``total``."""
    return [
        math.comb(n1, k) * math.comb(n2, total - k)
        for k in range(max(0, total - n2), min(n1, total) + 1)
    ]


def _boschloo_less(k1: int, n1: int, k2: int, n2: int) -> float:
    """Return the p against the first share being the smaller."""
    both = n1 + n2
    seen = sum(_ways(n1, n2, k1 + k2)[: k1 - max(0, k1 + k2 - n2) + 1])
    seen_of = math.comb(both, k1 + k2)
    # For each total: how likely so small a Fisher p is, given that total, and of how many ways.
    tails: list[tuple[float, float]] = []
    for total in range(both + 1):
        ways = math.comb(both, total)
        small = [tail for tail in accumulate(_ways(n1, n2, total)) if tail * seen_of <= seen * ways]
        tails.append((small[-1] / ways if small else 0.0, math.log(ways)))

    def chance(share: float) -> float:
        """Return how likely so small a Fisher p is when both groups have this share."""
        did, did_not = math.log(share), math.log1p(-share)
        return math.fsum(
            tail * math.exp(log_ways + total * did + (both - total) * did_not)
            for total, (tail, log_ways) in enumerate(tails)
            if tail
        )

    return _highest(chance)


def _highest(height: Callable[[float], float]) -> float:
    """Return the greatest height between 0 and 1; there may be several peaks."""
    points = [point / _GRID for point in range(1, _GRID)]
    heights = [0.0, *map(height, points), 0.0]
    promising = max(heights) * _PROMISING
    return max(
        _top(height, max(point - 1 / _GRID, _EDGE), min(point + 1 / _GRID, 1 - _EDGE))
        for point, before, here, after in zip(
            points, heights, heights[1:], heights[2:], strict=False
        )
        if here >= max(before, after, promising)
    )


def _top(height: Callable[[float], float], low: float, high: float) -> float:
    """Return the height of the one peak between ``low`` and ``high``, by golden section."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = height(left), height(right)
    for _ in range(_NARROWINGS):
        if at_left > at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = height(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = height(right)
    return max(at_left, at_right)

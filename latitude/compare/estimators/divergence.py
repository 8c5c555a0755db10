"""How far two profiles of shares are apart, in bits, and how much of that is chance.

A few sessions of one and the same model give a large divergence: two samples of 5 from 12 equal
topics are about .66 bits apart. So the raw number is never told alone; what is told is its excess
over what relabelling the sessions gives. The categories are fixed beforehand.
"""

import math
from collections.abc import Sequence

from latitude.compare.estimators.differences import Pair
from latitude.compare.estimators.permutation import DRAWS, Arrangement, Layout, Permutation, permute


def profile(counts: Sequence[float], smoothing: float = 0.0) -> tuple[float, ...]:
    """Return counts as shares that sum to 1, after ``smoothing`` was added to each category.

    Smoothing is the mean under a symmetric Dirichlet prior: .5 is Jeffreys', 0 is none.

    Raises:
        ValueError: there are no categories, a count or the smoothing is negative or not finite,
            or all is 0.
    """
    if not all(0 <= count < math.inf for count in (*counts, smoothing)):
        raise ValueError("counts and smoothing are finite and at least 0")
    total = math.fsum(counts) + smoothing * len(counts)
    if not total:
        raise ValueError("nothing was counted, so there are no shares")
    return tuple((count + smoothing) / total for count in counts)


def jensen_shannon(
    first: Sequence[float], second: Sequence[float], smoothing: float = 0.0
) -> float:
    """Return the Jensen-Shannon divergence of two lists of counts or shares: 0 to 1 bit.

    The divergence itself, not its square root. Each side is made a profile of its own first.

    Source: J. Lin, IEEE Transactions on Information Theory 37 (1991), 145-151.

    Raises:
        ValueError: as :func:`profile`, or the categories are not equally many.
    """
    _checked(first, second)
    return _divergence(profile(first, smoothing), profile(second, smoothing))


def total_variation(
    first: Sequence[float], second: Sequence[float], smoothing: float = 0.0
) -> float:
    """Return half the summed difference of two profiles: the share that would have to move.

    Raises:
        ValueError: as :func:`jensen_shannon`.
    """
    _checked(first, second)
    ours, theirs = profile(first, smoothing), profile(second, smoothing)
    return math.fsum(abs(a - b) for a, b in zip(ours, theirs, strict=True)) / 2


def jensen_shannon_excess(
    shares: Sequence[Sequence[float]],
    labels: Sequence[str],
    pair: Pair,
    strata: Sequence[str] | None = None,
    *,
    smoothing: float = 0.0,
    m: int = DRAWS,
    seed: int = 0,
    unit: str = "session",
) -> Permutation | None:
    """Return the test of whether the profiles of two groups of sessions differ.

    ``shares`` has one row for each session: the shares of its own turns, or a single 1. A group's
    profile is the sum of its sessions' rows, smoothed. The statistic is the divergence in bits;
    what may be told is the excess, ``statistic - expected``. One-sided. ``None`` where no stratum
    holds sessions of both.

    Raises:
        ValueError: as :func:`profile`; a group has no sessions; the rows are not equally long.
    """
    layout = Layout.of(labels, strata, pair)
    if len(shares) != len(labels) or len({len(row) for row in shares}) != 1:
        raise ValueError("one row of shares is needed for each session, all equally long")
    if not layout.compares:
        return None
    rows = [profile(row) for row in shares]

    def statistic(arrangement: Arrangement) -> float:
        ours = [rows[place] for first, _ in arrangement for place in first]
        theirs = [rows[place] for _, second in arrangement for place in second]
        return _divergence(
            profile(list(map(sum, zip(*ours, strict=True))), smoothing),
            profile(list(map(sum, zip(*theirs, strict=True))), smoothing),
        )

    return permute(statistic, layout, m=m, seed=seed, tail="greater", unit=unit)


def _divergence(first: Sequence[float], second: Sequence[float]) -> float:
    found = 0.0
    for a, b in zip(first, second, strict=True):
        middle = (a + b) / 2
        if a:
            found += a * math.log2(a / middle)
        if b:
            found += b * math.log2(b / middle)
    return min(max(found / 2, 0.0), 1.0)


def _checked(first: Sequence[float], second: Sequence[float]) -> None:
    if len(first) != len(second):
        raise ValueError(f"{len(first)} categories cannot be held against {len(second)}")

"""Whether groups of sessions differ in a mean or in how often each outcome came, by relabelling.

With strata, such as wordings, sessions are only held against those of their own stratum, and
labels only change places there. With one stratum for each pair (the same wording and seed to two
models) the same tests are the paired ones.
"""

import math
from collections.abc import Sequence

from latitude.compare.estimators.permutation import DRAWS, Arrangement, Layout, Permutation, permute

Pair = tuple[str, str]
"""Two labels: the first one less the second one. Sessions with other labels are left out."""


def difference_of_means(
    values: Sequence[float],
    labels: Sequence[str],
    pair: Pair,
    strata: Sequence[str] | None = None,
    *,
    m: int = DRAWS,
    seed: int = 0,
    unit: str = "session",
) -> Permutation | None:
    """Return the test of a difference of means between two groups, in the unit of the values.

    The statistic is the mean within-stratum difference, each stratum weighted by n1 n2/(n1 + n2).
    ``None`` where no stratum holds sessions of both.

    Raises:
        ValueError: a group has no sessions, a value is not finite, or the lengths differ.
    """
    layout = Layout.of(labels, strata, pair)
    _checked(values, labels)
    if not layout.compares:
        return None
    weight = sum(first * second / (first + second) for first, second in layout.sizes)
    centred = _centred(values, layout)

    def statistic(arrangement: Arrangement) -> float:
        return sum([centred[place] for first, _ in arrangement for place in first]) / weight

    scale = max(abs(value) for value in values)
    return permute(statistic, layout, m=m, seed=seed, unit=unit, scale=scale)


def differences_among_means(
    values: Sequence[float],
    labels: Sequence[str],
    strata: Sequence[str] | None = None,
    *,
    m: int = DRAWS,
    seed: int = 0,
    unit: str = "session",
) -> Permutation | None:
    """Return the test of any difference of means among two or more groups.

    The statistic is the sum over groups of n times the squared mean deviation from the means of
    their strata. ``None`` where no stratum holds sessions of two groups.

    Raises:
        ValueError: there are fewer than two groups, a value is not finite, or the lengths differ.
    """
    layout = Layout.of(labels, strata)
    _checked(values, labels)
    if not layout.compares:
        return None
    centred = _centred(values, layout)
    totals = [sum(sizes) for sizes in zip(*layout.sizes, strict=True)]

    def statistic(arrangement: Arrangement) -> float:
        found = 0.0
        for group, total in enumerate(totals):
            excess = sum([centred[place] for groups in arrangement for place in groups[group]])
            found += excess * excess / total
        return found

    return permute(
        statistic,
        layout,
        m=m,
        seed=seed,
        unit=unit,
        tail="greater",
        scale=math.fsum(value * value for value in centred),
    )


def association(
    outcomes: Sequence[str],
    labels: Sequence[str],
    strata: Sequence[str] | None = None,
    *,
    m: int = DRAWS,
    seed: int = 0,
    unit: str = "session",
) -> Permutation | None:
    """Return the test of whether outcomes, one for each session, go with the labels.

    The table may have any number of rows and columns. The statistic is Pearson's chi-squared of
    the counts added up over the strata, each expected within its own. ``None`` where no stratum
    holds sessions of two groups.

    Raises:
        ValueError: there are fewer than two groups, or the lengths differ.
    """
    layout = Layout.of(labels, strata)
    if len(outcomes) != len(labels):
        raise ValueError(f"{len(outcomes)} outcomes cannot be paired with {len(labels)} labels")
    if not layout.compares:
        return None
    kinds = {kind: number for number, kind in enumerate(sorted(set(outcomes)))}
    codes = [kinds[outcome] for outcome in outcomes]
    expected = [[0.0] * len(kinds) for _ in layout.groups]
    for groups in layout.seen:
        there = [place for group in groups for place in group]
        for group, places in enumerate(groups):
            for place in there:
                expected[group][codes[place]] += len(places) / len(there)

    def statistic(arrangement: Arrangement) -> float:
        found = 0.0
        for group, shares in enumerate(expected):
            seen = [codes[place] for groups in arrangement for place in groups[group]]
            for code, share in enumerate(shares):
                if share:
                    found += (seen.count(code) - share) ** 2 / share
        return found

    return permute(
        statistic, layout, m=m, seed=seed, unit=unit, tail="greater", scale=float(len(codes))
    )


def _checked(values: Sequence[float], labels: Sequence[str]) -> None:
    if len(values) != len(labels):
        raise ValueError(f"{len(values)} values cannot be paired with {len(labels)} labels")
    if not all(map(math.isfinite, values)):
        raise ValueError("a value is not a finite number")


def _centred(values: Sequence[float], layout: Layout) -> list[float]:
    """Return each value less the mean of its stratum; 0 for sessions that are left out."""
    centred = [0.0] * len(values)
    for groups in layout.seen:
        places = [place for group in groups for place in group]
        middle = math.fsum(values[place] for place in places) / len(places)
        for place in places:
            centred[place] = values[place] - middle
    return centred

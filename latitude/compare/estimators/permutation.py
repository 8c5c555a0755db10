"""Tests by relabelling: what would have come out if the labels had nothing to do with it.

The sessions stay as they are and their labels change places, only within a stratum such as a
wording, since sessions under different wordings were never exchangeable. No distribution is
assumed. The tests that are built on it are in ``differences.py``, ``persistence.py`` and
``divergence.py``.

Sources: B. Phipson and G. K. Smyth, Statistical Applications in Genetics and Molecular Biology 9
(2010), 39 (why one is added); P. Good, Permutation, Parametric and Bootstrap Tests of Hypotheses,
3rd ed. (2005).
"""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

DRAWS = 9_999
"""Relabelings, where nobody asks for another number: p is known to about .002 at .05."""

_TIE = 1e-12
"""What the same value may differ by when it was added up in another order, as part of its scale."""

Tail = Literal["both", "greater"]
"""Which statistics count as at least as far as the one seen: by size, or upwards only."""

Arrangement = Sequence[Sequence[Sequence[int]]]
"""The places of the sessions in the data, by stratum and, within it, by group."""


@dataclass(frozen=True, slots=True)
class Permutation:
    """What a test by relabelling found."""

    p: float
    """(b + 1)/(m + 1) where b of m drawn relabelings came at least as far; b/m of all of them."""
    statistic: float
    expected: float
    """The mean of the statistic over the relabelings: what no difference gives."""
    m: int
    """Relabelings that were looked at."""
    seed: int
    """Of the draws; not used where ``exact``."""
    exact: bool
    """Whether all relabelings were listed."""
    unit: str
    """What changed places."""
    tail: Tail
    floor: float
    """The smallest p that these sizes and ``m`` can give."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which sessions may change places: by stratum, those of each group."""

    groups: tuple[str, ...]
    seen: tuple[tuple[tuple[int, ...], ...], ...]
    """The arrangement as it was: places in the data by stratum and group."""

    @staticmethod
    def of(
        labels: Sequence[str],
        strata: Sequence[str] | None = None,
        groups: Sequence[str] | None = None,
    ) -> "Layout":
        """Return the layout of labelled sessions; only those of ``groups``, if these are given.

        Raises:
            ValueError: labels and strata are not equally many, fewer than two groups were named,
                one was named twice, or one has no sessions.
        """
        strata = strata if strata is not None else [""] * len(labels)
        if len(labels) != len(strata):
            raise ValueError(f"{len(labels)} labels cannot be paired with {len(strata)} strata")
        chosen = tuple(groups) if groups is not None else tuple(sorted(set(labels)))
        if len(set(chosen)) != len(chosen) or len(chosen) < 2:
            raise ValueError(f"a comparison needs two groups or more, not {chosen}")
        if missing := set(chosen) - set(labels):
            raise ValueError(f"no sessions of {sorted(missing)}")
        cells: dict[str, dict[str, list[int]]] = {}
        for place, (label, stratum) in enumerate(zip(labels, strata, strict=True)):
            if label in chosen:
                cells.setdefault(stratum, {group: [] for group in chosen})[label].append(place)
        return Layout(
            groups=chosen,
            seen=tuple(
                tuple(tuple(cells[stratum][group]) for group in chosen) for stratum in sorted(cells)
            ),
        )

    @property
    def sizes(self) -> tuple[tuple[int, ...], ...]:
        """Sessions by stratum and group."""
        return tuple(tuple(map(len, groups)) for groups in self.seen)

    @property
    def compares(self) -> bool:
        """Whether any stratum holds sessions of two groups."""
        return any(sum(map(bool, groups)) > 1 for groups in self.seen)


def permute(
    statistic: Callable[[Arrangement], float],
    layout: Layout,
    *,
    m: int = DRAWS,
    seed: int = 0,
    tail: Tail = "both",
    unit: str = "session",
    scale: float = 1.0,
    floor: float | None = None,
) -> Permutation:
    """Return how far the statistic of the sessions as they were lies among the relabelled ones.

    All relabelings are listed where there are at most ``m``; else ``m`` are drawn. ``scale`` is
    the size of the numbers that the statistic adds up, for telling ties. ``floor`` is the
    smallest p over all relabelings, where it is not that of :func:`p_floor`.

    Raises:
        ValueError: ``m`` is below 1.
    """
    if m < 1:
        raise ValueError(f"at least one relabelling is needed, not {m}")
    count = relabelings(layout.sizes)
    exact = count <= m
    seen = statistic(layout.seen)
    found = [statistic(each) for each in (_all(layout) if exact else _drawn(layout, m, seed))]
    tie = _TIE * max(scale, abs(seen))
    far = abs(seen) if tail == "both" else seen
    reached = sum((abs(value) if tail == "both" else value) >= far - tie for value in found)
    lowest = floor if floor is not None else p_floor(*layout.sizes)
    return Permutation(
        p=reached / count if exact else (reached + 1) / (m + 1),
        statistic=seen,
        expected=math.fsum(found) / len(found),
        m=len(found),
        seed=seed,
        exact=exact,
        unit=unit,
        tail=tail,
        floor=lowest if exact else max(lowest, 1 / (m + 1)),
    )


def relabelings(strata: Iterable[Sequence[int]]) -> int:
    """Return in how many ways labels can be dealt out; group sizes are given for each stratum."""
    count = 1
    for sizes in strata:
        left = sum(sizes)
        for size in sizes:
            count *= math.comb(left, size)
            left -= size
    return count


def p_floor(*strata: Sequence[int]) -> float:
    """Return the smallest p that group sizes allow when all relabelings are listed.

    Sizes for each stratum, such as ``p_floor([3, 3])``: of 20 relabelings the most extreme one
    has a twin in which the groups change names, so that no p is below .1.

    Raises:
        ValueError: the strata have no groups, not the same number of them, or a negative size.
    """
    if not strata or len({len(sizes) for sizes in strata}) != 1 or not strata[0]:
        raise ValueError("the sizes of the same groups are needed for each stratum")
    if any(size < 0 for sizes in strata for size in sizes):
        raise ValueError("a group has no negative size")
    columns = [column for column in zip(*strata, strict=True) if any(column)]
    twins = math.prod(math.factorial(columns.count(column)) for column in set(columns))
    return min(1.0, twins / relabelings(strata))


def _drawn(layout: Layout, m: int, seed: int) -> Iterator[Arrangement]:
    draw = random.Random(seed)  # noqa: S311 - relabelling, not secrets
    strata = [
        ([place for group in groups for place in group], _cuts(groups)) for groups in layout.seen
    ]
    for _ in range(m):
        arrangement = []
        for places, cuts in strata:
            draw.shuffle(places)
            arrangement.append([places[start:end] for start, end in cuts])
        yield arrangement


def _cuts(groups: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    cuts, start = [], 0
    for group in groups:
        cuts.append((start, start + len(group)))
        start += len(group)
    return cuts


def _all(layout: Layout) -> Iterator[Arrangement]:
    return product(
        *(
            list(_dealt([place for group in groups for place in group], list(map(len, groups))))
            for groups in layout.seen
        )
    )


def _dealt(places: Sequence[int], sizes: Sequence[int]) -> Iterator[list[list[int]]]:
    if len(sizes) == 1:
        yield [list(places)]
        return
    for chosen in combinations(places, sizes[0]):
        taken = set(chosen)
        left = [place for place in places if place not in taken]
        for others in _dealt(left, sizes[1:]):
            yield [list(chosen), *others]

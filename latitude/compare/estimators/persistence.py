"""Whether a model does the like again, and whether that outlives a change of words.

Each pair of sessions has a distance, and the question is whether sessions of one model are nearer
to each other than to those of other models: the mean distance between models less the mean within
them. Models change places within a prompt.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from latitude.compare.estimators.permutation import (
    DRAWS,
    Arrangement,
    Layout,
    Permutation,
    p_floor,
    permute,
)

Distances = Sequence[Sequence[float]]
"""A square, one row and column for each session, in the order of the labels."""

_ROUNDING = 1e-9


def persistence(
    distances: Distances,
    models: Sequence[str],
    prompts: Sequence[str],
    among: Sequence[str] | None = None,
    *,
    m: int = DRAWS,
    seed: int = 0,
    unit: str = "session within prompt",
) -> Permutation | None:
    """Return the test of whether repeats of a model under the same prompt are alike.

    The statistic, in the unit of the distances, is the mean distance between models less that
    within a model, of pairs under the same prompt; each prompt counts alike. Above 0 means that
    repeats of a model are nearer. One-sided. ``among`` are the models to take, all if ``None``.
    ``None`` is returned where no prompt has both kinds of pairs.

    Source: the permutation of a distance matrix, N. Mantel, Cancer Research 27 (1967), 209-220,
    within strata.

    Raises:
        ValueError: there are fewer than two models, or the distances are not a square of finite
            numbers, the same both ways, for these sessions.
    """
    layout = Layout.of(models, prompts, among)
    table = _checked(distances, models)
    blocks = _blocks(table, layout, [(prompt, prompt) for prompt in range(len(layout.seen))])
    floor = math.prod(p_floor(layout.sizes[block.first]) for block in blocks)
    return _test(table, layout, blocks, floor, m=m, seed=seed, unit=unit)


def robustness(
    distances: Distances,
    models: Sequence[str],
    prompts: Sequence[str],
    among: Sequence[str] | None = None,
    *,
    m: int = DRAWS,
    seed: int = 0,
) -> Permutation | None:
    """Return the test of whether a model stays like itself when the prompt is another one.

    Only pairs under different prompts count, such as two wordings of one offer: the mean distance
    between models less that within a model, each pair of prompts and each pair of models alike.
    Within a prompt all sessions of a model change places together. A model may well have a manner
    of its own under each prompt without being like itself across them; then sessions are not
    exchangeable, and to shuffle them would find robustness where there is none. So what counts
    is how many models and prompts there are: see ``floor``. Models without sessions under some
    prompt are left out. ``None`` where fewer than two models or two prompts are left.

    Raises:
        ValueError: as :func:`persistence`.
    """
    layout = Layout.of(models, prompts, among)
    table = _checked(distances, models)
    crossed = [
        group for group in range(len(layout.groups)) if all(groups[group] for groups in layout.seen)
    ]
    if len(crossed) < 2:
        return None
    cells = [groups[group] for groups in layout.seen for group in crossed]
    means = [
        [_sum_across(table, ours, theirs) / (len(ours) * len(theirs)) for theirs in cells]
        for ours in cells
    ]
    names = [layout.groups[group] for _ in layout.seen for group in crossed]
    under = [str(prompt) for prompt in range(len(layout.seen)) for _ in crossed]
    unit = "model within prompt"
    return across_prompts(means, names, under, m=m, seed=seed, unit=unit)


def across_prompts(
    distances: Distances,
    models: Sequence[str],
    prompts: Sequence[str],
    among: Sequence[str] | None = None,
    *,
    m: int = DRAWS,
    seed: int = 0,
    unit: str = "session within prompt",
) -> Permutation | None:
    """Return the test of whether models differ at all, seen in pairs under different prompts.

    As :func:`persistence`, but of pairs under different prompts, each pair of prompts alike. It
    holds its level where models are alike under each prompt, and only there: it is no test of
    robustness, which is :func:`robustness`. ``None`` where no two prompts have both kinds of
    pairs.

    Raises:
        ValueError: as :func:`persistence`.
    """
    layout = Layout.of(models, prompts, among)
    table = _checked(distances, models)
    blocks = _blocks(table, layout, combinations(range(len(layout.seen)), 2))
    used = {prompt for block in blocks for prompt in (block.first, block.second)}
    floor = p_floor(*(layout.sizes[prompt] for prompt in used)) if used else 1.0
    return _test(table, layout, blocks, floor, m=m, seed=seed, unit=unit)


@dataclass(frozen=True, slots=True)
class _Block:
    """The pairs between two prompts, or within one.

    Whatever the labels, all pairs of a block have the same sum; so between less within is
    ``fixed - slope * (sum within models)``, and only that sum is added up each time.
    """

    first: int
    second: int
    fixed: float
    slope: float


def _blocks(table: Distances, layout: Layout, prompts: Iterable[tuple[int, int]]) -> list[_Block]:
    """Return the blocks that have pairs of both kinds."""
    blocks = []
    for first, second in prompts:
        ours, theirs = layout.sizes[first], layout.sizes[second]
        if first == second:
            within = sum(size * (size - 1) // 2 for size in ours)
            pairs = sum(ours) * (sum(ours) - 1) // 2
        else:
            within = sum(a * b for a, b in zip(ours, theirs, strict=True))
            pairs = sum(ours) * sum(theirs)
        if not 0 < within < pairs:
            continue
        between = pairs - within
        one = [place for group in layout.seen[first] for place in group]
        other = [place for group in layout.seen[second] for place in group]
        total = _sum(first == second)(table, one, other)
        blocks.append(_Block(first, second, total / between, 1 / between + 1 / within))
    return blocks


def _test(
    table: Distances,
    layout: Layout,
    blocks: Sequence[_Block],
    floor: float,
    *,
    m: int,
    seed: int,
    unit: str,
) -> Permutation | None:
    if not blocks:
        return None
    fixed = math.fsum(block.fixed for block in blocks) / len(blocks)
    sums = [
        (block.first, block.second, block.slope / len(blocks), _sum(block.first == block.second))
        for block in blocks
    ]

    def statistic(arrangement: Arrangement) -> float:
        found = fixed
        for first, second, slope, within in sums:
            for ours, theirs in zip(arrangement[first], arrangement[second], strict=True):
                found -= slope * within(table, ours, theirs)
        return found

    scale = max(abs(distance) for row in table for distance in row)
    return permute(
        statistic, layout, m=m, seed=seed, tail="greater", unit=unit, scale=scale, floor=floor
    )


def _sum(same: bool) -> Callable[[Distances, Sequence[int], Sequence[int]], float]:
    return _sum_inside if same else _sum_across


def _sum_inside(table: Distances, places: Sequence[int], _: Sequence[int]) -> float:
    """Return the sum of the distances of all pairs of some sessions."""
    return sum([table[one][other] for one in places for other in places]) / 2


def _sum_across(table: Distances, ours: Sequence[int], theirs: Sequence[int]) -> float:
    """Return the sum of the distances from each of some sessions to each of others."""
    return sum([row[other] for row in [table[one] for one in ours] for other in theirs])


def _checked(distances: Distances, models: Sequence[str]) -> Distances:
    """Return the distances with a diagonal of 0, which no question asks about."""
    size = len(models)
    if len(distances) != size or any(len(row) != size for row in distances):
        raise ValueError(f"the distances of {size} sessions are a square of {size} by {size}")
    if not all(math.isfinite(distance) for row in distances for distance in row):
        raise ValueError("a distance is not a finite number")
    for one, other in combinations(range(size), 2):
        ours, theirs = distances[one][other], distances[other][one]
        if abs(ours - theirs) > _ROUNDING * max(1.0, abs(ours)):
            raise ValueError(f"sessions {one} and {other} have two distances: {ours} and {theirs}")
    return [
        [0.0 if one == other else distance for other, distance in enumerate(row)]
        for one, row in enumerate(distances)
    ]

"""Whether coders agree: Krippendorff's alpha, and the two numbers it must not be read without.

A unit is what was coded, such as a turn or a session; its values are those that its coders gave,
missing ones left out. When rare codes are looked for, alpha falls while raw agreement stays high,
so that raw agreement and prevalence stand beside it.

Source: K. Krippendorff, Content Analysis, 4th ed. (2019), chapter 12.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import Literal

from latitude.compare.figures import Interval

Code = str | float
Units = Sequence[Sequence[Code | None]]
"""For each unit the coders' values; ``None`` where a coder gave none."""

Scale = Literal["nominal", "ordinal", "interval"]
"""What the distance of two values is: same or not; by rank; by difference."""

RESAMPLES = 999
_MOST_UNDEFINED = 0.05
"""Share of resamples without an alpha, above which there is no interval."""


def krippendorff_alpha(units: Units, scale: Scale) -> float | None:
    """Return Krippendorff's alpha: 1 is full agreement, 0 what chance gives.

    Units with fewer than two values are left out. ``None`` where it is undefined: no unit was
    coded twice, or all values are equal. By custom .8 is firm, .667 tentative, and less is no
    ground for a claim.

    Raises:
        ValueError: an ordinal or interval value is not a finite number.
    """
    values, unit_tallies = _tallies(units, scale)
    return _alpha(_added(unit_tallies, [1] * len(unit_tallies)), values, scale)


def alpha_interval(
    units: Units,
    scale: Scale,
    clusters: Sequence[str] | None = None,
    *,
    level: float = 0.95,
    m: int = RESAMPLES,
    seed: int = 0,
) -> Interval | None:
    """Return the percentile bootstrap interval of alpha, from units drawn again.

    ``clusters`` names what each unit belongs to, such as its session; then whole clusters are
    drawn, since units of one session are not independent witnesses. Below some 20 units or
    clusters it is too narrow. ``None`` where alpha is undefined, in the data or in more than 5 %
    of the resamples, and where there is one cluster only or nobody ever disagreed: what never
    varied does not tell how much it may.

    Raises:
        ValueError: as :func:`krippendorff_alpha`; clusters and units are not equally many;
            ``level`` is not 0 to 1 or ``m`` is below 1.
    """
    if not 0 < level < 1 or m < 1:
        raise ValueError(f"an interval needs a level of 0 to 1 and resamples, not {level}, {m}")
    if clusters is not None and len(clusters) != len(units):
        raise ValueError(f"{len(clusters)} clusters cannot be paired with {len(units)} units")
    values, unit_tallies = _tallies(units, scale)
    if clusters is not None:
        unit_tallies = _by_cluster(unit_tallies, clusters)
    tallies = [tally for tally in unit_tallies if any(tally.counts)]
    if len(tallies) < 2 or not any(tally.apart for tally in tallies):
        return None
    draw = random.Random(seed)  # noqa: S311 - resampling, not secrets
    places = range(len(tallies))
    found = []
    for _ in range(m):
        drawn = Counter(draw.choices(places, k=len(tallies)))
        alpha = _alpha(_added(tallies, [drawn[place] for place in places]), values, scale)
        if alpha is not None:
            found.append(alpha)
    if len(found) < (1 - _MOST_UNDEFINED) * m:
        return None
    found.sort()
    outside = max(int((len(found) + 1) * (1 - level) / 2), 1)
    return Interval(found[outside - 1], found[-outside])


def raw_agreement(units: Units) -> float | None:
    """Return the share of pairs of coders that gave the same value, averaged over units.

    ``None`` where no unit was coded twice.
    """
    shares = []
    for unit in _coded_twice(units):
        n = len(unit)
        same = sum(count * (count - 1) for count in Counter(unit).values())
        shares.append(same / (n * (n - 1)))
    return math.fsum(shares) / len(shares) if shares else None


def prevalence(units: Units) -> dict[Code, float]:
    """Return for each value the share of a unit's coders who gave it, averaged over units.

    Of the units that alpha is of, those coded at least twice; empty where there are none.
    """
    twice = _coded_twice(units)
    found: dict[Code, float] = {}
    for unit in twice:
        for value, count in Counter(unit).items():
            found[value] = found.get(value, 0.0) + count / len(unit) / len(twice)
    return dict(sorted(found.items(), key=lambda item: (-item[1], str(item[0]))))


@dataclass(frozen=True, slots=True)
class _Tally:
    """What some units add to alpha."""

    counts: list[float]
    """How often each value was given."""
    apart: dict[tuple[int, int], float]
    """Krippendorff's coincidences of unequal values, the lesser one first."""


def _coded_twice(units: Units) -> list[list[Code]]:
    given = [[value for value in unit if value is not None] for unit in units]
    return [unit for unit in given if len(unit) > 1]


def _tallies(units: Units, scale: Scale) -> tuple[list[Code], list[_Tally]]:
    """Return the values in order and a tally for each unit, an empty one if not coded twice."""
    given = [[value for value in unit if value is not None] for unit in units]
    if scale != "nominal":
        for value in (value for unit in given for value in unit):
            if isinstance(value, str) or not math.isfinite(value):
                raise ValueError(f"{value!r} is no number, so it has no place on the scale")
    given = [unit if len(unit) > 1 else [] for unit in given]
    values = sorted({value for unit in given for value in unit}, key=_order)
    codes = {value: code for code, value in enumerate(values)}
    tallies = []
    for unit in given:
        seen = Counter(codes[value] for value in unit)
        tallies.append(
            _Tally(
                counts=[float(seen[code]) for code in range(len(values))],
                apart={
                    (one, other): seen[one] * seen[other] / (len(unit) - 1)
                    for one, other in combinations(sorted(seen), 2)
                },
            )
        )
    return values, tallies


def _order(value: Code) -> tuple[bool, Code]:
    return isinstance(value, str), value


def _by_cluster(tallies: Sequence[_Tally], clusters: Sequence[str]) -> list[_Tally]:
    members: dict[str, list[_Tally]] = {}
    for tally, cluster in zip(tallies, clusters, strict=True):
        members.setdefault(cluster, []).append(tally)
    return [_added(members[cluster], [1] * len(members[cluster])) for cluster in sorted(members)]


def _added(tallies: Sequence[_Tally], times: Sequence[int]) -> _Tally:
    """Return the sum of tallies, each taken a number of times."""
    counts = [0.0] * (len(tallies[0].counts) if tallies else 0)
    apart: dict[tuple[int, int], float] = {}
    for tally, time in zip(tallies, times, strict=True):
        if time:
            counts = [a + time * b for a, b in zip(counts, tally.counts, strict=True)]
            for pair, weight in tally.apart.items():
                apart[pair] = apart.get(pair, 0.0) + time * weight
    return _Tally(counts, apart)


def _alpha(tally: _Tally, values: Sequence[Code], scale: Scale) -> float | None:
    before = [0.0, *accumulate(tally.counts)]

    def distance(one: int, other: int) -> float:
        """Return the squared distance of two values, the lesser one first."""
        if scale == "nominal":
            return 1.0
        if scale == "interval":
            return (float(values[other]) - float(values[one])) ** 2
        ends = (tally.counts[one] + tally.counts[other]) / 2
        return (before[other + 1] - before[one] - ends) ** 2

    given = [code for code, count in enumerate(tally.counts) if count]
    expected = math.fsum(
        tally.counts[one] * tally.counts[other] * distance(one, other)
        for one, other in combinations(given, 2)
    )
    if not expected:
        return None
    observed = math.fsum(weight * distance(*pair) for pair, weight in tally.apart.items())
    return 1 - (before[-1] - 1) * observed / expected

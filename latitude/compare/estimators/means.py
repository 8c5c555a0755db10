"""How much: means over sessions, each session one value.

Turns are averaged within their session first; a value here is a session's, such as the share of
its turns that made a file.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from latitude.compare.estimators.distributions import t_two_sided
from latitude.compare.figures import Interval


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of one group of sessions minus that of another, in the unit of the values."""

    point: float
    interval: Interval | None
    """Welch's; ``None`` where a group has one session, or nothing varies in either."""
    degrees: float | None
    """Of freedom, as Welch and Satterthwaite approximate them."""


def mean(values: Sequence[float]) -> float | None:
    """Return the mean of the sessions' values; ``None`` of none."""
    return math.fsum(values) / len(values) if values else None


def t_interval(
    values: Sequence[float], level: float = 0.95, within: Interval | None = None
) -> Interval | None:
    """Return Student's interval of the mean, in the unit of the values.

    ``None`` where there are fewer than two sessions, or where all values are equal: what never
    varied does not tell how much it may. ``within`` are the bounds the values cannot leave, such
    as 0 and 1 of a share; the interval is cut there.

    Source: Student, Biometrika 6 (1908), 1-25. It leans on means being nearly normal, which a
    rare share over few sessions is not.

    Raises:
        ValueError: a value is not finite, or ``level`` is not 0 to 1.
    """
    _checked(values)
    if len(values) < 2 or not (variance := _variance(values)):
        return None
    middle = math.fsum(values) / len(values)
    half = t_two_sided(level, len(values) - 1) * math.sqrt(variance / len(values))
    if within is None:
        return Interval(middle - half, middle + half)
    return Interval(max(middle - half, within.low), min(middle + half, within.high))


def mean_difference(
    first: Sequence[float], second: Sequence[float], level: float = 0.95
) -> Difference:
    """Return the mean of ``first`` minus that of ``second``, with Welch's interval.

    The spreads of the two groups need not be equal. It gives no p: whether there is a difference
    at all is asked of :func:`latitude.compare.estimators.differences.difference_of_means`, which
    needs no normal distribution.

    Source: B. L. Welch, Biometrika 34 (1947), 28-35.

    Raises:
        ValueError: a group is empty, a value is not finite, or ``level`` is not 0 to 1.
    """
    if not first or not second:
        raise ValueError("a group without sessions has no mean")
    _checked(first)
    _checked(second)
    point = math.fsum(first) / len(first) - math.fsum(second) / len(second)
    if len(first) < 2 or len(second) < 2:
        return Difference(point, None, None)
    a, b = _variance(first) / len(first), _variance(second) / len(second)
    if not a + b:
        return Difference(point, None, None)
    degrees = (a + b) ** 2 / (a * a / (len(first) - 1) + b * b / (len(second) - 1))
    half = t_two_sided(level, degrees) * math.sqrt(a + b)
    return Difference(point, Interval(point - half, point + half), degrees)


def _checked(values: Sequence[float]) -> None:
    if not all(map(math.isfinite, values)):
        raise ValueError("a value is not a finite number")


def _variance(values: Sequence[float]) -> float:
    """Return the sample variance; exactly 0 where all values are equal."""
    if min(values) == max(values):
        return 0.0
    middle = math.fsum(values) / len(values)
    return math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1)

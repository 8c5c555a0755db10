"""When it leaves: curves over the time that sessions lasted, and what is read off them.

Times are turns, so that many are equal. A session that reached its limit of turns is censored
there; sessions censored at a time are still in sight for the ends at that time. Censoring must
say nothing about when a session would have left; an end that does is a cause of its own, see
:func:`incidences`.
"""

import math
from collections import Counter
from collections.abc import Sequence

from latitude.compare.estimators.distributions import normal_two_sided, t_two_sided
from latitude.compare.figures import Interval, Step

_ROUNDING = 1e-12


def kaplan_meier(
    times: Sequence[float], ended: Sequence[bool], level: float = 0.95
) -> tuple[Step, ...]:
    """Return the share of sessions still going after each time, with a log-log band.

    From time 0 on, a step for each time at which a session ended; ``ended`` is false where one
    was censored. Where nobody is left the band is ``None``.

    Source: E. L. Kaplan and P. Meier, Journal of the American Statistical Association 53 (1958),
    457-481; band by Greenwood's variance on the log-log scale, as J. D. Kalbfleisch and
    R. L. Prentice, The Statistical Analysis of Failure Time Data (1980). It is pointwise.

    Raises:
        ValueError: there are no sessions, the two are not equally long, or a time is negative.
    """
    z = normal_two_sided(level)
    steps = [Step(0.0, 1.0, 1.0, 1.0)]
    still, spread = 1.0, 0.0
    for time, at_risk, ends in _ends(times, [ONLY if end else None for end in ended]):
        gone = ends.total()
        still *= (at_risk - gone) / at_risk
        if gone == at_risk:
            steps.append(Step(time, 0.0))
            continue
        spread += gone / (at_risk * (at_risk - gone))
        width = z * math.sqrt(spread) / math.log(still)
        steps.append(Step(time, still, still ** math.exp(-width), still ** math.exp(width)))
    return tuple(steps)


ONLY = "end"
"""The one cause, where all ends are taken together."""


def incidences(
    times: Sequence[float], causes: Sequence[str | None], level: float = 0.95
) -> dict[str, tuple[Step, ...]]:
    """Return for each cause the share of sessions that it has ended by each time, with a band.

    ``causes`` is ``None`` where a session was censored; causes come in alphabetical order. At any
    time the incidences and the survival to all causes sum to 1. To censor a session at a cause
    that has to do with leaving, and read one minus :func:`kaplan_meier`, says far too much.

    Source: O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978), 141-150;
    variance by the delta method as E. Marubini and M. G. Valsecchi, Analysing Survival Data from
    Clinical Trials (1995), 10.2; band on the log-log scale, pointwise. Where everybody was ended
    by the one cause the band is ``None``.

    Raises:
        ValueError: there are no sessions, the two are not equally long, or a time is negative.
    """
    z = normal_two_sided(level)
    ends = _ends(times, causes)
    return {
        cause: _incidence(cause, ends, z)
        for cause in sorted({cause for cause in causes if cause is not None})
    }


def at(steps: Sequence[Step], time: float) -> Step:
    """Return the step that holds at ``time``.

    Raises:
        ValueError: ``time`` is before the first step.
    """
    reached = [step for step in steps if step.time <= time]
    if not reached:
        raise ValueError(f"the curve begins after {time}")
    return reached[-1]


def median(steps: Sequence[Step]) -> float | None:
    """Return the first time at which at most half still go on; ``None`` if it never comes."""
    return next((step.time for step in steps if step.level <= 0.5 + _ROUNDING), None)


def area(steps: Sequence[Step], horizon: float) -> float:
    """Return the area under a curve from 0 to ``horizon``, its last level carried on.

    Under a survival curve that is the restricted mean time; under the incidence of a cause, the
    mean time that the cause took away before the horizon.

    Raises:
        ValueError: there are no steps, or the horizon is negative.
    """
    if not steps or horizon < 0:
        raise ValueError("an area needs a curve and a horizon of at least 0")
    inside = [step for step in steps if step.time < horizon]
    ends = [*(step.time for step in inside[1:]), horizon]
    return math.fsum(
        step.level * (end - step.time) for step, end in zip(inside, ends, strict=False)
    )


def reaches(times: Sequence[float], ended: Sequence[bool], horizon: float) -> bool:
    """Return whether the sessions tell the curve up to ``horizon``.

    They do unless the last of them was censored before it.
    """
    _checked(times, ended)
    last = max(times)
    return last >= horizon or all(
        end for time, end in zip(times, ended, strict=True) if time == last
    )


def restricted_mean(times: Sequence[float], ended: Sequence[bool], horizon: float) -> float | None:
    """Return the mean time that sessions went on, counted up to ``horizon``; in that unit.

    ``None`` where the curve is not known that far.

    Source: P. Royston and M. K. B. Parmar, BMC Medical Research Methodology 13 (2013), 152.

    Raises:
        ValueError: as :func:`kaplan_meier`, or the horizon is not above 0.
    """
    _checked_horizon(horizon)
    if not reaches(times, ended, horizon):
        return None
    return area(kaplan_meier(times, ended), horizon)


def restricted_mean_interval(
    times: Sequence[float], ended: Sequence[bool], horizon: float, level: float = 0.95
) -> Interval | None:
    """Return the interval of the restricted mean, cut at 0 and the horizon.

    Greenwood's variance, times n/(n - 1), with Student's t: where nobody was censored before the
    horizon it is the t interval of the times cut there. ``None`` where the mean is, or where
    nothing varied.

    Raises:
        ValueError: as :func:`restricted_mean`.
    """
    point = restricted_mean(times, ended, horizon)
    n = len(times)
    if point is None or n < 2:
        return None
    steps = kaplan_meier(times, ended)
    variance = 0.0
    for time, at_risk, ends in _ends(times, [ONLY if end else None for end in ended]):
        gone = ends.total()
        if time < horizon and gone < at_risk:
            left = area(steps, horizon) - area(steps, time)
            variance += left * left * gone / (at_risk * (at_risk - gone))
    if not variance:
        return None
    half = t_two_sided(level, n - 1) * math.sqrt(variance * n / (n - 1))
    return Interval(max(point - half, 0.0), min(point + half, horizon))


_Ends = list[tuple[float, int, Counter[str]]]
"""Each time at which a session ended: how many were in sight, and how many each cause ended."""


def _ends(times: Sequence[float], causes: Sequence[str | None]) -> _Ends:
    _checked(times, causes)
    there = Counter(times)
    ended: dict[float, Counter[str]] = {}
    for time, cause in zip(times, causes, strict=True):
        if cause is not None:
            ended.setdefault(time, Counter())[cause] += 1
    at_risk = len(times)
    ends: _Ends = []
    for time in sorted(there):
        if time in ended:
            ends.append((float(time), at_risk, ended[time]))
        at_risk -= there[time]
    return ends


def _incidence(cause: str, ends: _Ends, z: float) -> tuple[Step, ...]:
    steps = [Step(0.0, 0.0, 0.0, 0.0)]
    still, level = 1.0, 0.0
    terms: list[tuple[float, float, float, float]] = []
    for time, at_risk, by_cause in ends:
        gone, ours = by_cause.total(), by_cause[cause]
        level += still * ours / at_risk
        spread = gone / (at_risk * (at_risk - gone)) if gone < at_risk else 0.0
        jump = still * still * ours * (at_risk - ours) / at_risk**3
        terms.append((level, spread, jump, still * ours / at_risk**2))
        still *= (at_risk - gone) / at_risk
        if ours:
            variance = math.fsum(
                (level - then) ** 2 * spread + jump - 2 * (level - then) * cross
                for then, spread, jump, cross in terms
            )
            steps.append(_banded(time, min(level, 1.0), max(variance, 0.0), z))
    return tuple(steps)


def _banded(time: float, level: float, variance: float, z: float) -> Step:
    if level > 1 - _ROUNDING:
        return Step(time, level)
    width = z * math.sqrt(variance) / (level * math.log(level))
    return Step(time, level, level ** math.exp(-width), level ** math.exp(width))


def _checked(times: Sequence[float], ends: Sequence[object]) -> None:
    if len(times) != len(ends):
        raise ValueError(f"{len(times)} times cannot be paired with {len(ends)} ends")
    if not times:
        raise ValueError("there are no sessions, so there is no curve")
    if not all(0 <= time < math.inf for time in times):
        raise ValueError("a time is not a finite number of at least 0")


def _checked_horizon(horizon: float) -> None:
    if not 0 < horizon < math.inf:
        raise ValueError(f"a horizon is above 0 and finite, not {horizon}")

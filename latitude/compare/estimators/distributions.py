"""The few distributions that the estimators lean on, to about 13 digits.

Sources: W. H. Press et al., Numerical Recipes, 3rd ed., 6.4 (the continued fraction of the
incomplete beta function, by Lentz's method); M. Abramowitz and I. Stegun, Handbook of Mathematical
Functions, 26.4.4-5 (chi-squared with whole degrees of freedom), 26.7.1 (Student's t).
"""

import math
from collections.abc import Callable

_SMALLEST = 1e-300
_CLOSE_ENOUGH = 1e-16
_MOST_TERMS = 10_000
_FARTHEST_Z = 40.0
"""Where the normal tail is nothing in a float."""


def normal_two_sided(level: float) -> float:
    """Return z such that a standard normal variable lies in [-z, z] with probability ``level``.

    Raises:
        ValueError: ``level`` is not between 0 and 1.
    """
    _checked_level(level)
    far = _FARTHEST_Z / math.sqrt(2)
    return _FARTHEST_Z * _solve(lambda x: math.erf(far * x), level)


def t_two_sided(level: float, degrees: float) -> float:
    """Return t such that Student's t lies in [-t, t] with probability ``level``.

    ``degrees`` of freedom need not be whole; Welch's are not.

    Raises:
        ValueError: ``level`` is not between 0 and 1, or ``degrees`` is not above 0.
    """
    _checked_level(level)
    if not degrees > 0:
        raise ValueError(f"degrees of freedom must be above 0, not {degrees}")
    share = _solve(lambda x: beta_cdf(x, 0.5, degrees / 2), level)
    return math.sqrt(degrees * share / (1 - share))


def beta_quantile(share: float, a: float, b: float) -> float:
    """Return x such that a Beta(a, b) variable is at most x with probability ``share``."""
    return _solve(lambda x: beta_cdf(x, a, b), share)


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b): P(Beta(a, b) <= x).

    Raises:
        ValueError: ``x`` is outside [0, 1], or ``a`` or ``b`` is not above 0.
    """
    if not (0 <= x <= 1 and a > 0 and b > 0):
        raise ValueError(f"the beta function has no value at x={x}, a={a}, b={b}")
    if x in (0, 1):
        return float(x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    # Each of the two fractions is quick on its own side of the mean.
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def chi_squared_tail(statistic: float, degrees: int) -> float:
    """Return P(chi-squared with ``degrees`` of freedom >= ``statistic``).

    Raises:
        ValueError: ``degrees`` is below 1, or ``statistic`` is negative.
    """
    if degrees < 1 or statistic < 0:
        raise ValueError(f"chi-squared has no tail at {statistic} with {degrees} degrees")
    half = statistic / 2
    if half == 0:
        return 1.0
    if degrees % 2:
        tail, order = math.erfc(math.sqrt(half)), 0.5
    else:
        tail, order = math.exp(-half), 1.0
    while order < degrees / 2:
        tail += math.exp(order * math.log(half) - half - math.lgamma(order + 1))
        order += 1
    return min(tail, 1.0)


def _checked_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not {level}")


def _solve(cdf: Callable[[float], float], share: float) -> float:
    """Return x in [0, 1] where the rising ``cdf`` reaches ``share``, by halving to the last bit."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        if cdf(middle) < share:
            low = middle
        else:
            high = middle
    return high


def _beta_fraction(x: float, a: float, b: float) -> float:
    c = 1.0
    d = 1 / _apart_from_zero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _apart_from_zero(1 + term * d)
            c = _apart_from_zero(1 + term / c)
            result *= c * d
        if abs(c * d - 1) < _CLOSE_ENOUGH:
            break
    return result


def _apart_from_zero(value: float) -> float:
    return value if abs(value) > _SMALLEST else _SMALLEST

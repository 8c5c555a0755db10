"""The few distributions agree with scipy's to 12 digits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from latitude.compare.estimators.distributions import (
    beta_cdf,
    beta_quantile,
    chi_squared_tail,
    normal_two_sided,
    t_two_sided,
)

LEVELS = st.floats(0.5, 0.999)


def test_the_numbers_that_everybody_knows() -> None:
    assert normal_two_sided(0.95) == pytest.approx(1.959963984540054, abs=1e-13)
    assert t_two_sided(0.95, 1) == pytest.approx(12.706204736174698, abs=1e-10)
    assert t_two_sided(0.95, 9) == pytest.approx(2.262157162798205, abs=1e-12)
    assert chi_squared_tail(3.841458820694124, 1) == pytest.approx(0.05, abs=1e-14)


@given(LEVELS)
def test_normal(level: float) -> None:
    assert normal_two_sided(level) == pytest.approx(stats.norm.ppf((1 + level) / 2), rel=1e-11)


@given(LEVELS, st.floats(1, 5_000))
@settings(max_examples=60)
def test_students_t_with_any_degrees_of_freedom(level: float, degrees: float) -> None:
    expected = stats.t.ppf((1 + level) / 2, degrees)
    assert t_two_sided(level, degrees) == pytest.approx(expected, rel=1e-10)


@given(st.floats(0, 1), st.floats(0.5, 500), st.floats(0.5, 500))
def test_the_incomplete_beta_function(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), rel=1e-10, abs=1e-13)


@given(st.floats(0.001, 0.999), st.integers(1, 200), st.integers(1, 200))
@settings(max_examples=60)
def test_a_quantile_of_beta_leads_back(share: float, a: int, b: int) -> None:
    assert beta_cdf(beta_quantile(share, a, b), a, b) == pytest.approx(share, rel=1e-10)


@given(st.floats(0, 200), st.integers(1, 30))
def test_chi_squared(statistic: float, degrees: int) -> None:
    expected = stats.chi2.sf(statistic, degrees)
    assert chi_squared_tail(statistic, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("level", [0, 1, 1.5, -1])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        normal_two_sided(level)
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_two_sided(level, 5)


def test_what_has_no_value_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        t_two_sided(0.95, 0)
    with pytest.raises(ValueError, match="no value"):
        beta_cdf(1.5, 1, 1)
    with pytest.raises(ValueError, match="no tail"):
        chi_squared_tail(-1, 1)

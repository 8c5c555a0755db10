"""Corrections for many questions, against statsmodels."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latitude.compare.estimators.correction import benjamini_hochberg, holm

FIVE = [0.001, 0.01, 0.03, 0.04, 0.2]
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_five_results() -> None:
    assert holm(FIVE) == pytest.approx((0.005, 0.04, 0.09, 0.09, 0.2))
    assert benjamini_hochberg(FIVE) == pytest.approx((0.005, 0.025, 0.05, 0.05, 0.2))


def test_they_come_back_in_the_order_they_were_given() -> None:
    assert holm(FIVE[::-1]) == holm(FIVE)[::-1]
    assert benjamini_hochberg(FIVE[::-1]) == benjamini_hochberg(FIVE)[::-1]


def test_one_result_needs_no_correction_and_none_gives_none() -> None:
    for correct in (holm, benjamini_hochberg):
        assert correct([0.03]) == (0.03,)
        assert correct([]) == ()


def statsmodels_has(ps: list[float], method: str) -> list[float]:
    from statsmodels.stats.multitest import multipletests

    corrected: list[float] = multipletests(ps, method=method)[1].tolist()
    return corrected


@pytest.mark.slow
# Each time it collects the garbage of the whole process, which can take a second.
@settings(max_examples=5)
@given(P_VALUES)
def test_holm_is_that_of_statsmodels(ps: list[float]) -> None:
    assert holm(ps) == pytest.approx(statsmodels_has(ps, "holm"), abs=1e-12)


@pytest.mark.slow
@given(P_VALUES)
def test_benjamini_and_hochberg_are_those_of_statsmodels(ps: list[float]) -> None:
    assert benjamini_hochberg(ps) == pytest.approx(statsmodels_has(ps, "fdr_bh"), abs=1e-12)


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_a_p_value_is_0_to_1(p: float) -> None:
    for correct in (holm, benjamini_hochberg):
        with pytest.raises(ValueError, match="0 to 1"):
            correct([0.1, p])

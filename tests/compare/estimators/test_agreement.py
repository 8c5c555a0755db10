"""Whether coders agree, against the krippendorff package."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latitude.compare.estimators.agreement import (
    alpha_interval,
    krippendorff_alpha,
    prevalence,
    raw_agreement,
)
from tests.compare.covers import coded_twice

TEXTBOOK = [
    [1, 1, None, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [None, 5, 5, 5],
    [None, None, 1, 1],
    [None, None, 3, None],
]
"""Krippendorff's own example: twelve units, four coders, five levels, some values missing."""

SCALES = ("nominal", "ordinal", "interval")
UNITS = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.none() | st.integers(1, 5), min_size=coders, max_size=coders),
        min_size=2,
        max_size=25,
    )
)


def test_the_textbook() -> None:
    assert krippendorff_alpha(TEXTBOOK, "nominal") == pytest.approx(0.743421, abs=1e-6)
    assert krippendorff_alpha(TEXTBOOK, "ordinal") == pytest.approx(0.815388, abs=1e-6)


@given(UNITS, st.sampled_from(SCALES))
@settings(max_examples=150)
def test_it_is_that_of_the_package(units: list[list[int | None]], scale) -> None:
    import krippendorff
    import numpy as np

    twice = [unit for unit in units if sum(value is not None for value in unit) > 1]
    given_values = {value for unit in twice for value in unit if value is not None}
    ours = krippendorff_alpha(units, scale)
    if len(given_values) < 2:
        assert ours is None
        return
    table = np.array([[np.nan if v is None else v for v in unit] for unit in twice], float).T
    theirs = krippendorff.alpha(reliability_data=table, level_of_measurement=scale)
    assert ours == pytest.approx(theirs, abs=1e-12)


def test_words_can_be_codes() -> None:
    units = [["play", "play"], ["rest", "play"], ["rest", "rest"], ["make", "make"]]
    assert krippendorff_alpha(units, "nominal") == pytest.approx(
        krippendorff_alpha([[1, 1], [2, 1], [2, 2], [3, 3]], "nominal")
    )
    with pytest.raises(ValueError, match="no place"):
        krippendorff_alpha(units, "ordinal")


def test_where_all_values_are_equal_alpha_says_nothing() -> None:
    assert krippendorff_alpha([[1, 1], [1, 1], [1, 1]], "nominal") is None
    assert alpha_interval([[1, 1], [1, 1], [1, 1]], "nominal") is None
    assert raw_agreement([[1, 1], [1, 1], [1, 1]]) == 1


def test_units_that_were_coded_once_say_nothing() -> None:
    for units in ([], [[1, None], [None, 2]], [[3]]):
        assert krippendorff_alpha(units, "ordinal") is None
        assert alpha_interval(units, "ordinal") is None
        assert raw_agreement(units) is None
        assert prevalence(units) == {}


def test_raw_agreement_and_prevalence() -> None:
    units = [["yes", "yes"], ["no", "yes"], ["no", "no"], ["no", "no"], ["yes", None]]
    assert raw_agreement(units) == 0.75
    assert prevalence(units) == {"no": 0.625, "yes": 0.375}
    assert raw_agreement([[1, 1, 2]]) == pytest.approx(1 / 3)


def test_a_rare_code_has_high_agreement_and_low_alpha() -> None:
    """The same coders; only how often there is something to see changes."""
    alphas, agreements = [], []
    for share in (0.5, 0.05):
        draw = Random(1)
        units = [
            [draw.random() < (0.9 if there else 0.05) for _ in range(2)]
            for there in (draw.random() < share for _ in range(20_000))
        ]
        alphas.append(krippendorff_alpha(units, "nominal"))
        agreements.append(raw_agreement(units))
    assert alphas == pytest.approx([0.72, 0.41], abs=0.03)
    assert agreements == pytest.approx([0.86, 0.90], abs=0.01)


def test_the_interval_narrows_as_units_are_added_and_is_the_same_for_a_seed() -> None:
    draw = Random(1)
    widths = []
    for units in (20, 80, 320):
        coded = coded_twice(draw, units)
        interval, alpha = alpha_interval(coded, "ordinal"), krippendorff_alpha(coded, "ordinal")
        assert interval is not None
        assert interval.low < alpha < interval.high
        assert interval == alpha_interval(coded, "ordinal")
        widths.append(interval.high - interval.low)
    assert widths == sorted(widths, reverse=True)


def test_units_of_one_session_are_drawn_together() -> None:
    """Each session is coded either well or by guessing, so that its units are no news."""
    draw = Random(2)
    units, sessions = [], []
    for session in range(20):
        well = session % 2
        for _ in range(10):
            value = draw.randint(1, 4)
            units.append([value, value if well else draw.randint(1, 4)])
            sessions.append(str(session))
    alone, together = (
        alpha_interval(units, "nominal"),
        alpha_interval(units, "nominal", sessions),
    )
    assert alone is not None
    assert together is not None
    assert together.high - together.low > 1.5 * (alone.high - alone.low)
    assert alpha_interval(units, "nominal", ["one"] * 200) is None


def test_full_agreement_has_no_interval() -> None:
    units = [[1, 1], [2, 2], [3, 3]]
    assert krippendorff_alpha(units, "ordinal") == 1
    assert alpha_interval(units, "ordinal") is None


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        alpha_interval([[1, 2]], "nominal", level=1)
    with pytest.raises(ValueError, match="resamples"):
        alpha_interval([[1, 2]], "nominal", m=0)
    with pytest.raises(ValueError, match="paired"):
        alpha_interval([[1, 2]], "nominal", ["a", "b"])
    with pytest.raises(ValueError, match="no place"):
        krippendorff_alpha([[1.0, float("nan")]], "interval")

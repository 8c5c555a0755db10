"""When sessions leave: known curves, and agreement with scipy, lifelines and statsmodels."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from latitude.compare.estimators.means import t_interval
from latitude.compare.estimators.survival import (
    area,
    at,
    incidences,
    kaplan_meier,
    median,
    reaches,
    restricted_mean,
    restricted_mean_interval,
)
from latitude.compare.figures import Step
from tests.compare.worlds import leaving

TIMES = [1, 2, 2, 3, 5, 5, 8, 8, 8, 8]
ENDED = [True, True, False, True, True, False, True, False, False, False]

ENDS = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from([None, "exit", "budget", "refused"])),
    min_size=1,
    max_size=60,
)


def unpacked(ends: list[tuple[int, str | None]]) -> tuple[list[int], list[str | None]]:
    return [turn for turn, _ in ends], [cause for _, cause in ends]


def test_ten_sessions_of_which_six_ended() -> None:
    steps = kaplan_meier(TIMES, ENDED)
    assert [step.time for step in steps] == [0, 1, 2, 3, 5, 8]
    assert [step.level for step in steps] == pytest.approx(
        [1, 0.9, 0.8, 0.685714, 0.571429, 0.428571], abs=1e-6
    )
    band = at(steps, 5)
    assert (band.low, band.high) == pytest.approx((0.217193, 0.814572), abs=1e-6)


@given(ENDS)
def test_the_curve_is_that_of_scipy(ends: list[tuple[int, str | None]]) -> None:
    times, causes = unpacked(ends)
    steps = kaplan_meier(times, [cause is not None for cause in causes])
    theirs = stats.ecdf(stats.CensoredData.right_censored(times, [c is None for c in causes])).sf
    for time in range(13):
        assert at(steps, time).level == pytest.approx(theirs.evaluate(time), abs=1e-12)


@pytest.mark.slow
def test_the_band_is_that_of_lifelines() -> None:
    from lifelines import KaplanMeierFitter

    draw = Random(5)
    for _ in range(25):
        times, causes = unpacked([leaving(draw, 0.1, 0.05) for _ in range(draw.randint(2, 40))])
        ended = [cause is not None for cause in causes]
        fitted = KaplanMeierFitter().fit(times, ended)
        for step in kaplan_meier(times, ended)[1:]:
            theirs = fitted.confidence_interval_.loc[step.time]
            if step.level:
                assert (step.low, step.high) == pytest.approx(tuple(theirs), abs=1e-10)
        if not any(step.level == pytest.approx(0.5) for step in kaplan_meier(times, ended)):
            # At one half exactly, lifelines goes by how the last bit was rounded.
            ours = median(kaplan_meier(times, ended))
            assert (math.inf if ours is None else ours) == fitted.median_survival_time_


@given(ENDS)
def test_incidences_and_survival_sum_to_one(ends: list[tuple[int, str | None]]) -> None:
    times, causes = unpacked(ends)
    survival = kaplan_meier(times, [cause is not None for cause in causes])
    curves = incidences(times, causes)
    for time in range(13):
        whole = at(survival, time).level + sum(at(each, time).level for each in curves.values())
        assert whole == pytest.approx(1, abs=1e-12)


@pytest.mark.slow
@given(ENDS)
def test_incidences_are_those_of_statsmodels(ends: list[tuple[int, str | None]]) -> None:
    import numpy as np
    from statsmodels.duration.survfunc import CumIncidenceRight

    times, causes = unpacked(ends)
    curves = incidences(times, causes)
    names = sorted(curves)
    if not names:
        return
    codes = [0 if cause is None else names.index(cause) + 1 for cause in causes]
    theirs = CumIncidenceRight(np.array(times, dtype=float), np.array(codes))
    for code, name in enumerate(names):
        for place, time in enumerate(theirs.times):
            ours = at(curves[name], time).level
            assert ours == pytest.approx(theirs.cinc[code][place], abs=1e-12)


@pytest.mark.slow
def test_the_band_of_an_incidence_is_that_of_lifelines_where_no_times_are_equal() -> None:
    from lifelines import AalenJohansenFitter

    draw = Random(8)
    for _ in range(10):
        size = draw.randint(5, 40)
        times = draw.sample(range(1, 200), size)
        codes = [draw.choice([0, 1, 1, 2]) for _ in range(size)]
        if 1 not in codes:
            continue
        names = [None, "exit", "budget"]
        ours = incidences(times, [names[code] for code in codes])["exit"]
        theirs = AalenJohansenFitter().fit(times, codes, event_of_interest=1)
        for step in ours[1:]:
            band = sorted(theirs.confidence_interval_.loc[step.time])
            if not any(map(math.isnan, band)):
                # They have no number where nobody is left.
                assert (step.low, step.high) == pytest.approx(band, abs=1e-9)


def test_one_cause_alone_is_one_minus_the_survival() -> None:
    exits = incidences(TIMES, ["exit" if end else None for end in ENDED])["exit"]
    survival = kaplan_meier(TIMES, ENDED)
    for ours, theirs in zip(exits, survival, strict=True):
        assert ours.level == pytest.approx(1 - theirs.level, abs=1e-12)


def test_a_budget_taken_for_censoring_would_make_exits_of_sessions_that_never_left() -> None:
    draw = Random(3)
    times, causes = unpacked([leaving(draw, 0.04, 0.05) for _ in range(2_000)])
    as_censoring = 1 - kaplan_meier(times, [cause == "exit" for cause in causes])[-1].level
    as_a_cause = incidences(times, causes)["exit"][-1].level
    assert as_a_cause == pytest.approx(causes.count("exit") / 2_000)
    assert as_a_cause < 0.40 < 0.52 < as_censoring


def test_the_median_comes_only_if_half_have_left() -> None:
    halved = [*range(1, 8), *[20] * 7]
    assert median(kaplan_meier(halved, [time < 20 for time in halved])) == 7
    assert median(kaplan_meier(TIMES, ENDED)) == 8
    assert median(kaplan_meier([3, 4, 9, 9], [True, True, False, False])) == 4
    assert median(kaplan_meier([3, 9, 9], [True, False, False])) is None


def test_sessions_that_all_reached_their_limit_all_still_go() -> None:
    steps = kaplan_meier([20, 20, 20], [False] * 3)
    assert steps == (Step(0, 1, 1, 1),)
    assert incidences([20, 20, 20], [None] * 3) == {}
    assert median(steps) is None
    assert restricted_mean([20, 20, 20], [False] * 3, 20) == 20
    assert restricted_mean_interval([20, 20, 20], [False] * 3, 20) is None


def test_one_session() -> None:
    assert kaplan_meier([4], [True]) == (Step(0, 1, 1, 1), Step(4, 0, None, None))
    assert incidences([4], ["exit"])["exit"][-1] == Step(4, 1, None, None)
    assert restricted_mean([4], [True], 10) == 4
    assert restricted_mean_interval([4], [True], 10) is None


@given(ENDS, st.integers(1, 12))
def test_without_censoring_the_restricted_mean_is_the_mean_of_the_times_cut_there(
    ends: list[tuple[int, str | None]], horizon: int
) -> None:
    times = [turn for turn, _ in ends]
    ended = [True] * len(times)
    cut = [min(time, horizon) for time in times]
    assert restricted_mean(times, ended, horizon) == pytest.approx(sum(cut) / len(cut))
    ours, theirs = restricted_mean_interval(times, ended, horizon), t_interval(cut)
    assert (ours is None) == (theirs is None)
    if ours and theirs:
        assert ours.low == pytest.approx(max(theirs.low, 0), abs=1e-9)
        assert ours.high == pytest.approx(min(theirs.high, horizon), abs=1e-9)


@pytest.mark.slow
def test_the_restricted_mean_is_that_of_lifelines() -> None:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    draw = Random(9)
    for _ in range(20):
        times = [draw.randint(1, 12) for _ in range(30)]
        ended = [draw.random() < 0.7 for _ in times]
        horizon = draw.randint(2, 9)
        ours = restricted_mean(times, ended, horizon)
        if ours is not None:
            theirs = restricted_mean_survival_time(KaplanMeierFitter().fit(times, ended), horizon)
            assert ours == pytest.approx(theirs, abs=1e-9)


def test_a_curve_that_was_lost_before_the_horizon_has_no_restricted_mean_there() -> None:
    assert not reaches([2, 5], [True, False], 6)
    assert restricted_mean([2, 5], [True, False], 6) is None
    assert restricted_mean([2, 5], [True, False], 5) == 3.5
    assert restricted_mean([2, 5], [True, True], 6) == 3.5


def test_the_area_under_an_incidence_is_the_time_that_the_cause_took() -> None:
    times, causes = [2, 6, 10, 10], ["exit", "budget", None, None]
    taken = {cause: area(steps, 10) for cause, steps in incidences(times, causes).items()}
    assert taken == pytest.approx({"exit": 8 / 4, "budget": 4 / 4})
    going = area(kaplan_meier(times, [cause is not None for cause in causes]), 10)
    assert going + sum(taken.values()) == pytest.approx(10)


def test_what_is_no_curve_is_refused() -> None:
    with pytest.raises(ValueError, match="no sessions"):
        kaplan_meier([], [])
    with pytest.raises(ValueError, match="paired"):
        incidences([1, 2], ["exit"])
    with pytest.raises(ValueError, match="at least 0"):
        kaplan_meier([-1], [True])
    with pytest.raises(ValueError, match="horizon"):
        restricted_mean([1], [True], 0)
    with pytest.raises(ValueError, match="begins after"):
        at((Step(1, 1),), 0)
    with pytest.raises(ValueError, match="horizon"):
        area((), 3)

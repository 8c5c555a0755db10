"""Where there is nothing, the shipped tests find it no oftener than they say; else, they do.

Each study is simulated, from a seed, in a setting of ``scenarios.py``. What a true rate of .05
gives by chance alone is allowed for, and nothing more: the bound is the binomial's, passed once
in a thousand. ``python -m tests.compare.simulate`` asks the same of thousands of studies.
"""

import pytest

from tests.compare.covers import COVERS, Cover
from tests.compare.scenarios import SHIPPED, TRAPS, Scenario
from tests.compare.simulate import LEVEL, covered, most_hits, rejections

RELABELINGS = 39
"""Few, so that it is quick: 40 relabelings, with the one seen, hold a level of .05 as many do."""


def named(each: Scenario | Cover) -> str:
    return f"{each.test if isinstance(each, Scenario) else each.interval}: {each.setting}"


@pytest.mark.parametrize("scenario", SHIPPED, ids=named)
def test_where_there_is_nothing_little_is_found(scenario: Scenario) -> None:
    runs = 2_000 if scenario.quick else 160
    assert rejections(scenario, False, runs, RELABELINGS) <= most_hits(runs, LEVEL)


@pytest.mark.parametrize("scenario", SHIPPED, ids=named)
def test_what_is_there_is_found(scenario: Scenario) -> None:
    runs = 40
    missed = runs - rejections(scenario, True, runs, RELABELINGS)
    assert missed <= most_hits(runs, 1 - scenario.power)


@pytest.mark.parametrize("scenario", TRAPS[:3], ids=named)
def test_what_is_not_shipped_would_find_things_where_there_are_none(scenario: Scenario) -> None:
    """Turns counted as if they were sessions, wordings mixed, manners taken for robustness."""
    assert rejections(scenario, False, 200, RELABELINGS) > most_hits(200, LEVEL)


@pytest.mark.parametrize("cover", COVERS[:-1], ids=named)
def test_intervals_hold_the_truth_about_as_often_as_they_say(cover: Cover) -> None:
    runs = 100
    held, told = covered(cover, runs)
    assert told - held <= most_hits(told, 1 - cover.least)


def test_the_bound_is_the_binomials() -> None:
    from scipy import stats

    for runs, rate in ((40, 0.2), (160, 0.05), (2_000, 0.05)):
        assert most_hits(runs, rate) == stats.binom.isf(0.001, runs, rate)

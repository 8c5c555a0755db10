"""What a plan can find at best."""

from pathlib import Path

import pytest

from latitude.study.reach import Reach, reach_of
from tests.study.stage import planned, study

FACTORS = "factors: {protocol: [open, open-no-tools], attended: [no]}\noutcomes: [exit, turns]"


async def test_pairs_of_arms_that_differ_in_one_thing_are_counted(tmp_path: Path) -> None:
    models = "[rehearsal/leaves, rehearsal/stays]"
    _, plan, _ = await planned(study(tmp_path, FACTORS, models=models, repeats="4"))
    reach = reach_of(plan)
    assert (reach.pairs, reach.tests) == (4, 8)
    assert reach.least_p == pytest.approx(2 / 70)
    assert reach.corrected == pytest.approx(16 / 70)


async def test_arms_that_are_the_same_on_purpose_are_no_test(tmp_path: Path) -> None:
    _, plan, _ = await planned(study(tmp_path, "duplicates: yes\noutcomes: [exit]"))
    assert reach_of(plan) == Reach(pairs=0, tests=0, least_p=pytest.approx(1 / 3))


def test_a_corrected_p_is_one_at_most() -> None:
    assert Reach(pairs=40, tests=40, least_p=0.1).corrected == 1.0

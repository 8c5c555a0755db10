"""Likeness of repeats, and of sessions under different words."""

import time
from itertools import combinations
from random import Random

import pytest

from latitude.compare.estimators.persistence import across_prompts, persistence, robustness
from tests.compare.worlds import points

NEAR, FAR = 0.1, 0.9


def distances(likeness, size: int) -> list[list[float]]:
    return [[0.0 if a == b else likeness(a, b) for b in range(size)] for a in range(size)]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def by_hand(table, models, prompts, same_prompt: bool) -> float:
    """Between less within, pair by pair, each prompt or pair of prompts alike."""
    blocks: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
    for a, b in combinations(range(len(models)), 2):
        if (prompts[a] == prompts[b]) == same_prompt:
            key = tuple(sorted((prompts[a], prompts[b])))
            between, within = blocks.setdefault(key, ([], []))
            (within if models[a] == models[b] else between).append(table[a][b])
    return mean([mean(between) - mean(within) for between, within in blocks.values()])


@pytest.mark.parametrize("repeats", [2, 5])
def test_the_statistics_are_what_they_say(repeats: int) -> None:
    table, models, prompts = points(Random(repeats), 3, 3, repeats, manner=0.5)
    keep = [place for place in range(len(models)) if place % 7]  # unequal groups
    table = [[table[a][b] for b in keep] for a in keep]
    models, prompts = [models[a] for a in keep], [prompts[a] for a in keep]
    same = persistence(table, models, prompts, m=9)
    other = across_prompts(table, models, prompts, m=9)
    assert same is not None
    assert other is not None
    assert same.statistic == pytest.approx(by_hand(table, models, prompts, True))
    assert other.statistic == pytest.approx(by_hand(table, models, prompts, False))


def test_with_equal_groups_robustness_is_the_same_difference_with_another_shuffle() -> None:
    study = points(Random(1), 3, 3, 4, manner=0.5)
    sessions, models = across_prompts(*study, m=99), robustness(*study)
    assert sessions is not None
    assert models is not None
    assert models.statistic == pytest.approx(sessions.statistic)
    assert models.unit == "model within prompt"
    assert models.m == 6**3


def test_repeats_of_a_model_that_are_alike() -> None:
    models = list("aaaabbbb")
    table = distances(lambda a, b: NEAR if models[a] == models[b] else FAR, 8)
    found = persistence(table, models, ["x"] * 8)
    assert found is not None
    assert found.statistic == pytest.approx(FAR - NEAR)
    assert found.p == found.floor == pytest.approx(2 / 70)
    assert found.unit == "session within prompt"


def test_each_prompt_has_twins_of_its_own() -> None:
    models, prompts = list("aabb") * 2, list("xxxxyyyy")
    table = distances(lambda a, b: NEAR if models[a] == models[b] else FAR, 8)
    found = persistence(table, models, prompts)
    assert found is not None
    assert found.p == found.floor == pytest.approx((2 / 6) ** 2)


def test_a_manner_that_each_prompt_makes_anew_persists_and_is_not_robust() -> None:
    study = points(Random(2), 3, 3, 8, manner_by_prompt=2)
    same, other = persistence(*study, m=199), robustness(*study)
    assert same is not None
    assert other is not None
    assert same.p == 1 / 200
    assert other.p > 0.05


def test_a_manner_that_outlives_the_words_is_both() -> None:
    study = points(Random(2), 4, 3, 5, manner=2)
    same, other = persistence(*study, m=199), robustness(*study)
    assert same is not None
    assert other is not None
    assert same.p == 1 / 200
    assert other.p < 0.01


def test_two_models_in_three_wordings_can_never_show_robustness() -> None:
    found = robustness(*points(Random(1), 2, 3, 10, manner=5))
    assert found is not None
    assert found.p == found.floor == 0.25


def test_a_model_that_missed_a_prompt_is_left_out_of_robustness() -> None:
    table, models, prompts = points(Random(1), 3, 2, 2, manner=1)
    models[-2:] = ["model 0", "model 1"]  # under the second prompt there is no model 2
    found = robustness(table, models, prompts)
    without = robustness(table, models, prompts, ["model 0", "model 1"])
    assert found is not None
    assert without is not None
    assert (found.p, found.statistic, found.m) == (without.p, without.statistic, without.m)


def test_some_models_can_be_taken_out_of_many() -> None:
    table, models, prompts = points(Random(1), 3, 2, 4, manner=1)
    keep = [place for place, model in enumerate(models) if model != "model 1"]
    alone = persistence(
        [[table[a][b] for b in keep] for a in keep],
        [models[a] for a in keep],
        [prompts[a] for a in keep],
    )
    among = persistence(table, models, prompts, ["model 0", "model 2"])
    assert alone is not None
    assert among is not None
    assert (alone.p, alone.statistic) == pytest.approx((among.p, among.statistic))


def test_single_sessions_and_single_prompts_tell_nothing() -> None:
    table = distances(lambda a, b: 0.5, 4)
    assert persistence(table, list("abab"), list("xxyy")) is None
    assert robustness(table, list("abab"), list("xxxx")) is None
    assert across_prompts(table, list("abab"), list("xxxx")) is None
    assert robustness(table, list("aabb"), list("xyxx")) is None


def test_where_all_are_equally_far_nothing_is_found() -> None:
    table = distances(lambda a, b: 0.3, 12)
    models, prompts = list("aabb" * 3), [prompt for prompt in "xyz" for _ in range(4)]
    for test in (persistence, across_prompts, robustness):
        found = test(table, models, prompts)
        assert found is not None
        assert found.statistic == pytest.approx(0, abs=1e-12)
        assert found.p == 1


def test_what_is_no_square_of_distances_is_refused() -> None:
    models, prompts = list("aabb"), list("xxxx")
    with pytest.raises(ValueError, match="square"):
        persistence([[0.0, 1.0], [1.0, 0.0]], models, prompts)
    with pytest.raises(ValueError, match="two distances"):
        persistence(distances(lambda a, b: float(a), 4), models, prompts)
    with pytest.raises(ValueError, match="finite"):
        persistence(distances(lambda a, b: float("nan"), 4), models, prompts)


def test_it_is_quick_enough_for_plain_python() -> None:
    study = points(Random(1), 3, 3, 8)
    before = time.process_time()
    persistence(*study, m=999)
    assert time.process_time() - before < 1

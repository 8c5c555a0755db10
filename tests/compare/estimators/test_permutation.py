"""Relabelling: what p is, when all relabelings are listed, and how small p can get."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.compare.estimators.permutation import (
    Arrangement,
    Layout,
    p_floor,
    permute,
    relabelings,
)


def first_less_second(values: list[float]):
    def statistic(arrangement: Arrangement) -> float:
        first = [values[place] for groups in arrangement for place in groups[0]]
        second = [values[place] for groups in arrangement for place in groups[1]]
        return sum(first) / len(first) - sum(second) / len(second)

    return statistic


def test_three_a_side_can_never_be_significant() -> None:
    values = [1.0, 2, 3, 101, 102, 103]
    found = permute(first_less_second(values), Layout.of(list("aaabbb")))
    assert found.exact
    assert found.m == 20
    assert found.p == found.floor == 0.1


@pytest.mark.parametrize(
    ("sizes", "floor"), [((3, 3), 0.1), ((4, 4), 2 / 70), ((5, 5), 2 / 252), ((6, 6), 2 / 924)]
)
def test_the_floor_of_p(sizes: tuple[int, int], floor: float) -> None:
    assert p_floor(sizes) == pytest.approx(floor)
    labels = ["a"] * sizes[0] + ["b"] * sizes[1]
    apart = [float(place) for place in range(len(labels))]
    assert permute(first_less_second(apart), Layout.of(labels)).p == pytest.approx(floor)


def test_unequal_groups_have_no_twin() -> None:
    assert p_floor((3, 4)) == pytest.approx(1 / 35)
    assert p_floor((3, 4), (4, 3)) == pytest.approx(1 / 35**2)
    assert p_floor((3, 3), (3, 3)) == pytest.approx(2 / 20**2)
    assert p_floor((2, 2, 2)) == pytest.approx(6 / 90)
    assert p_floor((3, 3, 0, 0)) == pytest.approx(0.1)


def test_drawn_relabelings_never_give_a_p_of_zero() -> None:
    values = [float(place) for place in range(24)]
    found = permute(first_less_second(values), Layout.of(["a"] * 12 + ["b"] * 12), m=999)
    assert not found.exact
    assert found.p == found.floor == 1 / 1_000


def test_the_same_seed_gives_the_same_p_and_another_seed_nearly() -> None:
    draw = Random(1)
    statistic = first_less_second([draw.gauss(place % 2 * 0.4, 1) for place in range(40)])
    layout = Layout.of(["ab"[place % 2] for place in range(40)])
    first = permute(statistic, layout, m=999, seed=7)
    assert permute(statistic, layout, m=999, seed=7) == first
    other = permute(statistic, layout, m=999, seed=8)
    assert other.p != first.p
    assert other.p == pytest.approx(first.p, abs=0.05)
    assert (first.seed, first.m, first.unit) == (7, 999, "session")


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=6), st.data())
def test_listing_gives_what_all_orders_of_the_labels_give(values, data) -> None:
    labels = data.draw(st.permutations(["a", "b", *"ab" * len(values)][: len(values)]))
    statistic = first_less_second(values)
    found = permute(statistic, Layout.of(labels), m=10_000)
    seen = abs(statistic(Layout.of(labels).seen))
    orders = list(permutations(labels))
    as_far = sum(abs(statistic(Layout.of(order).seen)) >= seen - 1e-12 for order in orders)
    assert found.exact
    assert found.p == pytest.approx(as_far / len(orders))


def test_labels_change_places_only_within_their_stratum() -> None:
    labels, strata = list("aabbab"), list("xxxxyy")
    seen = []

    def statistic(arrangement: Arrangement) -> float:
        for stratum, places in zip(arrangement, ({0, 1, 2, 3}, {4, 5}), strict=True):
            assert {place for group in stratum for place in group} == places
        assert [[len(group) for group in stratum] for stratum in arrangement] == [[2, 2], [1, 1]]
        seen.append(arrangement)
        return 0.0

    assert permute(statistic, Layout.of(labels, strata)).m == 12
    assert permute(statistic, Layout.of(labels, strata), m=11).m == 11
    assert len(seen) == 12 + 11 + 2


def test_what_is_added_up_in_another_order_is_still_a_tie() -> None:
    values = [0.1, 0.2, 0.3, 0.3, 0.2, 0.1]
    assert permute(first_less_second(values), Layout.of(list("aaabbb"))).p == 1


def test_upwards_only() -> None:
    statistic = first_less_second([1.0, 2, 3, 4, 5, 6])
    layout = Layout.of(list("aaabbb"))
    assert permute(statistic, layout, tail="greater").p == 1
    flipped = Layout.of(list("bbbaaa"))
    assert permute(statistic, flipped, tail="greater").p == pytest.approx(1 / 20)


def test_how_many_relabelings_there_are() -> None:
    assert relabelings([(3, 3)]) == 20
    assert relabelings([(8, 8)]) == 12_870
    assert relabelings([(2, 2, 2), (1, 1, 0)]) == 90 * 2
    assert relabelings([]) == 1


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="two groups"):
        Layout.of(["a", "a"])
    with pytest.raises(ValueError, match="two groups"):
        Layout.of(["a", "b"], groups=["a", "a"])
    with pytest.raises(ValueError, match="no sessions"):
        Layout.of(["a", "b"], groups=["a", "c"])
    with pytest.raises(ValueError, match="paired"):
        Layout.of(["a", "b"], ["x"])
    with pytest.raises(ValueError, match="at least one"):
        permute(lambda _: 0.0, Layout.of(["a", "b"]), m=0)
    for strata in ([], [()], [(1, 2), (1, 2, 3)]):
        with pytest.raises(ValueError, match="same groups"):
            p_floor(*strata)
    with pytest.raises(ValueError, match="negative"):
        p_floor((-1, 2))

"""Sessions stand in one line when one carries the other on, over any number of others."""

from hypothesis import given
from hypothesis import strategies as st

from latitude.publish.kin import Kin

NAMES = [f"s{number}" for number in range(9)]
# Also a parent of which nothing but its name is known, and journals that carry themselves on.
PARENTS = st.dictionaries(st.sampled_from(NAMES), st.none() | st.sampled_from(NAMES))


@given(PARENTS)
def test_a_line_is_all_that_can_be_reached_and_parents_come_first(
    parents: dict[str, str | None],
) -> None:
    kin = Kin(parents)
    every = list(kin)
    assert sorted(every) == sorted({*parents, *filter(None, parents.values())})
    reached = {name: {name} for name in every}
    for _ in every:
        for name, parent in parents.items():
            if parent is not None:
                both = reached[name] | reached[parent]
                for one in both:
                    reached[one] = reached[one] | both
    for name in every:
        assert set(kin.line(name)) == reached[name]
        assert {kin.first(one) for one in reached[name]} == {kin.first(name)}
        above = list(kin.above(name))
        assert len(above) == len(set(above)), "a circle ends"
        if kin.parent([name, *above][-1]) is None:
            assert kin.parents_first([name, *above]) == [*reversed(above), name]


def test_a_session_that_nobody_named_stands_alone() -> None:
    kin = Kin({})
    assert (list(kin), kin.parent("x"), list(kin.above("x")), [*kin.line("x")]) == (
        [],
        None,
        [],
        ["x"],
    )

"""Arms: every combination once, each with its label and with what it changes."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from latitude.prompts.derive import NO_CHANGES, ExitTool
from latitude.study.design import Arm
from latitude.study.order import cells
from tests.study.stage import study


def only(folder: Path, factors: str) -> list[Arm]:
    return list(study(folder, f"factors: {{{factors}}}").arms())


def test_models_come_first_and_every_level_meets_every_other(tmp_path: Path) -> None:
    crossed = study(
        tmp_path,
        "factors: {between: {b: x, a: ''}, protocol: [open, open-silent]}",
        models="[rehearsal/page, ollama/q]",
    )
    assert [arm.label for arm in crossed.arms()] == [
        "rehearsal/page · open · b",
        "rehearsal/page · open · a",
        "rehearsal/page · open-silent · b",
        "rehearsal/page · open-silent · a",
        "ollama/q · open · b",
        "ollama/q · open · a",
        "ollama/q · open-silent · b",
        "ollama/q · open-silent · a",
    ]
    assert crossed.arms()[2].levels == {"protocol": "open-silent", "between": "b"}


def test_without_factors_an_arm_changes_nothing(tmp_path: Path) -> None:
    (arm,) = study(tmp_path).arms()
    assert (arm.protocol, arm.changes) == ("open", NO_CHANGES)
    assert (arm.attended, arm.effort, arm.tools, arm.duplicate_of) == (False, None, None, None)


def test_each_factor_changes_its_own(tmp_path: Path) -> None:
    wording = only(tmp_path, "exit_wording: {a: [x y., z.], b: [u., v.]}, exit_order: "
                             "[as-written, reversed]")  # fmt: skip
    assert [arm.changes.offer for arm in wording] == ["x y. z.", "z. x y.", "u. v.", "v. u."]
    assert wording[1].label.endswith("· a · reversed")
    text = only(tmp_path, "exit_wording: {a: x}")
    assert text[0].changes.offer == "x"
    path, mark = text[0].changes.places["exit.offer"]
    assert (path, mark.line) == (tmp_path / "play.yaml", 7)
    tools = only(tmp_path, "tool_name: [leave, null]")
    assert [arm.changes.tool for arm in tools] == [ExitTool("leave"), ExitTool(None)]
    assert [arm.label.split(" · ")[-1] for arm in tools] == ["leave", "no-tool"]
    assert [a.changes.between for a in only(tmp_path, "between: {a: '', b: x}")] == ["", "x"]
    told = only(tmp_path, "disclosure: {some: [turns], none: []}")
    assert [arm.changes.disclose for arm in told] == [("turns",), ()]
    assert [arm.attended for arm in only(tmp_path, "attended: [no, yes]")] == [False, True]
    assert [arm.effort for arm in only(tmp_path, "effort: [low, null]")] == ["low", None]
    assert [arm.tools for arm in only(tmp_path, "tools: [none, null]")] == ["none", None]


def test_a_duplicate_is_the_same_arm_under_another_label(tmp_path: Path) -> None:
    first, second = study(tmp_path, "duplicates: yes").arms()
    assert second.label == "rehearsal/leaves · open · again"
    assert (first.duplicate_of, second.duplicate_of) == (None, first.label)
    assert (second.changes, second.levels) == (first.changes, first.levels)
    named = study(tmp_path, "duplicates: [rehearsal/leaves · open]")
    assert named.arms() == (first, second)
    assert len(study(tmp_path, "duplicates: no").arms()) == 1


LABELS = st.lists(st.text(max_size=12), min_size=1, max_size=8, unique=True)


@given(LABELS, st.integers(1, 12), st.integers(0, 2**40))
def test_each_cell_once_and_each_block_each_arm_once(
    labels: list[str], repeats: int, seed: int
) -> None:
    order = cells(labels, repeats, seed)
    assert len({(cell.arm, cell.repeat) for cell in order}) == len(labels) * repeats == len(order)
    for block in range(repeats):
        held = order[block * len(labels) : (block + 1) * len(labels)]
        assert {cell.repeat for cell in held} == {block + 1}
        assert sorted(cell.arm for cell in held) == list(range(len(labels)))
    assert all(0 <= cell.seed < 2**31 for cell in order)


@given(LABELS, st.integers(1, 12), st.integers(0, 2**40))
def test_the_same_seed_gives_the_same_order(labels: list[str], repeats: int, seed: int) -> None:
    order = cells(labels, repeats, seed)
    assert order == cells(labels, repeats, seed)
    assert order == cells(labels, repeats + 3, seed)[: len(order)], "more repeats come after"


def test_another_seed_gives_another_order_and_other_seeds() -> None:
    labels = [f"arm {number}" for number in range(6)]
    orders = {cells(labels, 5, seed) for seed in range(200)}
    assert len(orders) == 200
    seeds = [cell.seed for order in orders for cell in order]
    assert len(set(seeds)) > len(seeds) - 3


def test_every_arm_is_about_as_often_first() -> None:
    labels = ["a", "b", "c", "d"]
    first = [cells(labels, 1, seed)[0].arm for seed in range(4000)]
    assert all(900 < first.count(arm) < 1100 for arm in range(4))

"""How far a study is, read from the journals alone."""

from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from latitude.core.events import End
from latitude.core.spec import StudyMark
from latitude.journal.line import encode_event
from latitude.journal.lock import Hold
from latitude.journal.paths import JOURNAL
from latitude.study.flow import Flow, flow_of, sessions_of, strays
from latitude.study.plan import Plan
from tests.journal.samples import replied, said, started
from tests.study.stage import closing, planned, put_session, study

FIRST, SECOND = "rehearsal/leaves · open", "rehearsal/stays · open"


@pytest.fixture
async def plan(tmp_path: Path) -> tuple[Plan, str]:
    _, plan, plan_hash = await planned(
        study(tmp_path, models="[rehearsal/leaves, rehearsal/stays]", repeats="3")
    )
    return plan, plan_hash


def mark(plan: tuple[Plan, str], arm: str, repeat: int) -> StudyMark:
    return StudyMark(study="play", plan=plan[1], arm=arm, repeat=repeat, seed=1)


def left(plan: Plan, flow: Flow) -> set[tuple[str, int]]:
    cells = [plan.order[place] for place in flow.left(plan)]
    return {(plan.arm_of(cell).label, cell.repeat) for cell in cells}


def test_before_the_first_session_all_is_left(plan: tuple[Plan, str], tmp_path: Path) -> None:
    flow = flow_of(tmp_path / "sessions", *plan)
    assert flow.left(plan[0]) == list(range(6)), "in the order of the plan"
    assert (flow.total.planned, flow.total.left, flow.sessions) == (6, 6, 0)


@pytest.mark.parametrize(
    ("end", "written", "counted"),
    [
        ("model-exit", 3, {}),
        ("turn-limit", 3, {}),
        ("person-end", 3, {}),
        ("no-next-message", 0, {"empty": 1}),
        ("refused", 3, {"refused": 1}),
        ("provider-failed", 0, {"failed": 1, "empty": 1}),
        ("harness-failed", 3, {"failed": 1, "excluded": 1}),
    ],
)
def test_whatever_ended_is_kept_counted_and_not_repeated(
    plan: tuple[Plan, str], tmp_path: Path, end: End, written: int, counted: dict[str, int]
) -> None:
    put_session(tmp_path, mark(plan, FIRST, 2), closing(end, 0.25, written))
    flow = flow_of(tmp_path, *plan)
    count = flow.arms[FIRST]
    names = ("failed", "refused", "empty", "excluded", "interrupted", "running")
    assert {name: getattr(count, name) for name in names if getattr(count, name)} == counted
    assert (count.done, count.left, flow.arms[SECOND].done) == (1, 2, 0)
    assert (FIRST, 2) not in left(plan[0], flow)
    assert (flow.spent, flow.sessions) == (0.25, 1)


@pytest.mark.parametrize("closed", [True, False], ids=["interrupted", "killed"])
def test_what_was_interrupted_is_counted_and_run_again(
    plan: tuple[Plan, str], tmp_path: Path, closed: bool
) -> None:
    put_session(tmp_path, mark(plan, FIRST, 2), closing("interrupted", 0.1) if closed else None)
    flow = flow_of(tmp_path, *plan)
    count = flow.arms[FIRST]
    assert (count.interrupted, count.excluded, count.done, count.left) == (1, 1, 0, 3)
    assert (FIRST, 2) in left(plan[0], flow)
    assert flow.spent == (0.1 if closed else 0), "money that is gone is gone"
    put_session(tmp_path, mark(plan, FIRST, 2), closing())
    flow = flow_of(tmp_path, *plan)
    assert (flow.arms[FIRST].interrupted, flow.arms[FIRST].done) == (1, 1)
    assert (FIRST, 2) not in left(plan[0], flow)


def test_what_somebody_is_writing_is_running(plan: tuple[Plan, str], tmp_path: Path) -> None:
    session = put_session(tmp_path, mark(plan, SECOND, 1), None)
    with Hold.take(tmp_path / session / JOURNAL):
        flow = flow_of(tmp_path, *plan)
        assert (flow.arms[SECOND].running, flow.arms[SECOND].left) == (1, 2)
        assert (SECOND, 1) not in left(plan[0], flow)
    assert flow_of(tmp_path, *plan).arms[SECOND].running == 0


def test_only_sessions_of_this_plan_count(plan: tuple[Plan, str], tmp_path: Path) -> None:
    other = replace(mark(plan, FIRST, 1), plan="0" * 64)
    put_session(tmp_path, other, closing())
    put_session(tmp_path, None, closing())
    put_session(tmp_path, mark(plan, "another arm", 1), closing())
    put_session(tmp_path, mark(plan, FIRST, 9), closing())
    session = put_session(tmp_path, mark(plan, FIRST, 1), closing())
    (tmp_path / session / JOURNAL).write_bytes(b"{not a line}\n")
    assert flow_of(tmp_path, *plan).sessions == 0
    assert len(list(sessions_of(tmp_path, plan[1]))) == 2


def test_a_cost_that_is_not_known_is_counted(plan: tuple[Plan, str], tmp_path: Path) -> None:
    put_session(tmp_path, mark(plan, FIRST, 1), closing(cost=None))
    put_session(tmp_path, mark(plan, FIRST, 2), closing(cost=0.5))
    flow = flow_of(tmp_path, *plan)
    assert (flow.spent, flow.unpriced) == (0.5, {FIRST: 1})


def test_sessions_come_oldest_first_with_their_cell(plan: tuple[Plan, str], tmp_path: Path) -> None:
    ids = [put_session(tmp_path, mark(plan, FIRST, n), closing(cost=0.1 * n)) for n in (1, 2)]
    found = list(sessions_of(tmp_path, plan[1]))
    assert [one.session for one in found] == ids
    assert [(one.arm, one.repeat, one.seed, one.state) for one in found] == [
        (FIRST, 1, 1, "model-exit"),
        (FIRST, 2, 1, "model-exit"),
    ]


def test_a_session_is_not_empty_where_only_the_server_counts_nothing(
    plan: tuple[Plan, str], tmp_path: Path
) -> None:
    session = put_session(tmp_path, mark(plan, FIRST, 1), None)
    journal = tmp_path / session / JOURNAL
    lines = journal.read_bytes().splitlines()
    at = "2026-11-20T23:15:03.125Z"
    for event in (said(1), started(1, 1), replied(1, 1, "Stopping now."), closing(written=0)):
        prev = sha256(lines[-1]).hexdigest()
        lines.append(encode_event(len(lines), at, prev, event)[0])
    journal.write_bytes(b"".join(line + b"\n" for line in lines))
    (told,) = sessions_of(tmp_path, plan[1])
    assert (told.state, told.empty) == ("model-exit", False)


def test_sessions_of_a_plan_that_is_not_known_are_found(
    plan: tuple[Plan, str], tmp_path: Path
) -> None:
    put_session(tmp_path, mark(plan, FIRST, 1), closing())
    strayed = put_session(tmp_path, replace(mark(plan, FIRST, 1), plan="0" * 64), closing())
    put_session(tmp_path, replace(mark(plan, FIRST, 1), plan="0" * 64, study="other"), closing())
    put_session(tmp_path, None, closing())
    assert strays(tmp_path, "play", {plan[1]}) == (strayed,)

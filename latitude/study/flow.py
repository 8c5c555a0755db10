"""Where a study stands, read from the journals alone: what was run, what is running, what is left.

A session belongs to a plan when its first line names the plan's hash. Nothing else is kept of a
study's progress, so nothing can disagree with the record.
"""

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

import msgspec

from latitude.core.events import BlockRecorded, End, SessionClosed, SessionOpened
from latitude.errors import RecordBroken
from latitude.journal.paths import JOURNAL, is_running, session_ids
from latitude.journal.reader import read_ends, survey
from latitude.study.plan import Plan

State = End | Literal["running", "open"]
"""The journal's word for the end; ``running`` while somebody writes it, and ``open`` where nobody
does and nobody closed it."""

FAILED: frozenset[str] = frozenset({"provider-failed", "harness-failed"})
_AGAIN: frozenset[str] = frozenset({"interrupted", "open"})
"""What does not count as a cell's session: the cell is run again."""


@dataclass(frozen=True, slots=True)
class CellSession:
    """One session of a study."""

    session: str
    """Its id."""
    arm: str
    """The arm's label."""
    repeat: int
    seed: int | None
    state: State
    empty: bool = False
    """It ended, and the model wrote nothing."""
    cost: float | None = None
    """US dollars; ``None`` where it is not known, or the session has not ended."""

    @property
    def counts(self) -> bool:
        """Whether its cell is done, however it ended."""
        return self.state not in _AGAIN and self.state != "running"


@dataclass(slots=True)
class Count:
    """The sessions of one arm, or of all of them."""

    planned: int = 0
    done: int = 0
    """Cells with a session that was not interrupted."""
    running: int = 0
    interrupted: int = 0
    """Sessions that were stopped or died; their cells are run again."""
    failed: int = 0
    """Of those done: the provider or latitude failed."""
    refused: int = 0
    """Of those done: the provider refused."""
    empty: int = 0
    """Of those done: the model wrote nothing."""
    excluded: int = 0
    """Sessions with an end that the plan leaves out of the analysis, interrupted ones too."""

    @property
    def left(self) -> int:
        """Cells that are still to be run, those that are running aside."""
        return self.planned - self.done - self.running

    def add(self, other: "Count") -> None:
        """Count ``other`` in."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(slots=True)
class Flow:
    """How far a plan was carried out."""

    arms: dict[str, Count]
    """By label, in the plan's order."""
    done: set[tuple[str, int]] = field(default_factory=set)
    """Label and repeat of each cell that is done."""
    running: set[tuple[str, int]] = field(default_factory=set)
    spent: float = 0.0
    """US dollars, interrupted sessions included."""
    unpriced: Counter[str] = field(default_factory=Counter)
    """Sessions that ended and whose cost is not known, by the arm's label."""
    sessions: int = 0
    """All sessions of the plan, whatever became of them."""

    @property
    def total(self) -> Count:
        """All arms together."""
        total = Count()
        for count in self.arms.values():
            total.add(count)
        return total

    def left(self, plan: Plan) -> list[int]:
        """The places in the plan's order (from 0) of the cells that are still to be run."""
        over = self.done | self.running
        return [
            place
            for place, cell in enumerate(plan.order)
            if (plan.arm_of(cell).label, cell.repeat) not in over
        ]


def sessions_of(sessions: Path, plan: str) -> Iterator[CellSession]:
    """Yield the sessions of the plan with this hash, oldest first.

    One whose journal cannot be read, or that belongs to no cell, is passed over. Raises
    ``HomeUnusable`` when the folder cannot be read.
    """
    wanted = plan.encode("ascii")
    for session in reversed(session_ids(sessions)):
        folder = sessions / session
        try:
            with (folder / JOURNAL).open("rb") as lines:
                # Most sessions are of no study: they are not worth parsing.
                if wanted not in lines.readline():
                    continue
            found = _cell_session(folder, plan)
        except (OSError, RecordBroken):
            continue
        if found is not None:
            yield found


def strays(sessions: Path, study: str, plans: Container[str]) -> tuple[str, ...]:
    """The ids of sessions that name this study, and a plan that is none of ``plans`` (hashes).

    Raises ``HomeUnusable`` when the folder cannot be read.
    """
    wanted = msgspec.json.encode(study)
    found = []
    for session in session_ids(sessions):
        try:
            with (sessions / session / JOURNAL).open("rb") as lines:
                if wanted not in lines.readline():
                    continue
            first, _ = read_ends(sessions / session / JOURNAL)
        except (OSError, RecordBroken):
            continue
        opened = first.event
        assert isinstance(opened, SessionOpened)
        plan = opened.conditions.plan
        if opened.conditions.study == study and plan is not None and plan not in plans:
            found.append(session)
    return tuple(found)


def flow_of(sessions: Path, plan: Plan, plan_hash: str) -> Flow:
    """Return how far ``plan`` was carried out in the home whose ``sessions`` folder this is."""
    flow = Flow({arm.label: Count(planned=plan.repeats) for arm in plan.arms})
    for one in sessions_of(sessions, plan_hash):
        if one.arm in flow.arms and one.repeat <= plan.repeats:
            _count(flow, plan, one)
    return flow


def _count(flow: Flow, plan: Plan, one: CellSession) -> None:
    count, cell = flow.arms[one.arm], (one.arm, one.repeat)
    flow.sessions += 1
    if one.state == "running":
        count.running += cell not in flow.running
        flow.running.add(cell)
        return
    count.excluded += ("interrupted" if one.state == "open" else one.state) in plan.exclude
    flow.spent += one.cost or 0.0
    if one.cost is None and one.state != "open":
        flow.unpriced[one.arm] += 1
    if not one.counts:
        count.interrupted += 1
        return
    count.done += cell not in flow.done
    flow.done.add(cell)
    count.failed += one.state in FAILED
    count.refused += one.state == "refused"
    count.empty += one.empty


def _is_empty(folder: Path, closed: SessionClosed) -> bool:
    """Whether not a word was written: a server may count none though there are some."""
    if closed.summary.tokens.output:
        return False
    records = survey(folder / JOURNAL).records
    return not any(isinstance(record.event, BlockRecorded) for record in records)


def _cell_session(folder: Path, plan: str) -> CellSession | None:
    first, last = read_ends(folder / JOURNAL)
    opened = first.event
    assert isinstance(opened, SessionOpened)
    conditions = opened.conditions
    if conditions.plan != plan or conditions.arm is None or conditions.repeat is None:
        return None
    running = last is None and is_running(folder)
    if last is None and not running:
        # Its process may have closed it since the first look.
        _, last = read_ends(folder / JOURNAL)
    closed = None if last is None else last.event
    if isinstance(closed, SessionClosed):
        state: State = closed.end
        empty, cost = _is_empty(folder, closed), closed.summary.cost
    else:
        state, empty, cost = "running" if running else "open", False, None
    return CellSession(
        session=folder.name,
        arm=conditions.arm,
        repeat=conditions.repeat,
        seed=conditions.seed,
        state=state,
        empty=empty,
        cost=cost,
    )

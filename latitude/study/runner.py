"""Carries a plan out: cells in its order, as many at once as each server bears.

A server that is slow holds up nobody else's cells. What was done is read from the journals before
it begins and kept nowhere else, so it can be stopped or killed at any point.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from latitude.core.spec import ModelAsked, StudyMark
from latitude.errors import LatitudeError
from latitude.providers.names import LOCAL_URLS
from latitude.session.stop import OutsideEnd, Stop
from latitude.study.flow import FAILED
from latitude.study.money import NOTHING_SEEN, Estimate, ModelKey, Purse, Seen, key_of, needs
from latitude.study.order import Cell
from latitude.study.plan import Plan, PlannedArm
from latitude.study.seams import Ended, Ready, RunSession

AT_ONCE_VENDOR = 4
AT_ONCE_LOCAL = 1
AT_ONCE_REHEARSAL = 8
"""Sessions of one server at the same time, unless the study file says otherwise."""

FAILED_IN_A_ROW = 5
"""Sessions of one server that fail one after the other before no more are begun: a server that
is down must not use up a study's cells. Rehearsals fail on purpose and are not counted."""

_HERE = ("127.", "localhost", "[::1]")

Halt = Literal["stopped", "budget", "failing", "trouble"]
"""Why nothing more begins: a person, the budget, a server, or a record that cannot be written."""


class Server(NamedTuple):
    """Who answers: one provider may be asked at several addresses."""

    provider: str
    host: str
    """``host[:port]``; empty for a rehearsal."""

    @property
    def label(self) -> str:
        """``PROVIDER at HOST``."""
        return f"{self.provider} at {self.host}" if self.host else self.provider


def server_of(model: ModelAsked) -> Server:
    """The server that ``model`` is asked of."""
    return Server(model.provider, model.host)


@dataclass(frozen=True, slots=True)
class Halted:
    """Why nothing more was begun."""

    kind: Halt
    said: str
    """A sentence; empty where the kind says it all."""


class Board(Protocol):
    """Whoever is told how it goes. ``place`` is the cell's in the plan's order, from 0."""

    def began(self, place: int, arm: PlannedArm) -> None:
        """A session is about to begin."""
        ...

    def ended(self, place: int, arm: PlannedArm, cell: Cell, ended: Ended) -> None:
        """A session has ended."""
        ...

    def broke_off(self, place: int, arm: PlannedArm, error: LatitudeError) -> None:
        """A session could not be recorded to its end."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What a study is carried out with."""

    ready: Mapping[str, Ready]
    """By the arm's label."""
    run_session: RunSession
    purse: Purse
    estimates: Mapping[ModelKey, Estimate]
    """What a session of each model may cost; empty without a budget."""


class Runner:
    """Runs the cells of one plan that are left."""

    def __init__(self, plan: Plan, plan_hash: str, means: Means, board: Board) -> None:
        self._plan = plan
        self._hash = plan_hash
        self._means = means
        self._board = board
        self._stops: set[Stop] = set()
        self._seen: dict[ModelKey, Seen] = {}
        self._failures: Counter[Server] = Counter()
        self.halted: Halted | None = None
        """Why nothing more begins; ``None`` while all goes its way."""

    def halt(self, kind: Halt, said: str = "") -> None:
        """Begin nothing more. What runs goes on to its end."""
        self.halted = self.halted or Halted(kind, said)

    def end_running(self, reason: OutsideEnd) -> None:
        """End the sessions that run, and begin nothing more; interrupted cells are run again."""
        self.halt("stopped")
        for stop in self._stops:
            stop.request(reason)

    async def run(self, places: Iterable[int], at_once: Mapping[Server, int]) -> None:
        """Run the cells at ``places`` of the plan's order, ``at_once`` of each server.

        Returns when all have ended or ``halted`` says why not. An empty ``at_once`` runs them one
        by one, whichever the servers are.
        """
        queues: dict[Server | None, deque[int]] = {}
        for place in places:
            arm = self._plan.arm_of(self._plan.order[place])
            queues.setdefault(server_of(arm.model) if at_once else None, deque()).append(place)
        async with asyncio.TaskGroup() as group:
            for server, queue in queues.items():
                most = 1 if server is None else at_once.get(server, 1)
                for _ in range(min(most, len(queue))):
                    group.create_task(self._work(queue))

    async def _work(self, queue: deque[int]) -> None:
        while queue and self.halted is None:
            place = queue.popleft()
            arm = self._plan.arm_of(self._plan.order[place])
            amount = self._needs(arm)
            if not await self._means.purse.take(amount):
                self.halt("budget")
                return
            cost = 0.0
            try:
                # Another session may have found out meanwhile that nothing more is to begin.
                if self.halted is None:
                    cost = await self._run(place, arm, amount)
            finally:
                await self._means.purse.give_back(amount, cost)

    async def _run(self, place: int, arm: PlannedArm, amount: float) -> float:
        """Run one cell; return what it cost in US dollars, as far as that is known."""
        cell = self._plan.order[place]
        mark = StudyMark(
            study=self._plan.study,
            plan=self._hash,
            arm=arm.label,
            repeat=cell.repeat,
            seed=cell.seed,
        )
        stop = Stop()
        self._stops.add(stop)
        self._board.began(place, arm)
        try:
            ended = await self._means.run_session(self._means.ready[arm.label], mark, stop)
        except LatitudeError as error:
            # What kept this one from being recorded would keep the others from it.
            self.halt("trouble", str(error))
            self._board.broke_off(place, arm, error)
            return amount
        finally:
            self._stops.discard(stop)
        self._board.ended(place, arm, cell, ended)
        self._judge(arm, ended)
        key = key_of(arm.model)
        self._seen[key] = self._seen.get(key, NOTHING_SEEN).and_one(ended.closed)
        cost = ended.closed.summary.cost
        return amount if cost is None else cost

    def _needs(self, arm: PlannedArm) -> float:
        """What a session of ``arm`` may cost, in US dollars; 0 without a budget."""
        key = key_of(arm.model)
        return needs(arm.limits, self._means.estimates.get(key), self._seen.get(key, NOTHING_SEEN))

    def _judge(self, arm: PlannedArm, ended: Ended) -> None:
        server = server_of(arm.model)
        if ended.closed.end not in FAILED or server.provider == "rehearsal":
            self._failures[server] = 0
            return
        self._failures[server] += 1
        if self._failures[server] >= FAILED_IN_A_ROW:
            self.halt(
                "failing",
                f"{FAILED_IN_A_ROW} sessions of {server.label} failed in a row, the last one with: "
                f"{ended.closed.detail}",
            )


def at_once(plan: Plan, parallel: Mapping[str, int], most: int | None = None) -> dict[Server, int]:
    """Return how many sessions of each server of ``plan`` run at the same time.

    ``parallel`` is what the study file says, by the provider, and holds for each of its servers;
    with ``most`` there are no more than that.
    """
    servers = {server_of(arm.model) for arm in plan.arms}
    found = {one: parallel.get(one.provider) or _usual(one) for one in servers}
    return {one: number if most is None else min(number, most) for one, number in found.items()}


def _usual(server: Server) -> int:
    if server.provider == "rehearsal":
        return AT_ONCE_REHEARSAL
    here = server.provider in LOCAL_URLS or server.host.startswith(_HERE)
    return AT_ONCE_LOCAL if here else AT_ONCE_VENDOR

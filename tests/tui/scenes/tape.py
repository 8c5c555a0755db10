"""Sessions on a tape: played live before the app as far as a scene wants, or laid into a home.

The shipped rehearsal ``page`` is played by the real engine, with tools that really write and a
repository that really keeps. Only its clocks are fixed, so that every hash is the same each time.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from msgspec.structs import replace

from latitude.artifacts.orders import CommitOrder
from latitude.artifacts.repository import Repository
from latitude.bootstrap import House
from latitude.config import Home
from latitude.core.events import KnownEvent, Record, ResponseFailed, SessionClosed, SessionOpened
from latitude.core.fold import SessionState
from latitude.core.spec import Conditions, Limits, ModelAsked, ProtocolUsed
from latitude.core.stream import Delta
from latitude.custody.closing import count_files, finish
from latitude.journal.line import FIRST_PREV, encode_event
from latitude.preparing import Prepared
from latitude.prompts.library import Library
from latitude.prompts.rendering import render
from latitude.providers.base import Wishes
from latitude.providers.rehearsal import Rehearsal
from latitude.session.companion import ProtocolWords
from latitude.session.engine import Engine, Parts
from latitude.session.seams import Committed, Companion, StepMark
from latitude.session.stop import Stop
from latitude.tools.base import ToolAnswer
from latitude.tools.registry import Toolbox
from latitude.tui.sitting import Sitting
from latitude.workspace.folder import Workspace
from tests.artifacts.conftest import NOON
from tests.journal.samples import opened
from tests.journal.shelf import shelve

LOOM = "20261120-231502-k3f9w2"
AT = "2026-11-20T23:15:02.125Z"
Waits = Literal["message", "try-again"]


@dataclass(frozen=True, slots=True)
class Asked:
    """The session waits for the person here."""

    what: Waits


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a block that is still coming."""

    turn: int
    step: int
    delta: Delta


Beat = Record | Asked | Piece


class Tape:
    """The sink of a session: keeps what is shown of it, up to the moment that a scene is about."""

    def __init__(self, first: SessionOpened, until: Callable[[Beat], bool] | None = None) -> None:
        self.opened = first
        self.beats: list[Beat] = []
        self.stop = Stop()
        self._until = until
        self._prev, self._lines = FIRST_PREV, 0
        self.first = self.put(first)

    @property
    def events(self) -> list[KnownEvent]:
        return [beat.event for beat in self.beats if isinstance(beat, Record)]

    @property
    def closed(self) -> bool:
        return isinstance(self.events[-1], SessionClosed)

    def put(self, event: KnownEvent) -> Record:
        """Record ``event``, with times that do not depend on the machine."""
        fixed = {"seconds": 1.5, "first_token_seconds": 0.5}
        known = {name: value for name, value in fixed.items() if hasattr(event, name)}
        if isinstance(event, SessionClosed):
            known["summary"] = replace(event.summary, seconds=192.4)
        line, written = encode_event(self._lines, AT, self._prev, replace(event, **known))
        record = Record(self._lines, AT, written, sha256(line).hexdigest())
        if self.stop.reason is None:
            self._prev, self._lines = record.sha256, self._lines + 1
        self.add(record)
        return record

    def go_on(self, *beats: KnownEvent | Asked) -> "Tape":
        """Add what comes after the moment at which the tape was stopped."""
        self._until, self.stop = None, Stop()
        for beat in beats:
            if isinstance(beat, Asked):
                self.add(beat)
            else:
                self.put(beat)
        return self

    def add(self, beat: Beat) -> None:
        if self.stop.reason is not None:
            return
        self.beats.append(beat)
        if self._until is not None and self._until(beat):
            self.stop.request("interrupted")

    async def append(self, event: KnownEvent) -> Record:
        return self.put(event)

    async def stream(self, turn: int, step: int, delta: Delta) -> None:
        self.add(Piece(turn, step, delta))

    async def store(self, data: bytes) -> str:
        raise NotImplementedError

    def load(self, sha256: str) -> bytes:
        raise NotImplementedError

    async def sync(self) -> None:
        pass

    async def shelve(self, home: Home, repository: Repository) -> None:
        """Lay the session into the home as one that was recorded there."""
        shelve(home.session(self.opened.id), *self.events, at=AT)
        if self.closed:
            await finish(home, repository, self.opened.id)


@dataclass(frozen=True, slots=True)
class Player:
    """Stands where a house does, and plays a tape in place of a session."""

    home: Home
    repository: Repository
    tape: Tape

    async def run(self, prepared: Prepared, companion: Companion, watcher: Sitting, stop: Stop):
        task = asyncio.current_task()
        assert task is not None
        stop.watch(task)
        nothing: Any = None
        *earlier, last = self.tape.beats
        for beat in (*(beat for beat in earlier if not isinstance(beat, Asked)), last):
            match beat:
                case Asked(what="message"):
                    await companion.next_message(nothing)
                case Asked():
                    await companion.try_again(nothing, nothing)
                case Piece(turn=turn, step=step, delta=delta):
                    watcher.delta(turn, step, delta)
                case Record():
                    watcher.record(beat)
        if not self.tape.closed:
            await asyncio.Event().wait()


class _Person:
    def __init__(self, tape: Tape, says: Sequence[str]) -> None:
        self._tape, self._says = tape, list(says)

    async def next_message(self, state: SessionState) -> str | None:
        self._tape.add(Asked("message"))
        return self._says.pop(0) if self._says else None

    async def try_again(self, state: SessionState, failure: ResponseFailed) -> bool | None:
        self._tape.add(Asked("try-again"))
        return None


@dataclass(frozen=True, slots=True)
class _Hands:
    workspace: Workspace
    opened: SessionOpened

    async def call(self, name: str, arguments: str) -> ToolAnswer:
        return await Toolbox().call(name, arguments, self.workspace, self.opened.tools)


@dataclass(frozen=True, slots=True)
class _Keeper:
    repository: Repository
    workspace: Workspace
    session: str

    async def commit(self, step: StepMark) -> Committed | None:
        return await self.repository.commit(
            CommitOrder(session=self.session, mark=step, time=NOON), self.workspace
        )

    async def count_files(self) -> int:
        return await count_files(self.workspace)


def terms(
    session: str, asked: ModelAsked, *, attended: bool = True, limits: Limits | None = None
) -> SessionOpened:
    """The first line of a session on the terms of the shipped protocol ``open``."""
    protocol = Library().get("open")
    tools = Toolbox().offer(protocol.tools, protocol.exit.tool)
    room = limits or Limits()
    rendered = render(protocol, tools, room, attended)
    used = ProtocolUsed(
        name=protocol.name,
        version=protocol.version,
        sha256=protocol.sha256,
        texts=rendered.texts,
    )
    return replace(
        opened(session),
        protocol=used,
        given=rendered.given,
        model=asked,
        tools=tools,
        limits=room,
        exit=rendered.exit,
        conditions=Conditions(attended=attended, disclosed=rendered.disclosed),
    )


async def rehearsed(
    house: House,
    says: Sequence[str] = (),
    until: Callable[[Beat], bool] | None = None,
    *,
    session: str = LOOM,
    script: str = "page",
    attended: bool = True,
) -> Tape:
    """A rehearsal as it was played to a person who said ``says``, ``until`` a beat came."""
    provider = Rehearsal(Library(house.home.prompts).rehearsals)
    first = terms(session, await provider.settle(script, Wishes()), attended=attended)
    tape = Tape(first, until)
    root = house.home.workspace(session)
    root.mkdir(mode=0o700, parents=True)
    workspace = Workspace(root)
    parts = Parts(
        sink=tape,
        provider=provider,
        hands=_Hands(workspace, first),
        keeper=_Keeper(house.repository, workspace, session),
        companion=_Person(tape, says) if attended else ProtocolWords(),
        stop=tape.stop,
    )
    await Engine(parts, tape.first).run()
    return tape

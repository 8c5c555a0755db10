"""The only wiring: a home and an order become a running session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace as replace_struct

from latitude.artifacts.orders import CommitOrder
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import Record, SessionClosed, SessionOpened
from latitude.core.ids import new_session_id
from latitude.core.spec import (
    ToolSchema,
)
from latitude.core.stream import Delta
from latitude.custody.closing import count_files, finish
from latitude.custody.recover import Finding, recover
from latitude.errors import HomeUnusable
from latitude.journal.paths import JOURNAL
from latitude.journal.writer import Recorder
from latitude.preparing import Order, Preparation, Prepared
from latitude.prompts.library import Library
from latitude.providers.base import Provider
from latitude.providers.registry import open_provider
from latitude.session.engine import Engine, Parts
from latitude.session.seams import Committed, Companion, StepMark
from latitude.session.stop import Stop
from latitude.tools.base import ToolAnswer
from latitude.tools.machine import Machine
from latitude.tools.registry import Toolbox
from latitude.workspace.folder import Workspace


@dataclass(frozen=True, slots=True)
class Outcome:
    """A session that has ended and lies in the ledger."""

    opened: SessionOpened
    closed: SessionClosed
    fingerprint: str
    record: Path
    ledger_tip: str


class Watcher(Protocol):
    """Whoever looks on; told only what is on disk already."""

    def record(self, record: Record) -> None:
        """One recorded event."""
        ...

    def delta(self, turn: int, step: int, delta: Delta, /) -> None:
        """A piece of a block that is still coming."""
        ...


class House:
    """A home that is open for sessions. Made by :func:`open_house`."""

    def __init__(self, home: Home, repository: Repository, *, paced: bool) -> None:
        self.home = home
        self._repository = repository
        self._library = Library(home.prompts)
        self._paced = paced
        self._providers: dict[tuple[str, str | None], Provider] = {}
        self._machine = Machine(home.state)

    @property
    def repository(self) -> Repository:
        """What was made, in this home."""
        return self._repository

    async def recover(self) -> tuple[Finding, ...]:
        """Close what dead processes left open; see :func:`latitude.custody.recover.recover`."""
        return await recover(self.home, self._repository)

    async def prepare(self, order: Order) -> Prepared:
        """Look at everything that can be refused before the first word.

        Raises ``UsageError`` (also for a promise that the settings do not keep), ``UnknownName``
        or ``ProviderUnavailable``.
        """
        at_work = Preparation(self.home, self._library, self._machine, self._provider)
        return await at_work.prepare(order)

    async def run(
        self, prepared: Prepared, companion: Companion, watcher: Watcher, stop: Stop
    ) -> Outcome:
        """Run one session to its end and bring it into the ledger.

        Raises ``HomeUnusable`` when the record can no longer be written; what was written stays,
        and ``latitude recover`` closes it.
        """
        session = new_session_id(datetime.now(UTC))
        opened = replace_struct(prepared.opened, id=session)
        recorder = await Recorder.create(self.home.session(session), opened)
        try:
            recorder.watch(watcher.record)
            recorder.watch_deltas(watcher.delta)
            watcher.record(recorder.first)
            workspace = await self._workspace(session, prepared)
            keeper = _Keeper(self._repository, workspace, session, prepared.parent_commit)
            parts = Parts(
                sink=recorder,
                provider=prepared.provider,
                hands=_Hands(workspace, opened.tools, prepared.equipment.toolbox),
                keeper=keeper,
                companion=companion,
                stop=stop,
            )
            state = await Engine(parts, recorder.first, prepared.inherited).run()
            assert state.closed is not None
            tip = await finish(self.home, self._repository, session)
            journal = recorder.folder / JOURNAL
            return Outcome(opened, state.closed, recorder.fingerprint, journal, tip)
        finally:
            if prepared.equipment.sandbox is not None:
                prepared.equipment.sandbox.release(self.home.workspace(session))
            await recorder.close()

    async def ledger_tip(self) -> str | None:
        """The ledger's last commit; ``None`` before the first session."""
        return await self._repository.ledger_tip()

    async def close(self) -> None:
        """Give back connections and the repository."""
        for provider in self._providers.values():
            await provider.close()
        await self._repository.close()

    def _provider(self, name: str, base_url: str | None) -> Provider:
        """One provider object, and so one pool of connections, for all sessions that use it."""
        key = (name, base_url)
        if key not in self._providers:
            self._providers[key] = open_provider(
                name, base_url=base_url, rehearsals=self._library.rehearsals, paced=self._paced
            )
        return self._providers[key]

    async def _workspace(self, session: str, prepared: Prepared) -> Workspace:
        root = self.home.workspace(session)
        try:
            root.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise HomeUnusable(
                f"No workspace can be made at {root}: {error.strerror}. The session was opened and "
                "nothing was sent. Make the folder writable, then run `latitude recover`."
            ) from error
        if prepared.parent_commit is not None:
            await self._repository.restore(prepared.parent_commit, root)
        if prepared.equipment.sandbox is not None:
            prepared.equipment.sandbox.adopt(root)
        return Workspace(root)


@asynccontextmanager
async def open_house(home: Home, *, paced: bool = False) -> AsyncIterator[House]:
    """Open ``home`` for sessions, making its folders when they are missing.

    ``paced`` lets rehearsals come at the pace of a real stream.
    """
    for folder in (home.prompts, home.sessions, home.artifacts):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HomeUnusable(
                f"{folder} cannot be made: {error.strerror}. Nothing was sent. Name another home "
                "with --home, or make this one writable."
            ) from error
    house = House(home, await Repository.open(home.artifacts), paced=paced)
    try:
        yield house
    finally:
        await house.close()


class _Hands:
    """The offered tools, on one workspace."""

    def __init__(
        self, workspace: Workspace, offered: tuple[ToolSchema, ...], toolbox: Toolbox
    ) -> None:
        self._workspace = workspace
        self._offered = offered
        self._toolbox = toolbox

    async def call(self, name: str, arguments: str) -> ToolAnswer:
        return await self._toolbox.call(name, arguments, self._workspace, self._offered)


class _Keeper:
    """Commits one workspace to its session's branch."""

    def __init__(
        self, repository: Repository, workspace: Workspace, session: str, parent: str | None
    ) -> None:
        self._repository = repository
        self._workspace = workspace
        self._session = session
        self._parent = parent

    async def commit(self, step: StepMark) -> Committed | None:
        order = CommitOrder(
            session=self._session, mark=step, time=datetime.now(UTC), parent=self._parent
        )
        return await self._repository.commit(order, self._workspace)

    async def count_files(self) -> int:
        return await count_files(self._workspace)

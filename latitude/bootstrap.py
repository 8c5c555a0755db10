"""The only wiring: a home and an order become a running session."""

import asyncio
import platform
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace as replace_struct

from latitude import __version__
from latitude.artifacts.orders import CommitOrder
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import Record, SessionClosed, SessionOpened
from latitude.core.fold import SessionState
from latitude.core.ids import new_session_id
from latitude.core.spec import (
    Conditions,
    Limits,
    ModelAsked,
    ProtocolUsed,
    ToolSchema,
    Versions,
)
from latitude.core.stream import Delta
from latitude.custody.closing import count_files, finish
from latitude.custody.lineage import parent_for
from latitude.custody.recover import Finding, recover
from latitude.errors import HomeUnusable, UsageError
from latitude.journal.paths import JOURNAL
from latitude.journal.writer import Recorder
from latitude.prompts.library import Library
from latitude.prompts.rendering import given_of, render
from latitude.providers.base import Provider, Wishes
from latitude.providers.registry import open_provider, split_model
from latitude.session.companion import ProtocolWords
from latitude.session.engine import Engine, Parts
from latitude.session.progress import turn_is_over
from latitude.session.seams import Committed, Companion, StepMark
from latitude.session.stop import Stop
from latitude.tools.base import ToolAnswer
from latitude.tools.registry import call, offer
from latitude.workspace.folder import Workspace


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for: one session."""

    model: str | None
    """As typed, ``provider/name``; ``None`` with ``carry_on``."""
    protocol: str
    limits: Mapping[str, float]
    """Only the limits that were given."""
    tools: str | None = None
    attended: bool = False
    effort: str | None = None
    base_url: str | None = None
    carry_on: str | None = None
    """``ID[:TURN]`` of the session to carry on."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A session that can begin: all that may be refused has been looked at."""

    opened: SessionOpened
    """Its first line; the id is given when it begins."""
    provider: Provider
    inherited: SessionState | None = None
    parent_commit: str | None = None
    note: str | None = None
    """What was done otherwise than the person may expect, in words for them."""

    def repeated(self, repeat: int) -> "Prepared":
        """The same session once more, as the ``repeat``-th."""
        conditions = replace_struct(self.opened.conditions, repeat=repeat)
        return replace(self, opened=replace_struct(self.opened, conditions=conditions))


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
        if order.carry_on is not None:
            return await self._carry_on(order, order.carry_on)
        assert order.model is not None
        provider_name, model_name = split_model(order.model)
        protocol = self._library.get(order.protocol)
        provider = self._provider(provider_name, order.base_url)
        wishes = Wishes(effort=order.effort, base_url=order.base_url)
        asked = await provider.settle(model_name, wishes)
        usual = offer(protocol.tools, protocol.exit.tool)
        wanted = usual if order.tools is None else offer(order.tools, protocol.exit.tool)
        # A model that takes no tools is offered none; a protocol that tells of one is refused.
        tools = () if asked.takes_tools is False else wanted
        limits = _limits(Limits(), order.limits)
        self._check_cost(provider, asked, limits)
        rendered = render(protocol, tools, limits, order.attended)
        opened = SessionOpened(
            id="",
            protocol=ProtocolUsed(
                name=protocol.name,
                version=protocol.version,
                sha256=protocol.sha256,
                texts=rendered.texts,
            ),
            given=rendered.given,
            model=asked,
            tools=tools,
            limits=limits,
            exit=rendered.exit,
            conditions=Conditions(
                attended=order.attended,
                disclosed=rendered.disclosed,
                promises=protocol.promises,
            ),
            versions=_versions(provider),
        )
        note = _note_of_tools(opened, usual, wanted)
        return Prepared(opened=opened, provider=provider, note=note)

    async def _carry_on(self, order: Order, place: str) -> Prepared:
        """The parent's model, tools and texts, unchanged; only room and company may differ."""
        parent, state = await asyncio.to_thread(parent_for, self.home, place)
        before = state.opened
        if not order.attended:
            await _check_words_left(parent.id, state)
        provider = self._provider(before.model.provider, order.base_url)
        if provider.host != before.model.host and order.base_url is None:
            raise UsageError(
                f"{parent.id} ran at {before.model.host}, and {before.model.provider} is at "
                f"{provider.host} by default. Nothing was sent. Say where to send it with "
                "--base-url."
            )
        _check_told_room(before, order.limits)
        limits = _limits(before.limits, order.limits)
        self._check_cost(provider, before.model, limits)
        opened = replace_struct(
            before,
            id="",
            given=given_of(before.protocol.texts, before.tools, order.attended),
            model=replace_struct(before.model, host=provider.host),
            limits=limits,
            conditions=replace_struct(before.conditions, attended=order.attended, repeat=None),
            versions=_versions(provider),
            parent=parent,
        )
        return Prepared(opened, provider, inherited=state, parent_commit=state.last_commit)

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
            workspace = await self._workspace(session, prepared.parent_commit)
            keeper = _Keeper(self._repository, workspace, session, prepared.parent_commit)
            parts = Parts(
                sink=recorder,
                provider=prepared.provider,
                hands=_Hands(workspace, opened.tools),
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

    def _check_cost(self, provider: Provider, asked: ModelAsked, limits: Limits) -> None:
        if limits.cost is not None and not provider.is_priced(asked.name):
            raise UsageError(
                f"The price of {asked.provider}/{asked.name} is not known, so --cost cannot be "
                "kept. Nothing was sent. Give --tokens or --minutes instead."
            )

    async def _workspace(self, session: str, parent_commit: str | None) -> Workspace:
        root = self.home.workspace(session)
        try:
            root.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise HomeUnusable(
                f"No workspace can be made at {root}: {error.strerror}. The session was opened and "
                "nothing was sent. Make the folder writable, then run `latitude recover`."
            ) from error
        if parent_commit is not None:
            await self._repository.restore(parent_commit, root)
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

    def __init__(self, workspace: Workspace, offered: tuple[ToolSchema, ...]) -> None:
        self._workspace = workspace
        self._offered = offered

    async def call(self, name: str, arguments: str) -> ToolAnswer:
        return await call(name, arguments, self._workspace, self._offered)


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


def _note_of_tools(
    opened: SessionOpened, usual: tuple[ToolSchema, ...], wanted: tuple[ToolSchema, ...]
) -> str | None:
    """Where the tools are not those that protocol and ``--tools`` let a person expect."""
    if len(opened.tools) < len(wanted):
        return f"{opened.model.provider}/{opened.model.name} takes no tools, so none is offered."
    added = [tool.name for tool in opened.tools if tool not in usual]
    if not added:
        return None
    return (
        f"--tools adds {', '.join(added)} to what '{opened.protocol.name}' offers. The model is "
        "given them; the words of the protocol stay as they are, and may say nothing of them."
    )


def _limits(base: Limits, given: Mapping[str, float]) -> Limits:
    return replace_struct(base, **given)


def _check_told_room(before: SessionOpened, given: Mapping[str, float]) -> None:
    """The texts stay as they are, so what they say of the room must stay true.

    Raises ``UsageError`` for more than the model was told, and for a limit it was not told where
    it was told the others.
    """
    told = before.conditions.disclosed
    for name, value in given.items():
        old = getattr(before.limits, name)
        if name in told and value > old:
            raise UsageError(
                f"The model was told of at most {old:g} {name}, and --from keeps those words. "
                f"Nothing was sent. Give {old:g} or less: a session that carries on counts anew."
            )
        if told and name not in told and value != old:
            raise UsageError(
                f"The model was told its limits, and --{name} was not among them. --from keeps "
                "those words, so nothing was sent. Leave it out."
            )


async def _check_words_left(parent: str, state: SessionState) -> None:
    """Raise ``UsageError`` where nobody would say anything, and the session would end at once."""
    if not state.turn or not turn_is_over(state) or await ProtocolWords().next_message(state):
        return
    if state.opened.conditions.attended:
        why = "was attended: a person answered, and its record has no words for when nobody does"
    else:
        why = "has said all that its protocol says when nobody answers"
    raise UsageError(
        f"Session {parent} {why}. Unattended it would end at once, so nothing was begun and "
        "nothing sent. Give --attended to answer the model yourself, or begin a new session."
    )


def _versions(provider: Provider) -> Versions:
    return Versions(latitude=__version__, sdk=provider.sdk, python=platform.python_version())

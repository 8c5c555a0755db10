"""One running session and the person in front of it; knows nothing of the terminal."""

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from typing import Literal

from latitude.bootstrap import House, Outcome
from latitude.core.events import (
    BlockRecorded,
    Record,
    ResponseFailed,
    ResponseStarted,
    SessionClosed,
    ToolReturned,
)
from latitude.core.fold import SessionState
from latitude.core.stream import Delta
from latitude.preparing import Prepared
from latitude.session.companion import ProtocolWords
from latitude.session.seams import Companion
from latitude.session.stop import Stop
from latitude.tui.view_state import Update, ViewState

Asked = Literal["message", "try-again"]
"""What the session waits for the person to give: the next words, or a choice."""


class Person:
    """The companion of an attended session: asks, and waits as long as it takes."""

    def __init__(self, on_asked: Callable[[Asked | None], None]) -> None:
        self._on_asked = on_asked
        self._answer: asyncio.Future[str | bool | None] | None = None

    async def next_message(self, state: SessionState) -> str | None:  # noqa: ARG002
        """What the person sends next; ``None`` when they end the session."""
        answer = await self._ask("message")
        return answer if isinstance(answer, str) else None

    async def try_again(self, state: SessionState, failure: ResponseFailed) -> bool | None:  # noqa: ARG002
        """Whether the same request is sent again."""
        return await self._ask("try-again") is True

    def answer(self, given: str | bool | None) -> None:
        """Give what is waited for; without anybody waiting it is nothing."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(given)

    async def _ask(self, what: Asked) -> str | bool | None:
        self._answer = asyncio.get_running_loop().create_future()
        self._on_asked(what)
        try:
            return await self._answer
        finally:
            self._answer = None
            self._on_asked(None)


class Sitting:
    """Runs one prepared session; the screen is told of every change, after it is on record."""

    def __init__(
        self,
        house: House,
        prepared: Prepared,
        on_update: Callable[[Sequence[Update]], None],
        on_asked: Callable[[Asked | None], None],
    ) -> None:
        self.view = ViewState(inherited=prepared.inherited)
        self.prepared = prepared
        self.asked: Asked | None = None
        self._house = house
        self._on_update = on_update
        self._tell_asked = on_asked
        self._person = Person(self._asks)
        self._stop = Stop()
        self._running: asyncio.Future[Outcome] | None = None
        self._began = time.monotonic()
        self._ended: float | None = None
        self._retry_at: float | None = None
        self._streaming = False
        self._calls = 0
        """Calls of the last reply that have no answer yet."""

    @property
    def seconds(self) -> float:
        """Since it began, until it ended."""
        return (self._ended or time.monotonic()) - self._began

    @property
    def over(self) -> bool:
        """Whether the session is closed, or cannot go on because its record cannot."""
        state = self.view.session
        closed = state is not None and state.closed is not None
        return closed or (self._running is not None and self._running.done())

    @property
    def doing(self) -> str:
        """What the session is doing, in a word or two."""
        if self.over:
            return "over"
        if self._stop.reason is not None:
            return "ending"
        if self.asked is not None:
            return "your turn" if self.asked == "message" else "your choice"
        if self._retry_at is not None and (left := self._retry_at - time.monotonic()) > 0:
            return f"trying again in {math.ceil(left)} s"
        if self._streaming:
            return "streaming"
        return "a tool runs" if self._calls else "waiting"

    @property
    def attended(self) -> bool:
        """Whether the person writes the messages."""
        return self.prepared.opened.conditions.attended

    async def run(self) -> Outcome:
        """Run it to its end. Raises ``HomeUnusable`` when the record cannot be written."""
        companion: Companion = self._person if self.attended else ProtocolWords()
        self._running = asyncio.ensure_future(
            self._house.run(self.prepared, companion, self, self._stop)
        )
        # A screen that is closed takes its workers with it; the record is still to be finished.
        return await asyncio.shield(self._running)

    def say(self, text: str) -> None:
        """Send the person's next message."""
        self._person.answer(text)

    def choose(self, *, again: bool) -> None:
        """Say whether a request that failed is sent again."""
        self.asked = None
        self._person.answer(again)

    def end(self) -> None:
        """End the session as the person's wish; what came is kept."""
        self.asked = None
        self._stop.request("person-end")

    async def interrupt(self) -> BaseException | None:
        """End the session because the app goes away, and wait until it is kept.

        Returns what kept it from being kept, if anything did.
        """
        self._stop.request("interrupted")
        if self._running is None or self._running.done():
            return None
        await asyncio.wait({self._running})
        return None if self._running.cancelled() else self._running.exception()

    def record(self, record: Record) -> None:
        """Take an event that is on disk."""
        event = record.event
        self._streaming = isinstance(event, (ResponseStarted, BlockRecorded))
        match event:
            case ResponseStarted() | ResponseFailed():
                self._calls = 0
            case BlockRecorded(kind="tool_call"):
                self._calls += 1
            case ToolReturned():
                self._calls -= 1
        self._retry_at = None
        if isinstance(event, ResponseFailed) and event.retried:
            self._retry_at = time.monotonic() + (event.wait_seconds or 0)
        if isinstance(event, SessionClosed):
            self._ended = time.monotonic()
        self._on_update(self.view.take(record))

    def delta(self, turn: int, step: int, delta: Delta, /) -> None:
        """Take a piece of a block that is still coming."""
        self._on_update(self.view.grow(turn, step, delta))

    def _asks(self, what: Asked | None) -> None:
        self.asked = what
        self._tell_asked(what)

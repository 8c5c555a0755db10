"""One attempt at one response: each piece is recorded as it arrives, and kept if it breaks off."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from latitude.core.blocks import Block
from latitude.core.events import BlockRecorded, ResponseStarted
from latitude.core.partial import OpenBlocks
from latitude.core.stream import (
    BlockDone,
    Failed,
    Finished,
    Started,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    ToolArgsDelta,
)
from latitude.providers.base import Provider, Request
from latitude.session.seams import RecordEvent, Sink


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the session an attempt stands."""

    turn: int
    step: int
    attempt: int


class Response:
    """Receives one stream. ``blocks`` holds what arrived, whole and partial, in order."""

    def __init__(self, sink: Sink, record: RecordEvent, place: Place, request: Request) -> None:
        self._sink = sink
        self._record = record
        self._place = place
        self._request = request
        self._open = OpenBlocks()
        self._began = time.monotonic()
        self.blocks: list[Block] = []
        self.first_token_seconds: float | None = None
        self.seconds = 0.0

    @property
    def arrived(self) -> bool:
        """Whether any part of a reply came."""
        return self.first_token_seconds is not None

    async def receive(self, provider: Provider) -> Finished | Failed:
        """Send the request and record what comes, up to and without the ending itself.

        A cancellation keeps what had arrived as partial blocks, then goes on its way.
        """
        try:
            async with provider.open(self._request) as events:
                ending = await self._read(events)
        except asyncio.CancelledError:
            await self._keep_partial()
            raise
        finally:
            self.seconds = time.monotonic() - self._began
        if isinstance(ending, Failed):
            await self._keep_partial()
        return ending

    async def _read(self, events: AsyncIterator[StreamEvent]) -> Finished | Failed:
        turn, step, stream = self._place.turn, self._place.step, self._sink.stream
        async for event in events:
            match event:
                case ThinkingDelta() | TextDelta() | ToolArgsDelta():
                    if self.first_token_seconds is None:
                        self._note_arrival()
                    self._open.add(event)
                    await stream(turn, step, event)
                case BlockDone():
                    self._note_arrival()
                    self._open.done(event.index)
                    await self._keep(event.index, event.block)
                case Started():
                    await self._start(event)
                case Finished() | Failed():
                    return event
        raise AssertionError("a provider's stream ends with Finished or Failed")

    def _note_arrival(self) -> None:
        if self.first_token_seconds is None:
            self.first_token_seconds = time.monotonic() - self._began

    async def _start(self, event: Started) -> None:
        place = self._place
        await self._record(
            ResponseStarted(
                turn=place.turn,
                step=place.step,
                attempt=place.attempt,
                request_sha256=self._request.sha256,
                request_id=event.request_id,
            )
        )

    async def _keep(self, index: int, block: Block) -> None:
        self.blocks.append(block)
        await self._record(BlockRecorded.of(block, self._place.turn, self._place.step, index))

    async def _keep_partial(self) -> None:
        for index, block in self._open.partial_blocks():
            await self._keep(index, block)

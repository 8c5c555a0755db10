"""SESSIONS sessions of TURNS turns, 64 at a time, on a provider that answers from memory.

Run as ``python -m tests.bench.engine_ours FOLDER SESSIONS TURNS [--whole] [--bare]``. With
``--bare`` a loop takes the same stream and writes the same files, its lines taken from the sessions
that an earlier run left in FOLDER: the floor that any engine stands on.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import msgspec
import uvloop

from latitude.core.blocks import Block
from latitude.core.events import Cost, SessionOpened
from latitude.core.history import Conversation
from latitude.core.spec import (
    Conditions,
    ExitTerms,
    Limits,
    ModelAsked,
    ProtocolUsed,
    Texts,
    Versions,
)
from latitude.core.stream import (
    BlockDone,
    Finished,
    Started,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    Tokens,
)
from latitude.journal.writer import Recorder
from latitude.providers.base import Request, WebOffer, Wishes
from latitude.session.companion import ProtocolWords
from latitude.session.engine import Engine, Parts
from latitude.session.seams import Committed, StepMark
from latitude.session.stop import Stop
from latitude.tools.base import ToolAnswer

AT_ONCE = 64
TEXT = "twenty-six characters long" * 30
PIECES = 1 if "--whole" in sys.argv else 30
PIECE = TEXT[: len(TEXT) // PIECES]


class FromMemory:
    """Thinking and a reply, in 30 pieces each or (``--whole``) in one, without a network."""

    name = "memory"
    sdk = ""
    host = ""

    def body(self, conversation: Conversation) -> bytes:
        return msgspec.json.encode(len(conversation.history))

    async def settle(self, model: str, wishes: Wishes) -> ModelAsked:
        return ModelAsked(provider="memory", name=model)

    @asynccontextmanager
    async def open(self, request: Request) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        yield self.events()

    async def events(self) -> AsyncIterator[StreamEvent]:
        yield Started()
        for _ in range(PIECES):
            yield ThinkingDelta(0, PIECE)
        yield BlockDone(0, Block(kind="thinking", text=TEXT, provenance="full"))
        for _ in range(PIECES):
            yield TextDelta(1, PIECE)
        yield BlockDone(1, Block(kind="text", text=TEXT))
        yield Finished(stop="end", stop_reason="stop", model="m", tokens=Tokens(output=60))

    def web(self, asked: ModelAsked) -> WebOffer:
        return WebOffer()

    def price(self, model: str, usage: msgspec.Raw, searches: int | None = 0) -> Cost | None:
        return None

    def is_priced(self, model: str, *, web: bool = False) -> bool:
        return False

    async def close(self) -> None:
        return


class NoHands:
    async def call(self, name: str, arguments: str) -> ToolAnswer:
        raise AssertionError("no tool is called here")


class NothingMade:
    async def commit(self, step: StepMark) -> Committed | None:
        return None

    async def count_files(self) -> int:
        return 0


def opening(name: str, turns: int) -> SessionOpened:
    return SessionOpened(
        id=name,
        protocol=ProtocolUsed(
            name="bench", version=1, sha256="", texts=Texts(opening="Go.", between="Go on.")
        ),
        given="",
        model=ModelAsked(provider="memory", name="m"),
        tools=(),
        limits=Limits(turns=turns),
        exit=ExitTerms(phrases=("stopping now",)),
        conditions=Conditions(),
        versions=Versions(latitude="0", sdk="", python="3"),
    )


async def session(folder: Path, turns: int, places: asyncio.Semaphore) -> None:
    async with places:
        recorder = await Recorder.create(folder, opening(folder.name, turns))
        parts = Parts(
            sink=recorder,
            provider=FromMemory(),
            hands=NoHands(),
            keeper=NothingMade(),
            companion=ProtocolWords(),
            stop=Stop(),
        )
        await Engine(parts, recorder.first).run()
        await recorder.close()


async def bare(old: Path, new: Path, places: asyncio.Semaphore) -> None:
    """Read the same stream and write the same files as ``old``, and do nothing else."""
    lines = [json.loads(line) for line in (old / "journal.jsonl").read_bytes().splitlines()]
    async with places:
        new.mkdir(parents=True)
        fd, inflight = (
            os.open(new / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            for name in ("journal.jsonl", "inflight.jsonl")
        )
        previous = "0" * 64
        for line in lines:
            if line["type"] == "response.started":
                await stream(inflight)
            line["prev"] = previous
            data = msgspec.json.encode(line)
            previous = sha256(data).hexdigest()
            os.write(fd, data + b"\n")
            if line["type"] == "response.finished":
                await asyncio.to_thread(os.fdatasync, fd)
        os.close(fd)
        os.close(inflight)
        (new / "inflight.jsonl").unlink()


async def stream(fd: int) -> None:
    """Take the deltas of one response, and hand each block's text to the disk in one line."""
    texts: list[str] = []
    async for event in FromMemory().events():
        match event:
            case ThinkingDelta() | TextDelta():
                texts.append(event.text)
            case BlockDone():
                os.write(fd, msgspec.json.encode({"text": "".join(texts)}) + b"\n")
                texts.clear()
            case _:
                pass
    os.ftruncate(fd, 0)


async def main(folder: Path, sessions: int, turns: int, only_journal: bool) -> None:
    places = asyncio.Semaphore(AT_ONCE)
    names = [f"20261120-000000-{number:06}" for number in range(sessions)]
    work = (
        [bare(folder / name, folder / "again" / name, places) for name in names]
        if only_journal
        else [session(folder / name, turns, places) for name in names]
    )
    await asyncio.gather(*work)


if __name__ == "__main__":
    place, many, deep = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    uvloop.run(main(place, many, deep, "--bare" in sys.argv))

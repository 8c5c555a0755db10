"""A provider on loopback: it says what a test wrote, over real sockets, and notes what it heard."""

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Literal

Ending = Literal["clean", "drop", "stall"]


@dataclass(frozen=True)
class Heard:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Say:
    """One answer: a status, headers, and a body in pieces, each its own write."""

    body: Sequence[bytes] = ()
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/event-stream"
    ending: Ending = "clean"
    before_head: bool = False
    """Drop or stall before anything was said."""
    pause: float = 0.0
    """Seconds after each piece."""
    goes_on: asyncio.Event | None = None
    """What comes after the first piece waits for this."""


Answer = Say | Callable[[Heard], Say]
"""An answer, or what makes one of the request."""


@dataclass(frozen=True)
class Sent:
    """A piece of an answer, and when the kernel had it (``time.monotonic``)."""

    at: float
    piece: bytes


@dataclass
class FakeServer:
    """What was heard, and the answers by path; others get 404."""

    answers: Mapping[str, Answer]
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client closed its connection in the middle of a stalled answer."""

    def posts(self) -> list[Heard]:
        return [one for one in self.heard if one.method == "POST"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await self._request(reader):
                self.heard.append(request)
                path = request.path.partition("?")[0]
                say = self.answers.get(path, Say([b"{}"], "404 Not Found", {}, "application/json"))
                if not isinstance(say, Say):
                    say = say(request)
                if not await self._answer(say, reader, writer):
                    return
        except ConnectionError:
            self.hung_up.set()
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> Heard | None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        except asyncio.IncompleteReadError:
            return None
        method, path, _ = head[0].split()
        pairs = [line.partition(": ") for line in head[1:] if line]
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Heard(method, path, headers, body)

    async def _answer(
        self, say: Say, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if not say.before_head:
            fields = {"content-type": say.content_type, "transfer-encoding": "chunked"}
            lines = [f"{name}: {value}" for name, value in (fields | say.headers).items()]
            writer.write(_head(say.status, lines))
            for piece in say.body:
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                self.sent.append(Sent(time.monotonic(), piece))
                await writer.drain()
                # Each piece is its own read on the other side, or nearly always.
                await asyncio.sleep(say.pause)
                if say.goes_on is not None:
                    await say.goes_on.wait()
        if say.ending == "stall":
            await reader.read()
            self.hung_up.set()
            return False
        if say.ending == "drop":
            writer.transport.abort()
            return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


def _head(status: str, lines: list[str]) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


@asynccontextmanager
async def serving(answers: Mapping[str, Answer]) -> AsyncIterator[FakeServer]:
    """Serve until the context is left."""
    fake = FakeServer(answers)
    server = await asyncio.start_server(fake._serve, "127.0.0.1", 0)
    fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.close()


@contextmanager
def serving_beside(answers: Mapping[str, Answer]) -> Iterator[FakeServer]:
    """Serve from a thread, while a command has this one, until the context is left."""
    begun: queue.SimpleQueue[tuple[FakeServer, asyncio.Event]] = queue.SimpleQueue()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        enough = asyncio.Event()
        async with serving(answers) as fake:
            begun.put((fake, enough))
            await enough.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    fake, enough = begun.get(timeout=60)
    try:
        yield fake
    finally:
        loop.call_soon_threadsafe(enough.set)
        thread.join()
        loop.close()

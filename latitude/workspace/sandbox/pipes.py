"""Pipes between us and a child, as plain as a shell's.

What the event loops make for a child's output may be a socket, which no program can open by the
name ``/dev/stdout``, and uvloop leaves a second descriptor of it in the child: then the end of the
output is never seen while the child lives.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import IO, cast

_MOST_AT_ONCE = 64 * 1024
"""Bytes: all that a pipe holds."""
_STANDARD = 2
"""The last of the descriptors that each process has: input, output, errors."""


@asynccontextmanager
async def incoming() -> AsyncIterator[tuple[asyncio.StreamReader, IO[bytes]]]:
    """Yield a reader, and the end of the pipe that a child is started with.

    The end has to be closed here once the child has it: only then can the reader come to an end.
    """
    reading, writing = os.pipe()
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    os.set_blocking(reading, False)
    # Not the loop's own transport: uvloop closes the number of a pipe a second time, when another
    # thread may have opened a file under it.
    tap = _Tap(loop, reading, reader)
    with os.fdopen(writing, "wb", 0) as end:
        try:
            yield reader, end
        finally:
            tap.pause_reading()
            os.close(reading)


class _Tap:
    """Lets what comes through a pipe flow into a reader, and holds it up while that one is full."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, pipe: int, reader: asyncio.StreamReader
    ) -> None:
        self._loop = loop
        self._pipe = pipe
        self._reader = reader
        # A StreamReader asks its transport to pause and to go on.
        reader.set_transport(cast("asyncio.Transport", self))
        self.resume_reading()

    def pause_reading(self) -> None:
        self._loop.remove_reader(self._pipe)

    def resume_reading(self) -> None:
        self._loop.add_reader(self._pipe, self._flow)

    def _flow(self) -> None:
        try:
            piece = os.read(self._pipe, _MOST_AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        if piece:
            self._reader.feed_data(piece)
        else:
            self.pause_reading()
            self._reader.feed_eof()


@contextmanager
def outgoing(data: bytes) -> Iterator[int]:
    """Yield a descriptor to read ``data`` from, which must be smaller than a pipe's room."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", 0):
        with os.fdopen(writing, "wb", 0) as file:
            file.write(data)
        yield reading


def keep_descriptors() -> None:
    """Let no process that is started from now on inherit a descriptor, but those it is handed.

    A folder that the person's shell left open for us would be a way out of every sandbox, and
    uvloop hands down whatever may be inherited. Python's own descriptors never are.
    """
    for name in os.listdir("/dev/fd"):
        # The one that this list was read through is gone already.
        with suppress(OSError):
            if (descriptor := int(name)) > _STANDARD and os.get_inheritable(descriptor):
                os.set_inheritable(descriptor, False)

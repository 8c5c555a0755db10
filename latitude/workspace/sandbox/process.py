"""A command while it runs: what it prints, what it uses, and the end of it."""

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import msgspec

from latitude.core.uninterrupted import uninterrupted
from latitude.workspace.sandbox.base import Ran
from latitude.workspace.sandbox.watch import EVERY

KEPT = 32 * 1024
"""Bytes of the output that are kept from its beginning, and as many from its end."""
_CHUNK = 64 * 1024
_HELD_SECONDS = 5.0
"""How long a sandbox may take until there is something in it to hold, before it is killed."""


class Grip(Protocol):
    """Holds everything that a command started."""

    async def pid(self) -> int | None:
        """Its first process as the host counts; ``None`` when there is none to look at."""
        ...

    def kill(self) -> None:
        """End all of it at once."""
        ...

    async def gone(self) -> None:
        """Return when nothing of it runs any more, after :meth:`kill`."""
        ...


class _Told(msgspec.Struct, rename="kebab"):
    child_pid: int | None = None
    exit_code: int | None = None


class PidNamespace:
    """A grip on bubblewrap's child: when that one dies, so does all that it started."""

    def __init__(self, told: asyncio.StreamReader) -> None:
        self._told = told
        self._pidfd: int | None = None
        self._doomed = False
        self.status: int | None = None
        """The command's own exit status; ``None`` when it never began."""

    async def pid(self) -> int | None:
        """Read the pid, and hold on to the process behind it, whatever becomes of the number."""
        told = await self._next()
        if told is None or told.child_pid is None:
            return None
        with suppress(ProcessLookupError):
            self._pidfd = os.pidfd_open(told.child_pid)
        if self._doomed:
            self.kill()
        return told.child_pid

    def kill(self) -> None:
        """Kill the first process of the namespace, now or as soon as it is known.

        Never bubblewrap itself: killed between the two, it would leave that process behind.
        """
        self._doomed = True
        if self._pidfd is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    async def gone(self) -> None:
        """Wait for the first process: bubblewrap itself ends a moment before it.

        Its end is the last of the namespace's, and makes its descriptor readable; see
        pidfd_open(2).
        """
        if self._pidfd is None:
            return
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._pidfd, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._pidfd)

    async def close(self) -> None:
        """Read what bubblewrap said last, and let go."""
        try:
            while (told := await self._next()) is not None:
                if told.exit_code is not None:
                    self.status = told.exit_code
        finally:
            if self._pidfd is not None:
                os.close(self._pidfd)

    async def _next(self) -> _Told | None:
        line = await self._told.readline()
        return msgspec.json.decode(line, type=_Told) if line.strip() else None


class Command:
    """Reads, watches and ends one command."""

    def __init__(
        self,
        process: Process,
        output: asyncio.StreamReader,
        grip: Grip,
        excess: Callable[[int], str | None],
        most_output: int,
    ) -> None:
        self._process = process
        self._output = output
        self._grip = grip
        self._excess = excess
        self._most_output = most_output
        self._head, self._tail = bytearray(), bytearray()
        self._printed = 0
        self._stopped: str | None = None

    async def run(self, seconds: float) -> Ran:
        """Return when nothing of the command is left, after ``seconds`` of wall time at most.

        When the task is cancelled the command is killed, and gone before this is.
        """
        held = asyncio.create_task(self._grip.pid())
        watching = asyncio.create_task(self._watch(held))
        ending = asyncio.gather(self._process.wait(), self._read())
        try:
            done, _ = await asyncio.wait([ending], timeout=seconds)
            if not done:
                self._stop(f"it ran for {seconds:g} second{'' if seconds == 1 else 's'}")
            await ending
        finally:
            await uninterrupted(self._end(held, watching, ending))
        left_out = self._printed - len(self._head) - len(self._tail)
        return Ran(
            status=None if self._stopped else self._process.returncode,
            stopped=self._stopped,
            output=bytes(self._head + self._tail),
            printed=self._printed,
            left_out=left_out,
            left_out_at=len(self._head),
        )

    async def _end(
        self,
        held: asyncio.Future[int | None],
        watching: asyncio.Future[None],
        ending: asyncio.Future[Any],
    ) -> None:
        self._grip.kill()
        await asyncio.wait([held], timeout=_HELD_SECONDS)
        if not held.done():
            # It hangs before there is anything that it could leave behind.
            self._process.kill()
        await asyncio.wait([ending, held])
        watching.cancel()
        await asyncio.wait([watching])
        await self._grip.gone()

    async def _read(self) -> None:
        while piece := await self._output.read(_CHUNK):
            self._printed += len(piece)
            room = max(0, KEPT - len(self._head))
            self._head += piece[:room]
            self._tail = (self._tail + piece[room:])[-KEPT:]
            if self._printed > self._most_output:
                self._stop(f"it printed more than {self._most_output:,} bytes")

    async def _watch(self, held: asyncio.Task[int | None]) -> None:
        pid = await asyncio.shield(held)
        while pid is not None:
            await asyncio.sleep(EVERY)
            # A look at a large workspace takes longer than a screen may wait.
            try:
                excess = await asyncio.to_thread(self._excess, pid)
            except OSError as error:
                excess = f"it could not be watched ({error.strerror})"
            if excess is not None:
                self._stop(excess)
                return

    def _stop(self, why: str) -> None:
        if self._stopped is None:
            self._stopped = why
        self._grip.kill()

"""Commands in bubblewrap."""

import asyncio
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from latitude.errors import ToolFailed
from latitude.workspace.sandbox import owner
from latitude.workspace.sandbox.base import Ran
from latitude.workspace.sandbox.bounds import USUAL_BOUNDS, Bounds
from latitude.workspace.sandbox.bubblewrap import ENVIRON, encoded, for_command
from latitude.workspace.sandbox.process import Command, PidNamespace, keep_descriptors
from latitude.workspace.sandbox.syscalls import filter_bytes
from latitude.workspace.sandbox.watch import Watch

_FORBIDS_NAMESPACES = (0, 8)
"""The first version that has ``--disable-userns``."""


class Bubblewrap:
    """A sandbox of namespaces, limits and a filter of system calls."""

    def __init__(self, program: str, version: str, bounds: Bounds = USUAL_BOUNDS) -> None:
        self._program = program
        self._bounds = bounds
        self._old = tuple(map(int, re.findall(r"\d+", version))) < _FORBIDS_NAMESPACES
        self.name = f"bubblewrap {version}"
        self.held = bounds.held()
        self.watched = bounds.watched()

    def adopt(self, folder: Path) -> None:
        """Let commands use ``folder``, in which none has run yet."""
        owner.adopt(folder)

    async def run(
        self, command: Sequence[str], folder: Path, seconds: int, *, network: bool = False
    ) -> Ran:
        """See :class:`latitude.workspace.sandbox.base.Sandbox`."""
        watch = await asyncio.to_thread(Watch, self._bounds, folder)
        with ExitStack() as handed:
            told, tell = os.pipe()
            handed.enter_context(os.fdopen(tell, "wb", 0))
            reader, transport = await _listen(told)
            filter_file = _handed(handed, filter_bytes(network=network))
            arguments = for_command(
                owner.place_of(folder),
                self._bounds,
                network=network,
                old=self._old,
                filter_file=filter_file,
                told=tell,
            )
            arguments_file = _handed(handed, encoded(arguments))
            keep_descriptors()
            process = await asyncio.create_subprocess_exec(
                *owner.with_folder(folder),
                self._program,
                *("--args", str(arguments_file), "--"),
                *self._bounds.prlimit(seconds),
                *command,
                env=ENVIRON,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                pass_fds=(filter_file, arguments_file, tell),
                start_new_session=True,
            )
        grip = PidNamespace(process, reader)
        try:
            ran = await Command(process, grip, watch.excess, self._bounds.output).run(seconds)
            await grip.close()
        finally:
            transport.close()
        if ran.stopped is None and grip.status is None:
            said = ran.output.decode("utf-8", "replace").strip()
            raise ToolFailed(f"The sandbox did not start: {said or 'it said nothing'}.")
        return replace(ran, status=None if ran.stopped else grip.status)


def find_program() -> str | None:
    """Return the path of bubblewrap; ``None`` where there is none."""
    return shutil.which("bwrap")


async def _listen(descriptor: int) -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    return reader, transport


def _handed(stack: ExitStack, data: bytes) -> int:
    """Return a descriptor to read ``data`` from, which is smaller than a pipe's room."""
    reading, writing = os.pipe()
    stack.enter_context(os.fdopen(reading, "rb", 0))
    with os.fdopen(writing, "wb", 0) as file:
        file.write(data)
    return reading

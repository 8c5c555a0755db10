"""Commands in bubblewrap."""

import asyncio
import re
import shutil
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

from latitude.core.uninterrupted import uninterrupted
from latitude.errors import ToolFailed
from latitude.workspace.sandbox import owner
from latitude.workspace.sandbox.base import Ran
from latitude.workspace.sandbox.bounds import USUAL_BOUNDS, Bounds
from latitude.workspace.sandbox.bubblewrap import ENVIRON, encoded, for_command
from latitude.workspace.sandbox.pipes import incoming, keep_descriptors, outgoing
from latitude.workspace.sandbox.process import Command, PidNamespace
from latitude.workspace.sandbox.syscalls import filter_bytes
from latitude.workspace.sandbox.watch import Watch

_FORBIDS_NAMESPACES = (0, 8)
"""The first version that has ``--disable-userns``."""


class Bubblewrap:
    """A sandbox of namespaces, limits and a filter of system calls."""

    def __init__(self, program: str, version: str, bounds: Bounds = USUAL_BOUNDS) -> None:
        self._program = program
        self._bounds = bounds
        self._views = owner.Views()
        self._lost: dict[Path, int] = {}
        """Bytes of the disk's room that the commands in a folder have taken so far."""
        self._old = tuple(map(int, re.findall(r"\d+", version))) < _FORBIDS_NAMESPACES
        self.name = f"bubblewrap {version}"
        self.held = bounds.held()
        self.watched = bounds.watched()

    def adopt(self, folder: Path) -> None:
        """Let commands use ``folder``, in which none has run yet."""
        owner.adopt(folder)

    def release(self, folder: Path) -> None:
        """Let go of ``folder``, in which no command will run any more."""
        self._views.drop(folder)
        self._lost.pop(folder, None)

    async def run(
        self, command: Sequence[str], folder: Path, seconds: int, *, network: bool = False
    ) -> Ran:
        """See :class:`latitude.workspace.sandbox.base.Sandbox`."""
        lost = self._lost.get(folder, 0)
        try:
            watch = await asyncio.to_thread(Watch, self._bounds, folder, lost=lost)
        except OSError as error:
            raise ToolFailed(
                f"The workspace cannot be looked into ({error.strerror}). No command was started."
            ) from error
        async with (
            self._views.of(folder) as view,
            incoming() as (output, print_to),
            incoming() as (told, tell),
        ):
            command = (*self._bounds.prlimit(seconds), *command)
            starting = asyncio.create_task(
                self._start(view, folder, command, network, print_to, tell)
            )
            try:
                process = await asyncio.shield(starting)
            except asyncio.CancelledError:
                # What has begun is ended as any other command is.
                with suppress(ToolFailed):
                    await uninterrupted(self._break_off(starting, output, told, watch))
                raise
            ran = await self._attend(process, output, told, watch, seconds)
            self._lost[folder] = watch.lost()
            return ran

    async def _attend(
        self,
        process: Process,
        output: asyncio.StreamReader,
        told: asyncio.StreamReader,
        watch: Watch,
        seconds: int,
    ) -> Ran:
        grip = PidNamespace(told)
        try:
            command = Command(process, output, grip, watch.excess, self._bounds.output)
            ran = await command.run(seconds)
        finally:
            await uninterrupted(grip.close())
        if ran.stopped is None and grip.status is None:
            said = ran.output.decode("utf-8", "replace").strip()
            raise ToolFailed(f"The sandbox did not start: {said or 'it said nothing'}.")
        return replace(ran, status=None if ran.stopped else grip.status)

    async def _break_off(
        self,
        starting: asyncio.Task[Process],
        output: asyncio.StreamReader,
        told: asyncio.StreamReader,
        watch: Watch,
    ) -> None:
        await self._attend(await starting, output, told, watch, 0)

    async def _start(
        self,
        view: Sequence[str],
        folder: Path,
        command: Sequence[str],
        network: bool,
        print_to: IO[bytes],
        tell: IO[bytes],
    ) -> Process:
        with print_to, tell, outgoing(filter_bytes(network=network)) as filter_file:
            arguments = for_command(
                owner.place_of(folder),
                self._bounds,
                network=network,
                old=self._old,
                filter_file=filter_file,
                told=tell.fileno(),
            )
            with outgoing(encoded(arguments)) as arguments_file:
                keep_descriptors()
                owner.hand_over(print_to.fileno())
                try:
                    return await asyncio.create_subprocess_exec(
                        *view,
                        self._program,
                        *("--args", str(arguments_file), "--"),
                        *command,
                        env=ENVIRON,
                        stdin=asyncio.subprocess.DEVNULL,
                        stdout=print_to,
                        stderr=print_to,
                        pass_fds=(filter_file, arguments_file, tell.fileno()),
                        start_new_session=True,
                    )
                except OSError as error:
                    raise owner.not_started(error) from error


def find_program() -> str | None:
    """Return the path of bubblewrap; ``None`` where there is none."""
    return shutil.which("bwrap")

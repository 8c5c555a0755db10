"""Commands in Anthropic's sandbox-runtime, which drives the Seatbelt of macOS.

Source: https://github.com/anthropic-experimental/sandbox-runtime, its settings and its command
line. Reading is allowed there unless it is denied, and what is allowed wins over what is denied.
It was written from that page, and has not been run on a Mac.
"""

import asyncio
import json
import os
import shutil
import signal
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import IO, Any

from latitude.errors import ToolFailed
from latitude.workspace.sandbox.base import Missing, Ran
from latitude.workspace.sandbox.bounds import USUAL_BOUNDS, Bounds
from latitude.workspace.sandbox.pipes import incoming, keep_descriptors
from latitude.workspace.sandbox.process import Command
from latitude.workspace.sandbox.watch import FolderWatch

_DENIED = ("/Users", "/Volumes", "/private/var", "/private/tmp", "/opt")
_SHELL_LIMITS = "ulimit -c 0; ulimit -t {cpu}; ulimit -n {files}; "
"""None on processes: a Mac counts all that the person runs, who commonly has more than 256."""
_SECONDS = 20
_LOOK = 'cat "$1" && ! cat "$2"'
_INSTALL = "npm install -g @anthropic-ai/sandbox-runtime"


class Seatbelt:
    """A sandbox without namespaces: what it may read, write and reach is in its settings."""

    def __init__(self, program: str, bounds: Bounds = USUAL_BOUNDS) -> None:
        self._program = program
        self._bounds = bounds
        self.name = "sandbox-runtime"
        self.held = (f"{bounds.open_files} open files a process",)
        self.watched = tuple(limit for limit in bounds.watched() if "memory" not in limit)

    def adopt(self, folder: Path) -> None:
        """Nothing: commands run with the person's own id."""

    def release(self, folder: Path) -> None:
        """Nothing: nothing is held between commands."""

    async def run(
        self, command: Sequence[str], folder: Path, seconds: int, *, network: bool = False
    ) -> Ran:
        """See :class:`latitude.workspace.sandbox.base.Sandbox`."""
        with TemporaryDirectory(prefix="latitude-") as place:
            temporary = Path(place, "tmp")
            temporary.mkdir()
            settings = Path(place, "settings.json")
            allowed = (str(folder), str(temporary))
            settings.write_text(json.dumps(settings_for(allowed, self._program, network=network)))
            limits = _SHELL_LIMITS.format(cpu=seconds + 5, files=self._bounds.open_files)
            environ = {
                "PATH": f"{Path(self._program).parent}:/usr/bin:/bin",
                "HOME": str(temporary),
                "TMPDIR": str(temporary),
                "LANG": "C.UTF-8",
            }
            keep_descriptors()
            async with incoming() as (output, print_to):
                with print_to:
                    process = await _started(
                        (self._program, "--settings", str(settings), "--"),
                        ("/bin/sh", "-c", f'{limits}exec "$@"', "sh", *command),
                        environ,
                        folder,
                        print_to,
                    )
                watch, grip = FolderWatch(self._bounds, folder), _ProcessGroup(process)
                at_work = Command(process, output, grip, watch.excess, self._bounds.output)
                ran = await at_work.run(seconds)
        return replace(ran, status=None if ran.stopped else process.returncode)


async def _started(
    sandbox: Sequence[str],
    command: Sequence[str],
    environ: Mapping[str, str],
    folder: Path,
    print_to: IO[bytes],
) -> Process:
    try:
        return await asyncio.create_subprocess_exec(
            *sandbox,
            *command,
            env=environ,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=print_to,
            stderr=print_to,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolFailed(f"The sandbox did not start: {error.strerror}.") from error


def settings_for(allowed: Sequence[str], program: str, *, network: bool) -> dict[str, Any]:
    """Return the settings: nothing of the person's can be read, nothing else written."""
    package = Path(program).resolve().parents[1]
    return {
        "network": {"allowedDomains": ["*"] if network else [], "deniedDomains": []},
        "filesystem": {
            "denyRead": list(_DENIED),
            "allowRead": [*allowed, str(package)],
            "allowWrite": list(allowed),
            "denyWrite": [],
        },
    }


async def find_seatbelt(folder: Path) -> Seatbelt | Missing:
    """Try it: it must run a command, and must not read beside the workspace."""
    program = shutil.which("srt")
    if program is None:
        return Missing("Anthropic's sandbox-runtime is not installed.", f"Install it: {_INSTALL}")
    sandbox = Seatbelt(program)
    canary = Path.home() / f".latitude-probe-{token_hex(8)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="probe-", dir=folder, ignore_cleanup_errors=True) as place:
            readable = Path(place, "readable")
            readable.write_text("to be read")
            canary.write_text("not to be read")
            look = ("/bin/sh", "-c", _LOOK, "sh", str(readable), str(canary))
            ran = await sandbox.run(look, Path(place), _SECONDS)
    except ToolFailed as error:
        return Missing(f"sandbox-runtime was tried. {error}", f"Install it anew: {_INSTALL}")
    except OSError as error:
        return Missing(f"{error.filename}: {error.strerror}.", "Make that folder writable.")
    finally:
        canary.unlink(missing_ok=True)
    return _judged(ran) or sandbox


def _judged(ran: Ran) -> Missing | None:
    """Return what is wrong with a sandbox that ran :data:`_LOOK`; ``None`` for nothing.

    A file that may be read is read first, in the same way: where that fails, the other one was
    not denied, for nothing could run.
    """
    said = ran.output.decode("utf-8", "replace").strip()
    if "not to be read" in said:
        return Missing(
            "sandbox-runtime was tried, and did not hold: a command could read a file in the home "
            "folder.",
            f"Install it anew: {_INSTALL}",
        )
    if ran.status == 0 and said.startswith("to be read"):
        return None
    why = said or ran.stopped or f"exit status {ran.status}"
    return Missing(
        f"sandbox-runtime was tried, and could not run a command: {why}.",
        "What it said is above; `latitude doctor` tries it again.",
    )


class _ProcessGroup:
    """A grip on the processes that stay in one group; one that leaves it gets away."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def pid(self) -> int | None:
        return self._process.pid

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def gone(self) -> None:
        await self._process.wait()

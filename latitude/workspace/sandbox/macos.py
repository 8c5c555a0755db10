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
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

from latitude.errors import ToolFailed
from latitude.workspace.sandbox.base import Missing, Ran
from latitude.workspace.sandbox.bounds import USUAL_BOUNDS, Bounds
from latitude.workspace.sandbox.pipes import incoming, keep_descriptors
from latitude.workspace.sandbox.process import Command
from latitude.workspace.sandbox.watch import used

_DENIED = ("/Users", "/Volumes", "/private/var", "/private/tmp", "/opt")
_SHELL_LIMITS = "ulimit -c 0; ulimit -t {cpu}; ulimit -n {files}; ulimit -u {processes}; "
_SECONDS = 20


class Seatbelt:
    """A sandbox without namespaces: what it may read, write and reach is in its settings."""

    def __init__(self, program: str, bounds: Bounds = USUAL_BOUNDS) -> None:
        self._program = program
        self._bounds = bounds
        self.name = "sandbox-runtime"
        self.held = (f"{bounds.open_files} open files a process",)
        self.watched = bounds.watched()[:1] + bounds.watched()[2:]

    def adopt(self, folder: Path) -> None:
        """Nothing: commands run with the person's own id."""

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
            limits = _SHELL_LIMITS.format(
                cpu=seconds + 5,
                files=self._bounds.open_files,
                processes=self._bounds.processes,
            )
            environ = {
                "PATH": f"{Path(self._program).parent}:/usr/bin:/bin",
                "HOME": str(temporary),
                "TMPDIR": str(temporary),
                "LANG": "C.UTF-8",
            }
            keep_descriptors()
            async with incoming() as (output, print_to):
                with print_to:
                    process = await asyncio.create_subprocess_exec(
                        self._program,
                        *("--settings", str(settings), "--"),
                        *("/bin/sh", "-c", f'{limits}exec "$@"', "sh", *command),
                        env=environ,
                        cwd=folder,
                        stdin=asyncio.subprocess.DEVNULL,
                        stdout=print_to,
                        stderr=print_to,
                        start_new_session=True,
                    )
                watch, grip = _FolderWatch(folder, self._bounds), _ProcessGroup(process)
                at_work = Command(process, output, grip, watch.excess, self._bounds.output)
                ran = await at_work.run(seconds)
        return replace(ran, status=None if ran.stopped else process.returncode)


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
        return Missing(
            "Anthropic's sandbox-runtime is not installed.",
            "Install it: npm install -g @anthropic-ai/sandbox-runtime",
        )
    sandbox = Seatbelt(program)
    with TemporaryDirectory(prefix="probe-", dir=folder) as place:
        canary = Path.home() / f".latitude-probe-{token_hex(8)}"
        try:
            canary.write_text("not to be read")
            script = f"cat '{canary}' 2>/dev/null; exec 2>/dev/null; echo ran"
            ran = await sandbox.run(("/bin/sh", "-c", script), Path(place), _SECONDS)
        except (ToolFailed, OSError) as error:
            return Missing(f"sandbox-runtime was tried. {error}", "Install it anew.")
        finally:
            canary.unlink(missing_ok=True)
    said = ran.output.decode("utf-8", "replace").strip()
    if ran.status == 0 and said == "ran":
        return sandbox
    return Missing(
        f"sandbox-runtime was tried, and did not hold: {said or ran.stopped}.", "Install it anew."
    )


class _FolderWatch:
    """What a Mac lets us see: the workspace, and not the memory."""

    def __init__(self, folder: Path, bounds: Bounds) -> None:
        self._folder = folder
        self._bounds = bounds

    def excess(self, _pid: int) -> str | None:
        size, files = used(self._folder, self._bounds)
        if size > self._bounds.folder_bytes:
            return f"the workspace grew over {self._bounds.folder_bytes:,} bytes"
        if files > self._bounds.folder_files:
            return f"the workspace grew over {self._bounds.folder_files:,} files"
        return None


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

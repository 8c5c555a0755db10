"""Whether this machine has a sandbox that holds: found out by running one."""

import asyncio
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

from latitude.errors import ToolFailed
from latitude.workspace.sandbox.base import Missing, Sandbox
from latitude.workspace.sandbox.linux import Bubblewrap, find_program
from latitude.workspace.sandbox.syscalls import filter_bytes

_INSTALL = "Install bubblewrap (on Debian and Ubuntu: sudo apt install bubblewrap)."
_CURES = (
    (
        r"uid map: Permission denied|RTM_NEWADDR|loopback",
        (
            "AppArmor keeps bubblewrap from making a namespace. Load its profile "
            "bwrap-userns-restrict for /usr/bin/bwrap (on Ubuntu it is in apparmor-profiles)."
        ),
    ),
    (
        r"No space left|ENOSPC",
        (
            "Namespaces are switched off here: user.max_user_namespaces is 0. Set it higher with "
            "sysctl."
        ),
    ),
    (
        r"Operation not permitted|No permissions|EPERM",
        (
            "Namespaces are not allowed here, as in most containers. Run latitude outside of the "
            "container."
        ),
    ),
    (r"Unknown option", "This bubblewrap is too old. Install 0.8 or newer."),
    (
        # Of mount only that it is missing: bubblewrap speaks of its own mounts as well.
        r"prlimit|setpriv|unshare|nsenter|\bmount: (command not found|not found|No such file)",
        "Install util-linux: prlimit, setpriv, unshare, nsenter and mount are in it.",
    ),
)
_SECONDS = 10
_VERSION_SECONDS = 5.0


async def find_sandbox(folder: Path) -> Sandbox | Missing:
    """Start ``true`` in a workspace in ``folder`` with all arguments of a real command.

    A sandbox that cannot be started like this is not offered, and nothing is tried without.
    """
    if sys.platform == "darwin":
        from latitude.workspace.sandbox.macos import find_seatbelt

        return await find_seatbelt(folder)
    if not sys.platform.startswith("linux"):
        return Missing(f"There is no sandbox for {sys.platform}.", "Use Linux or macOS.")
    program = find_program()
    if program is None:
        return Missing("bubblewrap is not installed.", _INSTALL)
    try:
        filter_bytes(network=False)
    except (ImportError, RuntimeError) as error:
        return Missing(
            f"libseccomp is not installed ({error}).",
            "Install it (on Debian and Ubuntu: sudo apt install libseccomp2).",
        )
    except ValueError as error:
        return Missing(f"libseccomp is too old: {error}.", "Install libseccomp 2.5.4 or newer.")
    try:
        version = await asyncio.to_thread(_version, program)
    except OSError as error:
        return Missing(f"{program} could not be started: {error.strerror}.", _INSTALL)
    except subprocess.TimeoutExpired:
        return Missing(
            f"{program} did not tell its version within {_VERSION_SECONDS:g} seconds.", _INSTALL
        )
    return await _try(Bubblewrap(program, version), folder)


async def _try(sandbox: Sandbox, folder: Path) -> Sandbox | Missing:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = Path(mkdtemp(prefix="probe-", dir=folder))
    except OSError as error:
        return Missing(f"{folder}: {error.strerror}.", "Make that folder writable.")
    try:
        sandbox.adopt(place)
        ran = await sandbox.run(("/usr/bin/true",), place, _SECONDS)
    except (ToolFailed, OSError) as error:
        return Missing(f"{sandbox.name} was tried. {error}", cure_for(str(error)))
    finally:
        sandbox.release(place)
        shutil.rmtree(place, ignore_errors=True)
    if ran.status == 0:
        return sandbox
    said = ran.stopped or ran.output.decode("utf-8", "replace").strip()
    return Missing(
        f"{sandbox.name} was tried, and could not run a command: {said}.", cure_for(said)
    )


def cure_for(said: str) -> str:
    """Return what helps against what bubblewrap ``said``."""
    for pattern, cure in _CURES:
        if re.search(pattern, said):
            return cure
    return "What it said is above; `latitude doctor` tries it again."


def _version(program: str) -> str:
    done = subprocess.run(
        [program, "--version"], capture_output=True, check=False, env={}, timeout=_VERSION_SECONDS
    )
    said = done.stdout.decode("utf-8", "replace").strip()
    return said.rpartition(" ")[2] or "of no known version"

"""The program that Playwright starts for a browser: the browser in bubblewrap, with no host files.

The browser keeps the right to part itself further, for its own sandbox stands inside this one;
that is why the filter of system calls, which takes that right, is not here. It gets everything it
shows from Playwright, so no folder of the host is bound.
"""

import shlex
from dataclasses import replace
from pathlib import Path

from latitude.workspace.entry import MIB
from latitude.workspace.sandbox import bubblewrap, owner
from latitude.workspace.sandbox.bounds import USUAL_BOUNDS

LONGEST = 30
"""Seconds that a browser may live."""
BOUNDS = replace(
    USUAL_BOUNDS,
    memory=1536 * MIB,
    processes=512,
    open_files=1024,
    shared=256 * MIB,
)
"""A browser with an empty page has 11 processes, 140 threads and 410 MiB."""
FOLDER = "latitude-browser-"
"""How the name begins of the folder that one preview has for itself."""
PID, TOLD = "pid", "told"
"""Files beside the launcher: bubblewrap's own pid, and what it says of its child."""

_READ = ("/etc/fonts", "/etc/chromium.d")
_NOT_NEEDED = "WebUIOmniboxPopup,WebUIOmniboxAimPopup"
"""Features of Chromium since 151: it draws the list below its address bar when it starts, without
a window as well, which took a quarter of all the work of a preview."""
_TOLD_AT = 9
"""A descriptor that Playwright does not use; it passes 0 to 4."""


def write_launcher(folder: Path, bwrap: str, browser: str) -> Path:
    """Write the program into ``folder`` and return its path. It passes its arguments on."""
    inside = (
        *bubblewrap.namespaces(network=False, nested=True),
        *bubblewrap.environment(),
        *bubblewrap.system(BOUNDS, network=False, more=(*_READ, *_outside_usr(browser))),
        *("--chdir", "/tmp"),  # noqa: S108  (the sandbox's own)
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--info-fd", str(_TOLD_AT)),
    )
    clean = ("/usr/bin/env", "-i", *(f"{name}={it}" for name, it in bubblewrap.ENVIRON.items()))
    limits = BOUNDS.prlimit(LONGEST)
    command = (*clean, *owner.as_nobody(), bwrap, *inside, "--", *limits, browser)
    launcher = folder / "browser"
    launcher.write_text(
        "#!/bin/sh\n"
        f"echo $$ >{shlex.quote(str(folder / PID))}\n"
        f"exec {_TOLD_AT}>{shlex.quote(str(folder / TOLD))}\n"
        # Of two lists of features Chromium takes the last one alone, and Playwright has a list.
        "for each do\n"
        "  shift\n"
        f'  case $each in --disable-features=*) each="$each,{_NOT_NEEDED}" ;; esac\n'
        '  set -- "$@" "$each"\n'
        "done\n"
        f'exec {shlex.join(command)} "$@"\n',
        encoding="utf-8",
        errors="surrogateescape",
    )
    launcher.chmod(0o700)
    return launcher


def _outside_usr(browser: str) -> tuple[str, ...]:
    """The folder of a browser that is not below ``/usr``, as Google's is in ``/opt``."""
    real = Path(browser).resolve()
    return () if real.is_relative_to("/usr") else (str(real.parent),)

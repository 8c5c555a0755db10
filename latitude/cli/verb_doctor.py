"""``latitude doctor``: what this machine and home can do, and what to do about the rest."""

import argparse
import asyncio
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from latitude import __version__
from latitude.cli.options import add_json, home_of
from latitude.cli.output import complain, print_json, say, style_for
from latitude.config import KEY_VARIABLES, Home, find_key, load_settings
from latitude.core.clean import clean_line
from latitude.errors import RecordBroken, UsageError
from latitude.journal.paths import JOURNAL, is_running, session_ids
from latitude.journal.reader import read_ends
from latitude.prompts.library import Library

OLDEST_GIT = (2, 34)
"""The first git that can be told which writes to bring to the disk, as the artifacts need."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at."""

    what: str
    ok: bool
    found: str
    cure: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Look at everything; status 1 when a session could not be run and kept as things stand."""
    home = home_of(options)
    style = style_for(sys.stdout)
    well = True
    for sign in _signs(home):
        well = well and sign.ok
        if options.json:
            print_json(sign)
            continue
        # What may be missing is no fault, and not there all the same.
        mark = style.warn("✗") if not sign.ok else "·" if sign.cure else "✓"
        print(f"{mark} {sign.what}: {clean_line(sign.found)}")
        if sign.cure:
            say(clean_line(sign.cure), margin="  ")
    if not well:
        complain("A session could not be run and kept as things stand; ✗ marks what to mend.")
    return 0 if well else 1


def _signs(home: Home) -> Iterator[Sign]:
    python = platform.python_version()
    yield Sign("latitude", ok=True, found=f"{__version__}, Python {python}, {sys.platform}")
    yield _git()
    yield _writable("home", home.root)
    yield _writable("workspaces", home.state)
    yield _settings(home)
    yield _protocols(home)
    yield from _keys()
    yield from _tools(home)
    yield _sessions(home)


def _git() -> Sign:
    program = shutil.which("git")
    cure = "Install git 2.34 or newer: what a model makes is kept in a git repository."
    if program is None:
        return Sign("git", ok=False, found="not found", cure=cure)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    words = said.stdout.split()
    version = words[2] if len(words) > 2 else "of no known version"
    parts = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    new_enough = parts >= OLDEST_GIT
    return Sign("git", ok=new_enough, found=version, cure="" if new_enough else cure)


def _writable(what: str, folder: Path) -> Sign:
    existing = folder
    while not existing.exists():
        existing = existing.parent
    writable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    free = shutil.disk_usage(existing).free // 2**20
    found = f"{folder}, {free:,} MiB free{'' if folder.exists() else ', made when needed'}"
    cure = "" if writable else "It cannot be written. Make it writable, or name another home."
    return Sign(what, ok=writable, found=found, cure=cure)


def _settings(home: Home) -> Sign:
    try:
        settings = load_settings(home)
    except UsageError as error:
        return Sign("settings", ok=False, found="cannot be read", cure=str(error))
    return Sign(
        "settings",
        ok=True,
        found=f"model {settings.model or 'to be named'}, protocol {settings.protocol}",
    )


def _protocols(home: Home) -> Sign:
    from latitude.prompts.check import check

    library = Library(home.prompts)
    findings = check(library.folders)
    return Sign(
        "protocols",
        ok=not findings,
        found=f"{len(library.names())}, {len(findings)} faults",
        cure="latitude prompts check names them." if findings else "",
    )


def _keys() -> Iterator[Sign]:
    for vendor, variable in KEY_VARIABLES.items():
        if find_key(vendor) is None:
            # No key is no fault: local servers and rehearsals need none.
            cure = f"To use {vendor}/…, set {variable}, or keep a key in the OS keyring."
            yield Sign(f"{vendor} key", ok=True, found="none", cure=cure)
        else:
            yield Sign(f"{vendor} key", ok=True, found="present")


def _tools(home: Home) -> Iterator[Sign]:
    from latitude.workspace.browser.browser import Browser, find_browser
    from latitude.workspace.sandbox.base import Missing, Sandbox
    from latitude.workspace.sandbox.probe import find_sandbox

    async def tried() -> tuple[Sandbox | Missing, Browser | Missing]:
        return await find_sandbox(home.state), await find_browser()

    # What is missing is no fault of the home's: files and talk go on without.
    sandbox, browser = asyncio.run(tried())
    what = "commands (run)"
    if isinstance(sandbox, Missing):
        yield Sign(what, ok=True, found=f"not offered to a model. {sandbox.why}", cure=sandbox.cure)
    else:
        held, watched = ", ".join(sandbox.held), ", ".join(sandbox.watched)
        found = f"in {sandbox.name}, tried. The kernel holds {held}. Watched, not hard: {watched}"
        yield Sign(what, ok=True, found=found)
    what = "previews (preview)"
    if isinstance(browser, Missing):
        yield Sign(what, ok=True, found=f"not offered to a model. {browser.why}", cure=browser.cure)
    else:
        yield Sign(what, ok=True, found=f"in {browser.program}, tried in bubblewrap")


def _sessions(home: Home) -> Sign:
    ids = session_ids(home.sessions)
    left_open = [session for session in ids if _is_left_open(home.session(session))]
    return Sign(
        "sessions",
        ok=not left_open,
        found=f"{len(ids)}, {len(left_open)} neither running nor closed",
        cure="latitude recover closes them." if left_open else "",
    )


def _is_left_open(folder: Path) -> bool:
    try:
        _, last = read_ends(folder / JOURNAL)
    except (RecordBroken, OSError):
        return True
    return last is None and not is_running(folder)

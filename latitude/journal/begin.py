"""How a session's folder comes to be: with its whole first line on disk, or not at all.

It is made under another name and renamed when it is whole. The few calls are made on the event
loop, for they take microseconds; only the waits for the disk are shared with all other sessions.
"""

import asyncio
import contextlib
import fcntl
import os
import secrets
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from latitude.core.events import Record, SessionOpened
from latitude.errors import HomeUnusable, UsageError
from latitude.journal.clock import Stamps
from latitude.journal.durable import DISK, OnDisk
from latitude.journal.line import FIRST_PREV, encode_event
from latitude.journal.linefile import LineFile
from latitude.journal.lock import Hold
from latitude.journal.paths import JOURNAL, OPENING


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that is on disk, and the lock on it."""

    hold: Hold
    first: Record
    length: int
    """Bytes of the first line, its newline included."""


async def begin(folder: Path, opened: SessionOpened, stamps: Stamps) -> Begun:
    """Make ``folder`` with a journal of one line, and lock it.

    Raises ``HomeUnusable`` when it cannot be written and ``UsageError`` when the folder is there
    already; then nothing of it is left.
    """
    sessions = folder.parent
    try:
        sessions.mkdir(parents=True, exist_ok=True)
        fd = os.open(sessions, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _cannot_begin(folder, error) from error
    try:
        await _share(fd)
        return await _begin(folder, fd, opened, stamps)
    except (OSError, HomeUnusable) as error:
        raise _cannot_begin(folder, error) from error
    finally:
        os.close(fd)


async def _share(sessions: int) -> None:
    """Lock the folder of all sessions, shared among those that are being opened.

    The sweep of left-over folders takes it alone, so it never sees a folder that somebody is
    still making.
    """
    try:
        fcntl.flock(sessions, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        await asyncio.to_thread(fcntl.flock, sessions, fcntl.LOCK_SH)


async def _begin(folder: Path, sessions: int, opened: SessionOpened, stamps: Stamps) -> Begun:
    if folder.exists():
        raise UsageError(f"There is a session {folder.name} already. Nothing was changed.")
    opening = folder.with_name(f"{OPENING}{folder.name}-{secrets.token_hex(4)}")
    # Undone after a cancellation too: nobody would have the lock that is let go of here.
    with contextlib.ExitStack() as undo:
        opening.mkdir()
        undo.callback(shutil.rmtree, opening, ignore_errors=True)
        hold = undo.enter_context(Hold.take(opening / JOURNAL, create=True))
        at = stamps.now()
        line, _ = encode_event(0, at, FIRST_PREV, opened)
        LineFile(hold.journal, hold.fd, 0).append(line + b"\n")
        await _reach_disk(hold.fd, opening)
        opening.rename(folder)
        await DISK.reach(OnDisk.of(sessions, os.fsync))
        undo.pop_all()
    first = Record(0, at, opened, sha256(line).hexdigest())
    return Begun(Hold(folder / JOURNAL, hold.fd), first, len(line) + 1)


async def _reach_disk(journal: int, opening: Path) -> None:
    """Bring the first line and the name of its file to the disk together."""
    fd = os.open(opening, os.O_RDONLY | os.O_DIRECTORY)
    try:
        await asyncio.gather(
            DISK.reach(OnDisk.of(journal, os.fsync)), DISK.reach(OnDisk.of(fd, os.fsync))
        )
    finally:
        os.close(fd)


def _cannot_begin(folder: Path, error: OSError | HomeUnusable) -> HomeUnusable:
    cause = error if isinstance(error, OSError) else error.__cause__
    why = cause.strerror if isinstance(cause, OSError) else str(error)
    return HomeUnusable(
        f"No session can be begun in {folder.parent}: {why}. Nothing was recorded and nothing was "
        "sent. Make the home writable, make room, or name another with --home."
    )

"""Brings the index up to the journals: what is new is added, what changed is read on."""

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from latitude.index.database import Database
from latitude.index.entry import read_entry
from latitude.index.follow import Progress
from latitude.index.stamps import Stamp, changed, stamp_of
from latitude.index.write import put, remove
from latitude.journal.listing import look_at
from latitude.journal.paths import session_ids
from latitude.journal.reader import BEGINNING, Place

_SETTLED_NS = 2_000_000_000
"""Nanoseconds. A folder that changed this shortly ago may change once more within one tick of a
file system's clock, and its time would not tell."""
_LATE = 60.0
"""Seconds by which a session may end before one that is in the index already. One that ended
earlier came from elsewhere, and the whole order is made anew."""
_MANY = 500
"""New sessions from which on making all anew can be quicker than adding them one by one."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the index knows of a session's files."""

    stamp: Stamp
    place: Place
    """Where to read on. A session that is closed and yet changed is read anew: nobody may add."""


def catch_up(database: Database, sessions: Path, progress: Progress) -> bool:
    """Read what is new, and return ``True``; ``False`` where all must be made anew in its place.

    Raises ``HomeUnusable`` when the folder cannot be read or the index not be written.
    """
    at = changed(sessions)
    with database.writing():
        # What another process wrote while this one waited is not read a second time.
        known, there = _known(database.connection), session_ids(sessions)
        stale = [
            name
            for name in there
            # A text and no path: with ten thousand sessions, paths take as long as the looks.
            if name not in known or known[name].stamp != stamp_of(f"{sessions}/{name}")
        ]
        fresh = [name for name in stale if name not in known]
        if len(fresh) > max(_MANY, len(known)) or _came_late(database.connection, sessions, fresh):
            return False
        for name in known.keys() - set(there):
            remove(database.connection, name)
        for done, name in enumerate(_in_order(sessions, stale), start=1):
            place = known[name].place if name in known else BEGINNING
            put(database.connection, read_entry(sessions / name, place))
            progress(done, len(stale))
        _remember(database.connection, at)
    return True


def fill(connection: sqlite3.Connection, sessions: Path, progress: Progress) -> None:
    """Read every session into an empty index."""
    at = changed(sessions)
    names = _in_order(sessions, session_ids(sessions))
    for done, name in enumerate(names, start=1):
        put(connection, read_entry(sessions / name))
        progress(done, len(names))
    _remember(connection, at)


def _known(connection: sqlite3.Connection) -> dict[str, _Known]:
    rows = connection.execute(
        f"SELECT id, closed, read_to, read_seq, read_prev, {', '.join(Stamp._fields)} FROM session"
    )
    return {
        name: _Known(Stamp(*stamp), BEGINNING if closed or not prev else Place(offset, seq, prev))
        for name, closed, offset, seq, prev, *stamp in rows
    }


def _came_late(connection: sqlite3.Connection, sessions: Path, fresh: Iterable[str]) -> bool:
    ends = connection.execute(
        "SELECT closed FROM session WHERE closed IS NOT NULL ORDER BY closed DESC"
    )
    newest = next((at for (end,) in ends if (at := _seconds(end)) is not None), None)
    if newest is None:
        return False
    closed = (_seconds(look_at(sessions / name).listed.closed) for name in fresh)
    return any(at is not None and at < newest - _LATE for at in closed)


def _in_order(sessions: Path, names: Iterable[str]) -> list[str]:
    """In the order in which their turns are to stand: by their ends, and open ones last.

    Ends are compared as they are written: one that is no time has a place like any other.
    """
    ends = {name: look_at(sessions / name).listed.closed or "~" for name in names}
    return sorted(ends, key=lambda name: (ends[name], name))


def _remember(connection: sqlite3.Connection, at: int) -> None:
    settled = at if time.time_ns() - at > _SETTLED_NS else 0
    connection.execute(
        "INSERT INTO meta VALUES ('sessions_changed', ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (str(settled),),
    )


def _seconds(at: str | None) -> float | None:
    """``None`` where it is not known: the chain may hold of a line whose time is none."""
    try:
        return None if at is None else datetime.fromisoformat(at).timestamp()
    except (ValueError, OverflowError, OSError):
        return None

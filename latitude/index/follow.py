"""The index, up to date: whoever opens it catches up with the journals first.

The folder of all sessions changes its time when a session is added, removed or tagged. While it
stays the same, only the sessions that were open need to be looked at, and what reads journals is
not even loaded.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from latitude.errors import SessionBusy
from latitude.index.database import (
    HELD,
    Database,
    Fill,
    Unkept,
    is_held,
    make_file,
    make_in_memory,
    open_file,
)
from latitude.index.stamps import Stamp, changed, stamp_of

Progress = Callable[[int, int], None]
"""Is told how many sessions of how many have been read."""
Unsaid = Callable[[str], None] | None
"""Is told why an index is made in memory."""
Answer = TypeVar("Answer")


def _silent(done: int, total: int) -> None:
    del done, total


def open_index(sessions: Path, progress: Progress = _silent, unkept: Unsaid = None) -> Database:
    """Open the index of the sessions in ``sessions``, and bring it up to date.

    Where it cannot be kept it is made in memory, and ``unkept`` is told why. Raises
    ``HomeUnusable`` when the folder cannot be read or the disk is full.
    """
    return _opened(_kept, sessions, progress, unkept)


def ask_index(
    sessions: Path,
    query: Callable[[sqlite3.Connection], Answer],
    progress: Progress = _silent,
    unkept: Unsaid = None,
) -> Answer:
    """Return what ``query`` finds in the index of ``sessions``, which is brought up to date first.

    A page that is damaged may be met only by ``query``: then the index is made anew, and ``query``
    asks a second time. Raises ``SessionBusy`` when another process keeps the index for itself, and
    otherwise as :func:`open_index` and ``query`` do.
    """
    try:
        return _asked(open_index(sessions, progress, unkept), query)
    except sqlite3.DatabaseError as error:
        if is_held(error):
            raise SessionBusy(HELD) from error
    return _asked(_opened(_made, sessions, progress, unkept), query)


def rebuild(sessions: Path, progress: Progress = _silent) -> int:
    """Make the index anew from the journals; return how many sessions it holds.

    Raises :class:`~latitude.index.database.Unkept` where it cannot be written, otherwise as
    :func:`open_index`.
    """
    database = _made(sessions, progress)
    try:
        found: tuple[int] = database.connection.execute("SELECT count(*) FROM session").fetchone()
        return found[0]
    finally:
        database.close()


def _asked(database: Database, query: Callable[[sqlite3.Connection], Answer]) -> Answer:
    try:
        return query(database.connection)
    finally:
        database.close()


def _opened(
    keep: Callable[[Path, Progress], Database], sessions: Path, progress: Progress, unkept: Unsaid
) -> Database:
    try:
        return keep(sessions, progress)
    except Unkept as error:
        if unkept is not None:
            unkept(str(error))
        return make_in_memory(_filling(sessions, progress))


def _kept(sessions: Path, progress: Progress) -> Database:
    database = open_file(sessions) or _made(sessions, progress)
    return database if _caught_up(database, sessions, progress) else _made(sessions, progress)


def _caught_up(database: Database, sessions: Path, progress: Progress) -> bool:
    """Bring it up to date; where all must be made anew in its place, close it."""
    caught_up = False
    try:
        caught_up = not _is_stale(database.connection, sessions)
        if not caught_up:
            from latitude.index.catching_up import catch_up

            caught_up = catch_up(database, sessions, progress)
    except sqlite3.DatabaseError:
        # Damaged: nothing in it is worth more than the journals that it came from.
        pass
    finally:
        if not caught_up:
            database.close()
    return caught_up


def _made(sessions: Path, progress: Progress) -> Database:
    if not sessions.is_dir():
        raise Unkept(f"there is no folder {sessions}")
    make_file(sessions, _filling(sessions, progress))
    database = open_file(sessions)
    if database is None:
        raise Unkept("it was removed as soon as it was made")
    return database


def _filling(sessions: Path, progress: Progress) -> Fill:
    from latitude.index.catching_up import fill

    return lambda connection: fill(connection, sessions, progress)


def _is_stale(connection: sqlite3.Connection, sessions: Path) -> bool:
    row = connection.execute("SELECT value FROM meta WHERE name = 'sessions_changed'").fetchone()
    if row is None or row[0] != str(changed(sessions)):
        return True
    still_open = connection.execute(
        f"SELECT id, {', '.join(Stamp._fields)} FROM session WHERE closed IS NULL"
    )
    return any(Stamp(*stamp) != stamp_of(sessions / name) for name, *stamp in still_open)

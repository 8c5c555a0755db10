"""The index file: opened, made anew when it is missing, old or damaged, and never migrated.

It lies in the home's ``sessions/`` as ``index.sqlite`` and holds nothing that the journals and
annotations do not. It keeps a rollback journal, and not WAL: helper files that come and go with
each reader would change the time of the folder, which says whether a session is new.

SQLite finds the rollback journal by the name of the file, so a file must not be put in the place
of one that somebody has open: whoever has it open shares a lock, which the swap waits for.
"""

import contextlib
import fcntl
import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from latitude.errors import HomeUnusable, SessionBusy

FILE = "index.sqlite"
LOCK = "index.lock"
BUILDING = "index.building-"
"""Prefix of the file that an index is made in before it takes its name."""
PATIENCE = 60.0
"""Seconds to wait for another process that writes or reads; most are done in milliseconds."""
_PAUSE = 0.01
_FORBIDDEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
HELD = (
    "Another process keeps the index for itself. No record was touched. Wait for it or end it, "
    "then try again."
)

Fill = Callable[[sqlite3.Connection], None]
"""Writes all rows of a new index."""


class Unkept(Exception):
    """The index cannot be kept in this home; it can still be made in memory."""


class Database:
    """An open index, and the share in the lock that keeps its file from being swapped."""

    def __init__(self, connection: sqlite3.Connection, share: int | None = None) -> None:
        self.connection = connection
        self._share = share

    def close(self) -> None:
        """Give both back."""
        self.connection.close()
        if self._share is not None:
            os.close(self._share)
            self._share = None

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, which no other process writes beside.

        Raises :class:`Unkept` where it may not be written, and ``HomeUnusable`` when it cannot;
        then nothing of it was.
        """
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if _kind(error) in _FORBIDDEN:
                raise Unkept(str(error)) from error
            raise HomeUnusable(
                f"The index could not be written: {error}. No record was touched, and what the "
                "index held is kept. Make room, or wait for the other process, and try again."
            ) from error
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")


def is_held(error: sqlite3.Error) -> bool:
    """Whether another process kept the index longer than anybody waits."""
    return _kind(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _kind(error: sqlite3.Error) -> int:
    # What Python itself finds, such as text that is no UTF-8, has no code of SQLite's.
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF


def open_file(sessions: Path) -> Database | None:
    """Open the index of ``sessions``; ``None`` when there is none of this schema, or none whole."""
    path = sessions / FILE
    if not path.is_file():
        return None
    share = _shared(sessions)
    try:
        connection = _connected(path)
        if connection.execute("PRAGMA user_version").fetchone()[0] == _version():
            return Database(connection, share)
        connection.close()
    except sqlite3.DatabaseError:
        # No database, or half of one: it is made anew.
        pass
    if share is not None:
        os.close(share)
    return None


def make_in_memory(fill: Fill) -> Database:
    """Make an index that goes with its connection."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _make(connection, fill)
    return Database(connection)


def make_file(sessions: Path, fill: Fill) -> None:
    """Make the index of ``sessions`` anew; the old one is read until the new one is whole.

    Raises :class:`Unkept` when nothing can be written there, and ``SessionBusy`` when another
    process keeps the old one open.
    """
    _sweep(sessions)
    building = sessions / f"{BUILDING}{os.getpid()}-{time.monotonic_ns()}.sqlite"
    try:
        own = os.open(building, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise Unkept(f"{error.strerror} ({sessions})") from error
    try:
        fcntl.flock(own, fcntl.LOCK_EX)
        connection = sqlite3.connect(building, isolation_level=None)
        try:
            # Nobody reads it before it is whole, and half of one is thrown away.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            _make(connection, fill)
        finally:
            connection.close()
        os.fsync(own)
        _swap(sessions, building)
    except sqlite3.OperationalError as error:
        raise HomeUnusable(
            f"The index could not be made: {error}. No record was touched. Make room in "
            f"{sessions}, and try again."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            building.unlink()
        os.close(own)


def _make(connection: sqlite3.Connection, fill: Fill) -> None:
    """All rows first, then the full text at once, which takes half the time of row by row."""
    connection.execute("PRAGMA page_size = 16384")
    connection.execute("BEGIN")
    later = [one for one in _statements() if one.startswith("CREATE TRIGGER")]
    for statement in _statements():
        if statement not in later:
            connection.execute(statement)
    fill(connection)
    connection.execute("INSERT INTO turn_fts(turn_fts) VALUES ('rebuild')")
    for statement in later:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_version()}")
    connection.execute("COMMIT")


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    connection.execute("PRAGMA journal_mode = PERSIST")
    # It can be made anew at any time: a crash of the system may cost it, and never a record.
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _shared(sessions: Path) -> int | None:
    """Share the lock; ``None`` where it cannot be made, and so nothing else can be written."""
    try:
        share = os.open(sessions / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        return None
    _wait_for(share, fcntl.LOCK_SH)
    return share


def _swap(sessions: Path, building: Path) -> None:
    path = sessions / FILE
    lock = os.open(sessions / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _wait_for(lock, fcntl.LOCK_EX)
        # The journal of the file before it must never be played into this one.
        path.with_name(f"{FILE}-journal").unlink(missing_ok=True)
        building.replace(path)
    finally:
        os.close(lock)


def _wait_for(lock: int, kind: int) -> None:
    # Polled, so that a stopped process cannot hold up this one for good.
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise SessionBusy(HELD) from None
            time.sleep(_PAUSE)
        else:
            return


def _sweep(sessions: Path) -> None:
    """Remove what a process left that was killed while it made an index."""
    for left in sessions.glob(f"{BUILDING}*"):
        with contextlib.suppress(OSError):
            # One that was made just now may not be locked yet.
            if time.time() - left.stat().st_mtime < PATIENCE:
                continue
            own = os.open(left, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink()
            finally:
                os.close(own)


@cache
def _statements() -> tuple[str, ...]:
    text = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
    return tuple(part.strip() for part in text.split("\n\n")[1:])


@cache
def _version() -> int:
    """What ``user_version`` holds (31 bits): another schema has another one."""
    return zlib.crc32("\n\n".join(_statements()).encode()) & 0x7FFFFFFF

"""One writer a session: an advisory lock on the journal itself, given back when a process dies."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from latitude.errors import HomeUnusable, RecordBroken, SessionBusy

_TRIES = 10
_PAUSE = 0.02
"""Seconds. ``is_locked`` holds a shared lock for microseconds; a writer must not lose to that."""


class Hold:
    """The writer's lock on one journal, and the open file that carries it."""

    def __init__(self, journal: Path, fd: int) -> None:
        self.journal = journal
        self.fd = fd

    @classmethod
    def take(cls, journal: Path, *, create: bool = False) -> "Hold":
        """Open ``journal`` for appending and lock it; with ``create`` it must not exist yet.

        Raises ``SessionBusy`` when another process, or another writer of this one, holds it,
        ``RecordBroken`` when there is none, ``HomeUnusable`` when it cannot be opened for
        writing, and with ``create`` plain ``OSError``.
        """
        flags = os.O_RDWR | os.O_APPEND | (os.O_CREAT | os.O_EXCL if create else 0)
        try:
            fd = os.open(journal, flags, 0o644)
        except OSError as error:
            if create:
                raise
            if isinstance(error, FileNotFoundError):
                raise RecordBroken(f"{journal} is missing.") from error
            raise HomeUnusable(
                f"{journal} cannot be opened for writing: {error.strerror}. Nothing was changed."
            ) from error
        try:
            _lock(fd, journal.parent.name)
        except (SessionBusy, HomeUnusable):
            os.close(fd)
            raise
        return cls(journal, fd)

    def release(self) -> None:
        """Close the file, which gives the lock back. A second time does nothing."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> "Hold":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def is_locked(journal: Path) -> bool:
    """Say whether a writer holds ``journal``; no file at all is not locked.

    Raises ``RecordBroken`` when it cannot be opened, so that nobody can tell.
    """
    try:
        fd = os.open(journal, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise RecordBroken(f"{journal} cannot be read: {error.strerror}.") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def _lock(fd: int, name: str) -> None:
    for attempt in range(_TRIES):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt + 1 < _TRIES:
                time.sleep(_PAUSE)
        except OSError as error:
            raise HomeUnusable(
                f"The journal of {name} cannot be locked: {error.strerror}. Nothing was changed. "
                "The home must lie on a file system with file locks."
            ) from error
        else:
            return
    raise SessionBusy(
        f"Session {name} is being written by another process. Nothing was changed. "
        "Wait until it ends, or end that process first."
    )

"""One process carries out a plan at a time: an advisory lock, given back when a process dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from latitude.errors import HomeUnusable, SessionBusy


@contextmanager
def held(path: Path, study: str) -> Iterator[None]:
    """Hold the lock file at ``path``, which stays there.

    Raises ``SessionBusy`` when another process holds it, and ``HomeUnusable``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise HomeUnusable(
            f"{path} cannot be opened: {error.strerror}. Nothing was sent."
        ) from error
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SessionBusy(
                f"The study '{study}' is being planned or run by another process. Nothing was "
                f"begun. `latitude study status {study}` shows how far it is."
            ) from error
        except OSError as error:
            raise HomeUnusable(
                f"{path} cannot be locked: {error.strerror}. Nothing was begun. The home must lie "
                "on a file system with file locks."
            ) from error
        yield
    finally:
        os.close(fd)

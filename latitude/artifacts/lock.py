"""The one lock of the repository: whoever moves a ref, adds objects or packs holds it.

A lock of the kernel on an open file: it ends with its process, so a dead one leaves nothing behind
(an own lock file left stale locks after ``kill -9``).
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from latitude.errors import HomeUnusable, SessionBusy

PATIENCE = 600.0
"""Seconds; a repack of a large repository takes minutes, and every other hold milliseconds."""


class RepositoryLock:
    """Exclusive among threads and processes. Never nested: the second acquire would wait forever,
    so it is refused."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: int | None = None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock; raises as :meth:`acquire` does."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._held is not None

    @property
    def descriptor(self) -> int:
        """The open file that holds the lock; a process that inherits it holds the lock too."""
        if self._held is None:
            raise RuntimeError("the repository's lock is not held")
        return self._held

    def acquire(self) -> None:
        """Take the lock.

        Raises ``SessionBusy`` after ten minutes, and ``HomeUnusable`` in a read-only home.
        """
        if self._held is not None:
            raise RuntimeError("the repository's lock is never nested")
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise HomeUnusable(
                f"The repository of artifacts cannot be written: {error.strerror} "
                f"({self._path}). Nothing was changed. Make the home writable and try again."
            ) from error
        with ExitStack() as on_failure:
            on_failure.callback(os.close, descriptor)
            _wait(descriptor, self._path)
            on_failure.pop_all()
        self._held = descriptor

    def release(self) -> None:
        """Give the lock back."""
        if self._held is not None:
            descriptor, self._held = self._held, None
            os.close(descriptor)


def _wait(descriptor: int, path: Path) -> None:
    # Polled, so that a stopped process cannot hold up this one for good.
    deadline = time.monotonic() + PATIENCE
    pause = 0.0005
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EINTR):
                raise HomeUnusable(
                    f"{path} cannot be locked: {error.strerror}. Nothing was changed. "
                    "The home must lie on a file system with file locks."
                ) from error
        else:
            return
        if time.monotonic() > deadline:
            raise SessionBusy(
                "Another process has held the repository of artifacts for ten minutes. "
                f"Nothing was changed. End it, or find it with: fuser {path}"
            )
        time.sleep(pause)
        pause = min(pause * 2, 0.01)

"""Moving refs: compare-and-swap under git's own lock file of the ref.

The new value is brought to the disk together with the objects it points to, and takes its place
after them. A git process for each move, which syncs for itself, took a quarter of a commit's time.
Protocol: gitrepository-layout and git's lockfile.h, ``REF.lock`` made anew and renamed.
"""

import errno
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gitdb.util import LockedFD

from latitude.artifacts.door import Door
from latitude.artifacts.reader import Reader
from latitude.errors import HomeUnusable, SessionBusy

MAIN = "refs/heads/main"
LEDGER = "refs/heads/ledger"
SESSIONS = "refs/heads/session/"

DEAD = 2.0
"""Seconds. A ref's lock this old is nobody's: git holds one for milliseconds, latitudes take turns
by a lock of their own, and what was killed leaves it behind."""

_PAUSE = 0.005
"""Seconds between two looks at a lock that somebody holds."""


def branch(session: str) -> str:
    """Return the full name of a session's branch."""
    return f"{SESSIONS}{session}"


@dataclass(frozen=True, slots=True)
class Move:
    """A ref, where it was (``None`` is nowhere), and where it goes."""

    ref: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A locked ref with its new value beside it."""

    descriptor: int
    """The open file of the new value, to be brought to the disk before :meth:`finish`."""
    locked: LockedFD

    def finish(self) -> None:
        """Put the new value in its place."""
        self.locked.commit()


class Refs:
    """Writes refs. The caller holds the repository's lock."""

    def __init__(self, door: Door, reader: Reader) -> None:
        self._door = door
        self._reader = reader

    @contextmanager
    def prepare(self, move: Move) -> Iterator[Prepared]:
        """Lock a ref; it moves if :meth:`Prepared.finish` is called before the block ends.

        Raises ``SessionBusy`` when it is not where it was said to be, and ``HomeUnusable``.
        """
        path = self._door.git_dir / move.ref
        try:
            locked, descriptor = _lock(path)
        except OSError as error:
            raise _cannot_write(path, error) from error
        try:
            now = self._now(move.ref, path)
            if now != move.old:
                raise SessionBusy(
                    f"{move.ref} was moved by another process from {move.old} to {now}. "
                    "Nothing was changed by this one. Try again."
                )
            os.write(descriptor, f"{move.new}\n".encode())
            yield Prepared(descriptor, locked)
        except OSError as error:
            raise _cannot_write(path, error) from error
        finally:
            locked.rollback()

    def remove(self, ref: str, old: str) -> None:
        """Remove a ref that is at ``old``; raises ``GitFailed`` when it is not."""
        self._door.run("update-ref", "-d", ref, old)

    def all(self, prefix: str) -> Mapping[str, str]:
        """Return the refs whose names begin with ``prefix``, and where they point."""
        out = self._door.run("for-each-ref", "--format=%(refname) %(objectname)", prefix)
        return dict(line.split(" ") for line in out.decode().splitlines())

    def _now(self, ref: str, path: Path) -> str | None:
        try:
            return path.read_text("ascii").strip()
        except FileNotFoundError:
            # It may stand in packed-refs, which git reads better.
            return self._reader.tip(ref)


def _lock(path: Path) -> tuple[LockedFD, int]:
    """Make the lock file of a ref, and wait for whoever else has made it."""
    while True:
        locked = LockedFD(str(path))
        try:
            return locked, locked.open(write=True)
        except OSError as error:
            cause = error.__cause__
            assert isinstance(cause, OSError)
            if cause.errno == errno.ENOENT:
                path.parent.mkdir(parents=True)
            elif cause.errno != errno.EEXIST:
                raise cause from None
            else:
                _outwait(path.with_name(f"{path.name}.lock"))


def _outwait(lock: Path) -> None:
    try:
        dead = time.time() - lock.stat().st_mtime > DEAD
    except FileNotFoundError:
        return
    if dead:
        lock.unlink(missing_ok=True)
    else:
        time.sleep(_PAUSE)


def _cannot_write(path: Path, error: OSError) -> HomeUnusable:
    return HomeUnusable(
        f"{path} in the repository of artifacts cannot be written: {error.strerror}. What was "
        "committed before is kept. Check that the home is writable and the disk has room."
    )

"""What every job of the room needs, opened together for one thread."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from latitude.artifacts.door import Door, make_repository
from latitude.artifacts.lock import RepositoryLock
from latitude.artifacts.messages import COMMITTER, commit_bytes
from latitude.artifacts.objects import Objects
from latitude.artifacts.reader import Reader
from latitude.artifacts.refs import MAIN, Move, Refs
from latitude.errors import HomeUnusable

AtStep = Callable[[str], None]
"""Called with the name of each point at which a job can be interrupted. For tests that kill."""

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""Date of the empty commit that ``main`` begins with; the same in every home."""


def _nothing(step: str) -> None:
    del step


@dataclass(frozen=True, slots=True)
class Backend:
    """The repository, for one thread."""

    door: Door
    lock: RepositoryLock
    reader: Reader
    refs: Refs
    objects: Objects
    at_step: AtStep

    def publish(self, move: Move) -> None:
        """Write the waiting objects, then move the ref; the caller holds the lock."""
        with self.refs.prepare(move) as ref:
            self.objects.flush(ref.descriptor)
            self.at_step("objects-written")
            ref.finish()
        self.at_step("ref-moved")

    def close(self) -> None:
        """End every process."""
        self.reader.restart()
        self.objects.close()
        self.lock.release()
        self.door.close()


def first_commit(objects: Objects) -> bytes:
    """Return the empty commit that ``main`` begins with, ready to be written."""
    commit = commit_bytes(
        tree=objects.put(b"tree", b"").hex(),
        parents=(),
        author=COMMITTER,
        when=_BEGINNING,
        subject="What was made in open time",
        trailers={},
    )
    return objects.put(b"commit", commit)


def open_backend(root: Path, at_step: AtStep = _nothing) -> Backend:
    """Open the repository in ``root``, and make it first when there is none.

    Raises ``HomeUnusable``.
    """
    # Git is told where the repository is from inside it, so a relative path would mislead.
    root = root.absolute()
    if not (root / ".git").exists():
        _create(root)
    door = Door(root)
    reader = Reader(door)
    return Backend(
        door=door,
        lock=RepositoryLock(door.git_dir / "latitude.lock"),
        reader=reader,
        refs=Refs(door, reader),
        objects=Objects(door.git_dir),
        at_step=at_step,
    )


def _create(root: Path) -> None:
    # Made beside and renamed whole: of two processes that begin at once, one wins, and none ever
    # sees half a repository.
    fresh = make_repository(root)
    objects = Objects(fresh)
    try:
        first = first_commit(objects).hex()
        objects.flush()
        (fresh / MAIN).write_text(f"{first}\n", encoding="ascii")
        fresh.rename(root / ".git")
    except OSError as error:
        if not (root / ".git").is_dir():
            raise HomeUnusable(
                f"No repository of artifacts can be made in {root}: {error.strerror}. "
                "Make room or make the home writable, and try again."
            ) from error
    finally:
        objects.close()
        shutil.rmtree(fresh, ignore_errors=True)

"""Housekeeping: packs and refs are gathered now and then, under the lock."""

import os
import time
from pathlib import Path

from latitude.artifacts.backend import Backend
from latitude.artifacts.door import GitFailed

MOST_PACKS = 50
EVERY = 10
RENEW = 8
"""Gatherings after which the git processes that stay are renewed, to let go of deleted packs."""
MOST_LOOSE_REFS = 200
SETTLED = 10.0
"""Seconds."""


class Gatherer:
    """Keeps a repository fast however many commits it has."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._limit = MOST_PACKS
        self._gathered = 0
        self._unseen = 0
        """Commits until the packs are counted again; counting them costs a tenth of one."""

    def tidy(self) -> None:
        """Gather small packs when there are many; the caller holds the lock.

        Packs are rolled up by size, so that a commit's share of the work grows with the logarithm
        of the repository; a full repack every 50 commits would grow with its size.
        """
        self._unseen -= 1
        if self._unseen > 0:
            return
        self._unseen = EVERY
        packs = sum(name.endswith(".idx") for name in os.listdir(self._backend.objects.folder))
        if packs < self._limit:
            return
        door, held = self._backend.door, self._backend.lock.descriptor
        try:
            # One neighbour is enough for versions of one file, and half the work of ten.
            door.run(
                "repack", "-d", "-q", "-n", "--geometric=2", "--window=1", "--threads=1",
                inherit=held,
            )  # fmt: skip
            if _loose(door.git_dir / "refs" / "heads" / "session") > MOST_LOOSE_REFS:
                door.run("pack-refs", "--all", inherit=held)
        except GitFailed:
            # The commit that brought us here stands; it is only slower to find. Try again later.
            self._limit = packs + MOST_PACKS
        else:
            self._limit = MOST_PACKS
        self._gathered += 1
        if self._gathered % RENEW == 0:
            self._backend.reader.restart()


def _loose(folder: os.PathLike[str]) -> int:
    try:
        return len(os.listdir(folder))
    except FileNotFoundError:
        return 0


def purge(backend: Backend) -> None:
    """Really remove what no ref reaches; the caller holds the lock."""
    backend.reader.restart()
    for command in (
        ("reflog", "expire", "--expire=now", "--all"),
        # Beside a writer this would drop what no ref reaches yet.
        ("repack", "-a", "-d", "-q", "-n"),
        ("prune", "--expire=now"),
    ):
        backend.door.run(*command, inherit=backend.lock.descriptor)
    _remove_unpublished(backend.objects.folder)
    backend.reader.restart()


def _remove_unpublished(packs: Path) -> None:
    """Remove packs that have no index: a kill came between the two, and git never looks at them."""
    for pack in packs.glob("pack-*.pack"):
        # A person's own git may be between the two at this moment.
        settled = time.time() - pack.stat().st_mtime > SETTLED
        if settled and not pack.with_suffix(".idx").exists():
            pack.unlink()

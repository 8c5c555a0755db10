"""Folders for work that is not kept: copies and bundles, until they went out."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from latitude.errors import HomeUnusable

_PREFIX = "publishing-"


@contextmanager
def scratch_folder(state: Path) -> Iterator[Path]:
    """Yield a new folder in the state folder; it is gone at the end.

    What a process left that was killed is removed by the next one. Raises ``HomeUnusable``.
    """
    try:
        folder, held = _made(state)
    except OSError as error:
        raise HomeUnusable(
            f"{state} cannot be written: {error.strerror}. Nothing was published. Make room, or "
            "make it writable, and try again."
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _made(state: Path) -> tuple[Path, int]:
    """A new folder, and the open descriptor whose lock says that its process lives."""
    state.mkdir(parents=True, exist_ok=True)
    whole = os.open(state, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # So that nobody sweeps a folder away between its making and its lock.
        fcntl.flock(whole, fcntl.LOCK_EX)
        for left in state.glob(f"{_PREFIX}*"):
            sweep(left)
        folder = state / f"{_PREFIX}{secrets.token_hex(6)}"
        folder.mkdir(mode=0o700)
        return folder, hold(folder)
    finally:
        os.close(whole)


def hold(folder: Path) -> int:
    """Say that the process that works in ``folder`` lives; return the descriptor that says so."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(held, fcntl.LOCK_EX)
    return held


def sweep(left: Path) -> None:
    """Remove a folder that nobody holds, for then its process was killed."""
    with suppress(OSError):
        held = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        finally:
            os.close(held)

"""How sessions look from outside: whether one changed can be told without reading it."""

import os
from pathlib import Path
from typing import NamedTuple

from latitude.journal.paths import ANNOTATIONS, JOURNAL


class Stamp(NamedTuple):
    """The files of a session; they changed when it does."""

    journal_bytes: int = 0
    journal_changed: int = 0
    """Nanoseconds since the epoch."""
    journal_file: int = 0
    """Its inode."""
    annotations_changed: int = 0
    """Nanoseconds since the epoch; 0 when there are none."""


def stamp_of(folder: Path | str) -> Stamp:
    """Look at the files of the session in ``folder``."""
    try:
        info = os.stat(f"{folder}/{JOURNAL}")
    except OSError:
        return Stamp(annotations_changed=max(0, changed(f"{folder}/{ANNOTATIONS}")))
    return Stamp(
        info.st_size,
        info.st_mtime_ns,
        info.st_ino,
        max(0, changed(f"{folder}/{ANNOTATIONS}")),
    )


def changed(path: Path | str) -> int:
    """When ``path`` was changed last, in nanoseconds since the epoch; -1 when it is not there."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return -1

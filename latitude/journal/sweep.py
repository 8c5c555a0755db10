"""Clears away what an unfinished opening or forgetting left in the ``sessions/`` folder."""

import fcntl
import os
import shutil
from pathlib import Path

from latitude.errors import HomeUnusable
from latitude.journal.lock import is_locked
from latitude.journal.paths import FORGOTTEN, JOURNAL, OPENING


def leftovers(sessions: Path) -> list[Path]:
    """Folders that are no sessions: never opened to the end, or forgotten but not all removed."""
    try:
        names = sorted(os.listdir(sessions))
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [sessions / name for name in names if name.startswith((OPENING, FORGOTTEN))]


def sweep(sessions: Path) -> list[str]:
    """Remove left-over folders and return their names; none while a session is being opened.

    Raises ``HomeUnusable`` when one cannot be removed.
    """
    if not leftovers(sessions):
        return []
    fd = os.open(sessions, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Whoever opens a session holds this lock shared until its folder has its own name.
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        dead = [folder for folder in leftovers(sessions) if not is_locked(folder / JOURNAL)]
        for folder in dead:
            shutil.rmtree(folder)
    except BlockingIOError:
        return []
    except OSError as error:
        raise HomeUnusable(
            f"{error.filename or sessions} could not be removed: {error.strerror}. It holds no "
            "session. Make the home writable, then recover again."
        ) from error
    finally:
        os.close(fd)
    return [folder.name for folder in dead]

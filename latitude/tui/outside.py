"""Handing a folder to the program of this machine that shows folders."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from latitude.errors import HomeUnusable, UsageError

if TYPE_CHECKING:
    from latitude.artifacts.repository import Repository


async def open_commit(repository: "Repository", commit: str) -> Path:
    """Lay a commit out in a new folder, open that, and return it.

    Raises what :meth:`Repository.export` and :func:`open_folder` raise.
    """
    folder = fresh_folder()
    await repository.export(commit, folder)
    open_folder(folder)
    return folder


def fresh_folder() -> Path:
    """A new folder among the temporary ones. Raises ``HomeUnusable`` where none can be made."""
    try:
        return Path(tempfile.mkdtemp(prefix="latitude-"))
    except OSError as error:
        raise HomeUnusable(
            f"No temporary folder can be made: {error.strerror}. Nothing was written. "
            "Name a folder to export to instead."
        ) from error


def open_folder(folder: Path) -> None:
    """Open the folder, not what is in it: a page that a model made is not ours to start.

    Raises ``UsageError`` when there is no program for it.
    """
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    try:
        subprocess.Popen(
            [opener, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise UsageError(
            f"No program here opens folders ({opener} is missing). The files are in {folder}."
        ) from error
    except OSError as error:
        raise UsageError(
            f"{opener} cannot be started: {error.strerror}. The files are in {folder}."
        ) from error

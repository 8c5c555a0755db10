"""Folders in which what a session made is laid out for a while, so that a browser can show it."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from latitude.artifacts.orders import StoredFile
from latitude.compare.works.contents import bytes_of
from latitude.errors import LatitudeError, ToolFailed
from latitude.index.measures import kind_of
from latitude.index.observation import WorkSeen
from latitude.workspace.browser.base import MOST_FILE
from latitude.workspace.folder import Workspace

if TYPE_CHECKING:
    from latitude.artifacts.repository import Repository

FOLDER = "sheet-"
"""How the name of each such folder begins, below the state folder."""
MOST_FILES = 300
"""Files beside a page that are laid out; the browser gives a page no more."""
MOST_BYTES = 32 * 1024 * 1024
"""Bytes of all of them; the browser gives a page no more."""
_USED_BY_PAGES = ("style", "program", "picture", "sound", "data", "other", "page", "prose")
_TRIES = 5


@contextmanager
def own_folder(state: Path) -> Iterator[Path]:
    """A new folder in ``state``, gone at the end; those of processes that were killed go first.

    Whoever uses one holds its lock, which the system lets go when the process dies. Raises
    ``OSError`` where none can be made.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(state)
    folder, lock = _made(state)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(state: Path) -> None:
    """Remove the folders in ``state`` that nobody uses any more."""
    for left in state.glob(f"{FOLDER}*"):
        with suppress(OSError):
            lock = _locked(left)
            try:
                shutil.rmtree(left)
            finally:
                os.close(lock)


def _made(state: Path) -> tuple[Path, int]:
    for _ in range(_TRIES):
        folder = state / f"{FOLDER}{secrets.token_hex(6)}"
        folder.mkdir(mode=0o700)
        # Another process may have swept it away before it was locked.
        with suppress(FileNotFoundError, BlockingIOError):
            lock = _locked(folder)
            if folder.is_dir():
                return folder, lock
            os.close(lock)
    raise FileNotFoundError(f"folders in {state} are taken away")


def _locked(folder: Path) -> int:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


class Layout:
    """A folder with files of one session, under their own names where these can be had."""

    def __init__(self, folder: Path, repository: "Repository") -> None:
        """Take an empty folder."""
        self.folder = folder
        self.missing: dict[str, str] = {}
        """What could not be laid out, by its path, and why."""
        self._workspace = Workspace(folder)
        self._repository = repository
        self._there: set[str] = set()
        self._left = MOST_BYTES

    async def put(self, work: WorkSeen) -> None:
        """Lay out what will be shown."""
        if work.size > MOST_FILE:
            why = f"it has {work.size:,} bytes, and at most {MOST_FILE:,} can be drawn"
            self.missing[work.path] = why
            return
        data = await bytes_of(self._repository, work)
        why = data if isinstance(data, str) else self._write(work.path, data)
        if why:
            self.missing[work.path] = why

    async def put_beside(self, session: str) -> None:
        """Lay out what a page of ``session`` may use, as it was at the end, as far as there is
        room; what is missing, the page is not given."""
        with suppress(LatitudeError, OSError, ValueError):
            tip = await self._repository.tip(session)
            stored = () if tip is None else await self._repository.files(tip)
            for file in _useful(stored, self._there):
                if tip is None or file.size is None or file.size > min(self._left, MOST_FILE):
                    continue
                self._left -= file.size
                with suppress(LatitudeError, OSError, ValueError):
                    self._write(file.path, await self._repository.read(tip, file.path))

    def _write(self, path: str, data: bytes) -> str:
        """Return why it could not be written; nothing where it was."""
        try:
            self._workspace.write(path, data)
        except (ToolFailed, OSError) as error:
            return f"it cannot be laid out ({error})"
        self._there.add(path)
        return ""


def _useful(stored: Sequence[StoredFile], there: set[str]) -> Sequence[StoredFile]:
    files = [file for file in stored if file.kind == "file" and file.path not in there]
    files.sort(key=lambda file: (_USED_BY_PAGES.index(kind_of(file.path)), file.path))
    return files[:MOST_FILES]

"""Looks at what a command uses in all, where the kernel has no limit of its own."""

import os
import stat
from pathlib import Path

from latitude.workspace.sandbox.bounds import Bounds
from latitude.workspace.sandbox.processes import running, with_all_below

EVERY = 0.1
"""Seconds between two looks."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_BLOCK = 512
"""Bytes in the unit of ``st_blocks``; see stat(2)."""
_DEEPEST = 200
"""Folders in folders that are counted; the disk's own room stands behind it."""


class Watch:
    """One command, from outside: its processes and its workspace."""

    def __init__(self, bounds: Bounds, folder: Path) -> None:
        self._bounds = bounds
        self._folder = folder
        size, files = used(folder, bounds)
        # A workspace that is over its cap already can still be tidied up.
        self._most_bytes = max(bounds.folder_bytes, size)
        self._most_files = max(bounds.folder_files, files)
        self._room = _free(folder)

    def excess(self, pid: int) -> str | None:
        """Say which bound is gone over, in words for the model; ``None`` for none.

        ``pid`` is the first process of the command, as the host counts.
        """
        bounds = self._bounds
        if _resident(pid) > bounds.memory and _own_share(pid) > bounds.memory:
            return f"it used more than {bounds.memory:,} bytes of memory"
        size, files = used(self._folder, bounds)
        if size > self._most_bytes:
            return f"the workspace grew over {bounds.folder_bytes:,} bytes"
        if files > self._most_files:
            return f"the workspace grew over {bounds.folder_files:,} files"
        if self._room - _free(self._folder) > bounds.disk:
            return f"the disk lost more than {bounds.disk:,} bytes of room meanwhile"
        return None


def used(folder: Path, bounds: Bounds) -> tuple[int, int]:
    """Return the bytes on the disk and the files below ``folder``, up to a little over the bounds.

    No link is followed. What cannot be looked into is not counted.
    """
    tally = _Tally(bounds)
    tally.add_folder(None, str(folder), _DEEPEST)
    return tally.size, tally.files


class _Tally:
    """Counts until the bounds are reached: more than that need not be known."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self.size = self.files = 0

    def add_folder(self, parent: int | None, name: str, deeper: int) -> None:
        """Count what is in the folder ``name``, ``deeper`` levels down at most."""
        try:
            here = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
        except OSError:
            # It went away while we looked, or is shut: the disk's room is looked at as well.
            return
        try:
            for folder in self._add_entries(here) if deeper else ():
                if self._is_full:
                    return
                self.add_folder(here, folder, deeper - 1)
        finally:
            os.close(here)

    def _add_entries(self, fd: int) -> list[str]:
        folders: list[str] = []
        with os.scandir(fd) as entries:
            for entry in entries:
                try:
                    info = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                self.size += info.st_blocks * _BLOCK
                if stat.S_ISDIR(info.st_mode):
                    folders.append(entry.name)
                else:
                    self.files += 1
                if self._is_full:
                    break
        return folders

    @property
    def _is_full(self) -> bool:
        return self.size > self._bounds.folder_bytes or self.files > self._bounds.folder_files


def _free(folder: Path) -> int:
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def _resident(pid: int) -> int:
    return sum(one.pages for one in with_all_below((pid,), running())) * _PAGE


def _own_share(pid: int) -> int:
    """Memory with what is shared counted once: many small programs share most of theirs."""
    size = 0
    for one in with_all_below((pid,), running()):
        try:
            rollup = Path(f"/proc/{one.pid}/smaps_rollup").read_text()
        except OSError:
            # Unreadable is no proof of little.
            size += one.pages * _PAGE
            continue
        size += next(
            (int(line.split()[1]) * 1024 for line in rollup.splitlines() if line[:4] == "Pss:"), 0
        )
    return size

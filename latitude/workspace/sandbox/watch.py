"""Looks at what a command uses in all, where the kernel has no limit of its own."""

import math
import os
import re
import stat
import sys
from pathlib import Path

from latitude.workspace.sandbox.bounds import Bounds
from latitude.workspace.sandbox.processes import running, with_all_below

EVERY = 0.1
"""Seconds between two looks."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_BLOCK = 512
"""Bytes in the unit of ``st_blocks``; see stat(2)."""
_DEEPEST = 64
"""Folders in folders that are counted. Each is a descriptor while what is in it is counted."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class FolderWatch:
    """The folder that a command writes in, from outside."""

    def __init__(
        self, bounds: Bounds, folder: Path, *, called: str = "the workspace", lost: int = 0
    ) -> None:
        """Look at what is there already. Raises ``OSError`` when that cannot be known.

        ``lost`` is the disk's room, in bytes, that earlier commands in ``folder`` took for good.
        """
        self._bounds = bounds
        self._folder = folder
        self._called = called
        before = Tally()
        before.add_folder(None, str(folder), _DEEPEST)
        # A workspace that is over its cap already can still be tidied up.
        self._most_bytes = max(bounds.folder_bytes, before.size)
        self._most_files = max(bounds.folder_files, before.files)
        self._may_be_deep = before.too_deep
        self._room = _free(folder) + lost

    def excess(self, pid: int) -> str | None:  # noqa: ARG002  (what is watched has one)
        """Say which bound is gone over, in words for the model; ``None`` for none.

        Raises ``OSError`` when it cannot be known.
        """
        bounds = self._bounds
        tally = Tally(self._most_bytes, self._most_files)
        tally.add_folder(None, str(self._folder), _DEEPEST)
        if tally.size > self._most_bytes:
            return f"{self._called} grew over {bounds.folder_bytes:,} bytes"
        if tally.files > self._most_files:
            return f"{self._called} grew over {bounds.folder_files:,} files"
        if tally.too_deep and not self._may_be_deep:
            return f"{self._called} has folders more than {_DEEPEST} deep"
        if self.lost() > bounds.disk:
            return f"the disk lost more than {bounds.disk:,} bytes of room meanwhile"
        return None

    def lost(self) -> int:
        """Return the bytes of room that the disk has lost by now, at least 0."""
        return max(0, self._room - _free(self._folder))


class Watch(FolderWatch):
    """One command, from outside: its processes as well."""

    def __init__(
        self, bounds: Bounds, folder: Path, *, called: str = "the workspace", lost: int = 0
    ) -> None:
        super().__init__(bounds, folder, called=called, lost=lost)
        self._memory = _available_memory()

    def excess(self, pid: int) -> str | None:
        """See :meth:`FolderWatch.excess`.

        ``pid`` is the first process of the command, as the host counts.
        """
        bounds = self._bounds
        if _resident(pid) > bounds.memory and _own_share(pid) > bounds.memory:
            return f"it used more than {bounds.memory:,} bytes of memory"
        if _available_memory() < self._memory * (1 - bounds.machine_share):
            return f"the machine lost {bounds.machine_share:.0%} of its free memory meanwhile"
        return super().excess(pid)


class Tally:
    """Counts the bytes on the disk and the files below a folder. No link is followed."""

    def __init__(self, most_bytes: float = math.inf, most_files: float = math.inf) -> None:
        """Stop at a little over these: more than that need not be known."""
        self._most_bytes = most_bytes
        self._most_files = most_files
        self.size = self.files = 0
        self.too_deep = False
        """Whether there are folders that were not looked into."""

    def add_folder(self, parent: int | None, name: str, deeper: int) -> None:
        """Count what is in the folder ``name``, ``deeper`` levels down at most.

        Raises ``OSError`` for a folder that is there and cannot be looked into.
        """
        try:
            here = _open(parent, name)
        except (FileNotFoundError, NotADirectoryError):
            # It went away while we looked.
            return
        try:
            folders = self._add_entries(here)
            self.too_deep = self.too_deep or bool(folders and not deeper)
            for folder in folders if deeper else ():
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
                except FileNotFoundError:
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
        return self.size > self._most_bytes or self.files > self._most_files


def _open(parent: int | None, name: str) -> int:
    """Open a folder to look into it, also one that a command has shut: it is ours as well."""
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except PermissionError:
        if sys.platform == "darwin":
            os.chmod(name, stat.S_IRWXU, dir_fd=parent, follow_symlinks=False)
            return os.open(name, _FOLDER, dir_fd=parent)
        shut = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    try:
        place = f"/proc/self/fd/{shut}"
        Path(place).chmod(stat.S_IMODE(os.fstat(shut).st_mode) | stat.S_IRUSR | stat.S_IXUSR)
        return os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    finally:
        os.close(shut)


def _free(folder: Path) -> int:
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def _available_memory() -> int:
    """Return the bytes that could still be asked for on this machine; see proc(5)."""
    found = re.search(r"^MemAvailable: +(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


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

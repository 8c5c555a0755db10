"""Where the files come from that a person looks at; knows nothing of the terminal.

Either the folder that the model writes in now, or a commit of the repository of artifacts. Both
tell what differs from an earlier commit.
"""

import asyncio
import hashlib
import os
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from latitude.artifacts.names import readable_path
from latitude.artifacts.orders import StoredFile
from latitude.artifacts.repository import Repository
from latitude.errors import ToolFailed, UnknownName
from latitude.tui.differences import MOST_BYTES, Contents, Counts, Line, compared, counted
from latitude.workspace.entry import Entry
from latitude.workspace.folder import Workspace
from latitude.workspace.names import UNFINISHED

Status = Literal["new", "changed", "deleted", "same"]
Kind = Literal["file", "folder", "link", "other"]

MOST_READ = 200_000
"""Bytes of a text that are shown."""
_MOST_COUNTED = 200
"""Files whose lines are counted; of the others it is only said that they are new or changed."""
_MOST_LOOKED_UP = 200_000
"""Entries of manifests that may be read for the counts: the repository reads the whole manifest
of a commit anew for each file."""
_SETTLED_NS = 12_000_000
"""Nanoseconds. A file that changed this shortly before it was looked at may change once more
within one tick of the file system's clock, and its stamp would not tell."""


@dataclass(frozen=True, slots=True)
class FileShown:
    """One thing in a workspace, and what became of it. Nothing in it is clean."""

    path: str
    """``/``-separated; what :meth:`Files.read` and :meth:`Files.diff` take."""
    kind: Kind
    """``folder`` is an empty one; ``other`` has no bytes that could be read."""
    status: Status = "same"
    size: int | None = None
    """Bytes, of a file; of a deleted one, those it had."""
    added: int | None = None
    """Lines; ``None`` where nothing changed, or where it cannot be told in lines."""
    removed: int | None = None
    note: str = ""
    """Where a link leads, or why there are no bytes."""
    version: str = ""
    """Differs when the bytes do."""


class Files(Protocol):
    """A workspace as it is, or as it was at a commit.

    Every method raises ``ToolFailed`` or ``UnknownName`` when the path cannot be read (any more),
    ``RecordBroken`` when the repository is damaged, and ``HomeUnusable`` when the folder, the disk
    or git fails.
    """

    async def listing(self) -> tuple[FileShown, ...]:
        """Return everything there, and what was deleted, sorted by path."""
        ...

    async def read(self, path: str, most: int = MOST_READ) -> Contents:
        """Return at most ``most`` bytes of a file."""
        ...

    async def diff(self, path: str) -> tuple[Line, ...]:
        """Return how a file differs from what it was before."""
        ...


_Hashes = dict[str, tuple[tuple[int, ...], str]]
"""Stamp and SHA-256 of files that had the size of their earlier version."""


class FolderFiles:
    """The folder that a model writes in now, beside a commit. No link in it is followed."""

    def __init__(
        self, root: Path, repository: Repository, base: str | None, hashes: _Hashes | None = None
    ) -> None:
        """Take the workspace ``root`` and the commit to compare it with; ``None`` is empty."""
        self._repository = repository
        self._workspace = Workspace(root)
        # A workspace is for one thread at a time, and a task that is given up leaves its thread
        # behind.
        self._lock = threading.Lock()
        self._base = _Stored(repository, base)
        self._hashes: _Hashes = {} if hashes is None else hashes
        self._counts = _Counts()

    def beside(self, base: str | None) -> "FolderFiles":
        """The same folder beside another commit, with what is known of it."""
        return FolderFiles(self._workspace.root, self._repository, base, self._hashes)

    async def listing(self) -> tuple[FileShown, ...]:
        """See :class:`Files`."""
        base = await self._base.files()
        shown = await asyncio.to_thread(self._survey, base)
        return await self._counts.fill(shown, len(base), self._before, self._now)

    async def read(self, path: str, most: int = MOST_READ) -> Contents:
        """See :class:`Files`."""
        return await asyncio.to_thread(self._head, path, most)

    async def diff(self, path: str) -> tuple[Line, ...]:
        """See :class:`Files`."""
        old, new = await self._before(path), await self._now(path)
        return await asyncio.to_thread(compared, old, new)

    async def _before(self, path: str) -> Contents | None:
        return await self._base.read(_key(path))

    async def _now(self, path: str) -> Contents | None:
        return await asyncio.to_thread(self._head_if_there, path)

    def _head(self, path: str, cap: int) -> Contents:
        with self._lock:
            return Contents(*self._workspace.head(path, cap))

    def _head_if_there(self, path: str) -> Contents | None:
        try:
            return self._head(path, MOST_BYTES)
        except ToolFailed:
            with self._lock:
                if self._is_there(path):
                    raise
            return None

    def _is_there(self, path: str) -> bool:
        above = path.rpartition("/")[0]
        try:
            return any(entry.path == path for entry in self._workspace.list(above))
        except ToolFailed:
            return False

    def _survey(self, base: Mapping[str, StoredFile]) -> list[FileShown]:
        shown = []
        keys = set()
        with self._lock:
            looked = time.time_ns()
            for entry in self._workspace.scan():
                if _is_unfinished(entry.path):
                    continue
                key = _key(entry.path)
                keys.add(key)
                shown.append(self._shown(entry, base.get(key), looked))
        return sorted([*shown, *_deleted(base, keys)], key=_path)

    def _shown(self, entry: Entry, before: StoredFile | None, looked: int) -> FileShown:
        now = _of_entry(entry)
        if before is None:
            return replace(now, status="new")
        same = _is_alike(now, _of_stored(before)) and entry.executable == before.executable
        if same and now.kind == "file":
            same = self._hash(entry, looked) == before.sha256
        return now if same else replace(now, status="changed")

    def _hash(self, entry: Entry, looked: int) -> str:
        known = self._hashes.get(entry.path)
        if known is not None and known[0] == entry.stamp:
            return known[1]
        try:
            sha256 = hashlib.sha256(self._workspace.read_entry(entry)).hexdigest()
        except ToolFailed:
            # Gone or swapped since the scan: not what it was, and the next look says what it is.
            return ""
        if max(entry.stamp[2], entry.stamp[3]) < looked - _SETTLED_NS:
            self._hashes[entry.path] = entry.stamp, sha256
        return sha256


class CommitFiles:
    """What a commit holds, beside an earlier one."""

    def __init__(self, repository: Repository, commit: str | None, base: str | None) -> None:
        """Take two commits; ``None`` is the empty workspace before the first."""
        self._base = _Stored(repository, base)
        self._commit = _Stored(repository, commit)
        self._counts = _Counts()

    async def listing(self) -> tuple[FileShown, ...]:
        """See :class:`Files`."""
        base, files = await self._base.files(), await self._commit.files()
        shown = await asyncio.to_thread(_between, base, files)
        entries = len(base) + len(files)
        return await self._counts.fill(shown, entries, self._base.read, self._commit.read)

    async def read(self, path: str, most: int = MOST_READ) -> Contents:
        """See :class:`Files`."""
        found = await self._commit.read(path)
        if found is None:
            raise UnknownName("There is no such file at this turn.")
        return Contents(found.data[:most], found.size)

    async def diff(self, path: str) -> tuple[Line, ...]:
        """See :class:`Files`."""
        old, new = await self._base.read(path), await self._commit.read(path)
        return await asyncio.to_thread(compared, old, new)


class _Stored:
    """One commit of the repository, or the empty beginning."""

    def __init__(self, repository: Repository, commit: str | None) -> None:
        self._repository = repository
        self._commit = commit
        self._files: Mapping[str, StoredFile] | None = {} if commit is None else None

    async def files(self) -> Mapping[str, StoredFile]:
        if self._files is None:
            assert self._commit is not None
            stored = await self._repository.files(self._commit)
            self._files = {file.path: file for file in stored}
        return self._files

    async def read(self, path: str) -> Contents | None:
        """A whole file; ``None`` when the commit has no bytes under this path."""
        found = (await self.files()).get(path)
        if self._commit is None or found is None or found.kind != "file":
            return None
        data = await self._repository.read(self._commit, path)
        return Contents(data, len(data))


_Read = Callable[[str], Awaitable[Contents | None]]


class _Counts:
    """The lines that came and went in files, each counted once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[FileShown, Counts | None]] = {}

    async def fill(
        self, shown: Sequence[FileShown], entries: int, before: _Read, now: _Read
    ) -> tuple[FileShown, ...]:
        """Return ``shown`` with counts, as far as ``entries`` in the manifests allow."""
        most = min(_MOST_COUNTED, _MOST_LOOKED_UP // max(1, entries))
        known: dict[str, tuple[FileShown, Counts | None]] = {}
        for file in shown:
            if len(known) == most:
                break
            if file.kind != "file" or file.status == "same" or (file.size or 0) > MOST_BYTES:
                continue
            last = self._known.get(file.path)
            if last is None or last[0] != file:
                last = file, await self._count(file, before, now)
            known[file.path] = last
        self._known = known
        return tuple(_with(file, known.get(file.path)) for file in shown)

    async def _count(self, file: FileShown, before: _Read, now: _Read) -> Counts | None:
        old = None if file.status == "new" else await before(file.path)
        try:
            new = None if file.status == "deleted" else await now(file.path)
        except ToolFailed:
            return None
        return await asyncio.to_thread(counted, old, new)


def _with(file: FileShown, known: tuple[FileShown, Counts | None] | None) -> FileShown:
    counts = None if known is None else known[1]
    return file if counts is None else replace(file, added=counts.added, removed=counts.removed)


def _between(
    base: Mapping[str, StoredFile], files: Mapping[str, StoredFile]
) -> Sequence[FileShown]:
    shown = [_at_commit(file, base.get(path)) for path, file in files.items()]
    return sorted([*shown, *_deleted(base, files.keys())], key=_path)


def _at_commit(file: StoredFile, before: StoredFile | None) -> FileShown:
    now = _of_stored(file)
    if before is None:
        return replace(now, status="new")
    alike = _is_alike(now, _of_stored(before))
    same = alike and (file.sha256, file.executable) == (before.sha256, before.executable)
    return now if same else replace(now, status="changed")


def _is_alike(one: FileShown, other: FileShown) -> bool:
    """Whether two things are the same as far as can be told without their bytes."""
    return (one.kind, one.size, one.note) == (other.kind, other.size, other.note)


def _deleted(base: Mapping[str, StoredFile], there: Collection[str]) -> Iterator[FileShown]:
    for path, file in base.items():
        # A folder that was empty and is not any more is named by what it holds.
        if path not in there and file.kind != "folder" and not _is_unfinished(path):
            yield replace(_of_stored(file), status="deleted")


def _of_stored(file: StoredFile) -> FileShown:
    match file.kind:
        case "file":
            return FileShown(file.path, "file", size=file.size, version=file.sha256 or "")
        case "folder":
            return FileShown(file.path, "folder")
        case "link":
            return FileShown(file.path, "link", note=file.target or "")
        case "omitted":
            return FileShown(file.path, "other", note=file.omitted or _SPECIAL)


def _of_entry(entry: Entry) -> FileShown:
    if entry.omitted is not None or entry.kind == "special":
        return FileShown(entry.path, "other", note=entry.omitted or _SPECIAL)
    match entry.kind:
        case "file":
            version = ".".join(str(number) for number in entry.stamp)
            return FileShown(entry.path, "file", size=entry.size, version=version)
        case "folder":
            return FileShown(entry.path, "folder")
        case "link":
            return FileShown(entry.path, "link", note=_key(entry.target or ""))


_SPECIAL = "not a regular file"


def _key(path: str) -> str:
    """A path of the disk as the repository names it."""
    return path if path.isascii() else readable_path(os.fsencode(path))[0]


def _path(file: FileShown) -> str:
    return file.path


def _is_unfinished(path: str) -> bool:
    """Whether this is a file that is being written at this moment."""
    return UNFINISHED.fullmatch(path.rpartition("/")[2]) is not None

"""Laying out a commit as plain files, under the names they were made with.

The repository may come from somebody else, so nothing it says leads out of the folder: names are
checked, links are made last and only where they stay inside, and nothing existing is replaced.
"""

import errno
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeVar

from latitude.artifacts.backend import Backend
from latitude.artifacts.history import bytes_of, manifest_of
from latitude.artifacts.manifest import ManifestEntry
from latitude.artifacts.names import is_git_folder, other_form, readable_path, true_path
from latitude.artifacts.orders import Exported, LeftOut
from latitude.errors import HomeUnusable, RecordBroken, UsageError

T = TypeVar("T")

_UNNAMEABLE = {errno.EEXIST, errno.EINVAL, errno.EILSEQ, errno.ENAMETOOLONG, errno.EISDIR}
"""What a file system says to a name it cannot hold, or holds already in another case."""

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def export(backend: Backend, commit: str, folder: Path, *, for_workspace: bool = False) -> Exported:
    """Write what ``commit`` holds into ``folder``, which is new or empty.

    A person's export gets each ``.git`` under an escaped name: under its own, ``git status`` in
    there would run what its config says. A workspace that is carried on gets every true name and
    no links. Raises ``UsageError`` when the folder holds anything, ``UnknownName`` for an unknown
    commit, ``RecordBroken`` for a damaged one, and ``HomeUnusable`` when the disk refuses.
    """
    entries = manifest_of(backend.reader, commit)
    for entry in entries:
        _check(entry.true, commit)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty. Nothing was written. Name a new folder.")
        layout = _Layout(folder, live_git=for_workspace)
        for entry in entries:
            if entry.type == "file" and entry.place is not None:
                layout.write(entry, bytes_of(backend.reader, commit, entry))
            elif entry.type == "folder" and entry.omitted is None:
                layout.make_folder(entry)
            elif entry.type != "link":
                layout.leave_out(entry, entry.omitted or "not a regular file")
        links = [entry for entry in entries if entry.type == "link"]
        places = {layout.place(entry) for entry in links}
        for entry in links:
            if for_workspace:
                layout.leave_out(entry, "links are not made again")
            else:
                layout.link(entry, places)
    except OSError as error:
        raise HomeUnusable(
            f"{folder} cannot be written: {error.strerror}. What was written so far is there, and "
            "the repository is untouched. Make room or choose another folder, and export again."
        ) from error
    return Exported(
        files=layout.files, left_out=tuple(layout.left_out), renamed=tuple(layout.renamed)
    )


def _check(path: bytes, commit: str) -> None:
    parts = path.split(b"/")
    if any(part in (b"", b".", b"..") or b"\0" in part for part in parts):
        raise RecordBroken(
            f"The manifest of {commit} holds a path that leads elsewhere: {path!r}. "
            "Nothing was written. latitude never makes such a manifest."
        )


@dataclass(slots=True)
class _Layout:
    root: Path
    live_git: bool
    """Whether ``.git`` keeps its name."""
    files: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    _made: dict[bytes, Path] = field(default_factory=dict)
    """True path of each folder that was made, to where it is."""

    def write(self, entry: ManifestEntry, data: bytes) -> None:
        mode = 0o755 if entry.executable else 0o644
        _, descriptor = self._make(entry.true, lambda there: os.open(there, _CREATE, mode))
        with open(descriptor, "wb") as file:
            file.write(data)
        self.files += 1

    def make_folder(self, entry: ManifestEntry) -> None:
        self._folder(entry.true)

    def leave_out(self, entry: ManifestEntry, reason: str) -> None:
        self.left_out.append(LeftOut(path=entry.path, reason=reason))

    def place(self, entry: ManifestEntry) -> bytes:
        """Return where a link would be, from the root: its folders may have other names here."""
        parent, name = self._split(entry.true)
        return os.fsencode(parent.relative_to(self.root) / os.fsdecode(name))

    def link(self, entry: ManifestEntry, links: Collection[bytes]) -> None:
        target = true_path(entry.target or "", escaped=entry.target_escaped)
        there = self.place(entry)
        if is_git_folder(there.rpartition(b"/")[2]):
            self.leave_out(entry, f"a link that git would take for a repository: {entry.target}")
        elif not _stays_inside(there, target, links):
            self.leave_out(entry, f"a link out of the folder, or through another: {entry.target}")
        else:
            try:
                (self.root / os.fsdecode(there)).symlink_to(os.fsdecode(target))
            except OSError as error:
                if error.errno not in _UNNAMEABLE:
                    raise
                self.leave_out(entry, f"a link whose name cannot be used here: {entry.target}")

    def _split(self, path: bytes) -> tuple[Path, bytes]:
        above, _, name = path.rpartition(b"/")
        return self._folder(above), name

    def _folder(self, path: bytes) -> Path:
        if not path:
            return self.root
        if path in self._made:
            return self._made[path]
        there, _ = self._make(path, Path.mkdir)
        self._made[path] = there
        return there

    def _make(self, path: bytes, make: Callable[[Path], T]) -> tuple[Path, T]:
        """Make something under its true name, or under another one where that cannot be."""
        parent, name = self._split(path)
        if self.live_git or not is_git_folder(name):
            there = parent / os.fsdecode(name)
            try:
                return there, make(there)
            except OSError as error:
                if error.errno not in _UNNAMEABLE:
                    raise
        form = other_form(name)
        there, numbers = parent / form, count(2)
        while True:
            try:
                made = make(there)
            except FileExistsError:
                # Something else is truly called so.
                there = parent / f"{form}.{next(numbers)}"
                continue
            written = os.fsencode(there.relative_to(self.root))
            self.renamed.append((readable_path(path)[0], readable_path(written)[0]))
            return there, made


def _stays_inside(link: bytes, target: bytes, links: Collection[bytes]) -> bool:
    """Say whether a link's target lies inside, without passing through another link.

    Through another link, ``..`` would count from where that one leads.
    """
    if not target or target.startswith(b"/") or b"\0" in target:
        return False
    at = link.split(b"/")[:-1]
    parts = [part for part in target.split(b"/") if part not in (b"", b".")]
    for part in parts:
        if b"/".join(at) in links:
            return False
        if part == b"..":
            if not at:
                return False
            at.pop()
        else:
            at.append(part)
    return True

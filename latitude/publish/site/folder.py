"""The folder of a site: only what changed is written, what is no longer there is removed.

What was written stands in a file of the home, with sizes and times, so that a file that somebody
changed since is written again, and one that nobody did is not even read.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec

from latitude.core.clean import clean_line
from latitude.errors import HomeUnusable, RecordBroken, UsageError
from latitude.journal.blobs import write_durably
from latitude.publish.manifest import FILE as MANIFEST
from latitude.publish.manifest import Manifest, read_manifest

VERSION = 2
_FOLDERS = ("sessions", "models", "protocols", "search", "side-by-side")
_LISTS = ("sessions-*.html", "gallery*.html")
"""Folders and files of a site in which nothing else has a place."""


class FileKept(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was written."""

    sha256: str
    size: int
    changed: int
    """Nanoseconds, as the file system tells it."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of a session that a gallery can show."""

    title: str
    kind: str
    path: str
    """In the workspace."""
    href: str
    """From the root of the site, and so is that of the picture."""
    picture: str | None = None
    excerpt: str = ""


class SessionKept(msgspec.Struct, frozen=True, kw_only=True):
    """The pages of a session as they were written."""

    key: str
    """Of all that they were made from."""
    files: tuple[str, ...]
    works: tuple[Shown, ...] = ()


class Kept(msgspec.Struct, kw_only=True):
    """Everything that is known of a site that was written."""

    v: int = VERSION
    folder: str
    files: dict[str, FileKept] = msgspec.field(default_factory=dict)
    sessions: dict[str, SessionKept] = msgspec.field(default_factory=dict)
    parts: dict[str, str] = msgspec.field(default_factory=dict)
    """Other pages that are made from many sessions, such as those of the search, by their keys."""


@dataclass(slots=True)
class SiteFolder:
    """A site that is being written."""

    folder: Path
    state: Path
    before: Kept
    after: Kept
    dry: bool
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    _folders: set[str] = field(default_factory=set)

    def put(self, path: str, data: bytes) -> str:
        """Write a file unless it is there as it should be; return its path.

        Raises ``HomeUnusable``.
        """
        digest = sha256(data).hexdigest()
        known = self.after.files.get(path)
        if known is not None and known.sha256 == digest:
            return path
        known = self.before.files.get(path)
        if known is None or known.sha256 != digest or not self.is_there(path):
            self.written.append(path)
            known = FileKept(digest, 0, 0) if self.dry else self._write(path, data, digest)
        self.after.files[path] = known
        return path

    def is_there(self, path: str) -> bool:
        """Whether a file lies there as it was written."""
        known = self.before.files.get(path)
        if known is None:
            return False
        try:
            now = os.stat(f"{self.folder}/{path}", follow_symlinks=False)
        except OSError:
            return False
        return (now.st_size, now.st_mtime_ns) == (known.size, known.changed)

    def keep(self, paths: Iterable[str]) -> bool:
        """Leave files as they are, if all of them are; say whether they were."""
        every = tuple(paths)
        if not all(map(self.is_there, every)):
            return False
        for path in every:
            self.after.files[path] = self.before.files[path]
        return True

    def finish(self) -> None:
        """Remove what is no file of the site any more, and write down what there is.

        Raises ``HomeUnusable``.
        """
        gone = self.before.files.keys() | self._own()
        for path in sorted(gone - self.after.files.keys()):
            self.removed.append(path)
            if not self.dry:
                self._remove(path)
        if self.dry:
            return
        try:
            self.state.parent.mkdir(parents=True, exist_ok=True)
            write_durably(self.state, msgspec.json.encode(self.after))
        except OSError as error:
            raise HomeUnusable(
                f"{self.state} could not be written: {error.strerror}. The site itself is whole."
            ) from error

    def _own(self) -> set[str]:
        """Files that only a site can have put there, by their places.

        What was written down of them can be lost, or not be written when publishing is stopped. A
        session that is withdrawn then must be gone all the same.
        """
        root = str(self.folder)
        found = [path.name for pattern in _LISTS for path in self.folder.glob(pattern)]
        for folder in _FOLDERS:
            for place, _, names in os.walk(f"{root}/{folder}"):
                near = place.removeprefix(f"{root}/")
                found += [f"{near}/{name}" for name in names]
        return set(found)

    def _write(self, path: str, data: bytes, digest: str) -> FileKept:
        place = f"{self.folder}/{path}"
        above = place.rpartition("/")[0]
        try:
            if above not in self._folders:
                os.makedirs(above, exist_ok=True)  # noqa: PTH103  (a Path for each file is slow)
                self._folders.add(above)
            with open(place, "wb") as file:
                file.write(data)
                file.flush()
                now = os.fstat(file.fileno())
        except OSError as error:
            raise HomeUnusable(
                f"{place} could not be written: {error.strerror}. The site is not whole, and the "
                "home is as it was. Make room or make the folder writable, and publish again."
            ) from error
        return FileKept(digest, now.st_size, now.st_mtime_ns)

    def _remove(self, path: str) -> None:
        place = self.folder / path
        try:
            place.unlink(missing_ok=True)
            for above in place.parents:
                if above == self.folder or any(above.iterdir()):
                    break
                above.rmdir()
        except OSError as error:
            raise HomeUnusable(
                f"{place} could not be removed: {error.strerror}. It is in the release no longer, "
                "and is still in the site. Remove it by hand, and publish again."
            ) from error


def open_folder(folder: Path, state: Path, manifest: Manifest, *, dry: bool) -> SiteFolder:
    """Open the folder of a site; what was written there before is in ``state``.

    Nothing is made yet. Raises ``UsageError`` when the folder holds something else, or the site of
    another release.
    """
    folder = folder.absolute()
    before = _kept(state)
    if before is None or before.folder != str(folder):
        before = Kept(folder=str(folder))
    check_site(folder, manifest)
    return SiteFolder(folder, state, before, Kept(folder=str(folder)), dry)


def check_site(folder: Path, manifest: Manifest) -> None:
    """Raise ``UsageError`` unless ``folder`` is empty, or a site of this very release.

    All that has no place in the site will be removed from it, so nothing is left to a guess.
    """
    folder = folder.absolute()
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be read: {error.strerror}. Nothing was written. Name another folder."
        ) from error
    if not taken:
        return
    try:
        there = read_manifest(folder / MANIFEST) if folder.is_dir() else None
    except RecordBroken:
        there = None
    if there is None or (folder.parent / "bagit.txt").exists():
        raise UsageError(
            f"{folder} is not empty, and no site of latitude. Nothing was written. Name a new "
            "folder."
        )
    if there.canary != manifest.canary:
        raise UsageError(
            f"{folder} is the site of another release, '{clean_line(there.name)}'. Nothing was "
            "written. Name a new folder, or remove that site first."
        )


def _kept(state: Path) -> Kept | None:
    try:
        kept = msgspec.json.decode(state.read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        # Then all of it is written anew.
        return None
    return kept if kept.v == VERSION else None

"""Bytes too large for a line, kept beside the journal under their SHA-256."""

import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

from latitude.core.events import SessionOpened
from latitude.core.spec import Parent
from latitude.errors import HomeUnusable, RecordBroken
from latitude.journal.paths import BLOBS, JOURNAL
from latitude.journal.reader import read_ends

_NAME = re.compile(r"[0-9a-f]{64}")


def is_blob_name(name: str) -> bool:
    """Say whether ``name`` has the shape of a blob's name."""
    return _NAME.fullmatch(name) is not None


def fsync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable; a new file is not on disk before its name is."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_durably(path: Path, data: bytes) -> None:
    """Write ``path`` whole or not at all, and on disk when this returns. Raises ``OSError``."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
            os.fsync(fd)
        finally:
            os.close(fd)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


class Blobs:
    """The blobs of one session; to read, also those of the sessions it carries on."""

    def __init__(self, session: Path, parent: Parent | None = None) -> None:
        self.folder = session / BLOBS
        self._sessions = session.parent
        self._parent = parent

    def store(self, data: bytes) -> str:
        """Keep ``data``, on disk before this returns; return its SHA-256.

        Raises ``HomeUnusable`` when it cannot be written.
        """
        name = sha256(data).hexdigest()
        path = self.folder / name
        try:
            if path.is_file() and path.read_bytes() == data:
                return name
            if not self.folder.is_dir():
                self.folder.mkdir(exist_ok=True)
                fsync_folder(self.folder.parent)
            write_durably(path, data)
        except OSError as error:
            raise HomeUnusable(
                f"{path} could not be written: {error.strerror}. The line that would have named it "
                "was not written either. All lines before are kept."
            ) from error
        return name

    def load(self, name: str) -> bytes:
        """Return the bytes of blob ``name``.

        Raises ``RecordBroken``, naming the file, when they are missing or not the bytes that were
        stored.
        """
        if not is_blob_name(name):
            raise RecordBroken(f"{name[:80]!r} is no name of a blob in {self.folder}.")
        path = self.folder / name
        if self._parent is not None and not path.exists():
            return self._older(self._parent).load(name)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise RecordBroken(
                f"{path} cannot be read ({error.strerror}), but the journal names it."
            ) from error
        if sha256(data).hexdigest() != name:
            raise RecordBroken(f"{path} is not as it was stored: its SHA-256 is not its name.")
        return data

    def _older(self, parent: Parent) -> "Blobs":
        session = self._sessions / parent.id
        first, _ = read_ends(session / JOURNAL)
        opened = first.event
        assert isinstance(opened, SessionOpened)
        return Blobs(session, opened.parent)

    def names(self) -> list[str]:
        """The names of all files in the folder, sorted, whatever they are."""
        try:
            return sorted(os.listdir(self.folder))
        except FileNotFoundError:
            return []

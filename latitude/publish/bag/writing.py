"""Writing a bag: BagIt 1.0 (RFC 8493), SHA-512, with the standard library.

The bag is made in a folder of its own beside its place and takes the place by one rename, so a
process that is stopped leaves no half of a bag under the name. Files of the payload are not forced
to the disk one by one, which would cost more than all else: a bag is a copy of what a home still
has, and it carries its own hashes. The four files that list and describe the payload are forced to
the disk before the rename, so a cut of power in the seconds after it can leave a bag that a check
finds broken, never one that passes and is not whole.
"""

import hashlib
import os
import re
import secrets
import shutil
import stat
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from errno import EEXIST, ENOTEMPTY
from pathlib import Path
from types import TracebackType

from latitude.errors import HomeUnusable, UsageError
from latitude.journal.blobs import fsync_folder
from latitude.publish.scratch import hold, sweep

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
OXUM = "Payload-Oxum"

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC

_CONTROL = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
"""What ends a line for some reader, acts on a terminal, or is half a character."""
_UNSAFE = re.compile(
    rf"[{_CONTROL}\\%]"
    r"|\A/|//|/\Z|\A\Z"  # absolute, or with an empty part
    r"|(?:\A|/)\.{1,2}(?:/|\Z)"
    r"|\s\Z"  # readers of manifests take white space off the end of a line
)
_LEFT = re.compile(r"[0-9a-f]{8}\.tmp")
"""What ends the name of the folder in which a bag is made."""
_LABEL = re.compile(rf"[^\s:{_CONTROL}](?:[^:{_CONTROL}]*[^\s:{_CONTROL}])?")
_VALUE = re.compile(rf"[^{_CONTROL}]*")


class BagWriter:
    """Writes a bag into a new folder beside its place and renames it there, whole or not at all.

    As a context manager it discards what it wrote unless :meth:`finish` was called. The same files
    in any order, and the same ``info``, give the same bytes.
    """

    def __init__(self, folder: Path) -> None:
        """Begin a bag that will be ``folder``; what one that was killed left of it is removed.

        Raises ``UsageError`` when ``folder`` is there and not empty, and ``HomeUnusable`` when
        nothing can be written beside it.
        """
        self._folder = folder.absolute()
        _refuse_taken(self._folder)
        around = f".{self._folder.name}."
        name = f"{around}{secrets.token_hex(4)}.tmp"
        self._root = str(self._folder.with_name(name))
        self._payload = f"{self._root}/data"
        self._open = True
        self._torn: str | None = None
        """The file that is being written; still set afterwards if that failed."""
        self._hashes: dict[str, str] = {}
        self._bytes = 0
        self._folders = {""}
        self._folded: dict[str, str] = {}
        """Every file and folder of the payload, by its name with letter case left out."""
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            for left in self._folder.parent.iterdir():
                if left.name.startswith(around) and _LEFT.fullmatch(left.name[len(around) :]):
                    sweep(left)
            self._masked = _make_folder(self._root)
            self._held = hold(Path(self._root))
            _make_folder(self._payload)
        except OSError as error:
            raise self._unusable(error) from error

    def __enter__(self) -> "BagWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()

    def add(self, path: str, data: bytes) -> None:
        """Write ``data`` as the payload file ``path``, given below ``data/`` with ``/`` between.

        Raises ``ValueError`` for a path that some reader of bags would take for another one, or
        that is taken already, in any letter case; ``HomeUnusable`` when the disk refuses.
        """
        with self.stream(path) as file:
            file.write(data)

    @contextmanager
    def stream(self, path: str) -> "Iterator[PayloadFile]":
        """Write the payload file ``path`` piece by piece: what the result is given in the block.

        Raises as :meth:`add` does. A file whose block ends with an error is not whole, and then
        the bag cannot be finished.
        """
        self._refuse_closed()
        place = self._place(path)
        self._torn = path
        try:
            fd = os.open(place, _CREATE, 0o644)
            try:
                file = PayloadFile(fd, self._unusable)
                yield file
                if self._masked:
                    os.fchmod(fd, 0o644)
            finally:
                os.close(fd)
        except OSError as error:
            raise self._unusable(error) from error
        self._hashes[path] = file.sha512()
        self._bytes += file.size
        self._torn = None

    def finish(self, info: Mapping[str, str | Sequence[str]]) -> None:
        """Write the lists and the description, and give the bag its name.

        ``info`` is what ``bag-info.txt`` says besides ``Payload-Oxum``: a label with one value, or
        with several. Raises ``ValueError`` for what one line cannot hold, ``UsageError`` when the
        place was taken meanwhile, ``HomeUnusable`` when the disk refuses; the bag can be discarded
        then.
        """
        self._refuse_closed()
        if self._torn is not None:
            raise ValueError(f"{self._torn!r} was not written whole: this bag cannot be finished")
        payload = "".join(f"{self._hashes[path]}  data/{path}\n" for path in sorted(self._hashes))
        tags = {
            "bag-info.txt": self._info(info),
            "bagit.txt": DECLARATION,
            "manifest-sha512.txt": payload.encode(),
        }
        listed = (f"{hashlib.sha512(tags[name]).hexdigest()}  {name}\n" for name in sorted(tags))
        tags["tagmanifest-sha512.txt"] = "".join(listed).encode()
        try:
            for name, data in tags.items():
                _write_tag(f"{self._root}/{name}", data)
            fsync_folder(Path(self._root))
            Path(self._root).rename(self._folder)
            self._open = False
            os.close(self._held)
            fsync_folder(self._folder.parent)
        except OSError as error:
            if error.errno in (EEXIST, ENOTEMPTY):
                raise _taken(self._folder) from error
            raise self._unusable(error) from error

    def discard(self) -> None:
        """Remove what was begun; nothing happens to a bag that is finished.

        What cannot be removed stays in the hidden folder, and never takes the name of the bag.
        """
        if self._open:
            self._open = False
            shutil.rmtree(self._root, ignore_errors=True)
            os.close(self._held)

    def _place(self, path: str) -> str:
        """Where ``path`` is written; its folders are there when this returns."""
        if not path.isascii() and not unicodedata.is_normalized("NFC", path):
            raise ValueError(f"{path!r} is not in Unicode's composed form (NFC)")
        if _UNSAFE.search(path) is not None:
            raise ValueError(f"{path!r} cannot be the path of a file in a bag")
        parent = path.rpartition("/")[0]
        if parent not in self._folders:
            made = ""
            for part in parent.split("/"):
                made = f"{made}/{part}" if made else part
                if made not in self._folders:
                    self._claim(made)
                    self._make(made)
        self._claim(path)
        return f"{self._payload}/{path}"

    def _claim(self, path: str) -> None:
        """Some file systems know no letter case: there, a second name would replace the first."""
        folded = path.casefold()
        if folded in self._folded:
            raise ValueError(f"{path!r} is taken: {self._folded[folded]!r} is in the bag already")
        self._folded[folded] = path

    def _make(self, folder: str) -> None:
        try:
            _make_folder(f"{self._payload}/{folder}")
        except OSError as error:
            raise self._unusable(error) from error
        self._folders.add(folder)

    def _info(self, info: Mapping[str, str | Sequence[str]]) -> bytes:
        lines: dict[str, Sequence[str]] = {OXUM: [f"{self._bytes}.{len(self._hashes)}"]}
        for label, given in info.items():
            values = [given] if isinstance(given, str) else given
            if label.lower() == OXUM.lower() or not _LABEL.fullmatch(label):
                raise ValueError(f"{label!r} cannot be a label in bag-info.txt")
            if not all(_VALUE.fullmatch(value) for value in values):
                raise ValueError(f"{label} in bag-info.txt takes one line without control signs")
            lines[label] = values
        return "".join(
            f"{label}: {value}\n" for label in sorted(lines) for value in lines[label]
        ).encode()

    def _refuse_closed(self) -> None:
        if not self._open:
            raise ValueError("this bag was finished or discarded already")

    def _unusable(self, error: OSError) -> HomeUnusable:
        return HomeUnusable(
            f"The bag {self._folder} cannot be written: {error.strerror}. Nothing is there under "
            "that name. Make room or name another place, and try again."
        )


class PayloadFile:
    """A file of the payload that is being written, and hashed while it is."""

    def __init__(self, fd: int, unusable: Callable[[OSError], HomeUnusable]) -> None:
        """Use :meth:`BagWriter.stream`."""
        self._fd = fd
        self._unusable = unusable
        self._hashed = hashlib.sha512()
        self.size = 0
        """Bytes that were written so far."""

    def write(self, data: bytes | memoryview) -> None:
        """Write the next bytes. Raises ``HomeUnusable``."""
        self._hashed.update(data)
        self.size += len(data)
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._fd, left) :]
        except OSError as error:
            raise self._unusable(error) from error

    def sha512(self) -> str:
        """Return the hash of all that was written, in hex."""
        return self._hashed.hexdigest()


def _refuse_taken(folder: Path) -> None:
    try:
        there = folder.lstat()
        if not stat.S_ISDIR(there.st_mode) or any(folder.iterdir()):
            raise _taken(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise HomeUnusable(
            f"{folder} cannot be looked at: {error.strerror}. Nothing was written."
        ) from error


def _taken(folder: Path) -> UsageError:
    return UsageError(f"{folder} is not empty. It was left as it is. Name a new folder.")


def _make_folder(place: str) -> bool:
    """Make a folder of mode 0755; return whether the umask would have had it otherwise."""
    folder = Path(place)
    folder.mkdir(0o755)
    masked = stat.S_IMODE(folder.stat().st_mode) != 0o755
    if masked:
        folder.chmod(0o755)
    return masked


def _write_tag(place: str, data: bytes) -> None:
    fd = os.open(place, _CREATE, 0o644)
    with open(fd, "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(fd, 0o644)
        os.fsync(fd)

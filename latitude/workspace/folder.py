"""A folder that a model may write in."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from latitude.errors import ToolFailed
from latitude.workspace import names, scan, walk
from latitude.workspace.entry import USUAL_CAPS, Caps, Entry
from latitude.workspace.names import shown
from latitude.workspace.room import Room
from latitude.workspace.siblings import Names, Siblings

Entries = list[Entry]  # inside the class, ``list`` is the method

Owner = tuple[int, int]
"""User and group."""

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class Workspace:
    """Safe file access below one folder.

    A path is relative, ``/``-separated, and made of names other than ``.`` and ``..``; one leading
    ``./`` is taken off, and one trailing ``/`` where a folder is meant. A name is found as it is
    given, else in its NFC form. New names come out in NFC and keep to
    :func:`latitude.workspace.names.new_name`. No link is ever followed.

    Every method raises ``ToolFailed``, in words for the model and with nothing done, when the path
    or the thing there is not allowed, or when the system fails; and ``HomeUnusable`` when the
    workspace itself is gone. One thread at a time.

    Where latitude runs as root and the folder is somebody else's, all that is made here is theirs:
    commands run as them, and must be able to change it.
    """

    def __init__(self, root: Path, caps: Caps = USUAL_CAPS) -> None:
        """Take ``root``, an existing folder with mode 0700."""
        self.root = root
        self.caps = caps
        self._top = os.fspath(root)
        self._owner = _other_owner(root)
        self._siblings = Siblings()
        self._room = Room(caps)

    def changed_outside(self) -> None:
        """Forget what is remembered: a command may have changed anything, and has ended.

        A top that the command made unusable for its owner is made usable again. Raises
        ``HomeUnusable`` when it is gone.
        """
        self._room.count(None)
        self._siblings.clear()
        walk.take_back(self._top)
        self._owner = _other_owner(self.root)

    def read(self, path: str, cap: int | None = None) -> bytes:
        """Return the bytes of a file of at most ``cap`` bytes (``caps.file_bytes`` if ``None``)."""
        most = self.caps.file_bytes if cap is None else cap
        return _whole(path, self.head(path, most), most)

    def head(self, path: str, cap: int) -> tuple[bytes, int]:
        """Return the first ``cap`` bytes of a file, and how many bytes it has."""
        return self._head(names.split(path), cap)

    def write(self, path: str, data: bytes) -> None:
        """Make a file, or replace one whole, and make the folders above it.

        The file appears at once or not at all. There is no fsync here: the commit of the step
        has one, and until then a power cut loses the journal's newest lines as well.
        """
        parts = names.split(path)
        _check_size(path, parts, data, self.caps)
        with walk.reach(self._top, parts[:-1]) as place:
            taken = self._siblings.look(place.fd)
            old = None
            if not place.missing and (there := _present(parts[-1], taken.exact)) is not None:
                old = _replaceable(place.fd, (*parts[:-1], there))
                new: tuple[str, ...] = (there,)
            else:
                new = self._new_names((*place.missing, parts[-1]), taken)
            self._put(place.fd, taken, new, data, old, path)

    def rewrite(self, path: str, change: Callable[[bytes], bytes]) -> bytes:
        """Put ``change`` of a file's bytes in their place, and return it.

        The same as reading and writing it, with one way down to it. Nothing is done when
        ``change`` raises.
        """
        parts, most = names.split(path), self.caps.file_bytes
        with walk.folder(self._top, parts[:-1]) as place:
            with walk.opened_file(place.fd, parts) as file:
                data = change(_whole(path, _head_of(file, parts, most), most))
            _check_size(path, parts, data, self.caps)
            taken = self._siblings.look(place.fd)
            self._put(place.fd, taken, (file.name,), data, file.info, path)
        return data

    def move(self, path: str, to: str) -> None:
        """Give a file, a link or a folder another path; what is at ``to`` is never replaced."""
        source = names.split(path, folder=True)
        target = names.split(to)
        if not source:
            raise ToolFailed("The top of the workspace cannot be moved.")
        if target[: len(source)] == source:
            same = len(target) == len(source)
            raise ToolFailed(
                f"Both paths are {shown(path)}."
                if same
                else f"{shown(path)} cannot be moved into itself."
            )
        names.check_length(target, self.caps)
        with walk.folder(self._top, source[:-1]) as place:
            name, info = walk.find(place.fd, source)
            if stat.S_ISDIR(info.st_mode):
                self._check_contents(source, target)
            elif path.endswith("/"):
                raise ToolFailed(f"{shown(path)} ends with a slash, but it is not a folder.")
            self._move(place.fd, name, target)

    def delete(self, path: str) -> None:
        """Delete a file, a link (not what it points to), a special file or an empty folder."""
        parts = names.split(path, folder=True)
        if not parts:
            raise ToolFailed("The top of the workspace cannot be deleted.")
        with walk.folder(self._top, parts[:-1]) as place:
            fd = place.fd
            name, info = walk.find(fd, parts)
            is_folder = stat.S_ISDIR(info.st_mode)
            if path.endswith("/") and not is_folder:
                raise ToolFailed(f"{shown(path)} ends with a slash, but it is not a folder.")
            try:
                if is_folder:
                    os.rmdir(name, dir_fd=fd)
                else:
                    os.unlink(name, dir_fd=fd)
            except OSError as error:
                raise walk.failure(error, parts) from error
            self._siblings.drop(fd)

    def list(self, path: str) -> Entries:
        """Return what one folder holds, sorted; ``""`` and ``.`` are the top."""
        parts = names.split(path, folder=True)
        prefix = "/".join(parts) + "/" if parts else ""
        with walk.folder(self._top, parts) as place:
            found = list(scan.entries_of(place.fd, prefix, self.caps))
        return sorted(found, key=lambda entry: entry.path)

    def scan(self) -> Entries:
        """Return every file, link, special file and empty folder, sorted by path.

        What cannot be taken is there too, with the reason in ``omitted``; a folder that is left
        out stands for all that is in it. Slow for a loop: 20,000 files take 0.15 s.
        """
        found = scan.survey(self._top, self.caps)
        self._room.count(found)
        self._siblings.clear()
        return found.entries

    def read_entry(self, entry: Entry) -> bytes:
        """Return the bytes of a regular file that :meth:`scan` or :meth:`list` returned.

        Raises ``ToolFailed`` when it is no such file any more, or has grown over the cap.
        """
        data, size = self._head(tuple(entry.path.split("/")), self.caps.file_bytes)
        if size > self.caps.file_bytes:
            raise ToolFailed(f"{shown(entry.path)} is {scan.TOO_LARGE}.")
        return data

    def _head(self, parts: Sequence[str], cap: int) -> tuple[bytes, int]:
        with (
            walk.folder(self._top, parts[:-1]) as place,
            walk.opened_file(place.fd, parts) as file,
        ):
            return _head_of(file, parts, cap)

    def _new_names(self, wanted: Sequence[str], taken: Names) -> tuple[str, ...]:
        """Return ``wanted`` as they will stand on the disk; the first comes to lie in ``taken``."""
        new = tuple([names.new_name(name, self.caps) for name in wanted])
        if (other := taken.clash(new[0])) is not None:
            raise _too_alike(new[0], other)
        return new

    def _put(
        self,
        fd: int,
        taken: Names,
        new: Sequence[str],
        data: bytes,
        old: os.stat_result | None,
        path: str,
    ) -> None:
        """Let ``data`` appear in ``fd``, folders that are missing and the file named by ``new``."""
        if old is None:
            self._make_room(path, 1, len(new) - 1, len(data))
        else:
            self._make_room(path, 0, 0, len(data) - _weight(old, self.caps))
        temporary = f".unfinished-{os.urandom(8).hex()}"
        try:
            _fill(fd, temporary, data, old, self._owner)
            if len(new) == 1:
                os.replace(temporary, new[0], src_dir_fd=fd, dst_dir_fd=fd)
            else:
                with _made(fd, new[:-1], self._owner) as inner:
                    os.replace(temporary, new[-1], src_dir_fd=fd, dst_dir_fd=inner)
                    # The number of a folder that is gone may be given to a new one.
                    self._siblings.drop(inner)
        except OSError as error:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=fd)
            raise walk.failure(error, names.split(path)) from error
        self._siblings.add(fd, taken, new[0])

    def _move(self, fd: int, name: str, target: Sequence[str]) -> None:
        with walk.reach(self._top, target[:-1]) as place:
            aim, missing = place.fd, place.missing
            wanted = (*missing, target[-1])
            taken = self._siblings.look(aim)
            if not missing and _present(target[-1], taken.exact) is not None:
                raise ToolFailed(f"{shown('/'.join(target))} exists already.")
            new = tuple(names.new_name(part, self.caps) for part in wanted)
            other = taken.clash(new[0])
            # A file may take another spelling of its own name.
            own = other == name and os.path.samestat(os.fstat(fd), os.fstat(aim)) and not missing
            if other is not None and not own:
                raise _too_alike(new[0], other)
            self._make_room("/".join(target), 0, len(missing), 0)
            try:
                with _made(aim, new[:-1], self._owner) as inner:
                    os.rename(name, new[-1], src_dir_fd=fd, dst_dir_fd=inner)
            except OSError as error:
                raise walk.failure(error, target) from error
            self._siblings.drop(fd)
            self._siblings.drop(aim)

    def _check_contents(self, source: Sequence[str], target: Sequence[str]) -> None:
        """Raise ``ToolFailed`` when what is in a folder would come to lie too deep."""
        prefix = "/".join(source) + "/"
        for entry in self.scan():
            if entry.path.startswith(prefix):
                inside = entry.path[len(prefix) :].split("/")
                names.check_length((*target, *inside), self.caps)

    def _make_room(self, path: str, files: int, folders: int, size: int) -> None:
        """Count what is about to be added, or raise ``ToolFailed`` when it goes over a cap."""
        if not self._room.is_known or self._room.excess(files, folders, size):
            self.scan()
            if excess := self._room.excess(files, folders, size):
                raise ToolFailed(f"{shown(path)} does not fit: the workspace may hold {excess}.")
        self._room.add(files, folders, size)


def _weight(info: os.stat_result, caps: Caps) -> int:
    """Return the bytes that a scan counts for a file."""
    counts = stat.S_ISREG(info.st_mode) and info.st_nlink == 1
    return info.st_size if counts and info.st_size <= caps.file_bytes else 0


def _present(name: str, taken: set[str]) -> str | None:
    if name in taken:
        return name
    nfc = names.composed(name)
    return nfc if nfc in taken else None


def _replaceable(fd: int, parts: Sequence[str]) -> os.stat_result:
    """Return what is known of the regular file that is the last of ``parts``, in ``fd``."""
    _, info = walk.find(fd, parts)
    if stat.S_ISREG(info.st_mode):
        return info
    path = shown("/".join(parts))
    if stat.S_ISDIR(info.st_mode):
        raise ToolFailed(f"{path} is a folder.")
    if stat.S_ISLNK(info.st_mode):
        raise ToolFailed(f"{path} is a link, and the file tools do not follow links.")
    raise ToolFailed(f"{path} is not a regular file.")


def _head_of(file: walk.OpenFile, parts: Sequence[str], cap: int) -> tuple[bytes, int]:
    try:
        data = walk.read_up_to(file, cap)
    except OSError as error:
        raise walk.failure(error, parts) from error
    if len(data) > cap:
        return data[:cap], max(file.info.st_size, len(data))
    return data, len(data)


def _whole(path: str, head: tuple[bytes, int], most: int) -> bytes:
    data, size = head
    if size > most:
        raise ToolFailed(f"{shown(path)} is {size:,} bytes; at most {most:,} can be read.")
    return data


def _check_size(path: str, parts: Sequence[str], data: bytes, caps: Caps) -> None:
    names.check_length(parts, caps)
    if len(data) > caps.file_bytes:
        raise ToolFailed(
            f"{shown(path)} would be {len(data):,} bytes; a file may have at most "
            f"{caps.file_bytes:,}."
        )


def _too_alike(name: str, other: str) -> ToolFailed:
    return ToolFailed(
        f"{shown(other)} exists already, and {shown(name)} differs from it only in case or in how "
        "its letters are composed; some computers cannot keep both."
    )


def _other_owner(root: Path) -> Owner | None:
    if os.geteuid() != 0:
        return None
    try:
        info = root.stat()
    except OSError:
        # Whoever uses the workspace hears of it then.
        return None
    return (info.st_uid, info.st_gid) if info.st_uid != 0 else None


def _fill(fd: int, name: str, data: bytes, old: os.stat_result | None, owner: Owner | None) -> None:
    file = os.open(name, _CREATE, 0o644, dir_fd=fd)
    try:
        written = os.write(file, data)
        while written < len(data):
            written += os.write(file, memoryview(data)[written:])
        if owner is not None:
            os.fchown(file, *owner)
        if old is not None:
            # A program stays executable; a setuid bit does not stay, and no file that was just
            # written is kept from its own writer.
            os.fchmod(file, stat.S_IMODE(old.st_mode) & 0o777 | 0o600)
    finally:
        os.close(file)


@contextmanager
def _made(fd: int, parts: Sequence[str], owner: Owner | None) -> Iterator[int]:
    """Make ``parts``, one in another, in ``fd`` and yield a descriptor of the last.

    When what is done with it fails, they are removed again.
    """
    if not parts:
        yield fd
        return
    os.mkdir(parts[0], 0o755, dir_fd=fd)
    try:
        inner = walk.enter(fd, parts[0])
        try:
            if owner is not None:
                os.fchown(inner, *owner)
            with _made(inner, parts[1:], owner) as last:
                yield last
        finally:
            os.close(inner)
    except OSError:
        with suppress(OSError):
            os.rmdir(parts[0], dir_fd=fd)
        raise

"""Opening things below a workspace without following a link.

Each folder on the way is opened from the descriptor of the one before it, with ``O_DIRECTORY``
and ``O_NOFOLLOW``. Checking a path first and opening it afterwards lost 25 of 10,221 races
against a process that swapped folders for links; this lost none of 479,719.
"""

import errno
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from latitude.errors import HomeUnusable, ToolFailed
from latitude.workspace.names import composed, shown

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY
_PIECE = 1024 * 1024


@dataclass(slots=True)
class Place:
    """An open folder, and what of the way to it is missing. ``with`` closes it.

    A class, as a generator for ``with`` would cost as much as opening one folder does.
    """

    fd: int
    missing: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.fd)


@dataclass(slots=True)
class OpenFile:
    """An open regular file, with its name on the disk. ``with`` closes it."""

    fd: int
    name: str
    info: os.stat_result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.fd)


def open_root(root: str) -> int:
    """Return a descriptor of the workspace itself.

    Raises ``HomeUnusable``: without its folder the model cannot help it, a person must.
    """
    try:
        return os.open(root, _FOLDER)
    except PermissionError:
        take_back(root)
    except OSError as error:
        raise _gone(root, error) from error
    try:
        return os.open(root, _FOLDER)
    except OSError as error:
        raise _gone(root, error) from error


def take_back(root: str) -> None:
    """Let the owner of ``root`` use it, if a command took that from itself.

    Raises ``HomeUnusable`` when it is gone.
    """
    try:
        mode = os.lstat(root).st_mode
        if stat.S_ISDIR(mode) and mode & stat.S_IRWXU != stat.S_IRWXU:
            Path(root).chmod(0o700)
    except OSError as error:
        raise _gone(root, error) from error


def enter(fd: int, name: str) -> int:
    """Open the folder ``name`` in ``fd``, or its NFC form where only that exists."""
    try:
        return os.open(name, _FOLDER, dir_fd=fd)
    except FileNotFoundError:
        return os.open(_other_form(name), _FOLDER, dir_fd=fd)


def reach(root: str, parts: Sequence[str]) -> Place:
    """Return the deepest folder of ``parts`` that exists, open, and the missing rest."""
    fd, known = _begin(root, parts)
    for done, part in enumerate(parts[known:], known):
        try:
            inner = enter(fd, part)
        except FileNotFoundError:
            return Place(fd, tuple(parts[done:]))
        except OSError as error:
            with Place(fd):
                raise _blocked(error, fd, parts[: done + 1]) from error
        os.close(fd)
        fd = inner
    return Place(fd)


def _begin(root: str, parts: Sequence[str]) -> tuple[int, int]:
    """Open the first folder of the way where that is easily done, and say how many are behind it.

    The way to the workspace itself is latitude's own: only below it may a link stand.
    """
    if parts:
        try:
            return os.open(f"{root}/{parts[0]}", _FOLDER), 1
        except OSError:
            # What is wrong shows on the slower way.
            pass
    return open_root(root), 0


def folder(root: str, parts: Sequence[str]) -> Place:
    """Return the folder ``parts``, open. Raises ``ToolFailed`` when there is none."""
    place = reach(root, parts)
    if place.missing:
        os.close(place.fd)
        raise _no_folder(parts[: len(parts) - len(place.missing) + 1])
    return place


def below(fd: int, parts: Sequence[str]) -> int:
    """Return a descriptor of the folder that is the last of ``parts``, in the open folder ``fd``.

    Raises ``ToolFailed``.
    """
    try:
        return enter(fd, parts[-1])
    except FileNotFoundError:
        raise _no_folder(parts) from None
    except OSError as error:
        raise _blocked(error, fd, parts) from error


def find(fd: int, parts: Sequence[str]) -> tuple[str, os.stat_result]:
    """Return the name on the disk and the lstat of the last of ``parts`` in folder ``fd``."""
    name = parts[-1]
    for form in (name, composed(name)):
        try:
            return form, os.stat(form, dir_fd=fd, follow_symlinks=False)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise failure(error, parts) from error
    raise ToolFailed(f"Nothing is at {shown('/'.join(parts))}.")


def opened_file(fd: int, parts: Sequence[str]) -> OpenFile:
    """Return the regular file that is the last of ``parts``, open.

    Raises ``ToolFailed`` for links, folders, special files, and files with a second hard link
    (which may be a file outside).
    """
    try:
        inner, name = _open_either(fd, parts[-1])
    except FileNotFoundError:
        raise ToolFailed(f"There is no file {shown('/'.join(parts))}.") from None
    except OSError as error:
        if error.errno in {errno.ENXIO, errno.EOPNOTSUPP, errno.ENODEV}:
            raise ToolFailed(f"{shown('/'.join(parts))} is not a regular file.") from error
        raise failure(error, parts) from error
    info = os.fstat(inner)
    if stat.S_ISREG(info.st_mode) and info.st_nlink == 1:
        return OpenFile(inner, name, info)
    os.close(inner)
    what = "has more than one hard link, so it is not opened"
    if not stat.S_ISREG(info.st_mode):
        folder = stat.S_ISDIR(info.st_mode)
        what = "is a folder, not a file" if folder else "is not a regular file"
    raise ToolFailed(f"{shown('/'.join(parts))} {what}.")


def read_up_to(file: OpenFile, cap: int) -> bytes:
    """Return what ``file`` holds, at most ``cap`` + 1 bytes."""
    fd, size = file.fd, file.info.st_size
    data = os.read(fd, min(size, cap) + 1)
    if len(data) == size:
        return data
    pieces = [data]
    got = len(data)
    # Only when the file changed under us, or the system gives less than it was asked for.
    while data and got <= cap:
        data = os.read(fd, min(_PIECE, cap + 1 - got))
        pieces.append(data)
        got += len(data)
    return b"".join(pieces)


def failure(error: OSError, parts: Sequence[str]) -> ToolFailed:
    """Return an error of the system in words for the model, without any path of ours."""
    path = shown("/".join(parts))
    match error.errno:
        case errno.ELOOP | errno.EMLINK:
            return ToolFailed(f"{path} is a link, and the file tools do not follow links.")
        case errno.ENOSPC | errno.EDQUOT:
            return ToolFailed(f"There is no room left on the disk for {path}.")
        case errno.ENAMETOOLONG:
            return ToolFailed(f"{path} is longer than the disk allows.")
        case errno.ENOTEMPTY:
            return ToolFailed(f"{path} is a folder that is not empty.")
        case _:
            return ToolFailed(f"{path}: {_words(error)}.")


def _no_folder(parts: Sequence[str]) -> ToolFailed:
    return ToolFailed(f"There is no folder {shown('/'.join(parts))}.")


def _gone(root: str, error: OSError) -> HomeUnusable:
    return HomeUnusable(
        f"The workspace {root} cannot be opened ({_words(error)}). What was "
        "committed before is in the artifacts repository."
    )


def _words(error: OSError) -> str:
    # Not error.strerror or str(error): those may carry a path of this machine.
    return os.strerror(error.errno) if error.errno else "the system gave no reason"


def _open_either(fd: int, name: str) -> tuple[int, str]:
    try:
        return os.open(name, _FILE, dir_fd=fd), name
    except FileNotFoundError:
        other = _other_form(name)
        return os.open(other, _FILE, dir_fd=fd), other


def _other_form(name: str) -> str:
    nfc = composed(name)
    if nfc == name:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return nfc


def _blocked(error: OSError, fd: int, parts: Sequence[str]) -> ToolFailed:
    if error.errno not in {errno.ENOTDIR, errno.ELOOP, errno.EMLINK}:
        return failure(error, parts)
    _, info = find(fd, parts)
    path = shown("/".join(parts))
    if stat.S_ISLNK(info.st_mode):
        return ToolFailed(f"{path} is a link, and the file tools do not follow links.")
    return ToolFailed(f"{path} is not a folder.")

"""People's tags and notes on a session, in ``annotations.jsonl`` of its folder.

They are no part of the record: the journal never holds them, nothing seals them, and verify does
not look at them. The file is UTF-8, one JSON object a line, and lines are only ever added:

=========  ====================================================================
``at``     when it was written: UTC, RFC 3339, milliseconds, ``Z``
``kind``   ``tag`` (from here on the session has it), ``untag`` or ``note``
``text``   the tag, or the words of the note
=========  ====================================================================

A reader passes over lines that it does not know, and a writer leaves them where they are. What is
added is on the disk when a function returns, so each may take as long as the disk does.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from latitude.core.clean import clean_line
from latitude.core.text import mend_surrogates
from latitude.errors import HomeUnusable, RecordBroken, SessionBusy, UsageError
from latitude.journal.clock import Stamps
from latitude.journal.paths import ANNOTATIONS

LONGEST_TAG = 60
"""Characters."""

_TRIES = 100
_PAUSE = 0.02
"""Seconds between two tries for the lock; a writer holds it for one wait for the disk."""


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about a session."""

    at: str
    """RFC 3339, UTC, milliseconds."""
    text: str


@dataclass(frozen=True, slots=True)
class Annotations:
    """What people added to a session, oldest first."""

    tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


class _Line(msgspec.Struct, frozen=True):
    at: str
    kind: Literal["tag", "untag", "note"]
    text: str


_decoder = msgspec.json.Decoder(_Line)


def read(folder: Path) -> Annotations:
    """Return the annotations of the session in ``folder``; none when there is no such file.

    Raises ``RecordBroken`` when the file cannot be read.
    """
    tags: dict[str, None] = {}
    notes: list[Note] = []
    for line in _lines(folder):
        match line.kind:
            case "tag":
                tags.setdefault(line.text)
            case "untag":
                tags.pop(line.text, None)
            case "note":
                notes.append(Note(line.at, line.text))
    return Annotations(tuple(tags), tuple(notes))


def add_tag(folder: Path, tag: str) -> Annotations:
    """Give the session a tag; one that it has already is not written again.

    Raises ``UsageError`` when ``tag`` is empty, too long or holds what cannot be seen,
    ``HomeUnusable`` when it cannot be written, ``SessionBusy`` when another process keeps the file.
    """
    text = _tag(tag)
    return _append(folder, "tag", text, lambda now: text not in now.tags)


def remove_tag(folder: Path, tag: str) -> Annotations:
    """Take a tag away; one that the session does not have is no error. Raises as ``add_tag``."""
    text = _tag(tag)
    return _append(folder, "untag", text, lambda now: text in now.tags)


def add_note(folder: Path, text: str) -> Annotations:
    """Add a note. Raises ``UsageError`` when it is empty; otherwise as ``add_tag``."""
    words = mend_surrogates(text.strip())[0]
    if not words:
        raise UsageError("The note is empty. Nothing was written.")
    return _append(folder, "note", words, lambda _: True)


def _tag(text: str) -> str:
    tag = text.strip()
    if not tag:
        raise UsageError("The tag is empty. Nothing was written.")
    if len(tag) > LONGEST_TAG:
        raise UsageError(
            f"The tag has {len(tag)} characters, and {LONGEST_TAG} are the most. "
            "Nothing was written; a note can be longer."
        )
    if (shown := clean_line(tag)) != tag:
        raise UsageError(
            f"The tag holds a line break or a sign that cannot be seen: {shown}. "
            "Nothing was written."
        )
    return tag


def _append(
    folder: Path,
    kind: Literal["tag", "untag", "note"],
    text: str,
    wanted: Callable[[Annotations], bool],
) -> Annotations:
    # Checked without the lock: a tag that is written twice is one tag all the same.
    if not wanted(now := read(folder)):
        return now
    line = msgspec.json.encode(_Line(at=Stamps().now(), kind=kind, text=text)) + b"\n"
    with _locked(folder) as fd:
        length = os.fstat(fd).st_size
        if length and os.pread(fd, 1, length - 1) != b"\n":
            # A writer died in its line: the rest of it stays, as a line that nobody knows.
            line = b"\n" + line
        _write(folder, fd, line, length)
    _announce(folder.parent)
    return read(folder)


def _announce(sessions: Path) -> None:
    """Let the time of the folder of all sessions say that something in it changed, as it does when
    one is added or removed: who keeps an index need not look at each session then."""
    with contextlib.suppress(OSError):
        os.utime(sessions)


def _write(folder: Path, fd: int, data: bytes, length: int) -> None:
    try:
        written = os.write(fd, data)
        while written < len(data):
            written += os.write(fd, data[written:])
        os.fsync(fd)
        if not length:
            _sync_folder(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.ftruncate(fd, length)
        raise _unwritable(folder, error) from error


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[int]:
    try:
        fd = os.open(folder / ANNOTATIONS, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        _lock(folder, fd)
        yield fd
    finally:
        os.close(fd)


def _lock(folder: Path, fd: int) -> None:
    for _ in range(_TRIES):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        except OSError as error:
            raise _unwritable(folder, error) from error
        else:
            return
    raise SessionBusy(
        f"Another process keeps {folder / ANNOTATIONS}. Nothing was written. Try again."
    )


def _unwritable(folder: Path, error: OSError) -> HomeUnusable:
    return HomeUnusable(
        f"{folder / ANNOTATIONS} could not be written: {error.strerror}. What it held is kept, and "
        "the record is not touched. Make it writable, or make room, and try again."
    )


def _lines(folder: Path) -> Iterator[_Line]:
    try:
        data = (folder / ANNOTATIONS).read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise RecordBroken(f"{folder / ANNOTATIONS} cannot be read: {error.strerror}.") from error
    for line in data.split(b"\n"):
        try:
            yield _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue

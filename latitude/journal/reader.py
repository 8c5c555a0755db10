"""Reads journals back: strictly (every line right, or an error), or as far as they go."""

import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from latitude.core.events import Record, SessionClosed, SessionOpened, UnknownEvent
from latitude.errors import RecordBroken
from latitude.journal.chain import Fault, Link, faults_of
from latitude.journal.line import FIRST_PREV, LineError, parse_line

_CHUNK = 64 * 1024
"""Bytes read from the end at first; a closing line has well under one KiB."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A journal as it lies there, whatever its state."""

    path: Path
    records: tuple[Record, ...]
    """The lines up to the first fault."""
    faults: tuple[Fault, ...]
    """What is wrong with whole lines, by line number."""
    torn: bytes
    """What stands after the last newline: a line that was not written to its end."""
    length: int
    """Bytes of all whole lines; a torn one begins here."""
    last_sha256: str
    """Of the last whole line; the fingerprint if the journal is closed."""

    @property
    def opened(self) -> SessionOpened | None:
        """The first line, if it can be read."""
        event = self.records[0].event if self.records else None
        return event if isinstance(event, SessionOpened) else None

    @property
    def closed(self) -> SessionClosed | None:
        """The last line, if the journal is closed and right."""
        event = self.records[-1].event if self.records and not self.faults else None
        return event if isinstance(event, SessionClosed) else None

    def problem(self) -> str | None:
        """The first thing that is wrong, with file and line; ``None`` if nothing is."""
        if self.faults:
            return f"{self.path}, line {self.faults[0].line}: {self.faults[0].what}."
        if self.torn:
            return f"{self.path}, line {len(self.records) + 1}: {_TORN}"
        return None


_TORN = (
    "the last line is torn: its end is missing. `latitude recover` keeps its bytes and closes the "
    "session."
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two lines of a journal."""

    offset: int = 0
    """Bytes before it."""
    seq: int = 0
    """The number of the line behind it."""
    prev: str = FIRST_PREV
    """SHA-256 of the line before it."""


BEGINNING = Place()


def read(path: Path) -> Iterator[Record]:
    """Yield the records of the journal at ``path``, checking the chain as it goes.

    Raises ``RecordBroken``, naming file and line and what is wrong, at the first line that is not
    as it was written, or when the last one is torn. Lines may be of any size.
    """
    for record, _ in _checked(path, _lines(path), BEGINNING, torn_is_fault=True):
        yield record


def read_whole(path: Path) -> tuple[bytes, tuple[Record, ...]]:
    """Return the bytes of the journal at ``path``, and its records as :func:`read` gives them.

    The records are those of the very bytes that are returned. Raises ``RecordBroken``.
    """
    with _opened(path) as fd, os.fdopen(fd, "rb", closefd=False) as file:
        data = file.read()
    lines = io.BytesIO(data)
    return data, tuple(one for one, _ in _checked(path, lines, BEGINNING, torn_is_fault=True))


def read_on(path: Path, place: Place = BEGINNING) -> Iterator[tuple[Record, Place]]:
    """Yield each whole line behind ``place``, with the place before it, for who follows a journal.

    A last line that is not yet written to its end is left for the next time. Raises
    ``RecordBroken`` as :func:`read` does, also when the journal is not any more the one that
    ``place`` was found in.
    """
    return _checked(path, _lines(path, place.offset), place, torn_is_fault=False)


def _checked(
    path: Path, lines: Iterable[bytes], place: Place, *, torn_is_fault: bool
) -> Iterator[tuple[Record, Place]]:
    here, closed = place, False
    for data in lines:
        if not data.endswith(b"\n") and not torn_is_fault:
            return
        try:
            line = parse_line(data[:-1])
        except LineError:
            raise _broken(path) from None
        record = line.record
        in_place = (record.seq, line.prev, data[-1:]) == (here.seq, here.prev, b"\n")
        if (
            not in_place
            or closed
            or (here.seq == 0 and not isinstance(record.event, SessionOpened))
        ):
            raise _broken(path)
        closed = isinstance(record.event, SessionClosed)
        yield record, here
        here = Place(here.offset + len(data), here.seq + 1, record.sha256)
    if here.seq == 0 and torn_is_fault:
        raise _broken(path)


def survey(path: Path) -> Survey:
    """Read the journal at ``path`` as far as it goes, and find everything that is wrong with it.

    Raises ``RecordBroken`` only when the file itself cannot be read.
    """
    records: list[Record] = []
    links: list[Link] = []
    faults: list[Fault] = []
    torn, length, digest = b"", 0, FIRST_PREV
    for number, data in enumerate(_lines(path), start=1):
        if not data.endswith(b"\n"):
            torn = data
            break
        length += len(data)
        before = links[-1] if links else Link(0, -1, FIRST_PREV, FIRST_PREV, "")
        digest = sha256(data[:-1]).hexdigest()
        try:
            line = parse_line(data[:-1])
        except LineError as error:
            faults.append(Fault(number, str(error)))
            # A stand-in where the line belongs, so that its neighbours are not blamed for it.
            links.append(Link(number, before.seq + 1, before.sha256, digest, ""))
            continue
        record = line.record
        links.append(Link(number, record.seq, line.prev, digest, _type_of(record)))
        records.append(record)
    if not links:
        faults.append(Fault(1, "the journal has no whole line"))
    known = {fault.line for fault in faults}
    faults += [fault for fault in faults_of(links) if fault.line not in known]
    faults.sort(key=lambda fault: fault.line)
    sound = records[: faults[0].line - 1] if faults else records
    return Survey(path, tuple(sound), tuple(faults), torn, length, digest)


def read_ends(path: Path) -> tuple[Record, Record | None]:
    """The first record, and the last one if the journal is closed; nothing between is read.

    Raises ``RecordBroken`` when the first line is no ``session.opened``. The chain is not checked.
    """
    with _opened(path) as fd:
        with os.fdopen(fd, "rb", closefd=False) as file:
            first = _record(file.readline())
        if first is None or not isinstance(first.event, SessionOpened):
            raise _broken(path)
        last = _record(_last_line(fd))
    return first, last if last is not None and isinstance(last.event, SessionClosed) else None


def _record(data: bytes) -> Record | None:
    if not data.endswith(b"\n"):
        return None
    try:
        return parse_line(data[:-1]).record
    except LineError:
        return None


def _last_line(fd: int) -> bytes:
    end = os.fstat(fd).st_size
    size = _CHUNK
    while True:
        start = max(0, end - size)
        tail = os.pread(fd, end - start, start)
        cut = tail.rfind(b"\n", 0, len(tail) - 1)
        if cut >= 0 or start == 0:
            return tail[cut + 1 :]
        size *= 4


def _type_of(record: Record) -> str:
    event = record.event
    if isinstance(event, UnknownEvent):
        return event.type
    return str(event.__struct_config__.tag)


def _broken(path: Path) -> RecordBroken:
    problem = survey(path).problem()
    return RecordBroken(problem or f"{path} was changed while it was read. Read it again.")


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise RecordBroken(f"{path} cannot be read: {error.strerror}.") from error
    try:
        yield fd
    finally:
        os.close(fd)


def _lines(path: Path, offset: int = 0) -> Iterator[bytes]:
    with _opened(path) as fd, os.fdopen(fd, "rb", closefd=False) as file:
        file.seek(offset)
        yield from file

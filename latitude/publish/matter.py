"""Everything of a session that would go out: its lines, its blobs, and all that it committed."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from latitude.artifacts.orders import CommitInfo
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import Record, SessionClosed, SessionOpened, ToolReturned
from latitude.core.spec import Parent
from latitude.errors import RecordBroken
from latitude.journal.blobs import Blobs
from latitude.journal.listing import tags_in
from latitude.journal.paths import JOURNAL, TORN
from latitude.journal.reader import read_ends, read_whole


@dataclass(frozen=True, slots=True)
class Matter:
    """A closed session, read and checked once: as it lies at home, or as a copy has it."""

    session: str
    folder: Path
    data: bytes
    """The journal's bytes."""
    records: tuple[Record, ...]
    torn: bytes | None = None
    """What recovery found behind the last whole line, if anything."""
    blobs: Mapping[str, bytes] | None = None
    """Of a copy: they stand nowhere else."""

    @property
    def opened(self) -> SessionOpened:
        """The first line."""
        event = self.records[0].event
        assert isinstance(event, SessionOpened)
        return event

    @property
    def closed(self) -> SessionClosed:
        """The last line."""
        event = self.records[-1].event
        assert isinstance(event, SessionClosed)
        return event

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the last line."""
        return self.records[-1].sha256

    @property
    def lines(self) -> tuple[bytes, ...]:
        """The lines of the journal, without their newlines. A line may hold a CR of its own."""
        return tuple(self.data.split(b"\n")[:-1])

    def blob_names(self) -> tuple[str, ...]:
        """The blobs that the lines name, each once, in order."""
        names = dict.fromkeys(
            part.blob
            for record in self.records
            if isinstance(record.event, ToolReturned)
            for part in record.event.result
            if part.blob is not None
        )
        return tuple(names)

    def blob(self, name: str) -> bytes:
        """The bytes of a blob. Raises ``RecordBroken``."""
        if self.blobs is not None:
            return self.blobs[name]
        return Blobs(self.folder, self.opened.parent).load(name)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes that would go out, and where they stand, in words for a person."""

    place: str
    data: bytes


def read_matter(home: Home, session: str) -> Matter:
    """Read a closed session. Raises ``RecordBroken``, naming file and line, for any other."""
    folder = home.session(session)
    path = folder / JOURNAL
    data, records = read_whole(path)
    closed = records[-1].event
    if not isinstance(closed, SessionClosed):
        raise RecordBroken(
            f"Session {session} was never closed, so it is not published. Run `latitude recover`."
        )
    torn = None if closed.torn_bytes is None else _torn(folder / TORN, closed.torn_bytes)
    matter = Matter(session, folder, data, records, torn)
    if matter.opened.id != session:
        raise RecordBroken(
            f"{path}, line 1: it is the journal of session {matter.opened.id}, not of the session "
            "its folder is named for, so it is not published."
        )
    return matter


def _torn(path: Path, size: int) -> bytes:
    data = _read(path)
    if len(data) != size:
        raise RecordBroken(
            f"{path} has {len(data)} bytes, and session.closed says {size}: it was changed. "
            "Restore it from a copy."
        )
    return data


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RecordBroken(f"{path} cannot be read: {error.strerror}.") from error


def beside(matter: Matter, *, lines: bool = True) -> Iterator[Piece]:
    """The journal, line by line if asked for, and what lies beside it. Raises ``RecordBroken``."""
    for number, line in enumerate(matter.lines if lines else (), start=1):
        yield Piece(f"line {number}", line)
    for name in matter.blob_names():
        yield Piece(f"blob {name[:12]}", matter.blob(name))
    if matter.torn is not None:
        yield Piece(TORN, matter.torn)
    for tag in tags_in(matter.folder):
        yield Piece("a tag", tag.encode())


async def commits_of(home: Home, repository: Repository, matter: Matter) -> tuple[CommitInfo, ...]:
    """The commits that its files came by, oldest first: those of its parents, then its own.

    Raises ``RecordBroken``.
    """
    histories = [await repository.history(one) for one in _lineage(home, matter)]
    return tuple(info for history in histories for info in history)


def _lineage(home: Home, matter: Matter) -> tuple[str, ...]:
    """All that the session carries on, oldest first, and the session itself."""
    line = [matter.session]
    parent: Parent | None = matter.opened.parent
    while parent is not None and parent.id not in line:
        line.append(parent.id)
        first, _ = read_ends(home.session(parent.id) / JOURNAL)
        assert isinstance(first.event, SessionOpened)
        parent = first.event.parent
    return tuple(reversed(line))


async def committed(repository: Repository, commits: Iterable[CommitInfo]) -> AsyncIterator[Piece]:
    """What ``commits`` brought in: each of them, its list of names, and the files it changed."""
    for info in commits:
        where = f"commit {info.commit[:12]} of {info.session}"
        changed = [change.path for change in info.changes if change.status != "deleted"]
        read = await repository.read_commit(info.commit, changed)
        yield Piece(where, read.commit)
        yield Piece(f"names in {where}", read.manifest)
        for path, data in read.files.items():
            yield Piece(f"{path} in {where}", data)

"""Everything of a session that would go out: its lines, its blobs, and all that it committed."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from latitude.artifacts.orders import CommitInfo
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import Record, SessionClosed, SessionOpened, ToolReturned
from latitude.errors import RecordBroken
from latitude.journal.blobs import Blobs
from latitude.journal.listing import tags_in
from latitude.journal.paths import JOURNAL, TORN
from latitude.journal.reader import read


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
    records = tuple(read(path))
    closed = records[-1].event
    if not isinstance(closed, SessionClosed):
        raise RecordBroken(
            f"Session {session} was never closed, so it is not published. Run `latitude recover`."
        )
    torn = None if closed.torn_bytes is None else _torn(folder / TORN, closed.torn_bytes)
    matter = Matter(session, folder, _read(path), records, torn)
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


async def committed(
    repository: Repository, session: str, history: tuple[CommitInfo, ...]
) -> AsyncIterator[Piece]:
    """What ``history`` brought in: each commit, its list of names, and the files it changed."""
    for info in history:
        where = f"commit {info.commit[:12]} of {session}"
        commit, manifest = await repository.commit_texts(info.commit)
        yield Piece(where, commit)
        yield Piece(f"names in {where}", manifest)
        changed = [change.path for change in info.changes if change.status != "deleted"]
        for path, data in (await repository.read_files(info.commit, changed)).items():
            yield Piece(f"{path} in {where}", data)

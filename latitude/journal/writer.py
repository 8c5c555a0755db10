"""Writes a session's journal: append, then show. The engine's ``Sink``."""

import asyncio
import os
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from latitude.core.events import (
    BlockRecorded,
    KnownEvent,
    Record,
    ResponseFailed,
    ResponseFinished,
    SessionClosed,
    SessionOpened,
)
from latitude.core.stream import Delta
from latitude.errors import HomeUnusable, RecordBroken, SessionSealed
from latitude.journal.begin import begin
from latitude.journal.blobs import Blobs, write_durably
from latitude.journal.clock import Clock, Stamps
from latitude.journal.durable import DISK, OnDisk
from latitude.journal.inflight import DeltaWatcher, Inflight, InflightWriter
from latitude.journal.line import encode_event
from latitude.journal.linefile import LineFile
from latitude.journal.lock import Hold
from latitude.journal.paths import TORN
from latitude.journal.reader import Survey

RecordWatcher = Callable[[Record], None]
"""Is told every record, once its line is on its way to the disk."""


_ENDS = (ResponseFinished, ResponseFailed, SessionClosed)
"""Events after which nothing is streaming."""


class Recorder:
    """The one writer of one session. Made by :meth:`create` or :meth:`resume`.

    It holds the session's lock until :meth:`close`, also after ``session.closed``, so that what
    must follow the close is not taken up by another process meanwhile.
    """

    def __init__(
        self, hold: Hold, first: Record, last: Record, length: int, stamps: Stamps
    ) -> None:
        """``length`` is that of the file up to and with the line ``last``, in bytes."""
        assert isinstance(first.event, SessionOpened)
        self.folder = hold.journal.parent
        self.first = first
        """The record of ``session.opened``."""
        self._hold = hold
        self._file = LineFile(hold.journal, hold.fd, length)
        self._disk = OnDisk.of(hold.fd)
        self._seq = last.seq + 1
        self._prev = last.sha256
        self._sealed = isinstance(last.event, SessionClosed)
        self._stamps = stamps
        self._blobs = Blobs(self.folder, first.event.parent)
        self._inflight = InflightWriter(self.folder, lambda: self._seq - 1)
        self._watchers: list[RecordWatcher] = []

    @classmethod
    async def create(
        cls, folder: Path, opened: SessionOpened, clock: Clock = time.time
    ) -> "Recorder":
        """Begin a session: ``folder`` appears with its whole first line on disk, or not at all.

        Raises ``HomeUnusable`` when it cannot be written and ``UsageError`` when the folder is
        there already.
        """
        stamps = Stamps(clock)
        begun = await begin(folder, opened, stamps)
        return cls(begun.hold, begun.first, begun.first, begun.length, stamps)

    @classmethod
    def resume(cls, hold: Hold, found: Survey, clock: Clock = time.time) -> "Recorder":
        """Go on after the last whole line of ``found``, which was read under ``hold``.

        The bytes of a torn last line are moved to ``torn.bin`` first. Raises ``RecordBroken`` when
        whole lines are not as they were written and ``HomeUnusable`` when nothing can be written.
        """
        if found.faults or found.opened is None:
            raise RecordBroken(f"{found.problem()} Nothing was changed.")
        if found.torn:
            _put_aside(hold, found)
        records = found.records
        return cls(hold, records[0], records[-1], found.length, Stamps(clock))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the last line written; that of the session once it is closed."""
        return self._prev

    @property
    def sealed(self) -> bool:
        """Whether ``session.closed`` has been written."""
        return self._sealed

    def watch(self, watcher: RecordWatcher) -> None:
        """Call ``watcher`` with every record from now on, after its line was written."""
        self._watchers.append(watcher)

    def watch_deltas(self, watcher: DeltaWatcher) -> None:
        """Call ``watcher`` with every gathered delta from now on, after it was written."""
        self._inflight.watch(watcher)

    async def append(self, event: KnownEvent) -> Record:
        """Write one line, then tell the watchers; return it as recorded.

        Raises ``SessionSealed`` after ``session.closed`` and ``HomeUnusable`` when it cannot be
        written; then nothing of it stays in the file and nobody is told.
        """
        if self._sealed or self._hold.fd < 0:
            raise SessionSealed(
                f"Session {self.folder.name} is closed. Nothing can be added to it."
            )
        streamed: list[Inflight] = []
        if self._inflight.pending:
            if isinstance(event, BlockRecorded):
                streamed = self._inflight.take(event.index)
            self._inflight.flush()
        at = self._stamps.now()
        line, event = encode_event(self._seq, at, self._prev, event)
        self._file.append(line + b"\n")
        record = Record(self._seq, at, event, sha256(line).hexdigest())
        self._seq += 1
        self._prev = record.sha256
        if isinstance(event, _ENDS):
            self._end(event)
        self._inflight.show(streamed)
        for watcher in self._watchers:
            watcher(record)
        return record

    def _end(self, event: ResponseFinished | ResponseFailed | SessionClosed) -> None:
        if isinstance(event, SessionClosed):
            self._inflight.close()
            self._sealed = True
        else:
            self._inflight.response_done()

    async def stream(self, turn: int, step: int, delta: Delta) -> None:
        """Take a piece of a block that is still streaming, to be written and then shown.

        Raises ``HomeUnusable`` when a piece of this response could not be written.
        """
        self._inflight.add(turn, step, delta)

    async def store(self, data: bytes) -> str:
        """Keep ``data`` as a blob, on disk before this returns; return its SHA-256."""
        return await asyncio.to_thread(self._blobs.store, data)

    def load(self, sha256: str) -> bytes:
        """Return the bytes of a blob. Raises ``RecordBroken`` when they are not what was stored."""
        return self._blobs.load(sha256)

    async def sync(self) -> None:
        """Return when every line so far has reached the disk. Raises ``HomeUnusable``."""
        try:
            await DISK.reach(self._disk)
        except OSError as error:
            raise HomeUnusable(
                f"{self._file.path} could not be brought to the disk: {error.strerror}. It was "
                "handed over, but may not outlive a power cut."
            ) from error

    async def close(self) -> None:
        """Let go of the session. One that is not sealed is left for recovery."""
        self._inflight.abandon()
        self._hold.release()


def _put_aside(hold: Hold, found: Survey) -> None:
    """Move the torn bytes to ``torn.bin``; stopped half-way, it can be done again."""
    path = hold.journal.with_name(TORN)
    try:
        kept = path.read_bytes() if path.exists() else b""
        if not kept.endswith(found.torn):
            write_durably(path, kept + found.torn)
        os.ftruncate(hold.fd, found.length)
        os.fsync(hold.fd)
    except OSError as error:
        raise HomeUnusable(
            f"The torn last line of {hold.journal} could not be put aside: {error.strerror}. "
            "Nothing was lost. Make the home writable or make room, then recover again."
        ) from error

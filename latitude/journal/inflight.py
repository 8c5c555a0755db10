"""What is streaming right now: deltas on disk before anybody sees them.

Deltas are gathered for a moment and handed to the operating system as lines of
``inflight.jsonl``, and only then shown. When a block is whole the journal has it and its lines
here mean nothing any more; the file is emptied when the response ends and goes at the close.
"""

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, assert_never

import msgspec

from latitude.core.events import BlockRecorded, Record, ResponseFailed, ResponseFinished
from latitude.core.stream import Delta, TextDelta, ThinkingDelta, ToolArgsDelta
from latitude.core.text import mend_surrogates
from latitude.errors import HomeUnusable
from latitude.journal.linefile import LineFile

NAME = "inflight.jsonl"
QUIET = 0.04
"""Seconds for which deltas are gathered after one was written."""

DeltaWatcher = Callable[[int, int, Delta], None]
"""Is told turn, step and a gathered delta, once it is on its way to the disk."""

Kind = Literal["thinking", "text", "tool_call"]
_KINDS: dict[type[Delta], Kind] = {
    ThinkingDelta: "thinking",
    TextDelta: "text",
    ToolArgsDelta: "tool_call",
}


class Inflight(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of ``inflight.jsonl``."""

    after: int
    """``seq`` of the journal's last line when this was written; later lines make it stale."""
    turn: int
    step: int
    index: int
    kind: Kind
    text: str
    call_id: str = ""
    name: str = ""
    continues: bool = False

    def delta(self) -> Delta:
        """The delta that this line holds."""
        match self.kind:
            case "thinking":
                return ThinkingDelta(self.index, self.text)
            case "text":
                return TextDelta(self.index, self.text, self.continues)
            case "tool_call":
                return ToolArgsDelta(self.index, self.text, self.call_id, self.name)
            case _:
                assert_never(self.kind)


class _Piece:
    """Deltas of one block that are written together. Only the first one names a call."""

    __slots__ = ("first", "index", "step", "texts", "turn", "type")

    def __init__(self, turn: int, step: int, first: Delta) -> None:
        self.turn = turn
        self.step = step
        self.first = first
        self.index = first.index
        self.type = type(first)
        self.texts = [first.text]


class InflightWriter:
    """Gathers deltas, writes them, then shows them. Belongs to one event loop."""

    def __init__(self, session: Path, last_seq: Callable[[], int]) -> None:
        self._path = session / NAME
        self._last_seq = last_seq
        self._watchers: list[DeltaWatcher] = []
        self._pieces: list[_Piece] = []
        self._file: LineFile | None = None
        self._timer: asyncio.Handle | None = None
        self._failure: HomeUnusable | None = None

    @property
    def pending(self) -> bool:
        """Whether anything was gathered and not written yet."""
        return bool(self._pieces)

    def watch(self, watcher: DeltaWatcher) -> None:
        """Call ``watcher`` with every delta from now on."""
        self._watchers.append(watcher)

    def add(self, turn: int, step: int, delta: Delta) -> None:
        """Take a delta: the first after a pause is written as soon as the loop is free, those
        that follow together.

        Raises ``HomeUnusable`` once a piece of this response could not be written: going on
        would leave a hole in the text that recovery finds.
        """
        if self._failure is None:
            self._gather(turn, step, delta)
            if self._timer is None:
                # Not here and now: a block that is whole already needs no line of its own.
                self._timer = asyncio.get_running_loop().call_soon(self._on_time)
        if self._failure is not None:
            raise self._failure

    def take(self, index: int) -> list[Inflight]:
        """Give up what was gathered of block ``index``, for the journal's line will hold it.

        The caller shows it (:meth:`show`) once that line is written.
        """
        taken = [piece for piece in self._pieces if piece.index == index]
        self._pieces = [piece for piece in self._pieces if piece.index != index]
        return [self._line(piece) for piece in taken] if self._watchers else []

    def show(self, lines: Iterable[Inflight]) -> None:
        """Tell the watchers what is on its way to the disk."""
        if self._watchers:
            for line in lines:
                delta = line.delta()
                for watcher in self._watchers:
                    watcher(line.turn, line.step, delta)

    def flush(self) -> None:
        """Write and show what was gathered. A failure is raised by the next :meth:`add`."""
        pieces, self._pieces = self._pieces, []
        if not pieces or self._failure is not None:
            return
        lines = [self._line(piece) for piece in pieces]
        try:
            self._opened().append(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        except HomeUnusable as failure:
            self._failure = failure
            return
        self.show(lines)

    def response_done(self) -> None:
        """End the response: whatever is left here is stale.

        The file is emptied and stays open for the next response: making and removing one each
        time cost more than all of a turn's lines when many sessions share a disk.
        """
        self._stop_timer()
        self._pieces.clear()
        self._failure = None
        if self._file is not None:
            self._file.empty()

    def close(self) -> None:
        """End the session: the file goes, also one that a process before this one left."""
        self.response_done()
        self._let_go()
        self._path.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Write what was gathered and let go of the file, leaving it for recovery."""
        self.flush()
        self._stop_timer()
        self._let_go()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _let_go(self) -> None:
        if self._file is not None:
            os.close(self._file.fd)
            self._file = None

    def _on_time(self) -> None:
        self._timer = None
        if self._pieces:
            self.flush()
            self._timer = asyncio.get_running_loop().call_later(QUIET, self._on_time)

    def _gather(self, turn: int, step: int, delta: Delta) -> None:
        last = self._pieces[-1] if self._pieces else None
        # Almost every delta goes on with the block before it: this is the path of every token.
        if last is None or last.index != delta.index or type(delta) is not last.type:
            self._pieces.append(_Piece(turn, step, delta))
        else:
            last.texts.append(delta.text)

    def _line(self, piece: _Piece) -> Inflight:
        first = piece.first
        call = (first.call_id, first.name) if isinstance(first, ToolArgsDelta) else ("", "")
        return Inflight(
            after=self._last_seq(),
            turn=piece.turn,
            step=piece.step,
            index=piece.index,
            kind=_KINDS[piece.type],
            text=_writable("".join(piece.texts)),
            call_id=_writable(call[0]),
            name=_writable(call[1]),
            continues=isinstance(first, TextDelta) and first.continues,
        )

    def _opened(self) -> LineFile:
        if self._file is None:
            try:
                fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
                os.ftruncate(fd, 0)
            except OSError as error:
                raise HomeUnusable(
                    f"{self._path} could not be made: {error.strerror}. Every line of the journal "
                    "is kept, and nothing was shown that is not on record."
                ) from error
            self._file = LineFile(self._path, fd, 0)
        return self._file


def _writable(text: str) -> str:
    return mend_surrogates(text)[0]


_decoder = msgspec.json.Decoder(Inflight)


def read_inflight(path: Path) -> tuple[Inflight, ...]:
    """The lines of the file at ``path``, oldest first; none when there is no such file.

    A last line without its newline was never shown to anybody, and is left out.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    lines: list[Inflight] = []
    for line in data.split(b"\n")[:-1]:
        try:
            lines.append(_decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError):
            # After a power cut the file may hold anything; what follows cannot be placed.
            break
    return tuple(lines)


def still_open(lines: Iterable[Inflight], records: Iterable[Record]) -> tuple[Inflight, ...]:
    """Those of ``lines`` that the journal does not have in a better form.

    A line is stale once a later record holds its block, or ends its response.
    """
    blocks: dict[tuple[int, int, int], int] = {}
    ended: dict[tuple[int, int], int] = {}
    for record in records:
        match record.event:
            case BlockRecorded(turn=turn, step=step, index=index):
                blocks[turn, step, index] = record.seq
            case ResponseFinished(turn=turn, step=step) | ResponseFailed(turn=turn, step=step):
                ended[turn, step] = record.seq
            case _:
                continue
    return tuple(
        line
        for line in lines
        if blocks.get((line.turn, line.step, line.index), -1) <= line.after
        and ended.get((line.turn, line.step), -1) <= line.after
    )

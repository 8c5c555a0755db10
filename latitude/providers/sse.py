"""Server-Sent Events from bytes, piece by piece.

Format: the event stream of the WHATWG HTML standard, section 9.2. Bytes go in as they come off the
socket and whole events come out; a character cut in two between reads is safe, because text is
decoded later and per event. Unlike a browser, an event that lacks its closing blank line at the
end of the stream is still handed out: whether it is whole is for its reader to say.
"""

from dataclasses import dataclass

DEFAULT_CAP = 64 * 1024 * 1024
"""Bytes one event may hold. A picture in a reply takes a few MiB; more than this is a fault."""

_BOM = b"\xef\xbb\xbf"


class EventTooLarge(ValueError):
    """One event grew over the cap."""


@dataclass(frozen=True, slots=True)
class SseEvent:
    """One event: its name, empty when the server gave none, and its data lines joined by LF."""

    name: str
    data: bytes


class SseParser:
    """Turns chunks of an event stream into events."""

    def __init__(self, cap: int = DEFAULT_CAP) -> None:
        self._cap = cap
        self._tail: list[bytes] = []
        """Pieces of a line whose end has not come yet."""
        self._size = 0
        """Bytes of the unfinished event, its unfinished line included."""
        self._after_cr = False
        self._at_start = True
        self._name = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[SseEvent]:
        """Take the next bytes and return the events they complete.

        Raises :class:`EventTooLarge` at the first call after an event grew over the cap: what was
        whole before it has then been handed out.
        """
        if self._size > self._cap:
            raise EventTooLarge(f"one event of the stream is larger than {self._cap} bytes")
        if self._after_cr and chunk:
            # The CR that ended the last chunk was the first half of a CRLF.
            self._after_cr = False
            if chunk[:1] == b"\n":
                chunk = chunk[1:]
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
        if end == 0:
            self._keep(chunk)
            return []
        lines = b"".join((*self._tail, chunk[:end])).splitlines()
        self._tail.clear()
        self._after_cr = chunk[end - 1 : end] == b"\r"
        events = self._take(lines)
        self._size = sum(map(len, self._data))
        self._keep(chunk[end:])
        return events

    def close(self) -> list[SseEvent]:
        """Say that the stream has ended; return the event that lacked its blank line, if any."""
        lines = [b"".join(self._tail), b""]
        self._tail.clear()
        return self._take(lines)

    def _keep(self, rest: bytes) -> None:
        if rest:
            self._tail.append(rest)
        self._size += len(rest)

    def _take(self, lines: list[bytes]) -> list[SseEvent]:
        events: list[SseEvent] = []
        if self._at_start and lines:
            self._at_start = False
            lines[0] = lines[0].removeprefix(_BOM)
        for line in lines:
            if not line:
                if self._data:
                    data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
                    events.append(SseEvent(self._name.decode("utf-8", "replace"), data))
                    self._data = []
                self._name = b""
            elif line.startswith(b"data:"):
                self._data.append(line[6:] if line[5:6] == b" " else line[5:])
            elif line.startswith(b"event:"):
                self._name = line[6:].removeprefix(b" ")
            elif line == b"data":
                self._data.append(b"")
            # Comments, ids, retry times and fields of tomorrow carry nothing that we read.
        return events

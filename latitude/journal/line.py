"""One line of a journal: an event between its envelope and its newline (``docs/record.md``).

The event is encoded once by msgspec and the envelope is spliced in front of it; building a second
structure just to hold both would cost more than the encoding does.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import get_args

import msgspec

from latitude.core.events import AnyEvent, KnownEvent, Record, UnknownEvent
from latitude.journal.mend import has_surrogate_escapes, mend_event

_NEWLINE, _BACKSLASH = b"\n\\"

VERSION = 1
"""``v`` of every line. It is raised together with an upcaster, never silently."""

FIRST_PREV = "0" * 64
"""``prev`` of the first line."""


class LineError(ValueError):
    """A line is not what a journal holds; the message says why, without file or line number."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was read: the record, and the hash it names for the line before."""

    record: Record
    prev: str


class _Envelope(msgspec.Struct, frozen=True):
    v: int
    seq: int
    at: str
    type: str
    prev: str


def _head(kind: type[msgspec.Struct]) -> tuple[str, int]:
    """The envelope from ``type`` to the quote before ``prev``, and what of msgspec it replaces."""
    tag = f'"type":"{kind.__struct_config__.tag}"'
    return f'{tag},"prev":"', len(tag) + 1


_HEADS: dict[type, tuple[str, int]] = {kind: _head(kind) for kind in get_args(KnownEvent)}
_TYPES = frozenset(event.__struct_config__.tag for event in get_args(KnownEvent))
_encode = msgspec.json.Encoder().encode
_envelopes = msgspec.json.Decoder(_Envelope)
_events: msgspec.json.Decoder[KnownEvent] = msgspec.json.Decoder(KnownEvent)


def encode_line(seq: int, at: str, prev: str, event: KnownEvent) -> bytes:
    """Return the line for ``event``, without its newline.

    Unpaired surrogates, which UTF-8 cannot hold, become U+FFFD here if the doors let any through:
    a line with a mended character is worth more than no line.
    """
    return encode_event(seq, at, prev, event)[0]


def encode_event(seq: int, at: str, prev: str, event: KnownEvent) -> tuple[bytes, KnownEvent]:
    """Return the line for ``event`` and the event as that line holds it (mended or the same)."""
    try:
        body = _encode(event)
    except UnicodeEncodeError:
        event = mend_event(event)
        body = _encode(event)
    # Asked by number, which is five times as fast: every line of a session comes through here.
    if _NEWLINE in body or (_BACKSLASH in body and has_surrogate_escapes(body)):
        event = mend_event(event)
        body = _encode(event)
    head, length = _HEADS[type(event)]
    return f'{{"v":1,"seq":{seq},"at":"{at}",{head}{prev}"'.encode() + body[length:], event


def parse_line(data: bytes) -> Line:
    """Read one line, given without its newline.

    An event of a type this version does not know comes back as ``UnknownEvent``. Raises
    :class:`LineError` when the line is not JSON, lacks its envelope, has a type whose fields are
    not as they should be, or was written by a newer latitude.
    """
    if not data.strip():
        raise LineError("it is empty")
    try:
        envelope = _envelopes.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LineError(_why(error)) from error
    if envelope.v != VERSION:
        raise LineError(
            f"it is of format v{envelope.v}, and this latitude reads up to v{VERSION}: a newer "
            "latitude wrote it, and a newer one reads it"
        )
    event: AnyEvent
    if envelope.type in _TYPES:
        try:
            event = _events.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise LineError(f"it is no whole {envelope.type}: {error}") from error
    else:
        event = UnknownEvent(type=envelope.type, raw=bytes(data))
    try:
        # msgspec passes over the bytes of fields that it was not asked for.
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LineError(_why(error)) from error
    digest = sha256(data).hexdigest()
    record = Record(seq=envelope.seq, at=envelope.at, event=event, sha256=digest)
    return Line(record=record, prev=envelope.prev)


def decode_line(data: bytes) -> Record:
    """Read one line; see :func:`parse_line`."""
    return parse_line(data).record


def _why(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        return f"its v, seq, at, type or prev is missing or wrong: {error}"
    return f"it is not a JSON object in UTF-8 ({error})"

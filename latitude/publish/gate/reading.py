"""Bytes as text: UTF-8, UTF-16, an old eight-bit text, or the text that lies in a binary."""

import re
from dataclasses import dataclass

_CONTROL = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1f]")
"""What no text holds: all but bell, backspace, white space and escape, which terminals are sent."""
_WIDE = re.compile(rb"(?:[\x20-\x7e]\x00){6,}")
_SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Reading:
    """What some bytes say."""

    text: str
    codec: str | None
    """How they are encoded, so that a changed text can be encoded again; ``None`` for a binary."""
    beside: str = ""
    """What they may say besides, so that nothing hides behind a wrong guess: of a binary the ASCII
    text that lies in it as UTF-16, one piece a line; of UTF-16 its bytes as Latin-1."""


def read_bytes(data: bytes) -> Reading:
    """Read ``data`` without losing a byte: a text that is encoded again gives the same bytes."""
    for codec in _wide_codecs(data):
        text = _decoded(data, codec)
        if text is not None and not _CONTROL.search(text):
            return Reading(text, codec, data.decode("latin-1"))
    if b"\x00" not in data:
        text = _decoded(data, "utf-8")
        if text is not None:
            return Reading(text, "utf-8")
    text = data.decode("latin-1")
    if not _CONTROL.search(text):
        return Reading(text, "latin-1")
    pieces = (piece[::2].decode("ascii") for piece in _WIDE.findall(data))
    return Reading(text, None, "\n".join(pieces) if b"\x00" in data else "")


def in_binary(value: str) -> str:
    """Return how ``value``, written as UTF-8, reads in the text of a binary."""
    return value.encode("utf-8", "surrogatepass").decode("latin-1")


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _wide_codecs(data: bytes) -> tuple[str, ...]:
    """The kind of UTF-16 that bytes may be: they say so first, or every second one is mostly 0."""
    if data.startswith(b"\xff\xfe"):
        return ("utf-16-le",)
    if data.startswith(b"\xfe\xff"):
        return ("utf-16-be",)
    if len(data) % 2 or b"\x00" not in data:
        return ()
    even, odd = data[:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
    if odd > 4 * even:
        return ("utf-16-le",)
    return ("utf-16-be",) if even > 4 * odd else ()

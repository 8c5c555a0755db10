"""Bytes as text: UTF-8, UTF-16, UTF-32, an old eight-bit text, or what text lies in a binary."""

import codecs
import re
from dataclasses import dataclass

_CONTROL = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1f]")
"""What no text holds: all but bell, backspace, white space and escape, which terminals are sent."""
_WIDE = (
    (2, re.compile(rb"(?:[\x20-\x7e]\x00){6,}")),
    (4, re.compile(rb"(?:[\x20-\x7e]\x00\x00\x00){6,}")),
)
_SAMPLE = 65_536
# The mark of UTF-32-LE begins with that of UTF-16-LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What some bytes say."""

    text: str
    codec: str | None
    """How they are encoded, so that a changed text can be encoded again; ``None`` for a binary."""
    beside: str = ""
    """What they may say besides, so that nothing hides behind a wrong guess: of a binary the ASCII
    text that lies in it as UTF-16 or UTF-32, one piece a line; of these its bytes as Latin-1."""


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
    pieces = (
        piece[::width].decode("ascii") for width, form in _WIDE for piece in form.findall(data)
    )
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
    """What wide encoding bytes may be in: they say so first, or most of some of them are 0."""
    marked = [codec for mark, codec in _MARKS if data.startswith(mark)]
    if marked:
        return tuple(marked)
    if len(data) % 2 or b"\x00" not in data:
        return ()
    even, odd = data[:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
    if odd > 4 * even:
        return ("utf-16-le",)
    if even > 4 * odd:
        return ("utf-16-be",)
    return _widest_codecs(data)


def _widest_codecs(data: bytes) -> tuple[str, ...]:
    if len(data) % 4:
        return ()
    first, last = data[:_SAMPLE:4].count(0), data[3:_SAMPLE:4].count(0)
    every = len(data[:_SAMPLE:4])
    # No character has a number so high that its first byte of four is not 0.
    found = [("utf-32-le", last == every), ("utf-32-be", first == every)]
    return tuple(codec for codec, may in found if may)

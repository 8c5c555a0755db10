"""JSON from providers, brought to a form that every reader of the record can read.

A record is UTF-8 with one JSON value a line, and msgspec reads it back. Providers may send what
that cannot hold: half a character spelled as an escape (``"\\ud83d"``), bytes that are not UTF-8,
line breaks between the fields. Whatever can be kept byte for byte is; the rest is mended, and the
number of mended places is returned so that the record can tell.
"""

import json
from typing import Any

import msgspec

from latitude.core.text import mend_surrogates


class Malformed(ValueError):
    """What came is not JSON, or not of the shape it must have."""


_decode_any = msgspec.json.Decoder().decode


def decode(data: bytes | msgspec.Raw) -> Any:
    """Return the value of ``data``, surrogates and bad bytes mended.

    Raises :class:`Malformed` when it is not JSON.
    """
    try:
        return _decode_any(data)
    except RecursionError as error:
        raise Malformed("the JSON is nested too deeply to read") from error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _mend(decode_halves(bytes(data)))[0]


def verbatim(data: bytes | msgspec.Raw) -> tuple[msgspec.Raw, int]:
    """Return ``data`` as it is if a record can hold it, else mended; and the places mended.

    Raises :class:`Malformed` when it is not JSON.
    """
    plain = bytes(data)
    try:
        _decode_any(plain)
    except RecursionError as error:
        raise Malformed("the JSON is nested too deeply to read") from error
    except (msgspec.DecodeError, UnicodeDecodeError):
        mended, count = _mend(decode_halves(plain))
        return msgspec.Raw(msgspec.json.encode(mended)), count
    if b"\n" in plain or b"\r" in plain:
        # Only white space between the values can be a line break here.
        plain = msgspec.json.format(plain, indent=-1)
    return msgspec.Raw(plain), 0


def is_object(text: str) -> bool:
    """Say whether ``text`` is a JSON object."""
    try:
        return isinstance(decode(text.encode("utf-8")), dict)
    except (Malformed, UnicodeEncodeError):
        return False


def decode_halves(data: bytes) -> Any:
    """Return the value of ``data`` with unpaired surrogates left in its strings.

    Raises :class:`Malformed` when it is not JSON.
    """
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {data[:80].decode('utf-8', 'replace')!r}") from error


def _mend(value: Any) -> tuple[Any, int]:
    match value:
        case str():
            return mend_surrogates(value)
        case list():
            pairs = [_mend(item) for item in value]
            return [item for item, _ in pairs], sum(count for _, count in pairs)
        case dict():
            names = [_mend(name) for name in value]
            pairs = [_mend(item) for item in value.values()]
            mended = {name: item for (name, _), (item, _) in zip(names, pairs, strict=True)}
            return mended, sum(count for _, count in (*names, *pairs))
        case _:
            return value, 0


class TextMender:
    """Collects the pieces of one text; what comes out is always valid Unicode.

    A server may cut a surrogate pair in two between two deltas. The first half is held back until
    the second one comes.
    """

    __slots__ = ("_held", "_pieces", "mended")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._held = ""
        self.mended = 0

    def add(self, piece: str) -> str:
        """Take a piece and return what of it can be shown now."""
        if piece.isascii() and not self._held:
            self._pieces.append(piece)
            return piece
        whole = self._held + piece
        self._held = ""
        if whole and "\ud800" <= whole[-1] <= "\udbff":
            whole, self._held = whole[:-1], whole[-1]
        shown, count = mend_surrogates(whole)
        self.mended += count
        self._pieces.append(shown)
        return shown

    def flush(self) -> str:
        """Return what was held back when no more comes: U+FFFD, or nothing."""
        shown, count = mend_surrogates(self._held)
        self._held = ""
        self.mended += count
        self._pieces.append(shown)
        return shown

    @property
    def text(self) -> str:
        """All that came out so far."""
        return "".join(self._pieces)

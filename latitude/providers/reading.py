"""What all readers do alike with raw events: decode them, keep unknown ones, read counts."""

from collections.abc import Container, Mapping
from typing import Any, TypeVar

import msgspec

from latitude.providers.json_text import Malformed, decode_halves, verbatim

UNREAD_BYTES = 65_536
"""As much of the events that nobody here understands as is kept with the ending."""


class RawEvent(msgspec.Struct):
    """What each provider's event type has: nothing but defaults, and the places mended in it."""

    mended: int = 0


_T = TypeVar("_T", bound=RawEvent)


def decode_event(data: bytes, shape: type[_T], known: Container[str] | None = None) -> _T:
    """Return the event in ``data`` as a ``shape``.

    An event of a type that is not ``known`` may use our field names for other things; of such a
    one only the type is read. Raises ``Malformed`` for what is no JSON object, or a known event
    with wrong values.
    """
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = decode_halves(data)
    if not isinstance(value, dict):
        raise Malformed(f"an event that is no object: {data[:80].decode('utf-8', 'replace')}")
    name = value.get("type")
    if known is not None and isinstance(name, str) and name not in known:
        return msgspec.convert({"type": name}, shape)
    raw, mended = verbatim(data)
    try:
        event = msgspec.json.decode(raw, type=shape)
    except msgspec.DecodeError as error:
        raise Malformed(f"an event of the wrong shape: {error}") from error
    _restore_halves(event, value)
    event.mended = mended
    return event


def _restore_halves(event: msgspec.Struct, value: dict[str, Any]) -> None:
    """Put back surrogates that were mended in strings: the other half may be in the next event."""
    for name in event.__struct_fields__:
        mended, told = getattr(event, name), value.get(name)
        if isinstance(mended, str) and isinstance(told, str):
            setattr(event, name, told)
        elif isinstance(mended, msgspec.Struct) and isinstance(told, dict):
            _restore_halves(mended, told)
        elif isinstance(mended, list) and isinstance(told, list):
            for one, other in zip(mended, told, strict=True):
                if isinstance(one, msgspec.Struct) and isinstance(other, dict):
                    _restore_halves(one, other)


class Unread:
    """Events that nobody here understands: kept, up to a size, to be recorded with the ending."""

    def __init__(self) -> None:
        self._kept: list[msgspec.Raw] = []
        self._size = 0
        self._left_out = 0

    def keep(self, data: bytes) -> None:
        """Keep one event."""
        raw, _ = verbatim(data)
        self._size += len(data)
        if self._size > UNREAD_BYTES:
            self._left_out += 1
        else:
            self._kept.append(raw)

    def raw(self) -> msgspec.Raw | None:
        """What was kept, as a JSON array that ends with the number left out; ``None`` if none."""
        if not self._kept and not self._left_out:
            return None
        rest = [{"left_out": self._left_out}] if self._left_out else []
        return msgspec.Raw(msgspec.json.encode([*self._kept, *rest]))


def count(told: Mapping[str, Any], *path: str) -> int:
    """Return a token count at ``path``, 0 where there is none."""
    value: Any = told
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

"""What all readers do alike with raw events: decode them, keep unknown ones, read counts."""

from collections.abc import Container, Iterable, Mapping
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from latitude.core.blocks import NO_RAW
from latitude.providers.json_text import Malformed, decode, decode_halves, verbatim

UNREAD_BYTES = 65_536
"""As much of the events that nobody here understands as is kept with the ending."""


class RawEvent(msgspec.Struct):
    """What each provider's event type has: nothing but defaults, and the places mended in it."""

    mended: int = 0


Path = tuple[str | int, ...]
"""Names and places that lead to a value in an event."""
Unnamed = tuple[Path, msgspec.Raw]
"""A field that a shape has no name for: where it stood, and its value."""

_T = TypeVar("_T", bound=RawEvent)


def decode_event(
    data: bytes, shape: type[_T], known: Container[str] | None = None
) -> tuple[_T, list[Unnamed]]:
    """Return the event in ``data`` as a ``shape``, and the fields that it has no name for.

    Only structs that forbid such fields tell of them. Nearly every event has none and is decoded
    in one pass; only what that pass refuses is looked through.

    An event of a type that is not ``known`` may use our field names for other things; of such a
    one only the type is read. Raises ``Malformed`` for what is no JSON object, or a known event
    with wrong values.
    """
    try:
        return msgspec.json.decode(data, type=shape), []
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raw, mended = verbatim(data)
    value = decode(raw)
    if not isinstance(value, dict):
        raise Malformed(f"an event that is no object: {data[:80].decode('utf-8', 'replace')}")
    name = value.get("type")
    if known is not None and isinstance(name, str) and name not in known:
        return msgspec.convert({"type": name}, shape), []
    unnamed: list[Unnamed] = []
    try:
        event = msgspec.json.decode(_named(raw, shape, (), unnamed), type=shape)
    except msgspec.DecodeError as error:
        raise Malformed(f"an event of the wrong shape: {error}") from error
    if mended:
        _restore_halves(event, decode_halves(data))
    event.mended = mended
    return event, unnamed


@cache
def _shapes(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """A struct's fields by name: their types where structs may be inside, ``None`` elsewhere.

    Kept, because to look the types up takes longer than all else that is done to an event.
    """
    fields = msgspec.structs.fields(struct)
    return {field.encode_name: field.type if _holds(field.type) else None for field in fields}


def _holds(shape: Any) -> bool:
    inside = get_args(shape)
    if inside:
        return any(_holds(one) for one in inside)
    return isinstance(shape, type) and issubclass(shape, msgspec.Struct)


def _named(raw: msgspec.Raw, shape: Any, path: Path, unnamed: list[Unnamed]) -> msgspec.Raw:
    """Return ``raw`` with what ``shape`` has names for, and add the rest to ``unnamed``."""
    begins, origin = bytes(raw).lstrip()[:1], get_origin(shape)
    if origin in (UnionType, Union):
        for one in get_args(shape):
            raw = _named(raw, one, path, unnamed)
    elif origin is list and begins == b"[":
        (inner,) = get_args(shape)
        pairs = enumerate(msgspec.json.decode(raw, type=list[msgspec.Raw]))
        kept = [_named(item, inner, (*path, place), unnamed) for place, item in pairs]
        return msgspec.Raw(msgspec.json.encode(kept))
    elif origin is None and _holds(shape) and begins == b"{":
        if not shape.__struct_config__.forbid_unknown_fields:
            return raw
        shapes = _shapes(shape)
        named: dict[str, msgspec.Raw] = {}
        for name, value in msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).items():
            if name not in shapes:
                unnamed.append(((*path, name), value))
            elif (inner := shapes[name]) is None:
                named[name] = value
            else:
                named[name] = _named(value, inner, (*path, name), unnamed)
        return msgspec.Raw(msgspec.json.encode(named))
    return raw


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
    """What nobody here understands: kept, up to a size, to be recorded with the ending."""

    def __init__(self) -> None:
        self._kept: list[msgspec.Raw] = []
        self._size = 0
        self._left_out = 0
        self._last: dict[str, msgspec.Raw] = {}

    def keep(self, data: bytes) -> None:
        """Keep one event."""
        raw, _ = verbatim(data)
        self._size += len(data)
        if self._size > UNREAD_BYTES:
            self._left_out += 1
        else:
            self._kept.append(raw)

    def keep_fields(self, fields: Iterable[Unnamed]) -> None:
        """Keep fields of one event, as an object with dotted names.

        Some servers repeat a field in each chunk, or fill it with null: it is kept when its value
        changes.
        """
        told: dict[str, msgspec.Raw] = {}
        for path, raw in fields:
            name = ".".join(str(part) for part in path)
            if raw != NO_RAW and self._last.get(name) != raw:
                told[name] = raw
        if told:
            self.keep(msgspec.json.encode(told))
            if self._size <= UNREAD_BYTES:
                self._last.update(told)

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

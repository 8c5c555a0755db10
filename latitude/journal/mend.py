"""Last help for text that UTF-8 cannot hold, so that no line is ever lost to it.

The doors of the providers and tools mend what they let in; this is for what slips past them. A
line that could not be encoded would be missing from the record, and one with an unpaired
``\\ud83d`` inside ``raw`` could be written and never be read back.
"""

import re
from typing import TypeVar, cast

import msgspec

from latitude.core.blocks import Block
from latitude.core.text import mend_surrogates

_ESCAPES = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPED = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|\\.",
    re.DOTALL,
)

T = TypeVar("T")


def has_surrogate_escapes(body: bytes) -> bool:
    """Say whether JSON text spells surrogates, paired or not; msgspec itself never does."""
    return b"\\u" in body and _ESCAPES.search(body) is not None


def mend_event(event: T) -> T:
    """Return ``event`` with every unpaired surrogate replaced by U+FFFD, in ``raw`` too.

    Line breaks between the tokens of a ``raw`` become spaces, because a journal line is one line.
    What was mended in a block is added to its ``mended``.
    """
    return cast("T", _Mender().value(event))


class _Mender:
    def __init__(self) -> None:
        self.count = 0

    def value(self, value: object) -> object:
        match value:
            case str():
                text, unpaired = mend_surrogates(value)
                self.count += unpaired
                return text
            case msgspec.Raw():
                return self._raw(bytes(value))
            case msgspec.Struct():
                return self._struct(value)
            case tuple() | list():
                return type(value)(self.value(item) for item in value)
            case dict():
                return {self.value(key): self.value(item) for key, item in value.items()}
            case _:
                return value

    def _struct(self, value: msgspec.Struct) -> msgspec.Struct:
        before = self.count
        fields = {name: self.value(getattr(value, name)) for name in value.__struct_fields__}
        if isinstance(value, Block):
            fields["mended"] = value.mended + self.count - before
        return msgspec.structs.replace(value, **fields)

    def _raw(self, raw: bytes) -> msgspec.Raw:
        def unpaired(match: re.Match[bytes]) -> bytes:
            if match[1] is None:
                return match[0]
            self.count += 1
            return rb"\ufffd"

        one_line = raw.replace(b"\r", b" ").replace(b"\n", b" ")
        return msgspec.Raw(_ESCAPED.sub(unpaired, one_line))

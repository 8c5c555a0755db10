"""Takes what was found out of texts and bytes, however it is encoded there."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Self

from latitude.publish.gate.finding import Found
from latitude.publish.gate.reading import in_binary, read_bytes
from latitude.publish.gate.rules import ALONE
from latitude.publish.gate.views import views
from latitude.publish.gate.words import stands_alone

_PASSES = 8
"""Taking something out can leave a whole word where there was a part of one."""
_ESCAPABLE = frozenset('bfnrtu"/')

_Span = tuple[int, int, str]
"""First and end in the raw text, and the value that stands there."""


class Taker:
    """Replaces values by what stands for them; made once for a set of values."""

    def __init__(
        self, taken: Mapping[str, str], alone: Collection[str] = (), *, as_written: bool = False
    ) -> None:
        r"""``taken`` gives the replacement of each value.

        Those in ``alone`` are taken only where they are no part of a longer word, so that the login
        name ``mark`` stays in ``markdown``. With ``as_written``, texts are also read as JSON writes
        them: there ``\`` is two signs, and what else is encoded around it is undone before what it
        begins. Raises ``ValueError`` when a value stands in a replacement, for then it could never
        be taken out.
        """
        self._as_written = as_written
        self._taken = {value: sign for value, sign in taken.items() if value}
        self._alone = frozenset(alone)
        self._order = sorted(self._taken, key=lambda value: (-len(value), value))
        for sign in set(self._taken.values()):
            if next(self._hits(sign), None) is not None:
                raise ValueError(f"The replacement {sign!r} holds something that is taken out.")

    @classmethod
    def of(cls, taken: Mapping[Found, str], *, as_written: bool = False) -> Self:
        """Make one for what a gate found: names are then taken only where they stand alone."""
        strong = {found.value for found in taken if found.rule not in ALONE}
        # Where two rules found one value, the strong one decides what stands for it.
        ordered = sorted(taken.items(), key=lambda pair: (pair[0].rule not in ALONE, pair[0].rule))
        values = {found.value: sign for found, sign in ordered}
        return cls(values, values.keys() - strong, as_written=as_written)

    def text(self, text: str) -> tuple[str, Counter[str]]:
        """Return ``text`` without the values, and how often each was taken out.

        Values that touch are taken out together, and one within another with it.
        """
        counts: Counter[str] = Counter()
        text = self._without(text, counts)
        if self._as_written:
            written = json.dumps(text, ensure_ascii=False)
            new = self._without(written, counts)
            if new != written:
                text = _read_again(new, text)
        return text, counts

    def _without(self, text: str, counts: Counter[str]) -> str:
        for _ in range(_PASSES):
            spans = _together(self._hits(text))
            if not spans:
                break
            pieces, done = [], 0
            for start, end, values in spans:
                pieces += [text[done:start], *(self._taken[value] for value in values)]
                done = end
                counts.update(values)
            text = "".join([*pieces, text[done:]])
        return text

    def data(self, data: bytes) -> tuple[bytes, Counter[str]]:
        """Return the bytes of a file without the values, and how often each was taken out.

        A text stays in its encoding. Nothing can be cut from a binary without breaking it, so one
        that holds a value is replaced as a whole by a line that says so.
        """
        reading = read_bytes(data)
        counts: Counter[str] = Counter()
        besides: Counter[str] = Counter()
        text = self._without(reading.text, counts)
        self._without(reading.beside, besides)
        if reading.codec is not None and not besides:
            return (text.encode(reading.codec, "replace") if counts else data), counts
        counts += besides
        for value in self._order:
            if not value.isascii() and in_binary(value) in reading.text:
                counts[value] += reading.text.count(in_binary(value))
        if not counts:
            return data, counts
        held = sorted({self._taken[value] for value in counts})
        kinds = ", ".join(sign.removeprefix("[redacted: ").removesuffix("]") for sign in held)
        return f"[redacted: this file held {kinds}]\n".encode(), counts

    def _hits(self, text: str) -> Iterator[_Span]:
        for view in views(text):
            for value in self._order:
                at = view.text.find(value)
                while at >= 0:
                    end = at + len(value)
                    if value not in self._alone or stands_alone(view.text, at, end):
                        start, last = view.span(at, end)
                        yield _without_escape(text, start), last, value
                        at = view.text.find(value, end)
                    else:
                        at = view.text.find(value, at + 1)


def _without_escape(text: str, start: int) -> int:
    r"""Return ``start``, or one less where its character may be a part of an escape.

    The ``n`` of ``\nora`` is either. Left alone, the backslash would make JSON unreadable.
    """
    if text[start] not in _ESCAPABLE:
        return start
    first = start
    while first and text[first - 1] == "\\":
        first -= 1
    return start - (start - first) % 2


def _together(hits: Iterator[_Span]) -> list[tuple[int, int, list[str]]]:
    """Spans that share a part of the text as one, with its values in order; all in order.

    A token may run into a key. Were only the longer taken out, a half of the other would stay.
    """
    joined: list[tuple[int, int, list[str]]] = []
    for start, end, value in sorted(set(hits), key=lambda hit: (hit[0], -hit[1], -len(hit[2]))):
        if not joined or start >= joined[-1][1]:
            joined.append((start, end, [value]))
        elif end > joined[-1][1]:
            first, _, values = joined[-1]
            joined[-1] = (first, end, values if values[-1] == value else [*values, value])
    return joined


def _read_again(written: str, otherwise: str) -> str:
    try:
        read = json.loads(written)
    except ValueError:
        # A value that holds quotes may have taken one of the text's own with it.
        return otherwise
    return read if isinstance(read, str) else otherwise

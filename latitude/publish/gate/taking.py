"""Takes what was found out of texts and bytes, however it is encoded there."""

from bisect import bisect_left
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

    def __init__(self, taken: Mapping[str, str], alone: Collection[str] = ()) -> None:
        """``taken`` gives the replacement of each value.

        Those in ``alone`` are taken only where they are no part of a longer word, so that the login
        name ``mark`` stays in ``markdown``. Raises ``ValueError`` when a value stands in a
        replacement, for then it could never be taken out.
        """
        self._taken = {value: sign for value, sign in taken.items() if value}
        self._alone = frozenset(alone)
        self._order = sorted(self._taken, key=lambda value: (-len(value), value))
        for sign in set(self._taken.values()):
            if next(self._hits(sign), None) is not None:
                raise ValueError(f"The replacement {sign!r} holds something that is taken out.")

    @classmethod
    def of(cls, taken: Mapping[Found, str]) -> Self:
        """Make one for what a gate found: names are then taken only where they stand alone."""
        strong = {found.value for found in taken if found.rule not in ALONE}
        # Where two rules found one value, the strong one decides what stands for it.
        ordered = sorted(taken.items(), key=lambda pair: (pair[0].rule not in ALONE, pair[0].rule))
        values = {found.value: sign for found, sign in ordered}
        return cls(values, values.keys() - strong)

    def text(self, text: str) -> tuple[str, Counter[str]]:
        """Return ``text`` without the values, and how often each was taken out.

        Longer values go first, so that one within another is not taken out by halves.
        """
        counts: Counter[str] = Counter()
        for _ in range(_PASSES):
            spans = _apart(self._hits(text))
            if not spans:
                break
            pieces, done = [], 0
            for start, end, value in spans:
                pieces += [text[done:start], self._taken[value]]
                done = end
                counts[value] += 1
            text = "".join([*pieces, text[done:]])
        return text, counts

    def data(self, data: bytes) -> tuple[bytes, Counter[str]]:
        """Return the bytes of a file without the values, and how often each was taken out.

        A text stays in its encoding. Nothing can be cut from a binary without breaking it, so one
        that holds a value is replaced as a whole by a line that says so.
        """
        reading = read_bytes(data)
        text, counts = self.text(reading.text)
        besides = self.text(reading.beside)[1]
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


def _apart(hits: Iterator[_Span]) -> list[_Span]:
    """Of spans that touch the same text keep the longer value; in order."""
    starts: list[int] = []
    kept: list[_Span] = []
    for hit in sorted(set(hits), key=lambda hit: (-len(hit[2]), hit[0] - hit[1], hit[0])):
        start, end, _ = hit
        place = bisect_left(starts, start)
        after = place < len(kept) and kept[place][0] < end
        if not after and (place == 0 or kept[place - 1][1] <= start):
            starts.insert(place, start)
            kept.insert(place, hit)
    return kept

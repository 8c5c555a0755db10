r"""Text as it stands, and as it reads once the encodings in it are undone, level by level.

Encodings hide things: ``\u002d`` and ``\/`` of JSON (RFC 8259, section 7), ``%2D`` (RFC 3986,
section 2.1), and HTML's ``&#45;``, ``&#x2d;`` and named entities. A view knows where each of its
characters stands in the raw text, so that what was found in a view can be taken out there.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

DEEPEST = 6
"""Levels: 32 backslashes before one ``u``."""

_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NAMED |= {"commat": "@", "period": ".", "colon": ":", "sol": "/", "bsol": "\\", "lowbar": "_"}
_NAMED |= {"hyphen": "-", "dash": "-", "plus": "+", "equals": "=", "num": "#", "percnt": "%"}
_SINGLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_NAMES = "|".join(name for name in _NAMED if name != "amp")
_HEX = "[0-9A-Fa-f]"
_TAIL = "%[89ABab][0-9A-Fa-f]"

# Every repeat has an end, so that no text takes more than a time in proportion.
_ENCODED = re.compile(
    rf'(\\(?:u{_HEX}{{4}}|["\\/bfnrt])'
    rf"|%(?:[0-7]{_HEX}|[CDcd]{_HEX}{_TAIL}|[Ee]{_HEX}(?:{_TAIL}){{2}}|[Ff][0-4](?:{_TAIL}){{3}})"
    rf"|&(?:amp;){{0,8}}(?:\#[0-9]{{1,7}}+;?+|\#[Xx]{_HEX}{{1,6}}+;?+|(?:{_NAMES});)"
    rf"|&amp;)"
)
# Three searches that begin with a fixed character are ten times as fast as one for all three.
_SIGNS = ("\\", "%", "&")
_HIDING = (
    re.compile(rf"\\(?:u{_HEX}{{4}}|/|\\U)"),
    re.compile(rf"%{_HEX}{_HEX}"),
    re.compile(
        r"&(?:amp;){0,8}(?:\#(?!0?39;|34;|[xX]2[27];|160;)"
        r"|(?:commat|period|colon|b?sol|lowbar|hyphen|dash|plus|equals|num|percnt);)"
    ),
)


class View:
    """A text with some levels of its encodings undone."""

    __slots__ = ("_lengths", "_places", "_raw_places", "_under", "text")

    def __init__(self, text: str, under: "View | None" = None, parts: Sequence[str] = ()) -> None:
        """``parts`` are of the view under this one: plain text and encoded signs by turns."""
        self.text = text
        self._under = under
        self._places: list[int] = []
        self._raw_places: list[int] = []
        self._lengths: list[int] = []
        place = raw_place = 0
        for number in range(0, len(parts) - 1, 2):
            place += len(parts[number])
            raw_place += len(parts[number])
            self._places.append(place)
            self._raw_places.append(raw_place)
            self._lengths.append(len(parts[number + 1]))
            place += 1
            raw_place += len(parts[number + 1])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]``, which is not empty, stands in the raw text."""
        if self._under is None:
            return start, end
        return self._under.span(self._one(start)[0], self._one(end - 1)[1])

    def _one(self, at: int) -> tuple[int, int]:
        number = bisect_right(self._places, at) - 1
        if number < 0:
            return at, at + 1
        place, raw_place = self._places[number], self._raw_places[number]
        if place == at:
            return raw_place, raw_place + self._lengths[number]
        start = raw_place + self._lengths[number] + at - place - 1
        return start, start + 1


def levels(text: str, whole: Callable[[str], bool]) -> Iterator[str]:
    r"""Yield ``text``, and what it reads level by level: :func:`views` for those who only look.

    Where ``whole`` says no of a level, only those of its lines are read on that hold an encoding
    which could hide something. ``\n``, ``\"``, ``&lt;`` and their like cannot: they end every word.
    """
    yield text
    for _ in range(DEEPEST):
        if not whole(text):
            text = _hiding_lines(text)
        parts = _parts(text)
        if len(parts) == 1:
            return
        text = _joined(parts)
        yield text


def views(text: str) -> Iterator[View]:
    """Yield ``text`` as a view, and what it reads level by level."""
    view = View(text)
    yield view
    for _ in range(DEEPEST):
        parts = _parts(view.text)
        if len(parts) == 1:
            return
        view = View(_joined(parts), view, parts)
        yield view


def _parts(text: str) -> list[str]:
    """Plain text and encoded signs by turns."""
    return _ENCODED.split(text) if any(sign in text for sign in _SIGNS) else [text]


def _hiding_lines(text: str) -> str:
    spans: set[tuple[int, int]] = set()
    for form in _HIDING:
        end = 0
        while found := form.search(text, end):
            end = text.find("\n", found.end())
            end = len(text) if end < 0 else end
            spans.add((text.rfind("\n", 0, found.start()) + 1, end))
    return "\n".join(text[start:end] for start, end in sorted(spans))


def _joined(parts: Sequence[str]) -> str:
    read = list(parts)
    encoded = read[1::2]
    meant = {sign: _meaning(sign) for sign in set(encoded)}
    read[1::2] = map(meant.__getitem__, encoded)
    return "".join(read)


def _meaning(sign: str) -> str:
    """The one character that an encoded sign stands for."""
    match sign[0]:
        case "\\":
            return chr(int(sign[2:], 16)) if sign[1] == "u" else _SINGLE.get(sign[1], sign[1])
        case "%":
            return bytes.fromhex(sign.replace("%", "")).decode("utf-8", "replace")[0]
    name = sign.removesuffix(";").rpartition("#")[2]
    if "#" not in sign:
        return _NAMED[sign.removesuffix(";").rpartition("&")[2].rpartition(";")[2]]
    code = int(name[1:], 16) if name[0] in "xX" else int(name)
    return chr(code) if code <= 0x10FFFF else "\ufffd"

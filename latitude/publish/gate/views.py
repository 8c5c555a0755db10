r"""Text as it stands, and as it reads once the encodings in it are undone, level by level.

Encodings hide things: ``\u002d`` and ``\/`` of JSON (RFC 8259, section 7), ``%2D`` (RFC 3986,
section 2.1), HTML's ``&#45;``, ``&#x2d;`` and named entities, ``\x2d`` of program text, and ``=3D``
of mail (RFC 2045, section 6.7; of that only what letters of a form are likely to be).

What a terminal is sent, such as the colour ``ESC [ 0 1 ; 3 2 m`` (ECMA-48, section 5.4), ends in a
letter, so that what follows would begin no word. It is read twice: as a space, since it may stand
between two words, and as nothing, since it may stand within one.

A view knows where each of its characters stands in the raw text, so that what was found in a view
can be taken out there.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

DEEPEST = 7
"""Levels: 32 backslashes before one ``u``, and a colour under them."""

_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NAMED |= {"commat": "@", "period": ".", "colon": ":", "sol": "/", "bsol": "\\", "lowbar": "_"}
_NAMED |= {"hyphen": "-", "dash": "-", "plus": "+", "equals": "=", "num": "#", "percnt": "%"}
_ESCAPE = "\x1b"
_SINGLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
# ``\e`` and ``\033``, as shells write them.
_SINGLE |= {"e": _ESCAPE, "0": _ESCAPE, "3": _ESCAPE}
_NAMES = "|".join(name for name in _NAMED if name != "amp")
_HEX = "[0-9A-Fa-f]"
_TAIL = "%[89ABab][0-9A-Fa-f]"
_TERMINAL = _ESCAPE + r"(?:\[[0-?]{0,64}+[ -/]{0,4}+[@-~]|[ -/]{1,4}+[0-~])"
_MAIL_SIGN = "=(?:2[BDEF]|3[ADF]|5F)"

# Every repeat has an end, so that no text takes more than a time in proportion.
_ENCODED = re.compile(
    rf'(\\(?:u{_HEX}{{4}}|["\\/bfnrt]|x[0-7]{_HEX}|(?:0?33|e)(?=\[))'
    rf"|%(?:[0-7]{_HEX}|[CDcd]{_HEX}{_TAIL}|[Ee]{_HEX}(?:{_TAIL}){{2}}|[Ff][0-4](?:{_TAIL}){{3}})"
    rf"|&(?:amp;){{0,8}}(?:\#[0-9]{{1,7}}+;?+|\#[Xx]{_HEX}{{1,6}}+;?+|(?:{_NAMES});)"
    rf"|&amp;|\^\[(?=\[)|{_TERMINAL}|{_MAIL_SIGN})"
)
_SENT = re.compile(f"({_TERMINAL})")
# Searches that begin with a fixed character are ten times as fast as one for all of them.
_SIGNS = ("\\", "%", "&", _ESCAPE, "^[", "=")
_HIDING = (
    re.compile(rf"\\(?:u{_HEX}{{4}}|/|\\[DUu]|x[0-7]{_HEX}|0?33\[|e\[)"),
    re.compile(rf"%{_HEX}{_HEX}"),
    re.compile(
        r"&(?:amp;){0,8}(?:\#(?!0?39;|34;|[xX]2[27];|160;)"
        r"|(?:commat|period|colon|b?sol|lowbar|hyphen|dash|plus|equals|num|percnt);)"
    ),
    re.compile(_TERMINAL),
    re.compile(r"\^\[\["),
    re.compile(_MAIL_SIGN),
)


class View:
    """A text with some levels of its encodings undone."""

    __slots__ = ("_lengths", "_places", "_raw_places", "_under", "_width", "text")

    def __init__(
        self, text: str, under: "View | None" = None, parts: Sequence[str] = (), width: int = 1
    ) -> None:
        """``parts`` are of the view under this one: plain text and encoded signs by turns.

        Each sign reads here as ``width`` characters: one, or none.
        """
        self.text = text
        self._under = under
        self._width = width
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
            place += width
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
        if at < place + self._width:
            return raw_place, raw_place + self._lengths[number]
        start = raw_place + self._lengths[number] + at - place - self._width
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
        if _SENT.search(text):
            yield _SENT.sub("", text)
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
        if len(sent := _SENT.split(view.text) if _ESCAPE in view.text else ()) > 1:
            yield View("".join(sent[::2]), view, sent, width=0)
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
            return chr(int(sign[2:], 16)) if sign[1] in "ux" else _SINGLE.get(sign[1], sign[1])
        case "%":
            return bytes.fromhex(sign.replace("%", "")).decode("utf-8", "replace")[0]
        case "=":
            return chr(int(sign[1:], 16))
        case "\x1b":
            return " "
        case "^":
            return _ESCAPE
    name = sign.removesuffix(";").rpartition("#")[2]
    if "#" not in sign:
        return _NAMED[sign.removesuffix(";").rpartition("&")[2].rpartition(";")[2]]
    code = int(name[1:], 16) if name[0] in "xX" else int(name)
    return chr(code) if code <= 0x10FFFF else "\ufffd"

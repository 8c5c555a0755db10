r"""Where a word begins and ends, in text that may hold escapes.

In raw JSON a word after a line end stands behind an ``n``: ``\nvera``. That begins a word too.
"""

import re

LETTERS = "0-9A-Za-z_\u00c0-\u052f"
"""Of a class in a pattern: digits, and Latin, Greek and Cyrillic letters. Other scripts set no
spaces, so there a word may begin right after a letter."""
_LETTER = re.compile(f"[{LETTERS}]")
_ESCAPED = "bfnrt"
_HEX = frozenset("0123456789abcdefABCDEF")
_COLOUR_BEFORE = re.compile(r"\[(?:[0-9]{1,3};){0,8}\Z")
_COLOUR_END = re.compile(r"[0-9]{1,3}m")
_BARE_BEFORE = re.compile(r"(?:\x1b|1[bB]|33|\\e|\^\[)[\[(]\Z")
_LONGEST_COLOUR = 40


def is_letter(char: str) -> bool:
    """Tell whether a word goes on with ``char``; not so for the empty text."""
    return _LETTER.match(char) is not None


def begins_word(text: str, at: int) -> bool:
    """Tell whether no word goes on at ``at``."""
    if at == 0 or not is_letter(text[at - 1]):
        return True
    return at > 1 and text[at - 2] == "\\" and text[at - 1] in _ESCAPED


def ends_word(text: str, end: int) -> bool:
    """Tell whether no word goes on at ``end``."""
    return not is_letter(text[end : end + 1])


def stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether ``text[start:end]``, which is not empty, is not a part of longer words."""
    begins = not is_letter(text[start]) or begins_word(text, start)
    return begins and (not is_letter(text[end - 1]) or ends_word(text, end))


def after_escape(text: str, at: int) -> int:
    r"""Return where a word that seems to begin at ``at`` begins: after what is left of an escape.

    So ``nvera@…`` after a backslash is ``vera@…``, and so are ``20vera@…`` after a ``%`` and
    ``32mvera@…`` after the ``[`` of a colour.
    """
    before = text[at - 1 : at] if at else ""
    if before == "%" and _HEX.issuperset(text[at : at + 2]):
        return at + 2
    if before == "\\":
        if text[at : at + 1] == "u" and _HEX.issuperset(text[at + 1 : at + 5]):
            return at + 5
        if text[at : at + 1] in _ESCAPED:
            return at + 1
    if before == "=" and text.startswith("3D", at):
        return at + 2
    return _after_colour(text, at) if before in {"[", ";", "("} else at


def _after_colour(text: str, at: int) -> int:
    before = text[max(0, at - _LONGEST_COLOUR) : at]
    if (end := _COLOUR_END.match(text, at)) and _COLOUR_BEFORE.search(before):
        return end.end()
    return at + 1 if text[at : at + 1] in {"m", "K", "B"} and _BARE_BEFORE.search(before) else at

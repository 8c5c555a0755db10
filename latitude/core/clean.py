"""``clean()``: the one gate between text that is not ours and a terminal.

Text of a model, of a file, of a file name, of an error is hostile until it has passed here. What
could act on a terminal or hide from a reader is shown as a visible sign instead. For display only:
the record keeps the true text.
"""

import re

LONGEST_LINE = 2_000
"""Characters; a terminal and a reader both lose their way in longer ones."""
LONGEST_TEXT = 200_000

_HIDDEN = re.compile(
    "["
    "\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 but for LF, DEL, C1: sequences and overprinting
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # invisible letters
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # zero-width, bidi, line tricks
    "\ud800-\udfff\ufff0-\ufffb"  # halves of characters, interlinear marks
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # format marks
    "\U000e0000-\U000e0fff"  # tags
    "]"
)
_MARK = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MOST_MARKS = 4
_STACKED_MARKS = re.compile(f"([{_MARK}]{{{_MOST_MARKS}}})[{_MARK}]+")
_LAST_MARKS = re.compile(f"[{_MARK}]+\\Z")


def clean(text: str, max_text: int = LONGEST_TEXT, max_line: int = LONGEST_LINE) -> str:
    """Return ``text`` safe for a terminal; lengths are in characters, and cuts are said.

    Control characters become their pictures (``␛``), other hidden ones ``‹U+202E›``; CRLF
    becomes LF and tabs become spaces. Cleaning what was not cut twice changes nothing more.
    """
    if len(text) <= max_text and text.isascii():
        # Most texts are plain, and a page of a site has thousands of them.
        lines = text.split("\n")
        if all(map(str.isprintable, lines)) and max(map(len, lines)) <= max_line:
            return text
    cut = len(text) > max_text
    shown = text[:max_text].replace("\r\n", "\n").expandtabs(4)
    shown = _STACKED_MARKS.sub(r"\1", _HIDDEN.sub(_sign, shown))
    lines = [
        line if len(line) <= max_line else line[:max_line] + " … [line cut]"
        for line in shown.split("\n")
    ]
    return "\n".join(lines) + ("\n… [text cut]" if cut else "")


def clean_line(text: str, longest: int = LONGEST_LINE) -> str:
    """Return ``text`` as one safe line: for names, titles, cells and errors."""
    shown = clean(text, max_text=longest * 2, max_line=longest * 2).replace("\n", "␊")
    return shown if len(shown) <= longest else shown[: max(longest - 1, 0)] + "…"


class StreamCleaner:
    """Cleans text that comes in pieces, as :func:`clean` would clean the whole.

    A last CR is held back, because its LF may follow; so is half a surrogate pair. Lines are not
    cut, for they have been shown already.
    """

    def __init__(self) -> None:
        self._held = ""
        self._marks = ""
        """Those on the letter shown last: more of them may come in the next piece."""

    def feed(self, piece: str) -> str:
        """Return what of ``piece`` (and of what was held back) can be shown now."""
        text = self._held + piece
        self._held = ""
        if text and (text[-1] == "\r" or "\ud800" <= text[-1] <= "\udbff"):
            text, self._held = text[:-1], text[-1]
        text = self._marks + text
        shown = clean(text, max_text=max(len(text), 1), max_line=len(text) * 10 + 1)
        new = shown[len(self._marks) :]
        last = _LAST_MARKS.search(shown, max(len(shown) - _MOST_MARKS, 0))
        self._marks = last[0] if last else ""
        return new

    def flush(self) -> str:
        """Return what is still held back."""
        held, self._held = self._held, ""
        return clean(held)


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code < 0xA0:
        return "\ufffd"
    return f"‹U+{code:04X}›"

"""Sets text, as it comes, into one calm column: lines broken between words, each with its margin.

A terminal breaks lines wherever its edge is, in the middle of words and outside the margin that
tells the voices apart. Piped text keeps its own lines.
"""

import os
import re
from collections.abc import Callable
from functools import cache
from typing import TextIO

from latitude.core.text import cells

WIDEST = 88
"""Characters; longer lines are hard to read on."""
_NARROWEST = 20
_USUAL = 80

_WIDE = "\u1100-\u115f\u2e80-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60"


@cache
def _pieces() -> re.Pattern[str]:
    """Line breaks, gaps, and words. A line may be broken after any wide character.

    Made when a text is first set: it takes 6 ms, which a list need not pay.
    """
    return re.compile(rf"\n| +|[{_WIDE}]|[^\s{_WIDE}]+|\s")


Measure = Callable[[], int | None]
"""Says how many cells a line may have now; ``None`` when nothing is to be broken."""


def measure_of(out: TextIO) -> Measure:
    """How wide lines may be on ``out``: asked anew each time, for a window can be resized."""
    if not out.isatty():
        return lambda: None
    descriptor = out.fileno()

    return lambda: max(_NARROWEST, min(_columns(descriptor), WIDEST))


def columns_of(out: TextIO) -> int | None:
    """How wide the terminal is that ``out`` is on; ``None`` when it is on none."""
    return _columns(out.fileno()) if out.isatty() else None


def _columns(descriptor: int) -> int:
    # Not COLUMNS: a program that set it for itself hands it down, and it is not this window's.
    try:
        return os.get_terminal_size(descriptor).columns or _USUAL
    except OSError:  # The terminal went away.
        return _USUAL


class Column:
    """One stretch of text in one voice. The text must be clean already."""

    def __init__(
        self,
        out: TextIO,
        measure: Measure,
        margin: str = "",
        paint: Callable[[str], str] = str,
    ) -> None:
        self._out = out
        self._measure = measure
        self._margin = margin
        self._paint = paint
        self._ready = ""
        self._gap = ""
        self._word = ""
        self._at = -1
        """Cells used on this line, margin included; -1 before its margin."""

    def feed(self, text: str) -> None:
        """Write as much of ``text`` as is settled: the last word waits for its end."""
        self._take(text)
        self._write()

    def begin(self, text: str) -> None:
        """Write all of ``text`` now, its last word too; the line stays open."""
        self._take(text)
        self._settle(self._measure() or WIDEST)
        self._write()

    def whole(self, text: str) -> None:
        """Write ``text`` at once, to the end of its last line."""
        self._take(text)
        self.end()

    def end(self) -> None:
        """Write what is held back, and end the line that was begun."""
        self._settle(self._measure() or WIDEST)
        if self._at >= 0:
            self._break()
        self._write()

    def _take(self, text: str) -> None:
        width = self._measure()
        if width is None:
            self._put_unbroken(text)
        else:
            self._put(text, width)

    def _put_unbroken(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self._break()
            if line:
                self._add(line)

    def _put(self, text: str, width: int) -> None:
        for piece in _pieces().findall(text):
            if piece == "\n":
                self._settle(width)
                self._gap = ""
                self._break()
            elif piece.isspace():
                self._settle(width)
                self._gap += piece
            elif cells(piece[0]) == 2:
                self._settle(width)
                self._word = piece
                self._settle(width)
            else:
                self._word += piece
                # A word as wide as the column cannot wait to be whole.
                if len(self._word) >= width - len(self._margin):
                    self._settle(width)

    def _settle(self, width: int) -> None:
        """Put the held word on this line if it fits there, else on the next."""
        if not self._word:
            return
        need = cells(self._gap) + cells(self._word)
        if self._at > len(self._margin) and self._at + need > width:
            self._break()
            self._gap = ""
        self._add(self._gap)
        self._gap = ""
        for character in self._word:
            if self._at + cells(character) > width:
                self._break()
            self._add(character)
        self._word = ""

    def _add(self, text: str) -> None:
        if self._at < 0:
            self._ready += self._margin
            self._at = len(self._margin)
        self._ready += text
        self._at += cells(text)

    def _break(self) -> None:
        if self._at < 0:
            self._ready += self._margin.rstrip()
        self._ready += "\n"
        self._at = -1

    def _write(self) -> None:
        if self._ready:
            self._out.write("\n".join(self._paint(line) for line in self._ready.split("\n")))
            self._ready = ""

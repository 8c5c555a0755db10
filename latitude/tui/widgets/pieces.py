"""Cuts a long text into pieces that can be laid out by themselves, at blank lines where it can.

A reply is laid out piece by piece: what is not in sight costs nothing, and what streams only ever
redraws its last piece.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

WORTH = 300
"""Characters from which a blank line ends a piece."""
WORTH_OF_CODE = 900
"""Characters in a code fence from which a line ends a piece."""
MOST = 6_000
"""Characters after which a piece ends wherever it is."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text."""

    text: str
    fence: str = ""
    """The line that opened the code fence in which this piece begins; usually none."""
    gap: bool = False
    """Whether a blank line stood before it."""

    @property
    def whole(self) -> str:
        """The text with the fence it stands in, as Markdown by itself."""
        return f"{self.fence}\n{self.text}" if self.fence else self.text


def pieces(text: str, first: Piece | None = None) -> list[Piece]:
    """Cut ``text``; ``first`` says in what the text begins, where that is known.

    The texts of all pieces, one after the other, are ``text`` again, but for blank lines between.
    """
    begin = first or Piece("")
    fence, gap = begin.fence, begin.gap
    begun_in, begun_gap = fence, gap
    done: list[Piece] = []
    held: list[str] = []
    size = 0
    for line in _lines(text):
        if fence and size >= WORTH_OF_CODE and _goes_on(held[-1], line):
            done.append(Piece("".join(held), begun_in, begun_gap))
            held, size = [], 0
            begun_in, begun_gap = fence, False
        size += len(line)
        fence = _after(line, fence)
        held.append(line)
        blank = not fence and not line.strip() and line.endswith("\n")
        if (blank and size >= WORTH) or size >= MOST:
            done.append(Piece("".join(held), begun_in, begun_gap))
            held, size = [], 0
            begun_in, begun_gap = fence, blank
    if held or not done:
        done.append(Piece("".join(held), begun_in, begun_gap))
    return done


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), MOST):
            yield line[start : start + MOST]


def _goes_on(above: str, line: str) -> bool:
    """Whether code can be cut between two lines.

    Blank lines at the end of a piece would not be shown, and a fence that ends by itself, or may
    be about to, would be shown as an empty line of code.
    """
    return bool(above.strip()) and line.strip()[:1] not in ("", "`", "~")


def _after(line: str, fence: str) -> str:
    """The fence that is open after ``line``."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    mark, info = found[1], found[2].strip()
    if not fence:
        # An info string of backticks is no fence but code in a line.
        return "" if mark[0] == "`" and "`" in info else line.rstrip("\n")
    opened = _FENCE.match(fence)
    assert opened is not None
    closes = mark[0] == opened[1][0] and len(mark) >= len(opened[1]) and not info
    return "" if closes else fence

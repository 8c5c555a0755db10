"""Text on a grid of cells: how wide it is, where it is broken, and how it is told apart."""

import re
from typing import Protocol

from latitude.core.text import cells

WIDEST = 88
"""Cells of a line of words; tables and plots may take all that there are."""

_PIECES = re.compile(r"[^-/_]*[-/_]|[^-/_]+")


class Style(Protocol):
    """Wraps clean text in terminal attributes, or leaves it alone."""

    def dim(self, text: str) -> str:
        """What is margin."""

    def bold(self, text: str) -> str:
        """Titles."""

    def warn(self, text: str) -> str:
        """What must be looked at; the words say it too."""


class Plain:
    """No attributes at all: for files, pipes and ``NO_COLOR``."""

    def dim(self, text: str) -> str:
        """Return ``text``."""
        return text

    bold = warn = dim


def left(text: str, width: int) -> str:
    """Return ``text`` with spaces after it, to ``width`` cells."""
    return text + " " * (width - cells(text))


def right(text: str, width: int) -> str:
    """Return ``text`` with spaces before it, to ``width`` cells."""
    return " " * (width - cells(text)) + text


def fit(text: str, width: int) -> str:
    """Return ``text``, cut in the middle to ``width`` cells: names differ at both ends."""
    if cells(text) <= width:
        return text
    kept, refused = 0, len(text)
    while refused - kept > 1:
        half = (kept + refused) // 2
        kept, refused = (half, refused) if cells(_cut(text, half)) <= width else (kept, half)
    return _cut(text, kept)


def broken(text: str, width: int | None) -> list[str]:
    """Return ``text`` as lines of at most ``width`` cells, broken between words where it can be."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += [paragraph] if width is None else _broken(paragraph, max(width, 2))
    return lines


def _broken(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cells(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for piece in _PIECES.findall(word):
            if lines[-1] and cells(lines[-1]) + cells(piece) > width:
                lines.append("")
            for character in piece:
                if cells(lines[-1]) + cells(character) > width:
                    lines.append("")
                lines[-1] += character
    return lines


def _cut(text: str, kept: int) -> str:
    head = (kept + 1) // 2
    return f"{text[:head]}…{text[len(text) - (kept - head) :]}"

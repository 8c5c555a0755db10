"""A file as rows of the terminal: its lines, a difference, or Markdown laid out."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual.strip import Strip

from latitude.tui.differences import Line, Sign
from latitude.tui.view_state import Entry
from latitude.tui.widgets.column import Column
from latitude.tui.widgets.drawing import MARGIN, Pen
from latitude.tui.widgets.look import Look

GUTTER = 2
"""Cells left of the text, where the signs of a difference stand."""

_SIGNS: dict[Sign, str] = {"same": " ", "added": "+", "removed": "−", "note": " "}
_GOES_ON = "·"
"""In the gutter of a row that goes on with the line above."""
_WORD = re.compile(r"\S*\s*")

R = TypeVar("R")


class Page(Protocol):
    """Something that can be read row by row."""

    @property
    def height(self) -> int:
        """Rows, as far as they are known."""
        ...

    def settle(self, y: int, height: int) -> int:
        """Lay out ``height`` rows from row ``y`` on; return where row ``y`` stands now."""
        ...

    def row(self, y: int) -> Strip | None:
        """Row ``y``, as wide as the page; ``None`` where there is none."""
        ...


class _Row(NamedTuple):
    sign: Sign
    text: str
    first: bool
    """Whether the line begins here."""


class WholePage(ABC, Generic[R]):
    """A page whose rows are all known from the start."""

    def __init__(self, rows: Sequence[R]) -> None:
        self._rows = rows

    @abstractmethod
    def drawn(self, row: R) -> Strip:
        """One of the rows, as wide as the page."""

    @property
    def height(self) -> int:
        """See :class:`Page`."""
        return len(self._rows)

    def settle(self, y: int, height: int) -> int:
        """See :class:`Page`: all of it is laid out already."""
        del height
        return max(0, min(y, len(self._rows) - 1))

    def row(self, y: int) -> Strip | None:
        """See :class:`Page`."""
        return self.drawn(self._rows[y]) if 0 <= y < len(self._rows) else None


class LinesPage(WholePage[_Row]):
    """Lines as they are; the long ones go on in the next row."""

    def __init__(self, lines: Sequence[Line], look: Look, width: int) -> None:
        self._look = look
        self._width = width
        room = max(1, width - GUTTER - 1)
        super().__init__(
            [
                _Row(line.sign, part, at == 0)
                for line in lines
                for at, part in enumerate(wrapped(line.text, room))
            ]
        )

    def drawn(self, row: _Row) -> Strip:
        """The line behind its sign."""
        sign, text, first = row
        look = self._look
        style = {
            "same": look.text,
            "added": look.accent,
            "removed": look.faint,
            "note": look.faint,
        }[sign]
        mark = Segment(f"{_SIGNS[sign] if first else _GOES_ON} ", style if first else look.faint)
        strip = Strip([mark, Segment(text, style)])
        return strip.adjust_cell_length(self._width, look.text)


class MarkdownPage:
    """Markdown laid out, piece by piece as it comes into sight."""

    def __init__(self, text: str, look: Look, width: int) -> None:
        """Take clean ``text``."""
        self._column = Column(Pen(look, width + MARGIN - GUTTER))
        self._column.put(0, Entry("reply", 0, 0, text=text))

    @property
    def height(self) -> int:
        """See :class:`Page`."""
        return self._column.height

    def settle(self, y: int, height: int) -> int:
        """See :class:`Page`."""
        return self._column.settle(y, height)

    def row(self, y: int) -> Strip | None:
        """See :class:`Page`."""
        row = self._column.row(y)
        return None if row is None else row.crop(MARGIN - GUTTER)


def wrapped(text: str, width: int) -> Iterator[str]:
    """Cut a line into parts of at most ``width`` cells, after spaces where there are any."""
    if len(text) <= width and text.isascii():
        yield text
        return
    part, used = "", 0
    for word in _WORD.findall(text)[:-1]:
        room = cell_len(word)
        if used + room <= width:
            part, used = part + word, used + room
            continue
        bare = word.rstrip()
        if used + cell_len(bare) <= width:
            # The spaces at the end of a row need no room.
            yield part + bare
            part, used = "", 0
            continue
        if used > width // 3 and not part.isspace():
            yield part
            part = ""
        *full, part = chop_cells(part + word, width) or [""]
        yield from full
        used = cell_len(part)
    if part:
        yield part
    elif not text:
        yield ""

"""Tables on a terminal: as wide as they must be, and as narrow as there is room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from latitude.compare.figures import Table
from latitude.compare.terminal.text import Style, broken, left, right
from latitude.compare.wording import Wording
from latitude.compare.words import NO_SESSIONS, is_numeric, label
from latitude.core.text import cells

_GAP = "  "
_NARROWEST, _ENDLESS = 16, 1_000_000
"""Cells that a column of words keeps; a table that needs fewer is told line by line."""


@dataclass(slots=True)
class _Column:
    """One column as it is set: what is said beside its values stands in cells of its own."""

    title: str
    numeric: bool
    values: list[str]
    beside: list[str]

    @property
    def tail(self) -> int:
        """Cells for what is said beside the values, with the space before it."""
        widest = max(map(cells, self.beside), default=0)
        return widest + 1 if widest else 0

    @property
    def widest(self) -> int:
        """Cells in which nothing of it is broken."""
        return max(map(cells, [self.title, *self.values])) + self.tail

    def least(self, title_lines: int, words: int) -> int:
        """Cells in which its title takes so many lines; of words, not fewer than ``words``."""
        values = max(map(cells, self.values), default=0)
        if not self.numeric:
            values = min(values, words)
        title = max(map(cells, self.title.split(" ")))
        while len(broken(self.title, title)) > title_lines:
            title += 1
        return max(title, values) + self.tail

    def value(self, row: int, width: int) -> list[str]:
        """One cell of it, as lines."""
        if not self.numeric:
            return [left(line, width) for line in broken(self.values[row], width)]
        shown = right(self.values[row], width - self.tail)
        return [left(f"{shown} {self.beside[row]}" if self.beside[row] else shown, width)]

    def head(self, width: int) -> list[str]:
        """Its title, over its values and not over what is said beside them."""
        side = right if self.numeric else left
        room = width - self.tail
        return [left(side(line, room), width) for line in broken(self.title, room)]


def table_lines(table: Table, width: int | None, style: Style) -> Iterator[str]:
    """Yield the lines of ``table`` in ``width`` cells; ``None`` sets no bound."""
    for line in broken(f"{label(table.title)} · {table.standing}", width):
        yield style.bold(line)
    if not table.rows:
        yield NO_SESSIONS
        return
    columns = _columns(table)
    widths = _widths(columns, width)
    if widths is None:
        yield from _line_by_line(columns, len(table.rows), width)
        return
    heads = [column.head(room) for column, room in zip(columns, widths, strict=True)]
    tallest = max(map(len, heads))
    on_the_ground = [[*[""] * (tallest - len(head)), *head] for head in heads]
    for line in _side_by_side(on_the_ground, widths):
        yield style.dim(line)
    for row in range(len(table.rows)):
        set_values = [column.value(row, room) for column, room in zip(columns, widths, strict=True)]
        yield from _side_by_side(set_values, widths)


def _columns(table: Table) -> list[_Column]:
    wording = Wording(table)
    return [
        _Column(
            label(table.columns[position].title),
            is_numeric(table.columns[position]),
            [wording.cell(row, position) for row in table.rows],
            [wording.beside(row, position) for row in table.rows],
        )
        for position in wording.shown
    ]


def _widths(columns: Sequence[_Column], width: int | None) -> list[int] | None:
    """Say how wide each column is, or ``None`` where they find no room beside each other.

    A title is broken once, a name on every line that it stands on: titles give way first. Numbers
    are never broken.
    """
    widths = [column.widest for column in columns]
    if width is None:
        return widths
    room = width - len(_GAP) * (len(columns) - 1)
    for title_lines, words in ((2, _ENDLESS), (2, 2 * _NARROWEST), (9, _NARROWEST)):
        least = [column.least(title_lines, words) for column in columns]
        while sum(widths) > room:
            giving = [at for at, cell in enumerate(widths) if cell > least[at]]
            if not giving:
                break
            widths[max(giving, key=lambda at: widths[at])] -= 1
    return widths if sum(widths) <= room else None


def _side_by_side(parts: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    for line in zip_longest(*parts, fillvalue=""):
        yield _GAP.join(
            left(part, width) for part, width in zip(line, widths, strict=True)
        ).rstrip()


def _line_by_line(columns: Sequence[_Column], rows: int, width: int | None) -> Iterator[str]:
    named, *others = columns
    room = _ENDLESS if width is None else width - len(_GAP)
    for row in range(rows):
        yield from broken(named.values[row], width)
        told = ""
        for column in others:
            said = f"{column.title}: {column.values[row]} {column.beside[row]}".rstrip()
            if told and cells(f"{told}; {said}") >= room:
                yield from (f"{_GAP}{line}" for line in broken(f"{told};", room))
                told = ""
            told = f"{told}; {said}" if told else said
        yield from (f"{_GAP}{line}" for line in broken(told, room))

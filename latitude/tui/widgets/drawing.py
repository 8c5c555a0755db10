"""Draws one piece of one entry as strips of the terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from latitude.tui.view_state import Entry, Voice
from latitude.tui.widgets.look import Look
from latitude.tui.widgets.markdown import markdown_rows
from latitude.tui.widgets.pieces import Piece

MARGIN = 3
"""Cells left of the text, where the marks stand."""
MEASURE = 88
"""The most cells a line of text takes: longer ones are hard to follow with the eye."""

MARKS: dict[Voice, str] = {
    "call": "⚒",
    "commit": "●",
    "note": "…",
    "retry": "↻",
    "warning": "✗",
}
"""What stands in the margin of an entry that is one line unless somebody opens it."""
FAILED = MARKS["warning"]
"""What stands there in place of its own mark when it did not succeed."""

_INDENT = 2


class Pen:
    """Draws in one look at one width."""

    def __init__(self, look: Look, width: int) -> None:
        self._look = look
        self._console: Console = look.console()
        self.width = width
        """Cells of the whole column, its margin included."""

    def draws(self, look: Look, width: int) -> bool:
        """Whether another pen of ``look`` and ``width`` would draw the same."""
        return (look, width) == (self._look, self.width)

    @property
    def measure(self) -> int:
        """Cells of a line of text."""
        return max(10, min(MEASURE, self.width - MARGIN - 1))

    def draw(self, entry: Entry, piece: Piece, *, first: bool, opened: bool) -> list[Strip]:
        """The rows of ``piece``; the ``first`` one of an entry has its title above it."""
        look = self._look
        match entry.voice:
            case "ours":
                head = [self._bar(Text(entry.title, look.faint))] if first else []
                return head + [self._bar(line) for line in self._wrapped(piece.text, look.ours, 2)]
            case "thinking":
                return self._thinking(entry, piece, first=first, opened=opened)
            case "reply":
                return self._reply(piece)
            case "end":
                title = self._wrapped(entry.title, look.strong)
                rest = self._wrapped(entry.text, look.faint)
                return [self._row("", line) for line in (*title, *rest)]
            case _:
                return self._marked(entry, piece, first=first, opened=opened)

    def blank(self) -> Strip:
        """An empty row."""
        return Strip.blank(self.width, self._look.text)

    def _thinking(self, entry: Entry, piece: Piece, *, first: bool, opened: bool) -> list[Strip]:
        faint, indent = self._look.faint, " " * _INDENT
        head = [self._row(indent, Text(entry.title, faint))] if first else []
        if opened:
            lines = self._wrapped(piece.text, faint, _INDENT) if piece.text else []
            return head + [self._row(indent, line) for line in lines]
        if not piece.text.strip():
            return head
        said = entry.text.strip().splitlines()
        rows = sum(1 + len(line) // self.measure for line in said)
        more = f"▸ {rows} lines" if rows > 1 else ""
        room = self.measure - _INDENT - len(more) - 2
        line = Text(said[0], faint)
        line.truncate(room, overflow="ellipsis", pad=bool(more))
        if more:
            line.append(f"  {more}", faint)
        return [*head, self._row(indent, line)]

    def _reply(self, piece: Piece) -> list[Strip]:
        rows = markdown_rows(piece.whole, self.measure, self._console)
        if rows is None:
            return [self._row("", line) for line in self._wrapped(piece.text, self._look.text)]
        return [self._strip([*self._margin(), *row]) for row in rows]

    def _marked(self, entry: Entry, piece: Piece, *, first: bool, opened: bool) -> list[Strip]:
        look = self._look
        warns = entry.failed or entry.voice == "warning"
        rows: list[Strip] = []
        if first:
            title = self._wrapped(entry.title, look.warning if warns else look.faint)
            mark = FAILED if entry.failed else MARKS.get(entry.voice, " ")
            style = look.warning if warns else look.accent
            rows.append(self._row("", title[0], f" {mark} ", style))
            rows += [self._row("", line) for line in title[1:]]
        if opened and piece.text:
            lines = self._wrapped(piece.text.rstrip("\n"), look.faint, _INDENT)
            rows += [self._row(" " * _INDENT, line) for line in lines]
        return rows

    def _wrapped(self, text: str, style: Style, less: int = 0) -> list[Text]:
        lines = Text(text.rstrip("\n"), style, end="").wrap(self._console, self.measure - less)
        return list(lines) or [Text("", style)]

    def _bar(self, line: Text) -> Strip:
        bar = Segment("▏ ", self._look.accent)
        return self._strip([*self._margin(), bar, *self._segments(line)])

    def _row(
        self, indent: str, line: Text, mark: str = "", mark_style: Style | None = None
    ) -> Strip:
        margin = [Segment(mark, mark_style)] if mark else self._margin()
        return self._strip([*margin, Segment(indent), *self._segments(line)])

    def _margin(self) -> list[Segment]:
        return [Segment(" " * MARGIN)]

    def _segments(self, line: Text) -> Iterable[Segment]:
        # A text without spans renders without its own style.
        style = self._console.get_style(line.style)
        rendered = (segment for segment in line.render(self._console) if segment.text)
        return Segment.apply_style(rendered, style)

    def _strip(self, segments: list[Segment]) -> Strip:
        return (
            Strip(segments)
            .apply_style(self._look.text)
            .adjust_cell_length(self.width, self._look.text)
        )

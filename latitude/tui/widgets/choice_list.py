"""A list to choose one thing from, in groups, drawn by the line: it may be thousands long."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

_MARK = "› "
_GAP = 3
_ASIDE = 26
"""Cells that a row's grey words keep beside a long name: "thinking summarized, tools"."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; its texts are clean lines."""

    key: str
    """What is chosen by it; empty for a heading, which cannot be."""
    text: str
    aside: str = ""
    """What else there is to say of it, in grey."""
    wrong: bool = False
    """Whether it cannot be used as it is."""


class ChoiceList(ScrollView, can_focus=True):
    """Rows, one of which is the chosen one."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "choice-list--text",
        "choice-list--faint",
        "choice-list--mark",
        "choice-list--wrong",
        "choice-list--cursor",
    }
    DEFAULT_CSS = """
    ChoiceList {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        & .choice-list--text { color: $foreground; }
        & .choice-list--faint { color: $text-muted; }
        & .choice-list--mark { color: $accent; text-style: bold; }
        & .choice-list--wrong { color: $warning; }
        & .choice-list--cursor { background: $block-cursor-background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("pagedown", "page(1)", "page down", show=False),
        Binding("home", "edge(False)", "first", show=False),
        Binding("end", "edge(True)", "last", show=False),
    ]

    class Moved(Message):
        """The person went to another row."""

        def __init__(self, choice_list: "ChoiceList", key: str) -> None:
            super().__init__()
            self.choice_list = choice_list
            self.key = key

        @property
        def control(self) -> "ChoiceList":
            """The list it happened in."""
            return self.choice_list

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()
        self._cursor: int | None = None
        self._column = 0
        """Where the grey words begin."""
        self._head_column = 0
        """Where they begin in a heading."""

    @property
    def key(self) -> str | None:
        """What the marked row chooses; ``None`` when no row is marked."""
        return None if self._cursor is None else self._rows[self._cursor].key

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, headings among them."""
        return self._rows

    def show(self, rows: Sequence[Row], key: str | None) -> None:
        """Show other rows, with the mark at ``key``; at the first that can be chosen if gone."""
        self._rows = rows
        places = [place for place, row in enumerate(rows) if row.key]
        at = (place for place in places if rows[place].key == key)
        self._cursor = next(at, places[0] if places else None)
        self._measure()
        self._show_cursor()

    def move(self, by: int) -> None:
        """Move the mark by so many rows, headings aside, without telling anybody."""
        places = [place for place, row in enumerate(self._rows) if row.key]
        if self._cursor is None or not places:
            return
        place = min(max(places.index(self._cursor) + by, 0), len(places) - 1)
        self._cursor = places[place]
        self._show_cursor()

    def action_move(self, by: int) -> None:
        """Go up or down."""
        before = self.key
        self.move(by)
        if self.key is not None and self.key != before:
            self.post_message(self.Moved(self, self.key))

    def action_page(self, direction: int) -> None:
        """Go up or down by what is in sight."""
        self.action_move(direction * max(1, self.size.height - 1))

    def action_edge(self, last: bool) -> None:
        """Go to the first or the last row."""
        self.action_move(len(self._rows) if last else -len(self._rows))

    def on_click(self, event: events.Click) -> None:
        """Choose the row that was clicked."""
        place = event.y + self.scroll_offset.y
        if place < len(self._rows) and self._rows[place].key:
            self._cursor = place
            self._show_cursor()
            self.post_message(self.Moved(self, self._rows[place].key))

    def on_resize(self) -> None:
        """Keep the mark in sight."""
        self._measure()
        self._show_cursor()

    def render_line(self, y: int) -> Strip:
        """The row ``y`` of the window."""
        place, width = y + self.scroll_offset.y, self.scrollable_size.width
        if place >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[place]
        style = self.rich_style
        if place == self._cursor and self.has_focus:
            style += self.get_component_rich_style("choice-list--cursor", partial=True)
        mark = _MARK if place == self._cursor else "  " if row.key else ""
        start = self._start_of_aside(row, len(mark)) if row.aside else width
        text = Text(row.text)
        text.truncate(max(start - len(mark) - (_GAP if row.aside else 0), 1), overflow="ellipsis")
        text.pad_right(max(start - len(mark) - text.cell_len, 0))
        aside = Text(row.aside)
        aside.truncate(max(width - start, 0), overflow="ellipsis")
        segments = [
            Segment(mark, self._style("mark")),
            Segment(text.plain, self._style("text" if row.key else "faint")),
            Segment(aside.plain, self._style("wrong" if row.wrong else "faint")),
        ]
        return Strip(segments).apply_style(style).extend_cell_length(width, style)

    def notify_style_update(self) -> None:
        """Draw in the new colours."""
        super().notify_style_update()
        self.refresh()

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"choice-list--{part}", partial=True)

    def _start_of_aside(self, row: Row, indent: int) -> int:
        """One column for all, but for headings and for names that reach beyond it."""
        if not row.key:
            return self._head_column
        last = self.scrollable_size.width - min(cell_len(row.aside), _ASIDE)
        return min(max(self._column, indent + cell_len(row.text) + _GAP), last)

    def _measure(self) -> None:
        names, heads = (
            max((cell_len(row.text) for row in self._rows if bool(row.key) is named), default=0)
            for named in (True, False)
        )
        room = max(self.scrollable_size.width - _ASIDE, 0)
        self._column = min(len(_MARK) + names + _GAP, room)
        self._head_column = min(heads + _GAP, room)
        self.virtual_size = Size(self.scrollable_size.width, len(self._rows))
        self.refresh()

    def _show_cursor(self) -> None:
        self.refresh()
        if self._cursor is None or not self.size:
            return
        top = self._cursor
        # The heading above the first of a group comes into sight with it.
        while top and not self._rows[top - 1].key:
            top -= 1
        for region in (
            Region(0, top, self.scrollable_size.width, self._cursor - top + 1),
            Region(0, self._cursor, self.scrollable_size.width, 1),
        ):
            self.scroll_to_region(region, animate=False, immediate=True, force=True)

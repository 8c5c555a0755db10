"""The view of one file of a workspace."""

from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip

from latitude.tui.widgets.look import Look
from latitude.tui.widgets.workspace_page import GUTTER, Page
from latitude.tui.widgets.workspace_sheet import Sheet

MakePage = Callable[[Look, int], Page]
"""Lays a page out in a look, so many cells wide."""


class FileView(Sheet):
    """Shows one page, and scrolls it."""

    DEFAULT_CSS = """
    FileView {
        height: 1fr;
        scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "page_down", "page down", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._make: MakePage | None = None
        self._page: Page | None = None

    def show(self, make: MakePage, *, keep_place: bool = False) -> None:
        """Show another page from its top on, or from where the reader is in this one."""
        self._make = make
        self._lay_out(self.scroll_offset.y if keep_place else 0)

    def clear(self) -> None:
        """Show nothing."""
        self._make = self._page = None
        self.virtual_size = Size(self.room, 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The row ``y`` of the window."""
        at = y + self.scroll_offset.y
        width = self.room
        row = self._page.row(at) if self._page is not None else None
        if row is None:
            return Strip.blank(width, self.rich_style)
        return self._selected(row, at).crop_extend(0, width, None).apply_offsets(0, at)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text."""
        page = self._page
        if page is None:
            return None
        rows = [page.row(y) for y in range(page.height)]
        text = "\n".join("" if row is None else row.text.rstrip() for row in rows)
        return selection.extract(text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        del selection
        self.refresh()

    def on_resize(self) -> None:
        """Lay the page out for the new width."""
        self._lay_out(self.scroll_offset.y)

    def notify_style_update(self) -> None:
        """Lay the page out in the new look, as soon as Textual has renewed all of it."""
        super().notify_style_update()
        self.call_later(self.on_resize)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Lay out what came into sight."""
        super().watch_scroll_y(old_value, new_value)
        if self._page is not None and round(old_value) != round(new_value):
            self._settle(round(new_value))

    def _lay_out(self, top: int) -> None:
        if self._make is None or not self.size:
            return
        self._page = self._make(self.look, self.room)
        self._settle(top)
        self.refresh()

    def _settle(self, y: int) -> None:
        page = self._page
        assert page is not None
        top = page.settle(y, self.size.height)
        size = Size(self.room, page.height)
        if size != self.virtual_size:
            self.virtual_size = size
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True)

    def _selected(self, row: Strip, y: int) -> Strip:
        selection = self.text_selection
        span = selection.get_span(y) if selection is not None else None
        if span is None:
            return row
        start, end = max(span[0], GUTTER), len(row.text) if span[1] == -1 else span[1]
        cuts = [row.index_to_cell_position(index) for index in (start, end)]
        if cuts[0] >= cuts[1]:
            return row
        style = self.screen.get_component_rich_style("screen--selection")
        middle = row.crop(cuts[0], cuts[1])
        painted = Strip([Segment(s.text, (s.style or Style()) + style) for s in middle])
        return Strip.join([row.crop(0, cuts[0]), painted, row.crop(cuts[1])])

"""A column of entries on the screen: drawn, scrolled, followed, selected from.

One widget for all of it. A widget for each message, or for each paragraph, stalls on long
sessions; here a streamed piece redraws the end of the column thirty times a second at the most.
"""

from collections.abc import Iterable, Sequence
from time import thread_time
from typing import ClassVar

from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from latitude.tui.view_state import Entry, Grow, Put, Update
from latitude.tui.widgets.column import Column
from latitude.tui.widgets.drawing import MARGIN, Pen
from latitude.tui.widgets.look import PARTS, Look
from latitude.tui.widgets.strips import restyled

FRAME = 1 / 30
"""Seconds between two drawings of what streams, at the least."""
SHARE = 1 / 4
"""Of the time that may go into laying it out: a long table is drawn less often."""


class ColumnView(ScrollView, can_focus=True):
    """Shows entries, and keeps the reader where they are, or at the end while more comes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"column--{part}" for part in PARTS}
    DEFAULT_CSS = """
    ColumnView {
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        & .column--text { color: $foreground; }
        & .column--ours { color: $foreground; }
        & .column--faint { color: $text-muted; }
        & .column--accent { color: $accent; }
        & .column--warning { color: $warning; }
        & .column--strong { color: $foreground; text-style: bold; }
        & .column--code { color: $foreground; background: $surface; }
        & .column--match { text-style: reverse; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(id=id)
        self._column: Column | None = None
        """There is none before the widget has a size."""
        self._waiting: list[Update] = []
        """Updates that came before that, or since the last drawing."""
        self._timer: Timer | None = None
        self._pause = FRAME
        """Seconds until the next drawing."""
        self._following = True
        self._settling = False
        self._base = Style()
        self._window: tuple[int, list[Strip | None]] = (0, [])
        """The rows that were last in sight, and where they began."""

    @property
    def following(self) -> bool:
        """Whether the end is in sight, and stays so while more comes."""
        return self._following

    def apply(self, updates: Iterable[Update]) -> None:
        """Show what changed, soon: what comes within a frame is drawn together."""
        self._waiting += updates
        if self._waiting and self._timer is None and self._column is not None:
            self._timer = self.set_timer(self._pause, self._on_frame)

    def show(self, entries: Sequence[Entry]) -> None:
        """Show other entries from the start on, in place of all that is shown now."""
        self._waiting = [Put(place, entry) for place, entry in enumerate(entries)]
        self._following = False
        if self._column is not None:
            self._column = Column(Pen(self._look(), self.scrollable_size.width))
            self._draw_waiting()
            self.scroll_to(y=0, animate=False, immediate=True)

    def moved(self, column: Column) -> None:
        """Called when other rows stand in the window, or the same ones elsewhere."""

    def drawn_over(self, column: Column, row: Strip, y: int) -> Strip:
        """Row ``y`` with what stands over the text; here nothing does."""
        del column, y
        return row

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of the window that ``crop`` asks for."""
        # Asked for once and not for every row: it is put together anew each time.
        self._base = self.rich_style
        styles = self.styles
        framed = any(styles.gutter) or styles.outline or styles.tint.a or self.opacity < 1
        if framed or crop.column_span != (0, self.size.width):
            return super().render_lines(crop)
        # Nothing stands around the rows. Textual would make new ones of them for every frame; a
        # row that stays the same object keeps what was made of it: filtered, cut, as bytes.
        filters, (_, background) = self.get_line_filters(), self.background_colors
        rows = [self.render_line(y) for y in crop.line_range]
        for line_filter in filters:
            rows = [row.apply_filter(line_filter, background) for row in rows]
        return rows

    def render_line(self, y: int) -> Strip:
        """The row ``y`` of the window."""
        at = y + self.scroll_offset.y
        width = self.size.width
        column = self._column
        row = column.row(at) if column is not None else None
        if column is None or row is None:
            return Strip.blank(width, self._base)
        row = self._with_selection(self.drawn_over(column, row, at), at)
        return row.crop_extend(0, width, self._base).apply_offsets(0, at)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text."""
        column = self._column
        if column is None:
            return None
        rows = [column.row(y) for y in range(column.height)]
        text = "\n".join("" if row is None else row.text.rstrip() for row in rows)
        return selection.extract(text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        del selection
        self.refresh()

    def on_resize(self) -> None:
        """Lay the column out for the new width."""
        if self._column is None:
            self._column = Column(Pen(self._look(), self.scrollable_size.width))
            self._draw_waiting()
        else:
            self._lay_out_anew(self._column)

    def notify_style_update(self) -> None:
        """Lay the column out in the new look, as soon as Textual has renewed all of it."""
        super().notify_style_update()
        self.call_later(self._take_look)

    def _take_look(self) -> None:
        if self._column is not None and self.size:
            self._lay_out_anew(self._column)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Lay out what came into sight."""
        super().watch_scroll_y(old_value, new_value)
        column = self._column
        if round(old_value) == round(new_value) or column is None or self._settling:
            return
        self._following = new_value >= self.max_scroll_y
        top = column.settle(round(new_value), self.size.height)
        self._resize_to(column)
        if top != round(new_value):
            self.scroll_to(y=top, animate=False, immediate=True)
        self.moved(column)

    def settle(self, y: int | None = None) -> None:
        """Lay out what is in sight from row ``y``, and keep the reader there, or where they are."""
        if self._settle(y) is not None:
            self.refresh()

    def _settle(self, y: int | None = None) -> int | None:
        """The same, and draw nothing; return the row at the top, ``None`` before there is any."""
        column = self._column
        if column is None or not self.size:
            return None
        if self._following:
            top = column.settle_end(self.size.height)
        else:
            top = column.settle(self.scroll_offset.y if y is None else y, self.size.height)
        self._resize_to(column)
        self._settling = True
        # By force: the scrollbar may not be there yet, and nothing may come after this.
        self.scroll_to(y=top, animate=False, immediate=True, force=True)
        self._settling = False
        self.moved(column)
        return top

    def _on_frame(self) -> None:
        self._timer = None
        began = thread_time()
        self._draw_waiting()
        self._pause = max(FRAME, (thread_time() - began) / SHARE)

    def _draw_waiting(self) -> None:
        column = self._column
        if column is None:
            return
        grown: dict[int, list[str]] = {}
        updates, self._waiting = self._waiting, []
        for update in updates:
            if isinstance(update, Grow):
                grown.setdefault(update.place, []).append(update.piece)
                continue
            # The whole entry says all that its pieces did.
            grown.pop(update.place, None)
            column.put(update.place, update.entry)
        for place, texts in grown.items():
            column.grow(place, "".join(texts))
        top = self._settle()
        if top is not None:
            self._refresh_changed(column, top)
        else:
            # Out of sight; which turn it is concerns the files that stand there instead.
            self.moved(column)

    def _refresh_changed(self, column: Column, top: int) -> None:
        """Draw the rows of the window that are others than before, where it did not move."""
        before, old = self._window
        rows = [column.row(top + y) for y in range(self.size.height)]
        self._window = top, rows
        if top != before or len(rows) != len(old):
            self.refresh()
            return
        for y, (row, known) in enumerate(zip(rows, old, strict=True)):
            if row is not known:
                self.refresh(Region(0, y, self.size.width, 1))

    def _lay_out_anew(self, column: Column) -> None:
        look, width = self._look(), self.scrollable_size.width
        same = column.pen.draws(look, width)
        self.settle(None if same else column.use(Pen(look, width), self.scroll_offset.y))

    def _resize_to(self, column: Column) -> None:
        size = Size(self.scrollable_size.width, column.height)
        if size == self.virtual_size:
            return
        scrolls = size.height > self.size.height
        if scrolls != self.show_vertical_scrollbar:
            self.virtual_size = size
            # Before there is a scrollbar nothing can be scrolled.
            self.call_after_refresh(self.settle)
            return
        # Only the scrollbar is concerned. Told of it, Textual would lay out the whole screen.
        self.set_reactive(ColumnView.virtual_size, size)
        if scrolls:
            self.vertical_scrollbar.window_virtual_size = size.height

    def _look(self) -> Look:
        return Look(**{part: self.get_component_rich_style(f"column--{part}") for part in PARTS})

    def _with_selection(self, row: Strip, y: int) -> Strip:
        selection = self.text_selection
        span = selection.get_span(y) if selection is not None else None
        if span is None:
            return row
        start, end = span
        style = self.screen.get_component_rich_style("screen--selection")
        return restyled(row, max(start, MARGIN), len(row.text) if end == -1 else end, style)

"""The list of sessions: one line each, ten thousand as quickly as ten.

One widget for all of it. What is on the screen is drawn when it comes into sight; what a row says
is made ready once, by whoever reads the sessions, away from the event loop.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from latitude.journal.listed import Listed
from latitude.tui.widgets.session_row import MARGIN, Columns, Look, Row, Widest, head, line

MOST_MARKS = 4
"""Sessions that can be laid side by side."""

_NOTHING = "Nothing here matches. Escape shows all."
_PARTS = ("text", "faint", "accent", "warning", "cursor")


class SessionList(ScrollView, can_focus=True):
    """Shows sessions, newest first, and lets a person walk, find and mark among them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"session-list--{part}" for part in _PARTS}
    DEFAULT_CSS = """
    SessionList {
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        & .session-list--text { color: $foreground; }
        & .session-list--faint { color: $text-muted; }
        & .session-list--accent { color: $accent; }
        & .session-list--warning { color: $warning; }
        & .session-list--cursor { background: $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", key_display="enter"),
        Binding("space,x", "mark", "mark"),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "go(0)", show=False),
        Binding("end", "go(-1)", show=False),
    ]

    class Opened(Message):
        """The person wants to see a session."""

        def __init__(self, session: Listed) -> None:
            super().__init__()
            self.session = session

    class Moved(Message):
        """The person is at another session, or at none."""

    class MarksChanged(Message):
        """Other sessions are marked; oldest mark first."""

        def __init__(self, marks: tuple[str, ...]) -> None:
            super().__init__()
            self.marks = marks

    class NotMarked(Message):
        """A session could not be marked."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(id=id)
        self._rows: list[Row] = []
        self._seen: list[Row] = []
        """Those that the filter lets through."""
        self._filter: tuple[str, ...] = ()
        self._cursor = 0
        self._marks: dict[str, None] = {}
        self._widest = Widest()
        self._columns = Columns.within(0, self._widest)

    @property
    def rows(self) -> Sequence[Row]:
        """Every session."""
        return self._rows

    @property
    def seen(self) -> Sequence[Row]:
        """The sessions that the filter lets through."""
        return self._seen

    @property
    def at(self) -> Row | None:
        """The session that the person is at."""
        return self._seen[self._cursor] if self._seen else None

    @property
    def hides_tags(self) -> bool:
        """Whether there is no room for tags beside the rest."""
        return not self._columns.tags

    @property
    def marks(self) -> tuple[str, ...]:
        """The marked ids, oldest mark first."""
        return tuple(self._marks)

    def extend(self, rows: Sequence[Row]) -> None:
        """Add older sessions."""
        first = not self._seen
        self._rows += rows
        self._seen += self._let_through(rows)
        self._widest.take(rows)
        self._lay_out()
        if first and self._seen:
            self._tell()

    def replace(self, rows: Sequence[Row]) -> None:
        """Show ``rows`` in place of all others; the person stays where they are."""
        if rows == self._rows:
            return
        self._rows = list(rows)
        self._widest = Widest()
        self._widest.take(rows)
        there = {row.session.id for row in rows}
        gone = [mark for mark in self._marks if mark not in there]
        for mark in gone:
            del self._marks[mark]
        if gone:
            self.post_message(self.MarksChanged(self.marks))
        self._choose(keep=self._cursor > 0)

    def filter(self, words: str) -> None:
        """Show only sessions that hold each of ``words`` somewhere."""
        self._filter = tuple(words.casefold().split())
        self._choose(keep=True)

    def action_open(self) -> None:
        """Open the session that the person is at."""
        if self.at is not None:
            self.post_message(self.Opened(self.at.session))

    def action_mark(self) -> None:
        """Mark the session to be compared, or take its mark back."""
        if self.at is None:
            return
        session = self.at.session
        if session.id in self._marks:
            del self._marks[session.id]
        elif session.problem is not None:
            self.post_message(self.NotMarked("A record that cannot be read cannot be compared."))
            return
        elif len(self._marks) >= MOST_MARKS:
            why = f"{MOST_MARKS} sessions are the most that can be compared. x takes a mark back."
            self.post_message(self.NotMarked(why))
            return
        else:
            self._marks[session.id] = None
        self.refresh()
        self.post_message(self.MarksChanged(self.marks))

    def action_move(self, by: int) -> None:
        """Go ``by`` sessions down."""
        self._go_to(self._cursor + by)

    def action_go(self, place: int) -> None:
        """Go to a place in the list; -1 is the last one."""
        self._go_to(place if place >= 0 else len(self._seen) + place)

    def action_page(self, by: int) -> None:
        """Go ``by`` screens down."""
        self._go_to(self._cursor + by * max(1, self.size.height - 2))

    def on_click(self, event: events.Click) -> None:
        """A click goes to a session, a second one opens it."""
        place = event.y - 1 + self.scroll_offset.y
        if event.y == 0 or place >= len(self._seen):
            return
        self._go_to(place)
        if event.chain == 2:
            self.action_open()

    def on_resize(self) -> None:
        """Share the new width out."""
        self._lay_out()
        self._go_to(self._cursor)

    def on_focus(self) -> None:
        """Draw the cursor as the one that takes the keys."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw the cursor as one that waits."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The row ``y`` of the window; the first one is the head, and does not move."""
        if y == 0:
            return self._drawn([(head(self._columns), "faint")])
        place = y - 1 + self.scroll_offset.y
        if place < len(self._seen):
            row, here = self._seen[place], place == self._cursor
            marked = row.session.id in self._marks
            return self._drawn(line(row, self._columns, here=here, marked=marked), here=here)
        if y == 2 and self._rows and not self._seen:
            return self._drawn([(" " * MARGIN + _NOTHING, "faint")])
        return Strip.blank(self.size.width, self.rich_style)

    def _let_through(self, rows: Sequence[Row]) -> Sequence[Row]:
        for word in self._filter:
            rows = [row for row in rows if word in row.words]
        return rows

    def _choose(self, *, keep: bool) -> None:
        here = self.at
        self._seen = list(self._let_through(self._rows))
        places = (
            place
            for place, row in enumerate(self._seen)
            if here is not None and row.session.id == here.session.id
        )
        self._cursor = next(places, 0) if keep else 0
        moved = here is None or self.at is None or self.at.session.id != here.session.id
        self._lay_out()
        self._go_to(self._cursor)
        if moved:
            self._tell()

    def _go_to(self, place: int) -> None:
        before = self._cursor
        self._cursor = max(0, min(place, len(self._seen) - 1))
        room = max(1, self.size.height - 1)
        top = min(max(self.scroll_offset.y, self._cursor - room + 1), self._cursor)
        top = max(0, min(top, len(self._seen) - room))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True)
        self.refresh()
        if self._cursor != before:
            self._tell()

    def _tell(self) -> None:
        self.post_message(self.Moved())

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        self._columns = Columns.within(width, self._widest)
        self.virtual_size = Size(width, len(self._seen) + 1)
        self.refresh()

    def _drawn(self, parts: Iterable[tuple[str, Look]], *, here: bool = False) -> Strip:
        base = self.rich_style
        if here and self.has_focus:
            base += self.get_component_rich_style("session-list--cursor", partial=True)
        strip = Strip([Segment(text, base + self._style(look)) for text, look in parts])
        return strip.crop_extend(0, self.size.width, base)

    def _style(self, look: Look) -> Style:
        return self.get_component_rich_style(f"session-list--{look}", partial=True)

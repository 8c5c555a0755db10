"""The transcript of a session, live or recorded, and a reader who walks in it."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from latitude.tui.view_state import Entry, Voice
from latitude.tui.widgets.column import Column
from latitude.tui.widgets.column_view import ColumnView
from latitude.tui.widgets.strips import with_cursor, with_found

_CURSOR = "›"

STEPS: list[BindingType] = [
    Binding("[", "turn(-1)", "turn", key_display="[ ]", tooltip="the turn before"),
    Binding("]", "turn(1)", "turn on", show=False, tooltip="the turn after"),
    Binding("1", "next('thinking')", "thinking", show=False, tooltip="the next thinking"),
    Binding("2", "next('call')", "call", show=False, tooltip="the next tool call"),
    Binding("3", "next('commit')", "commit", show=False, tooltip="the next commit"),
]
"""The keys with which a reader goes through a session."""


class Transcript(ColumnView):
    """Lets a reader open and fold entries, jump among them, and find words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn_over", "fold", tooltip="open or fold"),
        *STEPS,
        Binding("end", "follow", "end", show=False, tooltip="go to the end, and follow what comes"),
    ]

    class TurnShown(Message):
        """Another turn stands at the top of the window."""

        def __init__(self, turn: int) -> None:
            super().__init__()
            self.turn = turn

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(id=id)
        self._cursor: int | None = None
        self._found = ""
        self._turn = 0
        self._unseen: int | None = None
        """The entry the reader went to while something else stood in the place of the words."""

    @property
    def cursor(self) -> int | None:
        """The entry the reader is at."""
        return self._cursor

    def show(self, entries: Sequence[Entry]) -> None:
        """Show other entries from the start on, in place of all that is shown now."""
        self._cursor = None
        super().show(entries)

    def find(self, words: str) -> list[int]:
        """Mark ``words`` wherever they stand; return the entries that hold them."""
        self._found = words.casefold()
        self.refresh()
        if not words:
            return []
        return [
            place
            for place, entry in enumerate(self._entries)
            if self._found in f"{entry.title}\n{entry.text}".casefold()
        ]

    def go_to(self, place: int, *, opened: bool = False) -> None:
        """Move the reader to an entry."""
        column = self._column
        if column is None or not 0 <= place < len(column.entries):
            return
        self._cursor = place
        self._following = False
        if opened and not column.is_open(place):
            column.turn_over(place)
        self.settle(column.top_of(place))
        if not self.size:
            self._unseen = place
            self._tell_turn(column.entries[place].turn)

    def go_to_turn(self, turn: int) -> None:
        """Move the reader to the first entry of a turn; one that there is not moves nobody."""
        place = self._first_of(turn)
        if place is not None:
            self.go_to(place)

    def action_turn_over(self) -> None:
        """Open or fold the entry the reader is at, or else the first one in sight that folds."""
        place = self._cursor
        if place is None:
            place = next(self._in_sight(("thinking", "call", "commit")), None)
        if place is not None:
            self._turn_over(place)

    def action_turn(self, by: int) -> None:
        """Go to the first entry of the turn before or after this one."""
        entries = self._entries
        here = self._here()
        if here is None:
            return
        begins = [
            place
            for place, entry in enumerate(entries)
            if entry.turn and (place == 0 or entries[place - 1].turn != entry.turn)
        ]
        if by > 0:
            later = [place for place in begins if entries[place].turn > entries[here].turn]
            target = later[:1]
        else:
            target = [place for place in begins if place < here][-1:]
        for place in target:
            self.go_to(place)

    def action_next(self, voice: Voice) -> None:
        """Go to the next entry of a voice, and begin again at the top after the last one."""
        entries = self._entries
        start = -1 if self._cursor is None else self._cursor
        order = [*range(start + 1, len(entries)), *range(start + 1)]
        target = next((place for place in order if entries[place].voice == voice), None)
        if target is not None:
            self.go_to(target, opened=voice == "thinking")

    def action_follow(self) -> None:
        """Go to the end, and stay there while more comes."""
        self._following = True
        self._cursor = None
        self.settle()

    def on_resize(self) -> None:
        """Go where the reader went while the words were not in sight."""
        if self._unseen is not None and self.size:
            place, self._unseen = self._unseen, None
            self.go_to(place)

    def on_click(self, event: events.Click) -> None:
        """A click on an entry that folds opens or folds it."""
        column = self._column
        place = column.place_at(event.y + self.scroll_offset.y) if column else None
        if column is None or place is None or self.text_selection is not None:
            return
        if column.entries[place].folded:
            self._turn_over(place)

    def drawn_over(self, column: Column, row: Strip, y: int) -> Strip:
        """The words that are looked for, and the mark of where the reader is."""
        if self._found:
            style = self.get_component_rich_style("column--match", partial=True)
            row = with_found(row, self._found, style)
        if self._cursor is not None and y == column.head_of(self._cursor):
            row = with_cursor(row, _CURSOR, self.get_component_rich_style("column--accent"))
        return row

    def moved(self, column: Column) -> None:
        """Tell which turn the reader is at: while more comes, the one that is going on."""
        last = len(column.entries) - 1 if column.entries else None
        place = last if self._following else self._here()
        if place is not None:
            self._tell_turn(column.entries[place].turn)

    def _tell_turn(self, turn: int) -> None:
        if turn != self._turn:
            self._turn = turn
            self.post_message(self.TurnShown(turn))

    @property
    def _entries(self) -> Sequence[Entry]:
        return self._column.entries if self._column is not None else ()

    def _turn_over(self, place: int) -> None:
        assert self._column is not None
        self._following = False
        self._cursor = place
        self._column.turn_over(place)
        self.settle()

    def _here(self) -> int | None:
        places = list(self._in_sight())
        if self._cursor in places:
            return self._cursor
        if places:
            return places[0]
        return self._first_of(self._turn) if self._cursor is None else self._cursor

    def _first_of(self, turn: int) -> int | None:
        entries = enumerate(self._entries)
        return next((place for place, entry in entries if entry.turn == turn), None)

    def _in_sight(self, voices: Sequence[Voice] | None = None) -> Iterator[int]:
        column = self._column
        if column is None:
            return
        seen = -1
        for y in range(self.scroll_offset.y, self.scroll_offset.y + self.size.height):
            place = column.place_at(y)
            if place is None or place == seen:
                continue
            seen = place
            if voices is None or column.entries[place].voice in voices:
                yield place

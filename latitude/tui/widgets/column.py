"""The column of a session as rows: which piece of which entry stands where.

Only what is in sight is laid out. Everything else has the height that it is guessed to take, and
gets its true one when it comes into sight; what the reader looks at stays where it is meanwhile.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from textual.strip import Strip

from latitude.tui.view_state import Entry
from latitude.tui.widgets.drawing import MARKS, Pen
from latitude.tui.widgets.pieces import MOST, WORTH, Piece, pieces


@dataclass(slots=True, eq=False)
class _Part:
    """A piece of an entry, and its rows once it was laid out."""

    place: int
    piece: Piece
    first: bool
    height: int = 1
    rows: list[Strip] | None = None
    before: list[Strip] | None = None
    """The rows of what it grew from."""


class Column:
    """Entries, laid out for one pen."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._entries: list[Entry] = []
        self._parts: list[list[_Part]] = []
        """By place."""
        self._turned: set[int] = set()
        """Entries that somebody opened or folded."""
        self._flat: list[_Part] = []
        self._starts: list[int] = []
        """By place: which of ``_flat`` is its first."""
        self._tops: list[int] = [0]
        """Where each of ``_flat`` begins, and at the end the height of all."""
        self._cut_from: int | None = None
        """The first place whose parts are others than in ``_flat``."""
        self._low: int | None = None
        """The first of ``_flat`` whose height is not that of ``_tops``."""

    @property
    def height(self) -> int:
        """Rows of the whole column, as far as they are known."""
        self._arrange()
        return self._tops[-1]

    @property
    def entries(self) -> list[Entry]:
        """All entries, in their order."""
        return self._entries

    @property
    def pen(self) -> Pen:
        """What draws it."""
        return self._pen

    def use(self, pen: Pen, y: int) -> int:
        """Lay everything out anew, in another look or width; return where row ``y`` stands now."""
        self._arrange()
        index = self._index(y) if self._flat else 0
        within = y - self._tops[index]
        self._pen = pen
        for part in self._flat:
            part.before = None
            self._guess(part)
        self._low = 0
        self._arrange()
        return self._tops[index] + min(within, self._flat[index].height - 1) if self._flat else 0

    def put(self, place: int, entry: Entry) -> None:
        """Show ``entry`` at ``place``; the next free place makes it the last one."""
        if place == len(self._entries):
            self._entries.append(entry)
            self._parts.append([])
        else:
            self._entries[place] = entry
        self._cut(place)

    def grow(self, place: int, text: str) -> None:
        """Add ``text`` to the end of an entry that is streaming."""
        parts = self._parts[place]
        last = parts[-1].piece
        whole = last.text + text
        short = len(whole) < WORTH
        cut = [Piece(whole, last.fence, last.gap)] if short else pieces(whole, last)
        fresh = [_Part(place, piece, first=False) for piece in cut]
        fresh[0].first = parts[-1].first
        fresh[0].before = parts[-1].rows or parts[-1].before
        parts[-1:] = fresh
        for part in fresh:
            self._guess(part)
        self._other_parts(place)

    def turn_over(self, place: int) -> None:
        """Open an entry that is folded, or fold an open one.

        One that streams stays as it is: its text stands nowhere but in its parts.
        """
        if self._entries[place].streaming:
            return
        self._turned ^= {place}
        self._cut(place)

    def is_open(self, place: int) -> bool:
        """Whether the text of an entry is in sight."""
        entry = self._entries[place]
        return (not entry.folded) != (place in self._turned)

    def top_of(self, place: int) -> int:
        """The row where an entry begins."""
        self._arrange()
        return self._tops[self._starts[place]]

    def head_of(self, place: int) -> int:
        """The first row of an entry that is not the empty one above it."""
        top = self.top_of(place)
        row = self.row(top)
        return top if row is None or row.text.strip() else top + 1

    def place_at(self, y: int) -> int | None:
        """The entry that row ``y`` belongs to; ``None`` below the last."""
        self._arrange()
        if not 0 <= y < self._tops[-1]:
            return None
        return self._flat[self._index(y)].place

    def row(self, y: int) -> Strip | None:
        """Row ``y``; ``None`` where there is none, or where nothing was laid out yet."""
        if not 0 <= y < self._tops[-1]:
            return None
        index = self._index(y)
        rows = self._flat[index].rows
        at = y - self._tops[index]
        return rows[at] if rows is not None and at < len(rows) else None

    def settle(self, y: int, height: int) -> int:
        """Lay out ``height`` rows from row ``y`` on; return where row ``y`` stands now."""
        self._arrange()
        if not self._flat:
            return 0
        anchor = index = self._index(min(y, self._tops[-1] - 1))
        within = y - self._tops[index]
        filled = -within
        while index < len(self._flat) and filled < height:
            filled += self._lay_out(index)
            index += 1
        self._arrange()
        return self._tops[anchor] + min(within, self._flat[anchor].height - 1)

    def settle_end(self, height: int) -> int:
        """Lay out the last ``height`` rows; return where they begin."""
        self._arrange()
        filled, index = 0, len(self._flat)
        while index and filled < height:
            index -= 1
            filled += self._lay_out(index)
        self._arrange()
        return max(0, self._tops[-1] - height)

    def _index(self, y: int) -> int:
        return min(bisect_right(self._tops, max(y, 0)) - 1, len(self._flat) - 1)

    def _cut(self, place: int) -> None:
        entry = self._entries[place]
        shown = entry.text if self.is_open(place) else entry.text[:WORTH]
        parts = pieces(shown) if self.is_open(place) else [Piece(shown)]
        self._parts[place] = [
            _Part(place, piece, first=number == 0) for number, piece in enumerate(parts)
        ]
        # Whether the entry below stands apart depends on this one.
        for part in (*self._parts[place], *(below[0] for below in self._parts[place + 1 :][:1])):
            self._guess(part)
        self._other_parts(place)

    def _guess(self, part: _Part) -> None:
        part.rows = None
        measure = self._pen.measure
        text = part.piece.text if self.is_open(part.place) else ""
        lines = text.count("\n") + 1 if len(text) <= MOST else 1
        part.height = max(1, lines, len(text) // measure) + part.first

    def _lay_out(self, index: int) -> int:
        """Lay out one of ``_flat``, where that was not done yet; return its height."""
        part = self._flat[index]
        if part.rows is not None:
            return part.height
        entry = self._entries[part.place]
        opened = self.is_open(part.place)
        rows = self._pen.draw(entry, part.piece, first=part.first, opened=opened)
        if part.piece.gap or (part.first and self._stands_apart(part.place)):
            rows = [self._pen.blank(), *rows]
        if part.before is not None:
            # A row that stays as it is stays the same object: what was made of it is kept too.
            kept = zip(part.before, rows, strict=False)
            rows[: len(part.before)] = [old if old == new else new for old, new in kept]
            part.before = None
        part.rows = rows
        if len(rows) != part.height:
            part.height = len(rows)
            self._low = index if self._low is None else min(self._low, index)
        return part.height

    def _stands_apart(self, place: int) -> bool:
        """Whether an entry has a blank row above it: marks stand close together."""
        if place == 0:
            return False
        above, this = self._entries[place - 1], self._entries[place]
        return not (above.voice in MARKS and this.voice in MARKS) or self.is_open(place - 1)

    def _other_parts(self, place: int) -> None:
        self._cut_from = place if self._cut_from is None else min(self._cut_from, place)

    def _arrange(self) -> None:
        """Put ``_flat`` and ``_tops`` right, from the first change on."""
        if self._cut_from is not None:
            place = self._cut_from
            index = self._starts[place] if place < len(self._starts) else len(self._flat)
            del self._flat[index:], self._starts[place:]
            for parts in self._parts[place:]:
                self._starts.append(len(self._flat))
                self._flat += parts
            self._cut_from = None
            self._low = index if self._low is None else min(self._low, index)
        if self._low is not None:
            low, self._low = self._low, None
            heights = (part.height for part in self._flat[low:])
            self._tops[low:] = accumulate(heights, initial=self._tops[low])

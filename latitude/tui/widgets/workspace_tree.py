"""The tree of a workspace: every file and folder, and what became of it."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from latitude.core.text import counted
from latitude.tui.files import FileShown
from latitude.tui.widgets.workspace_rows import TreeRow, tree_rows
from latitude.tui.widgets.workspace_sheet import CURSOR, Sheet, fitted, joined_ends

_NAME_ROOM = 9
"""Cells that a name gets, however much there is to be said of the file."""


class FileTree(Sheet):
    """A list of files among which a reader moves; the file they are at is the chosen one."""

    DEFAULT_CSS = """
    FileTree {
        height: auto;
        scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("pagedown", "page(1)", "page down", show=False),
        Binding("home", "move(-100_000)", "first", show=False),
        Binding("end", "move(100_000)", "last", show=False),
        Binding("space", "turn_over", "fold"),
        Binding("enter", "enter", "open", show=False),
    ]
    ALLOW_SELECT = False

    class Moved(Message):
        """The reader is at another file."""

        def __init__(self, file: FileShown) -> None:
            super().__init__()
            self.file = file

    class Entered(Message):
        """The reader wants to read the file they are at."""

    def __init__(self) -> None:
        super().__init__()
        self.turned: frozenset[str] = frozenset()
        """Folders that somebody folded or opened."""
        self._listing: Sequence[FileShown] = ()
        self._rows: list[TreeRow] = []
        self._cursor: int | None = None

    @property
    def cursor(self) -> int | None:
        """The row the reader is at."""
        return self._cursor

    def show(self, listing: Sequence[FileShown], rows: list[TreeRow]) -> None:
        """Show ``rows``, which :func:`tree_rows` made of ``listing``."""
        here = self._row()
        self._listing, self._rows = listing, rows
        self.virtual_size = Size(self.room, len(rows))
        if here is not None:
            self._cursor = self._place_of(here.path)
        self.refresh()

    def go_to(self, path: str) -> None:
        """Put the cursor on a file, if it lies in no folded folder."""
        place = self._place_of(path)
        if place is not None:
            self._cursor = place
            self.call_after_refresh(self._keep_in_sight)
            self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to fold where there is a folder."""
        del parameters
        return action != "turn_over" or any(row.file is None for row in self._rows)

    def action_move(self, by: int) -> None:
        """Go ``by`` rows down."""
        if self._rows:
            start = self._cursor if self._cursor is not None else (-1 if by > 0 else 0)
            self._go(max(0, min(len(self._rows) - 1, start + by)))

    def action_page(self, by: int) -> None:
        """Go a page down."""
        self.action_move(by * max(1, self.size.height - 1))

    def action_turn_over(self) -> None:
        """Fold the folder the reader is at, or open it; at a file, the folder that it lies in."""
        row = self._row()
        if row is None:
            return
        path = row.path if row.file is None else f"{row.path.rpartition('/')[0]}/"
        if path != "/":
            self.turned ^= {path}
            self._rows = tree_rows(self._listing, self.turned)
            self.virtual_size = Size(self.room, len(self._rows))
            self._cursor = self._place_of(path)
            self._keep_in_sight()
            self.refresh()

    def action_enter(self) -> None:
        """Read the file; open or fold the folder."""
        row = self._row()
        if row is not None and row.file is None:
            self.action_turn_over()
        elif row is not None:
            self.post_message(self.Entered())

    def on_click(self, event: events.Click) -> None:
        """Go to what was clicked; a folder opens or folds."""
        place = event.y + self.scroll_offset.y
        if 0 <= place < len(self._rows):
            self._go(place)
            if self._rows[place].file is None:
                self.action_turn_over()

    def on_focus(self) -> None:
        """Begin at the first row, if nothing was chosen."""
        if self._cursor is None and self._rows:
            self._go(0)

    def render_line(self, y: int) -> Strip:
        """The row ``y`` of the window."""
        at = y + self.scroll_offset.y
        width = self.room
        if at >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        strip = self._draw(self._rows[at], width, here=at == self._cursor)
        if at != self._cursor or not self.has_focus:
            return strip
        lit = Style(bgcolor=self.get_component_rich_style("sheet--cursor").bgcolor)
        return Strip([Segment(s.text, (s.style or Style()) + lit) for s in strip], width)

    def _draw(self, row: TreeRow, width: int, *, here: bool) -> Strip:
        look = self.look
        indent = " " * min(2 * row.depth, max(0, width // 3))
        file = row.file
        if file is None:
            words = _within(row) if row.folded else [""]
            name_style, tail = look.faint, "/"
            told_style = look.accent if row.changed else look.faint
        else:
            words = [became(file), file.status]
            quiet = file.status in ("same", "deleted")
            name_style = look.faint if quiet else look.text
            told_style = look.faint if quiet else look.accent
            tail = ""
        room = width - 3 - len(indent) - len(tail)
        told = next((said for said in words if cell_len(said) + _NAME_ROOM <= room), "")
        name = fitted(row.name, room - (cell_len(told) + 1 if told else 0))
        return joined_ends(
            Segment(f"{indent}{name}{tail}", name_style),
            Segment(told, told_style),
            width,
            look.text,
            mark=Segment(CURSOR if here else " ", look.accent),
        )

    def _row(self) -> TreeRow | None:
        return None if self._cursor is None else self._rows[self._cursor]

    def _place_of(self, path: str) -> int | None:
        return next((at for at, row in enumerate(self._rows) if row.path == path), None)

    def _go(self, place: int) -> None:
        self._cursor = place
        self._keep_in_sight()
        self.refresh()
        file = self._rows[place].file
        if file is not None:
            self.post_message(self.Moved(file))

    def _keep_in_sight(self) -> None:
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if self._cursor is None or top <= self._cursor < top + height:
            return
        y = self._cursor if self._cursor < top else self._cursor - height + 1
        self.scroll_to(y=y, animate=False, immediate=True)


def _within(row: TreeRow) -> list[str]:
    """What a folded folder holds, in fewer and fewer words."""
    files = f"▸ {counted(row.inside, 'file')}"
    changed = [f"{files}, {row.changed:,} changed", f"▸ {row.changed:,} changed"]
    return [*(changed if row.changed else []), files, "▸"]


def became(file: FileShown) -> str:
    """What became of a file, in a word or two: ``new +12``, ``+84 −3``, ``deleted``."""
    lines = "" if not file.added else f"+{file.added:,}"
    match file.status:
        case "new":
            return f"new {lines}".rstrip()
        case "changed":
            if file.added is None or file.removed is None or file.added + file.removed == 0:
                return "changed"
            return f"+{file.added:,} −{file.removed:,}"
        case "deleted":
            return "deleted"
        case "same":
            return "link" if file.kind == "link" else ""

"""What the parts of the workspace pane have in common: how they are drawn, and lines of words."""

from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from latitude.core.clean import clean_line
from latitude.tui.widgets.look import PARTS, Look

CURSOR = "›"
"""In the margin of where the reader is."""
_NO_MARK = Segment(" ")
_LONGEST_NAME = 300
"""Characters of a name that are looked at; no pane is as wide."""
_LONGEST_SUFFIX = 6


class Sheet(ScrollView, can_focus=True):
    """Rows that are drawn when they come into sight."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"sheet--{part}" for part in (*PARTS, "cursor")}
    DEFAULT_CSS = """
    Sheet {
        overflow-x: hidden;
        scrollbar-size: 0 1;
        & .sheet--text { color: $foreground; }
        & .sheet--ours { color: $foreground; }
        & .sheet--faint { color: $text-muted; }
        & .sheet--accent { color: $accent; }
        & .sheet--warning { color: $warning; }
        & .sheet--strong { color: $foreground; text-style: bold; }
        & .sheet--code { color: $foreground; background: $surface; }
        & .sheet--match { text-style: reverse; }
        & .sheet--cursor { background: $panel; }
    }
    """

    @property
    def room(self) -> int:
        """Cells of a row: the scrollbar stands in the widget's own width."""
        return self.scrollable_content_region.width

    @property
    def look(self) -> Look:
        """The styles of this moment's theme."""
        return Look(**{part: self.get_component_rich_style(f"sheet--{part}") for part in PARTS})


class Ends(Widget):
    """One line with words at either end; those on the left give way."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"ends--left", "ends--right"}
    DEFAULT_CSS = """
    Ends {
        height: 1;
        padding-right: 1;
        & .ends--left { color: $foreground; }
        & .ends--right { color: $text-muted; }
        &.-faint .ends--left { color: $text-muted; }
        &.-here .ends--left { color: $accent; }
    }
    """
    ALLOW_SELECT = False

    def __init__(
        self,
        left: str = "",
        *,
        id: str | None = None,  # noqa: A002  (Textual's own name)
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._left, self._right = left, ""
        self._is_path = False

    def show(self, left: str, right: str = "", *, is_path: bool = False) -> None:
        """Show other words; a path that is too long loses its beginning."""
        self._left, self._right, self._is_path = left, right, is_path
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        base = self.rich_style
        if y:
            return Strip.blank(self.size.width, base)
        right = clean_line(self._right, _LONGEST_NAME)
        room = self.size.width - 3 - (cell_len(right) + 1 if right else 0)
        if room < 8:
            right, room = "", self.size.width - 3
        left = ending(self._left, room) if self._is_path else fitted(self._left, room)
        style = self.get_component_rich_style("ends--left")
        return joined_ends(
            Segment(left, style),
            Segment(right, self.get_component_rich_style("ends--right")),
            self.size.width,
            base,
            mark=Segment(CURSOR if self.has_class("-here") else " ", style),
        )


def joined_ends(
    left: Segment, right: Segment, width: int, base: Style, mark: Segment = _NO_MARK
) -> Strip:
    """One row of ``width`` cells: a mark in the margin, words left, and words right."""
    gap = max(0, width - 3 - cell_len(left.text) - cell_len(right.text))
    parts = [mark, _NO_MARK, left, Segment(" " * gap), right]
    return Strip(parts).apply_style(base).adjust_cell_length(width, base)


def fitted(name: str, room: int) -> str:
    """A name as one clean line of at most ``room`` cells; its suffix is kept if it is a short one.

    Spaces at its ends are shown by quotation marks.
    """
    text = _quoted(name, clean_line(name, _LONGEST_NAME))
    if cell_len(text) <= room:
        return text
    dot = name.rfind(".")
    suffix = clean_line(name[dot:]) if dot > 0 and len(name) - dot <= _LONGEST_SUFFIX else ""
    if cell_len(suffix) + 3 > room:
        suffix = ""
    return f"{set_cell_size(text, max(0, room - 1 - cell_len(suffix))).rstrip()}…{suffix}"


def ending(path: str, room: int) -> str:
    """The end of a path, as one clean line of at most ``room`` cells."""
    text = _quoted(path, clean_line(path[-_LONGEST_NAME:], _LONGEST_NAME))
    if cell_len(text) <= room and len(path) <= _LONGEST_NAME:
        return text
    while text and cell_len(text) > room - 1:
        text = text[1:]
    return f"…{text}"


def _quoted(name: str, text: str) -> str:
    return text if name == name.strip() else f"“{text}”"

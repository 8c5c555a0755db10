"""What the model will be given, to be read before anything is sent."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from latitude.tui.widgets.choice_parts import Part

_BAR = "▏ "
_INDENT = "  "


class ChoicePreview(ScrollView, can_focus=True):
    """Parts one below the other. Nothing of a text is left out where it is wrapped."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "choice-preview--text",
        "choice-preview--faint",
        "choice-preview--accent",
        "choice-preview--strong",
        "choice-preview--wrong",
        "choice-preview--pointed",
    }
    DEFAULT_CSS = """
    ChoicePreview {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        & .choice-preview--text { color: $foreground; }
        & .choice-preview--faint { color: $text-muted; }
        & .choice-preview--accent { color: $accent; }
        & .choice-preview--strong { color: $foreground; text-style: bold; }
        & .choice-preview--wrong { color: $warning; text-style: bold; }
        & .choice-preview--pointed { color: $warning; text-style: bold reverse; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(id=id)
        self._parts: Sequence[Part] = ()
        self._wrong = ""
        self._pointed = False
        self._rows: list[Strip] = []

    @property
    def lines(self) -> list[str]:
        """What stands in it, row by row."""
        return [row.text for row in self._rows]

    def show(self, parts: Sequence[Part]) -> None:
        """Show other parts, from the top."""
        self._parts, self._wrong, self._pointed = parts, "", False
        self._begin()

    def show_problem(self, title: str, text: str) -> None:
        """Show in their place, in words, why there is nothing to show."""
        self._parts, self._wrong, self._pointed = (Part("note", "", text),), title, False
        self._begin()

    def point(self) -> None:
        """Point at the problem that is shown."""
        self._pointed = True
        self._begin()

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self._lay_out()

    def notify_style_update(self) -> None:
        """Draw in the new colours, as soon as Textual has renewed all of them."""
        super().notify_style_update()
        self.call_later(self._lay_out)

    def render_line(self, y: int) -> Strip:
        """The row ``y`` of the window."""
        at, width = y + self.scroll_offset.y, self.scrollable_size.width
        if at >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        return self._rows[at].apply_style(self.rich_style).crop_extend(0, width, self.rich_style)

    def _begin(self) -> None:
        self._lay_out()
        self.scroll_to(y=0, animate=False, immediate=True)

    def _lay_out(self) -> None:
        width = self.scrollable_size.width
        if width <= len(_INDENT):
            return
        self._rows = []
        if self._wrong:
            wrong = self._style("pointed" if self._pointed else "wrong")
            self._rows += [_strip("", wrong, row, wrong) for row in folded(self._wrong, width)]
        for part in self._parts:
            if self._rows and part.kind != "tool":
                self._rows.append(Strip([]))
            self._rows += self._draw(part, width)
        self.virtual_size = Size(width, len(self._rows))
        self.refresh()

    def _draw(self, part: Part, width: int) -> Iterable[Strip]:
        text, faint, accent = (self._style(name) for name in ("text", "faint", "accent"))
        match part.kind:
            case "words":
                for row in folded(part.title, width - len(_BAR)) if part.title else ():
                    yield _strip(_BAR, accent, row, faint)
                for row in folded(part.text, width - len(_BAR)):
                    yield _strip(_BAR, accent, row, text)
            case "note":
                if part.title:
                    yield from (
                        _strip("", text, row, self._style("strong"))
                        for row in folded(part.title, width)
                    )
                if part.text:
                    style = text if self._wrong else faint
                    yield from (_strip("", text, row, style) for row in folded(part.text, width))
            case "tool":
                for row in folded(part.title, width - len(_INDENT)):
                    yield _strip(_INDENT, text, row, text)
                for row in folded(part.text, width - 2 * len(_INDENT)):
                    yield _strip(2 * _INDENT, text, row, faint)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"choice-preview--{part}", partial=True)


def folded(text: str, width: int) -> list[str]:
    """``text`` in rows of at most ``width`` cells; joined line by line they are ``text`` again.

    Spaces at the end of a row may stand beyond the width, where they cannot be seen.
    """
    rows: list[str] = []
    for line in text.split("\n"):
        rows += _folded_line(line, max(width, 1))
    return rows


def _folded_line(line: str, width: int) -> Iterable[str]:
    while len(line) > width or cell_len(line) > width:
        fits = max(1, len(chop_cells(line[: width + 1], width)[0]))
        # A space right behind what fits still belongs to the row.
        at = line.rfind(" ", 0, fits + 1) + 1
        cut = at if at > fits // 2 else fits
        while line[cut : cut + 1] == " ":
            cut += 1
        yield line[:cut]
        line = line[cut:]
    yield line


def _strip(lead: str, lead_style: Style, text: str, style: Style) -> Strip:
    return Strip([Segment(lead, lead_style), Segment(text, style)])

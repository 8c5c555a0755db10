"""A few alternatives on one line."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

_ON, _OFF, _GAP = "● ", "○ ", "   "


class ChoiceLine(Widget, can_focus=True):
    """Alternatives side by side; the arrow keys and the space bar go from one to the next."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ChoiceLine {
        height: 1;
        color: $text-muted;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "turn(-1)", "before", show=False),
        Binding("right,down,space", "turn(1)", "next", show=False),
    ]

    class Chosen(Message):
        """The person chose another alternative."""

        def __init__(self, line: "ChoiceLine", place: int) -> None:
            super().__init__()
            self.line = line
            self.place = place

        @property
        def control(self) -> "ChoiceLine":
            """The line it happened in."""
            return self.line

    def __init__(self, alternatives: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(id=id)
        self._alternatives = alternatives
        self._place = 0

    @property
    def place(self) -> int:
        """The number of the alternative that is chosen; the first is 0."""
        return self._place

    def render(self) -> Content:
        """The line, the chosen alternative filled in."""
        parts: list[Content | tuple[str, str]] = []
        for place, words in enumerate(self._alternatives):
            if place:
                parts.append((_GAP, ""))
            on = place == self._place
            mark, style = (_ON, "$foreground") if on else (_OFF, "$text-muted")
            back = " on $block-cursor-background" if on and self.has_focus else ""
            parts += [(mark, f"$accent{back}" if on else style), (words, f"{style}{back}")]
        return Content.assemble(*parts)

    def action_turn(self, by: int) -> None:
        """Choose the next alternative, or the one before."""
        self._choose((self._place + by) % len(self._alternatives))

    def on_click(self, event: events.Click) -> None:
        """Choose the alternative that was clicked."""
        end = 0
        for place, words in enumerate(self._alternatives):
            end += len(_ON) + len(words) + len(_GAP)
            if event.x < end:
                self._choose(place)
                return

    def _choose(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self.refresh()
            self.post_message(self.Chosen(self, place))

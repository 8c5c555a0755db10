"""The floors of the terminal app: the least app there is, and the least view of a growing text.

``python -m tests.bench.app_plain`` shows one word. With a file, Enter opens it in the plain view.
"""

import sys
import textwrap
from pathlib import Path

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Static

FRAME = 1 / 30
MEASURE = 88
"""Cells of a line, as in the app."""


class PlainView(ScrollView, can_focus=True):
    """Lines, wrapped at words: no voices, no Markdown, no selection, nothing folds."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = [""]
        self._open = ""
        """The line that is not finished, before it was wrapped."""
        self._rows = 1
        """How many of ``_lines`` are of that line."""
        self._waiting: list[str] = []
        self._timer: Timer | None = None
        self._style = Style()

    def show(self, text: str) -> None:
        """Show ``text`` from its first line on."""
        self._add(text)
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.refresh()

    def feed(self, text: str) -> None:
        """Add ``text`` at the end, and stay there; what comes within a frame is drawn together."""
        self._waiting.append(text)
        if self._timer is None:
            self._timer = self.set_timer(FRAME, self._draw)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of the window; their style is put together anew each time it is asked for."""
        self._style = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The row ``y`` of the window."""
        at = y + self.scroll_offset.y
        text = self._lines[at] if at < len(self._lines) else ""
        return Strip([Segment(text.ljust(self.size.width), self._style)], self.size.width)

    def _draw(self) -> None:
        self._timer = None
        self._add("".join(self._waiting))
        self._waiting.clear()
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.scroll_end(animate=False, immediate=True)
        self.refresh()

    def _add(self, text: str) -> None:
        *whole, self._open = (self._open + text).split("\n")
        del self._lines[-self._rows :]
        for line in whole:
            self._lines += textwrap.wrap(line, MEASURE) or [""]
        rows = textwrap.wrap(self._open, MEASURE) or [""]
        self._lines += rows
        self._rows = len(rows)


class Trivial(App[None]):
    """One word."""

    def compose(self) -> ComposeResult:
        yield Static("hello")


class Opener(App[None]):
    """Shows a file when Enter is pressed."""

    CSS = "PlainView { height: 1fr; }"

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def compose(self) -> ComposeResult:
        yield Static("hello")
        yield PlainView()

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            self.query_one(PlainView).show(self._file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    app = Opener(Path(sys.argv[1])) if len(sys.argv) > 1 else Trivial()
    app.run()

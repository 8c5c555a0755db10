"""One line that is written in the place of the footer: to find, to tag, to note."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from latitude.core.clean import clean_line


class LineInput(Horizontal):
    """Hidden until something is asked for."""

    DEFAULT_CSS = """
    LineInput {
        height: 2; padding: 0 3; border-top: solid $accent;
        & Static { width: auto; color: $text-muted; }
        & Input { width: 1fr; height: 1; border: none; padding: 0; background: $background; }
        & Input:focus { border: none; background-tint: transparent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "close")]

    class Changed(Message):
        """What is written now."""

        def __init__(self, about: str, text: str) -> None:
            super().__init__()
            self.about = about
            self.text = text

    class Given(Message):
        """The person pressed Enter."""

        def __init__(self, about: str, text: str) -> None:
            super().__init__()
            self.about = about
            self.text = text

    class Closed(Message):
        """The line went away."""

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self.about: str | None = None
        """What is being asked for; ``None`` while nothing is."""

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield Static(markup=False)
        yield Input()

    def open(self, about: str, words: str) -> None:
        """Ask for a line; ``words`` stand before it."""
        self.about = about
        self.query_one(Static).update(Content(f"{clean_line(words, 80)}  "))
        self.query_one(Input).value = ""
        # Both at once: what is typed right behind the key belongs here and nowhere else.
        self.display = True
        self.screen.set_focus(self.query_one(Input))

    def action_close(self) -> None:
        """Take the line away."""
        self.about = None
        self.display = False
        self.post_message(self.Closed())

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.about is not None:
            self.post_message(self.Changed(self.about, event.value))

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        event.stop()
        about = self.about
        if about is not None:
            self.post_message(self.Given(about, event.value))

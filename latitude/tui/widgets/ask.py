"""A question that wants a yes or a no, asked once, in the place where one writes."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from latitude.core.clean import clean_line

ON_ITS_OWN = "try-again"
"""What is asked without a key that led to it: only a yes or a no answers that."""


class Ask(Static, can_focus=True):
    """Asks, and takes ``y`` or ``n``."""

    DEFAULT_CSS = """
    Ask { height: auto; padding: 0 3; border-top: solid $warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes"),
        Binding("n", "answer(False)", "no"),
        Binding("escape", "leave", show=False),
    ]

    class Answered(Message):
        """The person chose."""

        def __init__(self, about: str, *, yes: bool) -> None:
            super().__init__()
            self.about = about
            self.yes = yes

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self.about: str | None = None
        """What is being asked; ``None`` while nothing is."""

    def ask(self, about: str, question: str, *, writing: bool = False) -> None:
        """Ask ``question``; the answer names ``about``.

        Somebody who is ``writing`` keeps the keys: the letter they are at is no answer.
        """
        self.about = about
        keys = "esc, then y yes · n no" if writing else "y yes · n no"
        self.update(Content(f"{clean_line(question, 300)}  {keys}"))
        self.display = True
        if not writing:
            self.screen.set_focus(self)

    def withdraw(self) -> None:
        """Ask no longer."""
        self.about = None
        self.display = False

    def action_leave(self) -> None:
        """Go back to how it was before, where it was the person who began."""
        if self.about != ON_ITS_OWN:
            self.action_answer(False)

    def action_answer(self, yes: bool) -> None:
        """Take the answer."""
        about = self.about
        if about is not None:
            self.withdraw()
            self.post_message(self.Answered(about, yes=yes))

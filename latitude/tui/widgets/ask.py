"""A question that wants a yes or a no, asked once, in the place where one writes."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from latitude.core.clean import clean_line


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
        self._can_leave = True
        self._question = ""
        self.about: str | None = None
        """What is being asked; ``None`` while nothing is."""

    def ask(
        self, about: str, question: str, *, writing: bool = False, can_leave: bool = True
    ) -> None:
        """Ask ``question``; the answer names ``about``.

        Escape is a no where the person ``can_leave`` it: where a key of theirs led to it.
        Somebody who is ``writing`` keeps the keys: the letter they are at is no answer.
        """
        self.about = about
        self._can_leave = can_leave
        self._question = clean_line(question, 300)
        self.tell_keys(writing=writing)
        self.display = True
        if not writing:
            self.screen.set_focus(self)

    def tell_keys(self, *, writing: bool) -> None:
        """Say which keys answer, to somebody who is ``writing`` or not."""
        keys = "esc, then y yes · n no" if writing else "y yes · n no"
        self.update(Content(f"{self._question}  {keys}"))

    def withdraw(self) -> None:
        """Ask no longer."""
        self.about = None
        self.display = False

    def action_leave(self) -> None:
        """Go back to how it was before, where it was the person who began."""
        if self._can_leave:
            self.action_answer(False)

    def action_answer(self, yes: bool) -> None:
        """Take the answer."""
        about = self.about
        if about is not None:
            self.withdraw()
            self.post_message(self.Answered(about, yes=yes))

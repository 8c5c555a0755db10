"""Where the person writes: grows with what is written, and sends nothing without Enter."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea

PLACEHOLDER = "write to the model, or nothing at all"
NOT_YET = "what you write now waits here"


class Composer(TextArea):
    """The person's next message."""

    DEFAULT_CSS = """
    Composer {
        height: auto;
        max-height: 10;
        border: none;
        margin: 1 0 0 0;
        padding: 0 3;
        background: $background;
        & > .text-area--cursor-line { background: $background; }
        &:focus { border: none; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "send"),
        Binding("shift+enter,ctrl+j,alt+enter", "new_line", "new line", show=False),
        Binding("ctrl+up", "earlier", "earlier message", show=False),
        Binding("ctrl+down", "later", "later message", show=False),
        Binding("ctrl+o", "phrase", "a phrase of the protocol"),
        Binding("escape", "leave", "read", tooltip="go to the transcript"),
    ]

    class Sent(Message):
        """The person pressed Enter on their turn."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class TooEarly(Message):
        """The person pressed Enter while the model was at it; nothing was sent."""

    class Left(Message):
        """The person went back to reading."""

    def __init__(self, phrases: Sequence[str]) -> None:
        super().__init__(
            soft_wrap=True,
            compact=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            tab_behavior="focus",
            placeholder=Content(NOT_YET),
        )
        self._phrases = [phrase for phrase in phrases if phrase]
        self._waits = True
        self._offered = -1
        """Which of the protocol's phrases stands in the field."""
        self._sent: list[str] = []
        self._at = 0
        """The place in what was sent; its length is the message being written."""
        self._draft = ""

    def wait_for_turn(self, waits: bool) -> None:
        """Keep what is written until it is the person's turn, or let Enter send it."""
        self._waits = waits
        self.placeholder = Content(NOT_YET if waits else PLACEHOLDER)

    def action_send(self) -> None:
        """Send what stands here, if it is more than nothing and the person's turn."""
        text = self.text.strip()
        if not text:
            return
        if self._waits:
            self.post_message(self.TooEarly())
            return
        self._sent.append(text)
        self._at = len(self._sent)
        self._offered = -1
        self.text = ""
        # At once: what is typed and entered in the same go is no second message.
        self.wait_for_turn(True)
        self.post_message(self.Sent(text))

    def action_new_line(self) -> None:
        """Begin another line of the same message."""
        self.insert("\n")

    def action_earlier(self) -> None:
        """Bring back the message before."""
        if self._at == len(self._sent):
            self._draft = self.text
        self._bring(self._at - 1)

    def action_later(self) -> None:
        """Go on to the message after, and at the end to the one that was being written."""
        self._bring(self._at + 1)

    def action_phrase(self) -> None:
        """Put the next phrase of the protocol here, to be read, changed or sent."""
        if self._phrases:
            self._offered = (self._offered + 1) % len(self._phrases)
            self._write(self._phrases[self._offered])

    def action_leave(self) -> None:
        """Go back to reading."""
        self.post_message(self.Left())

    async def _on_key(self, event: events.Key) -> None:
        # Here and not by a binding with priority: that one would overtake what was typed just
        # before it, and send less than the person wrote, or nothing.
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_send()
        elif event.key in ("shift+enter", "ctrl+j", "alt+enter"):
            event.stop()
            event.prevent_default()
            self.action_new_line()
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        # What is pasted becomes one message however many lines it has; Enter still sends it.
        event.text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        # Textual would call the method of the class above once more, and insert it twice.
        event.stop()
        event.prevent_default()
        await super()._on_paste(event)

    def _bring(self, at: int) -> None:
        if not 0 <= at <= len(self._sent):
            return
        self._at = at
        self._write(self._draft if at == len(self._sent) else self._sent[at])

    def _write(self, text: str) -> None:
        self.text = text
        self.move_cursor(self.document.end)

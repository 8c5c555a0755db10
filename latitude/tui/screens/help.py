"""All keys, on one page."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from latitude.tui.widgets.keys import Keys

KEYS: dict[str, dict[str, str]] = {
    "Everywhere": {
        "?": "this page",
        "q": "back; from the list, quit",
        "ctrl+q": "quit",
        "ctrl+p": "everything that can be done here, by name; other themes",
        "ctrl+t": "light or dark",
    },
    "The list": {
        "n": "a new session",
        "enter": "read the session",
        "/": "filter by model, protocol, end or tag",
        "space": "mark (or x); c shows two to four marked sessions side by side",
        "r": "close what was interrupted, where there is something",
    },
    "A new session": {
        "enter": "begin",
        "tab": "the next field; space and the arrows choose in it",
        "/": "find a model; any PROVIDER/NAME can be typed",
        "v b": "what will be sent, in words or as the bytes of the request",
        "a t": "attended or not; the tools",
        "r": "look for models and protocols again",
    },
    "A session": {
        "[ ]": "a turn back, a turn on",
        "1 2 3": "the next thinking, tool call, commit",
        "space": "open or fold thinking, a call, a commit",
        "end": "go to the end, and follow what comes",
        "w": "the workspace, and back",
    },
    "While it runs": {
        "i": "write to the model (attended); so does any letter that is no key",
        "enter": "send what is written; nothing else sends it",
        "shift+enter": "another line of the same message (or ctrl+j)",
        "ctrl+o": "a phrase of the protocol, to read, change or send",
        "ctrl+up": "an earlier message",
        "escape": "from writing to reading",
        "e": "end the session; it asks once",
    },
    "Reading": {
        "/": "find in the transcript; enter goes on to the next place",
        "t": "tag it",
        "a": "keep a note beside it",
        "e": "export the files of this turn to a folder",
        "v": "verify the record and what was made",
        "y": "copy the entry the reader is at",
    },
    "Side by side": {
        "[ ]": "a turn back, a turn on, in every column",
        "tab": "the next column",
        "d": "how the files of two differ, then of the next two",
    },
    "The workspace": {
        "up down": "another file",
        "enter": "read the file; tab goes back to the list",
        "d": "what differs, or the whole file",
        "v": "Markdown laid out, or as it was written",
        "o": "open the folder outside the terminal",
    },
}
"""By the place where they work."""

_ROOM = 14


class HelpScreen(Screen[None]):
    """Lists every key."""

    DEFAULT_CSS = """
    HelpScreen { & VerticalScroll { padding: 1 3; scrollbar-size-vertical: 1; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,escape,question_mark", "back", "back")]

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        with VerticalScroll():
            yield Static(Content.assemble(*_lines()))
        yield Keys()

    def action_back(self) -> None:
        """Go back to where one was."""
        self.dismiss()


def _lines() -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for place, keys in KEYS.items():
        parts.append((f"{place}\n", "bold"))
        for key, does in keys.items():
            parts.append((f"  {key:<{_ROOM}}", "$accent"))
            parts.append((f"{does}\n", ""))
        parts.append(("\n", ""))
    return parts

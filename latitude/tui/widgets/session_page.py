"""The page of a session: the transcript, and beside it (or behind ``w``) the workspace."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from latitude.tui.view_state import Voice
from latitude.tui.widgets.transcript import STEPS, Transcript
from latitude.tui.widgets.workspace import WorkspacePane

ROOM_FOR_BOTH = 100
"""Cells of the terminal from which both stand side by side."""


class SessionPage(Horizontal):
    """Both, or one of them where there is no room for two."""

    DEFAULT_CSS = """
    SessionPage {
        height: 1fr;
        & Transcript { width: 1fr; height: 1fr; }
        & WorkspacePane { width: 42%; max-width: 72; height: 1fr; border-left: solid $panel; }
        &.-narrow WorkspacePane { display: none; width: 1fr; max-width: 100%; border-left: none; }
        &.-narrow.-files Transcript { display: none; }
        &.-narrow.-files WorkspacePane { display: block; }
    }
    """

    # Also while the keys go to the workspace: it is stepped through with the words.
    BINDINGS: ClassVar[list[BindingType]] = [*STEPS]

    def compose(self) -> ComposeResult:
        """Lay out both sides."""
        yield Transcript(id="transcript")
        yield WorkspacePane(id="workspace")

    @property
    def transcript(self) -> Transcript:
        """What was said."""
        return self.query_one(Transcript)

    @property
    def workspace(self) -> WorkspacePane:
        """What was made."""
        return self.query_one(WorkspacePane)

    @property
    def shows_files(self) -> bool:
        """Whether the reader is at the files."""
        return self.has_class("-files")

    def on_resize(self, event: events.Resize) -> None:
        """Put both side by side where there is room."""
        self.set_class(event.size.width < ROOM_FOR_BOTH, "-narrow")

    def action_turn(self, by: int) -> None:
        """Go to the turn before or after this one."""
        self.transcript.action_turn(by)

    def action_next(self, voice: Voice) -> None:
        """Go to the next entry of a voice."""
        self.transcript.action_next(voice)

    def turn_over(self) -> None:
        """Go from the words to the files, and back."""
        self.toggle_class("-files")
        self.call_after_refresh(self._give_keys)

    def _give_keys(self) -> None:
        if self.shows_files:
            tree = next((child for child in self.workspace.query("*") if child.focusable), None)
            if tree is not None:
                tree.focus()
        else:
            self.transcript.focus()

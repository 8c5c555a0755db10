"""The session, live: what is said, what is made, and the person's next words."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from latitude.bootstrap import House
from latitude.core.clean import clean
from latitude.errors import LatitudeError
from latitude.preparing import Prepared
from latitude.tui.sitting import Asked, Sitting
from latitude.tui.sitting_files import SittingFiles
from latitude.tui.status import Moment, door_line, status_line, title_line
from latitude.tui.view_state import Entry, Put, Update
from latitude.tui.widgets.ask import Ask
from latitude.tui.widgets.composer import Composer
from latitude.tui.widgets.keys import Keys
from latitude.tui.widgets.session_page import SessionPage
from latitude.tui.widgets.transcript import Transcript
from latitude.tui.widgets.workspace import WorkspacePane

TICK = 0.5
"""Seconds between two looks at the clock."""
END_QUESTION = "End the session? What was said and made is kept."
QUIT_QUESTION = "A session is running. End it, and quit? What was said and made is kept."
RETRY_QUESTION = "There is no whole reply. Send the same request again? No ends the session."


class SittingScreen(Screen[None]):
    """One running session, from its first line to its last."""

    CSS_PATH = "session.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "workspace", "workspace"),
        Binding("e", "end", "end"),
        Binding("i", "write", "write", show=False, tooltip="write"),
        Binding("q", "back", "back"),
        # Also while the keys go elsewhere: what is asked can be read about before it is answered.
        Binding("y", "answer(True)", "yes"),
        Binding("n", "answer(False)", "no"),
    ]

    def __init__(self, house: House, prepared: Prepared, phrases: Sequence[str] = ()) -> None:
        super().__init__(classes="session")
        self._phrases = phrases
        self.sitting = Sitting(house, prepared, self._show_updates, self._on_asked)
        self._files = SittingFiles(house, self.sitting)
        self._then = ""
        """Which question led to the end: ``leave`` and ``quit`` have more to follow."""
        self._turn = 0
        """The turn whose files are shown."""

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        with Horizontal(id="title"):
            yield Static(id="name", markup=False)
            yield Static(id="door", markup=False)
        yield SessionPage()
        yield Ask()
        if self.sitting.attended:
            yield Composer(self._phrases)
        yield Static(id="status", markup=False)
        yield Keys()

    def on_mount(self) -> None:
        """Begin the session."""
        self.set_interval(TICK, self._show_status)
        self.query_one(Transcript).focus()
        self.run_worker(self._run(), name="sitting")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the end only while there is something to end."""
        del parameters
        if action == "answer":
            return bool(self.query(Ask)) and self.query_one(Ask).about is not None
        return not (action in ("end", "write") and self.sitting.over)

    def action_end(self) -> None:
        """Ask whether to end."""
        self.query_one(Ask).ask("end", END_QUESTION)

    def action_answer(self, yes: bool) -> None:
        """Answer what is asked."""
        self.query_one(Ask).action_answer(yes)

    def action_write(self) -> None:
        """Go to where the person writes."""
        for composer in self.query(Composer):
            composer.focus()

    def on_key(self, event: events.Key) -> None:
        """Take a letter that is no key for the beginning of what the person writes."""
        if self.query_one(SessionPage).shows_files or self.query_one(Ask).about is not None:
            return
        if event.character is None or not event.is_printable or event.key in self.active_bindings:
            return
        for composer in self.query(Composer):
            event.stop()
            # At once: what is typed in one go must not come to two places.
            self.set_focus(composer)
            composer.insert(event.character)

    def on_descendant_focus(self) -> None:
        """Say which keys answer what is asked, now that others have them."""
        self.query_one(Ask).tell_keys(writing=isinstance(self.focused, Composer))

    def action_workspace(self) -> None:
        """Go to the files, and back."""
        self.query_one(SessionPage).turn_over()

    def action_back(self) -> None:
        """Leave the page; a session that still runs is not left behind unasked."""
        page = self.query_one(SessionPage)
        if page.shows_files:
            page.turn_over()
        elif self.sitting.over:
            self.dismiss()
        else:
            self.query_one(Ask).ask("leave", END_QUESTION)

    def ask_to_quit(self) -> None:
        """Ask whether to end the session, and the app with it."""
        self.query_one(Ask).ask("quit", QUIT_QUESTION)

    @on(Composer.Sent)
    def _send(self, message: Composer.Sent) -> None:
        self.sitting.say(message.text)

    @on(Composer.TooEarly)
    def _say_too_early(self) -> None:
        self.notify("It is not your turn yet. What you wrote stays here.", timeout=4, markup=False)

    @on(Composer.Left)
    def _read(self) -> None:
        self.query_one(Transcript).focus()

    @on(Ask.Answered)
    def _answered(self, message: Ask.Answered) -> None:
        if message.about == "try-again":
            self.sitting.choose(again=message.yes)
        elif message.yes:
            self._then = message.about
            self.sitting.end()
        self._settle_focus()

    async def _run(self) -> None:
        try:
            await self.sitting.run()
        except LatitudeError as error:
            self.notify(clean(str(error)), severity="error", timeout=60, markup=False)
        if self._is_there:
            self._close()

    def _take_pen(self) -> None:
        """Take away what one writes with: there is nobody to write to any more."""
        for composer in self.query(Composer):
            if unsent := composer.text.strip():
                self._keep_in_sight(unsent)
            composer.remove()
        self.query_one(Ask).withdraw()
        self._settle_focus()

    def _close(self) -> None:
        self._take_pen()
        state = self.sitting.view.session
        if state is not None and state.turns:
            self._show_files(state.turn)
        self._show_status()
        self.refresh_bindings()
        if self._then == "leave":
            self.dismiss()
        elif self._then == "quit":
            self.app.exit()

    def _keep_in_sight(self, unsent: str) -> None:
        """Show what was written and not sent: the field it stood in goes away."""
        view = self.sitting.view
        turn = view.session.turn if view.session is not None else 0
        entry = Entry("ours", turn, 0, "you, not sent", clean(unsent))
        self.query_one(Transcript).apply([Put(len(view.entries), entry)])

    @property
    def _is_there(self) -> bool:
        """Going away, the app takes the page, and the page what is on it, before a session ends."""
        return self.is_attached and self.app.is_running and bool(self.query(Ask))

    def _show_updates(self, updates: Sequence[Update]) -> None:
        if not self._is_there:
            return
        page = self.query_one(SessionPage)
        page.transcript.apply(updates)
        if any(isinstance(update, Put) and update.entry.voice == "commit" for update in updates):
            page.workspace.refresh_files()
        if self.sitting.over:
            # With the words that say so: who reads them may press the next key at once.
            self._take_pen()

    @on(Transcript.TurnShown)
    def _turn_shown(self, message: Transcript.TurnShown) -> None:
        self._show_files(message.turn)

    def _show_files(self, turn: int) -> None:
        self._turn = turn
        self.query_one(SessionPage).workspace.show(self._files.at(turn), f"turn {turn}")

    @on(WorkspacePane.OpenOutside)
    def _open_outside(self) -> None:
        self.run_worker(self._open_folder(), exclusive=True, group="outside")

    async def _open_folder(self) -> None:
        try:
            await self._files.open_outside(self._turn)
        except LatitudeError as error:
            self.notify(clean(str(error)), severity="error", timeout=60, markup=False)

    def _on_asked(self, asked: Asked | None) -> None:
        if not self._is_there:
            return
        for composer in self.query(Composer):
            composer.wait_for_turn(asked != "message")
        self._settle_focus()
        self._show_status()

    def _settle_focus(self) -> None:
        ask, page = self.query_one(Ask), self.query_one(SessionPage)
        if ask.about is not None:
            # A yes that was meant for one question must not answer another.
            return
        writing = isinstance(self.focused, Composer) and not self.sitting.over
        if self.sitting.asked == "try-again":
            ask.ask("try-again", RETRY_QUESTION, writing=writing, can_leave=False)
        elif self.focused is not None and page.workspace in self.focused.ancestors:
            # Who looks at files keeps the keys; i goes to where one writes.
            return
        elif page.shows_files:
            page.workspace.enter()
        elif writing or (self.sitting.asked == "message" and page.transcript.following):
            self.query_one(Composer).focus()
        else:
            # Who reads something further up reads on.
            page.transcript.focus()

    def _show_status(self) -> None:
        state = self.sitting.view.session
        if state is None:
            return
        moment = Moment(self.sitting.doing, self.sitting.seconds)
        self.query_one("#status", Static).update(Content(status_line(state, moment)))
        self.query_one("#name", Static).update(Content(title_line(state)))
        cut = self.sitting.over and state.closed is None
        door = "the record could not be finished" if cut else door_line(state)
        self.query_one("#door", Static).update(Content(door))

"""A recorded session: the same page as the live one, with steps through it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.clean import clean_line
from latitude.core.text import counted
from latitude.custody.verify import verify
from latitude.errors import LatitudeError
from latitude.journal.annotations import add_note, add_tag
from latitude.journal.endings import ending_sentence
from latitude.tui.files import CommitFiles
from latitude.tui.outside import open_commit
from latitude.tui.recorded import Recorded, commit_at, read_session
from latitude.tui.status import door_line, title_line
from latitude.tui.widgets.keys import Keys
from latitude.tui.widgets.line_input import LineInput
from latitude.tui.widgets.session_page import SessionPage
from latitude.tui.widgets.transcript import Transcript
from latitude.tui.widgets.workspace import WorkspacePane


class ReadingScreen(Screen[None]):
    """Reads one session."""

    CSS_PATH = "session.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "ask('find', 'find:')", "find"),
        Binding("w", "workspace", "workspace"),
        Binding("t", "ask('tag', 'tag:')", "tag"),
        Binding("a", "ask('note', 'a note:')", "note", show=False, tooltip="note"),
        Binding("e", "export", "export"),
        Binding("v", "verify", "verify"),
        Binding("y", "copy", "copy", show=False, tooltip="copy"),
        Binding("q,escape", "back", "back"),
    ]

    def __init__(
        self, home: Home, repository: Callable[[], Awaitable[Repository]], session: str
    ) -> None:
        super().__init__(classes="session")
        self._home = home
        self._repository = repository
        self._session = session
        self._recorded: Recorded | None = None
        self._turn = 0
        self._found: list[int] = []
        """The entries that hold the words that are looked for."""
        self._said = ""
        """What the last key did, until the next one."""

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        with Horizontal(id="title"):
            yield Static(id="name", markup=False)
            yield Static(id="door", markup=False)
        yield SessionPage()
        yield LineInput()
        yield Static(id="status", markup=False)
        yield Keys()

    def on_mount(self) -> None:
        """Read the record."""
        self.query_one(Transcript).focus()
        self.run_worker(self._read())

    def action_back(self) -> None:
        """Go back to the words, and from there to the list."""
        page = self.query_one(SessionPage)
        if page.shows_files:
            page.turn_over()
        else:
            self.dismiss()

    def action_workspace(self) -> None:
        """Go to the files, and back."""
        self.query_one(SessionPage).turn_over()

    def action_ask(self, about: str, words: str) -> None:
        """Ask for a line."""
        self.query_one(LineInput).open(about, words)

    def action_export(self) -> None:
        """Ask where the files are to be laid out."""
        self.query_one(LineInput).open("export", "a new folder for the files of this turn:")

    def action_verify(self) -> None:
        """Check the record and what was made."""
        self._say("verifying")
        self.run_worker(self._verify(), exclusive=True, group="verify")

    def action_copy(self) -> None:
        """Copy the entry the reader is at."""
        place = self.query_one(Transcript).cursor
        if self._recorded is None or place is None:
            self._say("Nothing is chosen: 1, 2, 3 and [ ] choose, or a click.")
            return
        entry = self._recorded.view.entries[place]
        self.app.copy_to_clipboard(entry.text or entry.title)
        self._say("Copied.")

    @on(LineInput.Changed)
    def _look_for(self, message: LineInput.Changed) -> None:
        if message.about == "find":
            self._found = self.query_one(Transcript).find(message.text)
            self._say(f"{counted(len(self._found), 'place')}" if message.text else "")

    @on(LineInput.Given)
    def _take_line(self, message: LineInput.Given) -> None:
        if message.about == "find":
            self._go_to_next()
            return
        self.query_one(LineInput).action_close()
        if message.text.strip():
            self.run_worker(self._carry_out(message.about, message.text.strip()))

    @on(LineInput.Closed)
    def _read_on(self) -> None:
        self.query_one(Transcript).focus()

    @on(Transcript.TurnShown)
    def _turn_shown(self, message: Transcript.TurnShown) -> None:
        self._turn = message.turn
        self._show_status()
        self.run_worker(self._show_files(), exclusive=True, group="files")

    @on(WorkspacePane.OpenOutside)
    def _open_outside(self) -> None:
        self.run_worker(self._open_folder(), exclusive=True, group="outside")

    def _go_to_next(self) -> None:
        transcript = self.query_one(Transcript)
        here = -1 if transcript.cursor is None else transcript.cursor
        if self._found:
            after = [place for place in self._found if place > here]
            target = after[0] if after else self._found[0]
            transcript.go_to(target, opened=True)
            self._say(f"{self._found.index(target) + 1} of {counted(len(self._found), 'place')}")

    async def _read(self) -> None:
        try:
            self._recorded = await asyncio.to_thread(read_session, self._home, self._session)
        except LatitudeError as error:
            self._say(str(error))
            return
        state = self._recorded.state
        self.query_one("#name", Static).update(Content(title_line(state)))
        self.query_one("#door", Static).update(Content(door_line(state)))
        self.query_one(Transcript).show(self._recorded.view.entries)
        self._show_status()

    async def _show_files(self) -> None:
        if self._recorded is None:
            return
        state, turn = self._recorded.state, self._turn
        try:
            repository = await self._repository()
        except LatitudeError as error:
            self._say(str(error))
            return
        files = CommitFiles(repository, commit_at(state, turn), commit_at(state, turn - 1))
        self.query_one(SessionPage).workspace.show(files, f"turn {turn}")

    async def _carry_out(self, about: str, text: str) -> None:
        folder = self._home.session(self._session)
        try:
            match about:
                case "tag":
                    await asyncio.to_thread(add_tag, folder, text)
                    self._say(f"Tagged: {text}")
                case "note":
                    await asyncio.to_thread(add_note, folder, text)
                    self._say("The note is kept beside the record.")
                case _:
                    await self._export(Path(text).expanduser())
        except LatitudeError as error:
            self._say(str(error))

    @property
    def _commit(self) -> str | None:
        """What the workspace stood at after this turn; ``None`` before anything was made."""
        return commit_at(self._recorded.state, self._turn) if self._recorded else None

    async def _open_folder(self) -> None:
        commit = self._commit
        if commit is None:
            return
        try:
            folder = await open_commit(await self._repository(), commit)
        except LatitudeError as error:
            self._say(str(error))
        else:
            self._say(f"The files of this turn are in {folder}, and the folder is open.")

    async def _export(self, folder: Path) -> None:
        commit = self._commit
        if commit is None:
            self._say(f"Nothing had been made by turn {self._turn}.")
            return
        done = await (await self._repository()).export(commit, folder)
        self._say(f"{counted(done.files, 'file')} in {folder}")

    async def _verify(self) -> None:
        try:
            verdict = await verify(self._home, await self._repository(), [self._session])
        except LatitudeError as error:
            self._say(str(error))
            return
        faults = [finding.text for finding in verdict.findings if not finding.ok]
        if faults:
            self._say(f"{counted(len(faults), 'fault')}: {faults[0]}")
            return
        checked = verdict.sessions[0]
        self._say(f"As written: {checked.lines} lines. Fingerprint {checked.fingerprint}")

    def _say(self, words: str) -> None:
        self._said = words
        self._show_status()

    def _show_status(self) -> None:
        parts = []
        if self._recorded is not None:
            recorded = self._recorded
            parts.append(f"turn {self._turn} of {recorded.state.turn}")
            parts.append(self._said or _how_it_ended(recorded))
        elif self._said:
            parts.append(self._said)
        status = " · ".join(parts)
        line = self.query_one("#status", Static)
        line.set_class(bool(self._said), "-said")
        line.update(Content(clean_line(status, 300)))


def _how_it_ended(recorded: Recorded) -> str:
    closed = recorded.state.closed
    if recorded.problem is not None:
        return recorded.problem
    if closed is None:
        return "running" if recorded.running else "interrupted, and not closed yet"
    return ending_sentence(closed, recorded.state.opened, "The person")

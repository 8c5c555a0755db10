"""Two to four sessions side by side, turn by turn, and how what they made differs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import combinations
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.clean import clean, clean_line
from latitude.core.text import counted
from latitude.errors import LatitudeError
from latitude.journal.endings import ending_sentence, model_label
from latitude.tui.recorded import Recorded, read_session
from latitude.tui.status import title_line
from latitude.tui.view_state import Entry
from latitude.tui.widgets.keys import Keys
from latitude.tui.widgets.transcript import Transcript


class CompareScreen(Screen[None]):
    """Sessions in columns that turn their pages together."""

    CSS_PATH = "compare.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "turn(-1)", "turn", key_display="[ ]", priority=True),
        Binding("right_square_bracket", "turn(1)", "turn on", show=False, priority=True),
        Binding("d", "difference", "files"),
        Binding("tab", "app.focus_next", "column"),
        Binding("q,escape", "back", "back"),
    ]

    def __init__(
        self, home: Home, repository: Callable[[], Awaitable[Repository]], sessions: Sequence[str]
    ) -> None:
        super().__init__()
        self._home = home
        self._repository = repository
        self._ids = list(sessions)
        self._recorded: list[Recorded] = []
        self._turn = 1
        self._pair = -1
        """Which two are held against each other; -1 while the sessions are shown."""

    def compose(self) -> ComposeResult:
        """A column each, and a page for the differences."""
        with Horizontal(id="columns"):
            for number in range(len(self._ids)):
                with Vertical(classes=f"column -of-{len(self._ids)}"):
                    yield Static(id=f"head-{number}", classes="head", markup=False)
                    yield Transcript(id=f"session-{number}")
        yield Transcript(id="difference")
        yield Static(id="status", markup=False)
        yield Keys()

    def on_mount(self) -> None:
        """Read all of them."""
        self.query_one("#difference").display = False
        self.query_one("#session-0", Transcript).focus()
        self.run_worker(self._read())

    def action_back(self) -> None:
        """Go back to the sessions, and from there to the list."""
        if self._pair < 0:
            self.dismiss()
        else:
            self._show_columns()

    def action_turn(self, by: int) -> None:
        """Turn the page of every column."""
        last = max((recorded.state.turn for recorded in self._recorded), default=1)
        self._turn = min(max(self._turn + by, 1), last)
        for number in range(len(self._recorded)):
            self.query_one(f"#session-{number}", Transcript).go_to_turn(self._turn)
        self._show_status()

    def action_difference(self) -> None:
        """Hold the files of the next two against each other."""
        if not self._recorded:
            return
        pairs = list(combinations(range(len(self._recorded)), 2))
        self._pair += 1
        if self._pair == len(pairs):
            self._show_columns()
            return
        self.run_worker(self._compare(*pairs[self._pair]), exclusive=True, group="difference")

    async def _read(self) -> None:
        try:
            self._recorded = [
                await asyncio.to_thread(read_session, self._home, session) for session in self._ids
            ]
        except LatitudeError as error:
            self._say(str(error))
            return
        for number, recorded in enumerate(self._recorded):
            self.query_one(f"#head-{number}", Static).update(Content(_head(recorded)))
            transcript = self.query_one(f"#session-{number}", Transcript)
            transcript.show(recorded.view.entries)
        self._show_status()

    async def _compare(self, one: int, other: int) -> None:
        commits = [self._recorded[number].state.last_commit for number in (one, other)]
        names = [_name(self._recorded[number]) for number in (one, other)]
        said = "nothing to compare"
        if commits[0] is None or commits[1] is None:
            made_none = names[0 if commits[0] is None else 1]
            entries = [Entry("note", 0, 0, f"{made_none} made nothing.")]
        else:
            try:
                repository = await self._repository()
                changes = await repository.diff(commits[0], commits[1])
            except LatitudeError as error:
                self._say(str(error))
                return
            entries = [
                Entry(
                    "commit",
                    0,
                    0,
                    f"{_STATUS[change.status]}  {clean_line(change.path, 200)}",
                    "not text" if change.text is None else clean(change.text),
                )
                for change in changes
            ]
            said = counted(len(entries), "difference")
            entries = entries or [Entry("note", 0, 0, "Both made the same files.")]
        self.query_one("#columns").display = False
        page = self.query_one("#difference", Transcript)
        page.display = True
        page.show([Entry("end", 0, 0, f"{names[0]}  against  {names[1]}"), *entries])
        page.focus()
        more = "d the next two · " if len(self._ids) > 2 else ""
        self._say(f"{said} · {more}q the sessions")

    def _show_columns(self) -> None:
        self._pair = -1
        self.query_one("#difference").display = False
        self.query_one("#columns").display = True
        self.query_one("#session-0", Transcript).focus()
        self._show_status()

    def _show_status(self) -> None:
        self._say(f"turn {self._turn} · {counted(len(self._ids), 'session')} side by side")

    def _say(self, words: str) -> None:
        self.query_one("#status", Static).update(Content(clean_line(words, 300)))


_STATUS = {"added": "only in the second", "deleted": "only in the first", "modified": "differs"}


def _name(recorded: Recorded) -> str:
    model = recorded.state.opened.model
    return clean_line(f"{model_label(model.provider, model.name)}  {recorded.id}", 80)


def _head(recorded: Recorded) -> str:
    state = recorded.state
    if state.closed is None:
        return f"{title_line(state)}\nnot closed"
    summary = state.closed.summary
    made = counted(summary.files, "file")
    turns = counted(summary.turns, "turn")
    ending = clean_line(ending_sentence(state.closed, state.opened, "The person"), 200)
    return f"{title_line(state)}\n{turns}, {made}\n{ending}"

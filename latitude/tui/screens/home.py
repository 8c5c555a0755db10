"""Home: every session, newest first, and what one can do from here."""

import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from latitude.config import Home
from latitude.core.clean import clean, clean_line
from latitude.core.text import counted
from latitude.errors import HomeUnusable
from latitude.journal.listed import RUNNING
from latitude.journal.listing import in_batches, listed
from latitude.tui.widgets.keys import Keys
from latitude.tui.widgets.line_input import LineInput
from latitude.tui.widgets.session_list import SessionList
from latitude.tui.widgets.session_row import Row
from latitude.tui.widgets.welcome import Look, Welcome

LEAST_MARKS = 2
NEXT_LOOK = 2.0
"""Seconds until the folder is looked at again, at the least."""
SHARE = 1 / 20
"""Of the time that may go into reading it again: ten thousand sessions are read less often."""


class Rooms(Protocol):
    """Where the app goes from here."""

    def open_session(self, session_id: str) -> None:
        """Read a session."""

    def new_session(self) -> None:
        """Choose what a new session is made of."""

    def compare_sessions(self, ids: tuple[str, ...]) -> None:
        """Lay two to four sessions side by side."""

    def recover_sessions(self) -> None:
        """Close what was interrupted."""


class HomeScreen(Screen[None]):
    """The list of sessions, or how to begin when there are none."""

    CSS_PATH = "home.tcss"
    AUTO_FOCUS = "SessionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new"),
        Binding("slash", "find", "find", key_display="/"),
        Binding("c", "compare", "compare"),
        Binding("r", "recover", "recover"),
        Binding("q", "quit", "quit"),
        Binding("escape", "show_all", show=False),
        Binding("down", "to_list", show=False),
    ]

    class _Rows(Message):
        """A batch was read."""

        def __init__(self, reading: int, rows: list[Row]) -> None:
            super().__init__()
            self.reading = reading
            self.rows = rows

    class _AllRead(Message):
        """There is no more to read; ``problem`` says why, where that is not how it should be."""

        def __init__(self, reading: int, problem: str | None = None) -> None:
            super().__init__()
            self.reading = reading
            self.problem = problem

    def __init__(self, home: Home, look: Look | None = None) -> None:
        super().__init__()
        self._home = home
        self._look = look
        self._reading = 0
        """Which reading of the folder is the newest."""
        self._again: list[Row] | None = None
        """What was read so far behind rows that stand; ``None`` where none stood."""
        self._done = False
        self._began = self._took = 0.0
        """When the last reading began, and how many seconds one took."""
        self._stamp = 0
        """When a session was last made or removed, in nanoseconds, as the folder has it."""
        self._said = ""
        """What the last key did, until the next one."""

    @property
    def interrupted(self) -> int:
        """How many sessions nobody is writing and nobody closed."""
        return sum(row.session.interrupted for row in self._list.rows)

    @property
    def _rooms(self) -> Rooms:
        return cast("Rooms", self.app)

    @property
    def _list(self) -> SessionList:
        return self.query_one(SessionList)

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Static(Content(f"latitude   {_short(self._home.root)}"), id="house")
        yield Static(id="interrupted", markup=False)
        yield SessionList()
        yield Welcome(self._look)
        with Horizontal(id="below"):
            yield Static(id="said", markup=False)
            yield Static(id="which", markup=False)
        yield LineInput()
        yield Keys()

    def on_mount(self) -> None:
        """Keep an eye on the folder."""
        self.set_timer(NEXT_LOOK, self._look_again)

    def on_screen_resume(self) -> None:
        """Look again: a session may have ended meanwhile."""
        self.reload()

    def reload(self) -> None:
        """Read the sessions again; those that stand here stay until it is done."""
        self._reading += 1
        self._done = False
        self._began = time.monotonic()
        self._stamp = _stamp(self._home.sessions)
        known = {row.session.id: row for row in self._list.rows}
        self._again = [] if known else None
        read = partial(self._read, self._reading, known)
        self.run_worker(read, thread=True, exclusive=True, group="sessions")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what there is something to do with."""
        del parameters
        match action:
            case "find":
                return bool(self._list.rows) and self.query_one(LineInput).about is None
            case "compare":
                return bool(self._list.rows)
            case "recover":
                return self.has_class("-interrupted")
            case _:
                return True

    def action_new(self) -> None:
        """Begin a session."""
        self._rooms.new_session()

    def action_find(self) -> None:
        """Write what to look for."""
        self.query_one(LineInput).open("find", "find:")

    def action_show_all(self) -> None:
        """Show every session again."""
        self.query_one(LineInput).action_close()

    def action_to_list(self) -> None:
        """Go from the line to the list."""
        self._list.focus()

    def action_compare(self) -> None:
        """Lay the marked sessions side by side."""
        marks = self._list.marks
        if len(marks) < LEAST_MARKS:
            self._say("Mark two to four sessions with x, then press c.")
        else:
            self._rooms.compare_sessions(marks)

    def action_recover(self) -> None:
        """Close what was interrupted."""
        self._rooms.recover_sessions()

    async def action_quit(self) -> None:
        """Leave latitude; the app may ask first."""
        await self.app.action_quit()

    @on(SessionList.Opened)
    def _open(self, message: SessionList.Opened) -> None:
        if message.session.problem is None:
            self._rooms.open_session(message.session.id)
        else:
            self._say(f"{message.session.problem} `latitude verify` says more.")

    @on(SessionList.Moved)
    @on(SessionList.MarksChanged)
    def _show_where(self) -> None:
        self._say("")

    @on(SessionList.NotMarked)
    def _not_marked(self, message: SessionList.NotMarked) -> None:
        self._say(message.why)

    @on(LineInput.Changed)
    def _filter(self, message: LineInput.Changed) -> None:
        self._list.filter(message.text)
        self._say("")

    @on(LineInput.Given)
    def _found(self) -> None:
        self._list.focus()

    @on(LineInput.Closed)
    def _unfilter(self) -> None:
        self._list.filter("")
        self._say("")
        self._list.focus()

    @on(_Rows)
    def _take(self, message: _Rows) -> None:
        if message.reading != self._reading:
            return
        if self._again is None:
            self._list.extend(message.rows)
        else:
            self._again += message.rows
        self._show_count()

    @on(_AllRead)
    def _settle(self, message: _AllRead) -> None:
        if message.reading != self._reading:
            return
        self._done = True
        self._took = time.monotonic() - self._began
        if self._again is not None and message.problem is None:
            self._list.replace(self._again)
        self._show_interrupted()
        self._show_empty(message.problem)
        self._show_count()
        self.refresh_bindings()

    def _look_again(self) -> None:
        """Read again what another process makes, and what still runs."""
        if self.is_current and self._done:
            runs = any(row.session.end == RUNNING for row in self._list.rows)
            if runs or self._stamp != _stamp(self._home.sessions):
                self.reload()
        self.set_timer(max(NEXT_LOOK, self._took / SHARE), self._look_again)

    def _read(self, reading: int, known: Mapping[str, Row]) -> None:
        """Read all sessions, in a thread of its own."""
        worker = get_current_worker()
        before = {name: row.session for name, row in known.items()}
        try:
            for batch in in_batches(listed(self._home.sessions, before)):
                rows = [
                    known[session.id] if before.get(session.id) is session else Row.of(session)
                    for session in batch
                ]
                if worker.is_cancelled:
                    return
                self.post_message(self._Rows(reading, rows))
        except HomeUnusable as error:
            self.post_message(self._AllRead(reading, str(error)))
        else:
            self.post_message(self._AllRead(reading))

    def _say(self, text: str) -> None:
        self._said = text
        self._show_count()

    def _show_count(self) -> None:
        """How many sessions there are, or what the last key did; and which one is this."""
        sessions = self._list
        words = clean(self._said) or _how_many(
            sessions, all_read=self._done or self._again is not None
        )
        here = sessions.at
        tags = f"{here.tags} · " if here is not None and here.tags and sessions.hides_tags else ""
        which = "" if here is None or self._said else f"{tags}{here.session.id}"
        self.query_one("#said", Static).update(Content(words))
        self.query_one("#which", Static).update(Content(which))

    def _show_interrupted(self) -> None:
        number = self.interrupted
        self.set_class(number > 0, "-interrupted")
        self.query_one("#interrupted", Static).update(Content(_interrupted(number)))

    def _show_empty(self, problem: str | None) -> None:
        empty = not self._list.rows
        was_empty = self.has_class("-empty")
        self.set_class(empty, "-empty")
        if problem is not None and empty:
            self.query_one(Welcome).say(problem)
        elif problem is not None:
            self._say(problem)
        elif empty:
            self.query_one(Welcome).begin()
        elif was_empty:
            self._list.focus()


def _interrupted(number: int) -> str:
    if number == 1:
        return "1 session was interrupted. Press r to close it."
    return f"{number:,} sessions were interrupted. Press r to close them."


def _how_many(sessions: SessionList, *, all_read: bool) -> str:
    total, seen, marks = len(sessions.rows), len(sessions.seen), len(sessions.marks)
    if not total:
        return ""
    words = counted(total, "session") if seen == total else f"{seen:,} of {total:,}"
    words += "" if all_read else " so far"
    if marks:
        words += f" · {marks} marked"
    return words


def _stamp(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        # What is wrong with it is told by the reading.
        return 0


def _short(path: Path) -> str:
    """``path`` as a person writes it."""
    try:
        return clean_line(f"~/{path.relative_to(Path.home())}".removesuffix("/."), 100)
    except ValueError:
        return clean_line(str(path), 100)

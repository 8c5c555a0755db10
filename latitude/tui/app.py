"""The terminal app: holds the home, and shows one screen after another.

Only the first screen is loaded with it. The others, and all that runs a session, are loaded when
they are first asked for: the first frame does not wait for them.
"""

import sys
import traceback
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment, Segments
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.types import CSSPathType

from latitude.config import Home
from latitude.core.clean import clean
from latitude.errors import LatitudeError
from latitude.tui.guard import Guard
from latitude.tui.screens.home import HomeScreen
from latitude.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from latitude.artifacts.repository import Repository
    from latitude.bootstrap import House
    from latitude.preparing import Prepared
    from latitude.tui.sitting import Sitting


class LatitudeApp(App[None]):
    """The face of latitude."""

    # Textual reads no CSS of its own accord for the screen that an app begins with.
    CSS_PATH: ClassVar[CSSPathType | None] = ["app.tcss", "screens/home.tcss"]
    TITLE = "latitude"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "change_theme", "theme", show=False, tooltip="light or dark"),
        Binding("question_mark", "help", "help"),
        Binding("ctrl+q", "quit", "quit", show=False, priority=True, tooltip="quit"),
    ]

    def __init__(self, home: Home, *, paced: bool = True) -> None:
        """``paced`` rehearsals come at the pace of speech; without it, at once."""
        super().__init__()
        self.home = home
        self._paced = paced
        self._guard = Guard()
        self._open = AsyncExitStack()
        self._house: House | None = None
        self._repository: Repository | None = None
        self._sitting: Sitting | None = None
        """The last session that ran here, or runs."""
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        # Set as the theme to begin with: a change of theme would read all CSS again.
        self.set_reactive(LatitudeApp.theme, DARK.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice, or ours of a terminal."""
        found = super().get_driver_class()
        if sys.platform == "win32":
            return found
        from textual.drivers.linux_driver import LinuxDriver

        from latitude.tui.terminal_driver import TerminalDriver

        return TerminalDriver if found is LinuxDriver else found

    async def house(self) -> "House":
        """The open home; opened once, when something first needs it."""
        if self._house is None:
            from latitude.bootstrap import open_house

            opening = open_house(self.home, paced=self._paced)
            self._house = await self._open.enter_async_context(opening)
        return self._house

    async def repository(self) -> "Repository":
        """What was made in this home. Reading makes no repository where there is none.

        Raises ``HomeUnusable`` where one is missing.
        """
        if self._house is not None:
            return self._house.repository
        if self._repository is None:
            from latitude.custody.opening import open_repository

            opening = open_repository(self.home)
            self._repository = await self._open.enter_async_context(opening)
        return self._repository

    def open_session(self, session: str) -> None:
        """Read a recorded session."""
        from latitude.tui.screens.reading import ReadingScreen

        self.push_screen(ReadingScreen(self.home, self.repository, session))

    def compare_sessions(self, sessions: Sequence[str]) -> None:
        """Show two to four sessions side by side."""
        from latitude.tui.screens.compare import CompareScreen

        self.push_screen(CompareScreen(self.home, self.repository, sessions))

    def new_session(self) -> None:
        """Choose what a new session is to be."""
        from latitude.tui.screens.new_session import NewSessionScreen

        self.push_screen(NewSessionScreen(self.home, self.house))

    def begin_session(self, prepared: "Prepared") -> None:
        """Run what was chosen, in the place of the screen where it was chosen."""
        self.run_worker(self._begin(prepared))

    def recover_sessions(self) -> None:
        """Close what an earlier launch left open."""
        self.run_worker(self._recover(), exclusive=True, group="recover")

    async def _begin(self, prepared: "Prepared") -> None:
        from latitude.prompts.derive import is_derived
        from latitude.prompts.library import Library
        from latitude.tui.screens.sitting import SittingScreen

        phrases: tuple[str, ...] = ()
        name = prepared.opened.protocol.name
        try:
            # What a study made of a protocol has no phrases: those of the file may not be true.
            if not is_derived(name):
                person = Library(self.home.prompts).get(name).person
                phrases = (person.reminder, person.closing)
        except LatitudeError as error:
            # Its file was changed meanwhile. The session has its own copy of all that is sent.
            self.notify(clean(str(error)), severity="error", timeout=60, markup=False)
        screen = SittingScreen(await self.house(), prepared, phrases)
        self._sitting = screen.sitting
        await self.switch_screen(screen)

    async def _recover(self) -> None:
        try:
            findings = await (await self.house()).recover()
        except LatitudeError as error:
            self.notify(clean(str(error)), severity="error", timeout=60, markup=False)
            return
        for finding in findings:
            self.notify(clean(finding.text), timeout=10, markup=False)
        if isinstance(self.screen, HomeScreen):
            self.screen.reload()

    def get_default_screen(self) -> HomeScreen:
        """The list of sessions: everything else is shown over it."""
        return HomeScreen(self.home)

    async def on_unmount(self) -> None:
        """Finish the record of what still runs, then give back what was opened."""
        if self._sitting is not None and (failed := await self._sitting.interrupt()) is not None:
            self._return_code = 1
            self._say_at_the_end(str(failed))
        await self._open.aclose()

    async def action_quit(self) -> None:
        """Quit, but never past a session that runs: that is asked about."""
        if self._house is None:
            self.exit()
            return
        from latitude.tui.screens.sitting import SittingScreen

        running = [
            screen
            for screen in self.screen_stack
            if isinstance(screen, SittingScreen) and not screen.sitting.over
        ]
        if running:
            while self.screen is not running[0]:
                await self.pop_screen()
            running[0].ask_to_quit()
        else:
            self.exit()

    def action_help(self) -> None:
        """Show all keys."""
        from latitude.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the command palette offers."""
        from latitude.tui.commands import commands

        return commands(self, screen)

    def action_change_theme(self) -> None:
        """Change between dark and light."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and behind them ours."""
        # The same guard each time: Textual keeps what a filter made of a row, by filter.
        return [*super().get_line_filters(), self._guard]

    def _fatal_error(self) -> None:
        # Textual's own report prints local variables, keys among them, and model text as it is.
        self._say_at_the_end(traceback.format_exc())
        self._close_messages_no_wait()

    def _say_at_the_end(self, words: str) -> None:
        """Write ``words`` to the terminal once it is the person's again."""
        self._exit_renderables.append(Segments([Segment(clean(words) + "\n")]))

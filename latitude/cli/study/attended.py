"""The attended cells of a study: a person answers them, one after the other."""

import sys

from latitude.cli.attended import Person
from latitude.cli.output import style_for
from latitude.cli.page import Page
from latitude.cli.screen import Screen
from latitude.cli.study.house import StudyHouse
from latitude.core.events import Record
from latitude.core.spec import StudyMark
from latitude.core.stream import Delta
from latitude.session.stop import Stop
from latitude.study.seams import Ended, Ready


class AttendedSessions:
    """Runs a session on this terminal, with the person at it."""

    def __init__(self, house: StudyHouse, screen: Screen) -> None:
        self._house = house
        self._screen = screen
        self._style = style_for(sys.stdout)

    async def run_session(self, ready: Ready, mark: StudyMark, stop: Stop) -> Ended:
        """Run one session, shown as it happens."""
        watcher = _Live(Page(sys.stdout, self._style, typed=True, person="You"), self._screen)
        person = Person(self._style, self._screen)
        return await self._house.run_with(ready, mark, stop, person, watcher)


class _Live:
    """Shows one session as it happens."""

    def __init__(self, page: Page, screen: Screen) -> None:
        self._page = page
        self._screen = screen

    def record(self, record: Record) -> None:
        """Show a recorded event."""
        with self._screen.showing():
            self._page.record(record)

    def delta(self, _turn: int, _step: int, delta: Delta) -> None:
        """Show a piece of the reply."""
        with self._screen.showing():
            self._page.delta(delta)

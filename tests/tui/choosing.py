"""A person before the form of a new session, in as much of the app as it needs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import ClassVar

from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from latitude.bootstrap import House, open_house
from latitude.config import Home
from latitude.preparing import Prepared
from latitude.providers.discovery import ModelFound, Place
from latitude.tui.screens.new_session import NewSessionScreen
from latitude.tui.widgets.choice_form import ChoiceForm
from latitude.tui.widgets.choice_preview import ChoicePreview

HOSTILE = "A\x1b]52;c;cHduZWQ=\x07B\x9bE\x00F\u202eG[/x][@click=app.quit]q[/]"
WIDE, NARROW = (120, 32), (80, 24)


class Launch(Screen[None]):
    """Where the app begins: ``n`` opens a new session."""

    BINDINGS: ClassVar = [("n", "new", "new")]

    def action_new(self) -> None:
        assert isinstance(self.app, Room)
        self.app.push_screen(NewSessionScreen(self.app.home, self.app.house, self.app.look, 0.0))


class Room(App[None]):
    """As much of the app as this screen needs."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, home: Home, places: Sequence[Place]) -> None:
        super().__init__()
        self.home = home
        self.places = list(places)
        self.doors = asyncio.Event()
        self.doors.set()
        self.begun: list[Prepared] = []
        self._open = AsyncExitStack()
        self._house: House | None = None

    async def house(self) -> House:
        await self.doors.wait()
        if self._house is None:
            self._house = await self._open.enter_async_context(open_house(self.home))
        return self._house

    async def look(self, found: Callable[[Place], None], /) -> None:
        for place in self.places:
            found(place)

    def begin_session(self, prepared: Prepared) -> None:
        self.begun.append(prepared)

    def on_mount(self) -> None:
        self.push_screen(Launch())

    async def on_unmount(self) -> None:
        await self._open.aclose()


class Person:
    """Somebody at the terminal."""

    def __init__(self, app: Room, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        """Paste where the cursor is, which is quicker than typing."""
        assert self.app.screen.focused is not None
        self.app.screen.focused.post_message(events.Paste(text))
        await self.pilot.pause()

    async def until(self, holds: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(60):
                while not holds():
                    await self.pilot.pause()
        except TimeoutError:
            screen = self.app.screen
            chosen = screen.query_one(ChoiceForm).choice if screen.query(ChoiceForm) else None
            workers = [(worker.group, worker.state) for worker in self.app.workers]
            raise AssertionError(f"{chosen}\n{workers}\n{self.seen}") from None

    async def sees(self, words: str) -> None:
        await self.until(lambda: words in self.seen)

    @property
    def seen(self) -> str:
        """What stands on the terminal."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def preview(self) -> str:
        """All of the preview, also what is out of sight, in one line."""
        lines = self.app.screen.query_one(ChoicePreview).lines
        return " ".join(" ".join(line.lstrip("▏ ") for line in lines).split())

    @property
    def begun(self) -> Prepared:
        [prepared] = self.app.begun
        return prepared


@asynccontextmanager
async def sitting(
    home: Home, size: tuple[int, int] = WIDE, places: Sequence[Place] = ()
) -> AsyncIterator[Person]:
    """Somebody who has launched the app."""
    app = Room(home, places)
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        yield Person(app, pilot)


@asynccontextmanager
async def choosing(
    home: Home, size: tuple[int, int] = WIDE, places: Sequence[Place] = ()
) -> AsyncIterator[Person]:
    """Somebody before the form, the first choice prepared."""
    async with sitting(home, size, places) as person:
        await person.press("n")
        screen = person.app.screen
        assert isinstance(screen, NewSessionScreen)
        await person.until(lambda: screen._prepared is not None or screen._problem)
        await person.pilot.pause()
        yield person


def found(*names: str, provider: str = "ollama") -> Place:
    models = tuple(ModelFound(f"{provider}/{name}", "shown", tools=True) for name in names)
    return Place(provider, "http://127.0.0.1:1/v1", "answers", "", models)


def squeezed(text: str) -> str:
    return " ".join(text.split())

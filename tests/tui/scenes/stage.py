"""Where a scene is played: a home, the app in it, one clock, and a person at the keys.

Everything a picture could take from the machine it is made on is fixed here: the home folder, the
time, the zone, and what is found when the app looks around for models.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar, cast

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from latitude.bootstrap import House, open_house
from latitude.config import Home
from latitude.preparing import Prepared
from latitude.providers.base import Provider
from latitude.providers.discovery import ModelFound, Place
from latitude.tools.machine import Equipment
from latitude.tui import app
from latitude.tui.app import LatitudeApp
from latitude.tui.screens.home import HomeScreen
from latitude.tui.screens.new_session import NewSessionScreen
from latitude.tui.screens.sitting import SittingScreen
from latitude.tui.themes import DARK
from latitude.tui.widgets.column_view import ColumnView
from latitude.workspace.browser.browser import Browser
from latitude.workspace.sandbox.linux import Bubblewrap
from tests.tui.scenes.tape import Player, Tape

WIDE, NARROW = "120x32", "80x24"
PATIENCE = 30.0
"""Seconds after which something that should have come is missed."""
BEGAN, NOW = 1000.0, 1192.4
"""What the steady clock says when a session begins, and ever after."""

PLACES = (
    Place("anthropic", "https://api.anthropic.com", "no key", "set ANTHROPIC_API_KEY to use it"),
    Place("openai", "https://api.openai.com/v1", "no key", "set OPENAI_API_KEY to use it"),
    Place(
        "ollama",
        "http://127.0.0.1:11434/v1",
        "answers",
        "",
        (
            ModelFound("ollama/qwen3:8b", "shown", tools=True),
            ModelFound("ollama/gemma4:27b-instruct-q4_K_M", "none", tools=False),
            ModelFound("ollama/tide", None, tools=None),
            ModelFound("ollama/pond", None, tools=None),
        ),
    ),
    Place("lmstudio", "http://127.0.0.1:1234/v1", "silent", "nobody answers there"),
    Place("llamacpp", "http://127.0.0.1:8080/v1", "silent", "nobody answers there"),
    Place("vllm", "http://127.0.0.1:8000/v1", "silent", "nobody answers there"),
)
"""What a machine with one local server and no keys has."""


class _Today(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_Today":
        return cls(2026, 11, 21, 9, 0, tzinfo=tz)


class Elsewhere(LatitudeApp):
    """The app on that machine."""

    # Textual looks for what is named here beside the file of the class.
    CSS_PATH: ClassVar = [Path(app.__file__).parent / name for name in LatitudeApp.CSS_PATH or ()]

    async def look(self, found: Callable[[Place], None], /) -> None:
        for place in PLACES:
            found(place)

    def get_default_screen(self) -> HomeScreen:
        return HomeScreen(self.home, self.look)

    def new_session(self) -> None:
        self.push_screen(NewSessionScreen(self.home, self.house, self.look, 0.0))


class Stage:
    """One scene, from an empty home to the moment of the picture."""

    def __init__(self, home: Home, size: tuple[int, int], open_things: AsyncExitStack) -> None:
        self.home = home
        self.size = size
        self.wide = size[0] >= 100
        self.keep = open_things
        self.app = Elsewhere(home)
        self.house: House
        self.pilot: Pilot[None]

    async def build(self) -> None:
        """Open the home, to lay sessions into it."""
        self.house = await self.keep.enter_async_context(open_house(self.home))

    async def open(self) -> None:
        """Launch the app, once the home holds what it should."""
        self.app.animation_level = "none"
        running = self.app.run_test(size=self.size, notifications=True, tooltips=True)
        self.pilot = await self.keep.enter_async_context(running)
        await self.settle()

    async def sit(self, tape: Tape) -> None:
        """Sit with what is on ``tape``."""
        await self.open()
        player = cast("House", Player(self.home, self.house.repository, tape))
        prepared = Prepared(tape.opened, cast("Provider", None), cast("Equipment", None))
        await self.app.push_screen(SittingScreen(player, prepared, ("reminder", "closing")))
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def sees(self, *words: str) -> None:
        """Go on until all of these words stand on the screen."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not all(word in self.seen for word in words):
                    await self.pilot.pause(0.02)
        except TimeoutError:
            raise AssertionError(f"{words} in:\n{self.seen}") from None
        await self.settle()

    @property
    def seen(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def settle(self) -> None:
        """Let all that was begun come to its end, but for a session, which may be waiting."""
        while passing := [worker for worker in self.app.workers if worker.name != "sitting"]:
            await self.app.workers.wait_for_complete(passing)
            await self.pilot.pause()
        await self.pilot.pause()

    async def picture(self, theme: str) -> str:
        """What stands on the screen, as SVG."""
        if self.app.theme != theme:
            self.app.theme = theme
        for field in self.app.screen.query("Input, TextArea"):
            assert isinstance(field, Input | TextArea)
            field.cursor_blink = False
            if isinstance(field, TextArea):
                # It takes a line without its cursor, drawn between two blinks, for one with it.
                field._line_cache.clear()
                field.refresh()
        await self.stand_still()
        return self.app.export_screenshot(simplify=True)

    async def stand_still(self) -> None:
        """Let all that came be drawn, and the numbers below say what the clock says."""
        before = None
        while before != (before := self.seen) or any(
            map(_draws, self.app.screen.query(ColumnView))
        ):
            await self.settle()
            if isinstance(self.app.screen, SittingScreen):
                self.app.screen._show_status()
            await self.settle()

    async def leave(self) -> None:
        """End a session that still plays, while there is a screen to tell."""
        if isinstance(self.app.screen, SittingScreen):
            self.app.screen.sitting.end()
        await self.settle()


def _draws(column: ColumnView) -> bool:
    return column._timer is not None or bool(column._waiting)


Play = Callable[[Stage], Awaitable[None]]


def fix_the_machine(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Home:
    """Take zone, year, colours, home and clock away from the machine; return an empty home."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM_PROGRAM", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr("latitude.tui.widgets.session_row.datetime", _Today)
    ticks = iter([BEGAN])
    clock = SimpleNamespace(monotonic=lambda: next(ticks, NOW))
    monkeypatch.setattr("latitude.tui.sitting.time", clock)
    monkeypatch.setattr("latitude.tools.machine.find_sandbox", _sandbox)
    monkeypatch.setattr("latitude.tools.machine.find_browser", _browser)
    home = Home(root=folder / "latitude", state=folder / "state")
    for part in (home.prompts, home.sessions, home.artifacts):
        part.mkdir(parents=True)
    return home


async def _sandbox(_: Path) -> Bubblewrap:
    return Bubblewrap("/usr/bin/bwrap", "0.8.0")


async def _browser(_: Path) -> Browser:
    return Browser("/usr/bin/chromium", "/usr/bin/bwrap")


@dataclass(frozen=True, slots=True)
class Scene:
    """A name, what happens until the picture is taken, and in which looks it is kept."""

    name: str
    play: Play
    sizes: Sequence[str]
    wide_themes: Sequence[str]
    paper: str | None = None
    """The file in ``docs/`` that shows it too: wide and dark."""

    def themes(self, size: str) -> Sequence[str]:
        """In which themes it is kept at this size. A narrow screen has no colours of its own."""
        return self.wide_themes if size == WIDE else (DARK.name,)

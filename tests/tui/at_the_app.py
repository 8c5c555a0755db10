"""A person before the whole app, and a server on loopback that a session asks."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

from textual.screen import Screen

from latitude.config import Home
from latitude.core.events import AnyEvent
from latitude.journal.paths import JOURNAL, session_ids
from latitude.journal.reader import survey
from latitude.tui.app import LatitudeApp
from latitude.tui.choices import beginning
from latitude.tui.screens.sitting import SittingScreen
from latitude.tui.widgets.choice_preview import ChoicePreview
from latitude.tui.widgets.composer import Composer
from tests.providers.fake_server import Answer, FakeServer, Heard, Say, serving
from tests.tui.choosing import WIDE, Person, Room

MODELS = Say([b'{"object":"list","data":[{"id":"m"}]}'], content_type="application/json")
HANGS_UP = {"connection": "close"}
"""The next request needs a connection of its own."""


class Sitter(Person):
    """Somebody at the app, before, during and after a session."""

    async def begin(self, model: str, url: str = "") -> None:
        """Sit with a model as the form would let one; most tests are not about the form."""
        app = cast("LatitudeApp", self.app)
        choice = replace(beginning(app.home).choice, model=model, address=url)
        prepared = await (await app.house()).prepare(choice.order())
        await app.push_screen(Screen())
        app.begin_session(prepared)
        await self.until(lambda: isinstance(self.app.screen, SittingScreen))

    async def choose(self, model: str, url: str) -> None:
        """Choose a model by its name and its address, and start as soon as it has answered."""
        await self.press("n")
        await self.until(lambda: self.app.screen.query(ChoicePreview))
        await self.press("slash")
        await self.paste(model)
        await self.press("enter", "tab")
        await self.paste(url)
        await self.press("enter")
        await self.until(lambda: isinstance(self.app.screen, SittingScreen))

    async def answer(self, words: str) -> None:
        """Write ``words`` and send them, once it is the person's turn."""
        await self.until(lambda: isinstance(self.app.screen.focused, Composer))
        await self.paste(words)
        await self.press("enter")


@asynccontextmanager
async def launched(home: Home, size: tuple[int, int] = WIDE) -> AsyncIterator[Sitter]:
    """Somebody who has launched the app."""
    app = LatitudeApp(home, paced=False)
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        yield Sitter(cast("Room", app), pilot)


@asynccontextmanager
async def asking(*says: Say) -> AsyncIterator[FakeServer]:
    """A server that gives one answer after another, each to one request."""
    left = iter(says)
    answers: dict[str, Answer] = {"/v1/models": MODELS}

    def answer(heard: Heard) -> Say:
        return next(left)

    answers["/v1/chat/completions"] = answer
    async with serving(answers) as server:
        yield server


def tells(*pieces: str, finish: str = "stop", headers: dict[str, str] | None = None) -> Say:
    """A whole reply."""
    done = chunk({}, finish)
    body = [*(chunk({"content": piece}) for piece in pieces), done, b"data: [DONE]\n\n"]
    return Say(body, headers=headers or {})


def chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: %b\n\n" % json.dumps({"model": "m", "choices": [choice]}).encode()


def fails(status: str, message: str, error: str = "", **headers: str) -> Say:
    """An answer that is an error."""
    body = json.dumps({"error": {"type": error, "message": message}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Say([body], status, named, "application/json")


def recorded(home: Home) -> Sequence[AnyEvent]:
    """What the journal of the only session holds, which is as it was written."""
    [session] = session_ids(home.sessions)
    found = survey(home.session(session) / JOURNAL)
    assert found.problem() is None
    return [record.event for record in found.records]


def those(kind, events: Sequence[object]):
    """The events of one kind, in order."""
    return [event for event in events if isinstance(event, kind)]

"""The keys at the foot of a screen: made anew when they change, and only then."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Button, Input
from textual.widgets._footer import FooterKey

from latitude.tui.widgets.keys import Keys


class Two(App[None]):
    """Two fields that have the same keys, and one thing to press that has another."""

    BINDINGS: ClassVar = [("f2", "first", "first")]

    def compose(self) -> ComposeResult:
        yield Button("press")
        yield Input(id="one")
        yield Input(id="two")
        yield Keys()

    def parts(self) -> list[object]:
        return list(self.query_one(Keys).children)


def words(app: Two) -> str:
    return " ".join(part.description for part in app.query(FooterKey))


async def focus(app: Two, pilot: Pilot[None], place: str) -> None:
    app.query_one(place).focus()
    await pilot.pause()
    await pilot.pause()


async def test_the_same_keys_are_not_made_anew() -> None:
    app = Two()
    async with app.run_test() as pilot:
        await focus(app, pilot, "#one")
        before = app.parts()
        assert before
        await focus(app, pilot, "#two")
        app.screen.refresh_bindings()
        await pilot.pause()
        assert app.parts() == before


async def test_other_keys_are_shown() -> None:
    app = Two()
    async with app.run_test() as pilot:
        await focus(app, pilot, "#one")
        before = words(app)
        app.bind("f3", "second", description="second")
        app.screen.refresh_bindings()
        await pilot.pause()
        await pilot.pause()
        assert words(app) == f"{before} second"

"""The command palette: what can be done here, by name."""

import pytest
from textual.command import CommandList, CommandPalette
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES

from latitude.config import Home
from latitude.tui.screens.home import HomeScreen
from latitude.tui.screens.new_session import NewSessionScreen
from latitude.tui.screens.reading import ReadingScreen
from latitude.tui.screens.sitting import SittingScreen
from latitude.tui.widgets.composer import Composer
from tests.tui.at_the_app import Sitter, launched, recorded

PALETTE = "ctrl+p"


async def carry_out(person: Sitter, words: str) -> None:
    """Open the palette, and take the command that ``words`` name."""
    await person.press(PALETTE)
    await take(person, words)
    await person.until(lambda: not isinstance(person.app.screen, CommandPalette))


async def take(person: Sitter, words: str) -> None:
    await person.until(lambda: isinstance(person.app.screen, CommandPalette))
    await person.press(*words)
    listed = person.app.screen.query_one(CommandList)
    await person.until(lambda: listed.option_count and words in str(listed.options[0].prompt))
    await person.press("down", "enter")


async def is_on(person: Sitter, screen: type[Screen]) -> None:
    await person.until(lambda: isinstance(person.app.screen, screen))


async def test_a_session_by_the_names_of_things(home: Home) -> None:
    async with launched(home) as person:
        await carry_out(person, "new")
        await is_on(person, NewSessionScreen)
        await person.sees("message 1")
        await person.press("enter")
        await is_on(person, SittingScreen)
        await person.sees("your turn")
        await person.press(*"half a word")
        await carry_out(person, "end")
        await person.sees("End the session?")
        assert person.app.screen.query_one(Composer).text == "half a word"
        await person.press("y")
        await person.sees("You ended the session.")
        await carry_out(person, "back")
        await is_on(person, HomeScreen)
        await person.sees("1 session")
        await person.press("enter")
        await is_on(person, ReadingScreen)
        await person.sees("turn 1 of 1")
        await carry_out(person, "verify")
        await person.sees("As written")
    assert recorded(home)


async def test_a_key_that_is_a_sign_of_markup_is_told_as_it_is(home: Home) -> None:
    async with launched(home) as person:
        await person.press("n")
        await person.sees("message 1")
        await person.press("enter")
        await person.sees("your turn")
        await person.press("escape", PALETTE)
        await person.press(*"turn before")
        await person.sees("the turn before")
        await person.sees("[ ]")


@pytest.mark.slow
async def test_every_theme_of_textual_shows_a_session(home: Home) -> None:
    async with launched(home) as person:
        for theme in ("ansi-dark", "textual-light"):
            person.app.theme = theme
            await person.pilot.pause()
            await person.sees("No sessions yet")
        await person.begin("rehearsal")
        await person.sees("your turn")
        for theme in sorted(BUILTIN_THEMES):
            person.app.theme = theme
            await person.pilot.pause()
            await person.sees("▏ protocol")


async def test_a_theme_is_chosen_by_name(home: Home) -> None:
    async with launched(home) as person:
        await person.press(PALETTE)
        await take(person, "theme")
        await person.sees("Search for themes")
        await take(person, "nord")
        await person.until(lambda: person.app.theme == "nord")

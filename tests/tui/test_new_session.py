"""The screen of a new session, as a person uses it."""

import json

import pytest
from rich.cells import cell_len

from latitude.config import Home
from latitude.providers.discovery import Place
from latitude.tui.screens.new_session import NewSessionScreen
from latitude.tui.widgets.choice_list import ChoiceList
from latitude.tui.widgets.choice_parts import request_body
from latitude.tui.widgets.choice_preview import ChoicePreview, folded
from tests.providers.fake_server import Say, serving
from tests.tui.choosing import (
    HOSTILE,
    NARROW,
    WIDE,
    Launch,
    choosing,
    found,
    sitting,
    squeezed,
)

# Beginning


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_three_keystrokes_begin_a_session(home: Home, size: tuple[int, int]) -> None:
    """Two, in fact, and none of them waits for the one before."""
    async with sitting(home, size) as person:
        await person.press("n", "enter")
        await person.until(lambda: person.app.begun)
        opened = person.begun.opened
    assert (opened.model.provider, opened.model.name) == ("rehearsal", "page")
    assert opened.protocol.name == "open"
    assert opened.conditions.attended
    assert opened.limits.turns == 20


async def test_enter_before_anything_is_known_begins_when_it_is(home: Home) -> None:
    async with sitting(home) as person:
        person.app.doors.clear()
        await person.press("n", "enter", "enter")
        assert person.app.begun == []
        person.app.doors.set()
        await person.until(lambda: person.app.begun)
        await person.pilot.pause()
        assert len(person.app.begun) == 1


async def test_a_change_takes_an_enter_back_that_came_too_early(home: Home) -> None:
    async with sitting(home) as person:
        person.app.doors.clear()
        await person.press("n", "enter", "a")
        person.app.doors.set()
        await person.sees("every other message")
        assert person.app.begun == []


async def test_the_settings_of_the_home_are_the_first_choice(home: Home) -> None:
    home.settings_file.write_text("model: rehearsal/leaves\nprotocol: open-silent\nturns: 3\n")
    async with choosing(home) as person:
        assert "open-silent 1" in person.preview
        assert "Messages to you: at most 3." in person.preview
        await person.press("enter")
        assert person.begun.opened.model.name == "leaves"


# What will be sent


async def test_the_preview_holds_the_opening_as_it_will_be_sent(home: Home) -> None:
    async with choosing(home) as person:
        preview = person.preview
        await person.press("enter")
        opened = person.begun.opened
        sent = opened.protocol.texts.opening
    assert squeezed(sent) in preview
    assert f"message 1 · {len(sent.encode()):,} bytes" in preview
    for tool in opened.tools:
        assert f"{tool.name} {squeezed(tool.description)}" in preview


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_one_key_shows_the_request_byte_for_byte(home: Home, size: tuple[int, int]) -> None:
    async with choosing(home, size) as person:
        await person.press("b")
        lines = person.app.screen.query_one(ChoicePreview).lines
        body = "".join(line.removeprefix("▏ ") for line in lines if line.startswith("▏ "))
        await person.press("v")
        await person.sees("This time is open")
        await person.press("enter")
        assert body.encode() == request_body(person.begun)
    assert json.loads(body)["model"] == "page"


def test_folding_leaves_nothing_out() -> None:
    text = "one two  three\n\n" + "x" * 50 + " 世界世界世界 e\u0301nd   of it"
    for width in range(2, 30):
        lines = text.split("\n")
        rows = [row for line in lines for row in folded(line, width)]
        assert "".join(rows) == "".join(lines)
        assert all(cell_len(row.rstrip()) <= width for row in rows)


async def test_company_changes_what_is_said_between(home: Home) -> None:
    async with choosing(home) as person:
        assert "After that you write. Nothing else is sent." in person.preview
        await person.press("a")
        await person.sees("every other message, up to 20 in all")
        assert "This message is automatic; no person sent it." in person.preview
        await person.press("enter")
        assert not person.begun.opened.conditions.attended


async def test_another_protocol_shows_its_own_words(home: Home) -> None:
    async with choosing(home) as person:
        await person.press("tab", "down", "down")
        await person.sees("with message 2, before yours · 145 bytes")
        await person.sees("As open, but the exit is told")
        await person.press("enter")
        assert person.begun.opened.protocol.name == "open-exit-later"


async def test_a_limit_stands_in_the_opening_at_once(home: Home) -> None:
    async with choosing(home) as person:
        person.app.screen.query_one("#turns").focus()
        await person.press("5")
        await person.sees("Messages to you: at most 5.")
        await person.press("tab", "9", "enter")
        await person.until(lambda: person.app.begun)
        limits = person.begun.opened.limits
    assert (limits.turns, limits.minutes, limits.tokens) == (5, 9, None)


# The models


async def test_models_come_by_place_and_rehearsals_are_there_at_once(home: Home) -> None:
    silent = Place("lmstudio", "http://127.0.0.1:1234/v1", "silent", "nobody answers there")
    async with choosing(home, places=[found("qwen3:8b"), silent]) as person:
        await person.sees("rehearsal   scripts, not models")
        await person.sees("lmstudio    nobody answers there")
        await person.sees("llamacpp    asking…")
        [line] = [line for line in person.seen.splitlines() if "qwen3:8b" in line]
        assert "thinking shown, tools" in line


async def test_letters_find_a_model_and_enter_takes_it(home: Home) -> None:
    async with choosing(home, places=[found("qwen3:8b", "qwen3:32b", "gemma4")]) as person:
        await person.press("slash")
        await person.paste("q3")
        await person.sees("nothing is called so")
        await person.press("backspace")
        await person.press("down", "enter")
        models = person.app.screen.query_one("#models", ChoiceList)
        assert models.key == "ollama/qwen3:32b"
        assert models.has_focus
        assert "gemma4" in person.seen, "all of them are there again"
        assert person.app.begun == []


async def test_what_is_looked_up_is_said_while_it_is(home: Home) -> None:
    slow = Say(before_head=True, ending="stall")
    async with serving({"/v1/models": slow}) as server, choosing(home) as person:
        await person.press("slash")
        await person.paste("chat/m")
        await person.press("enter", "tab")
        await person.paste(server.url)
        await person.until(lambda: server.heard)
        await person.sees("Asking chat about chat/m…")
        await person.press("enter")
        await person.sees("It starts then.")
        await person.press("escape")
        assert isinstance(person.app.screen, Launch)


async def test_an_address_typed_for_one_provider_gets_no_other_ones_key(home: Home) -> None:
    async with choosing(home) as person:
        await person.press("slash")
        await person.paste("chat/m")
        await person.press("enter", "tab")
        await person.paste("http://x.invalid")
        await person.press("shift+tab", "slash")
        await person.paste("anthropic/tide")
        await person.press("enter")
        await person.until(lambda: "There is no key for anthropic." in person.preview)
        assert "x.invalid" not in person.seen


async def test_names_that_could_act_on_the_terminal_are_only_shown(home: Home) -> None:
    place = Place("ollama", HOSTILE, "answers", HOSTILE, found(HOSTILE).models)
    (home.prompts / "rehearsals").mkdir()
    (home.prompts / "rehearsals" / "[b]x\x1b[2J.yaml").write_text("name: x\n")
    (home.prompts / "[red]y\x9b.yaml").write_text("name: y\n")
    for size in (WIDE, NARROW):
        async with choosing(home, size, places=[place]) as person:
            await person.press("end")
            await person.sees("This cannot start")
            raw = person.seen + person.preview + person.app.export_screenshot()
            assert not set("\x1b\x07\x9b\x00\u202e") & set(raw)
            await person.sees("[/x]")


# Moving about


async def test_q_goes_back_but_is_a_letter_in_a_field(home: Home) -> None:
    async with choosing(home) as person:
        await person.press("slash", "q")
        assert isinstance(person.app.screen, NewSessionScreen)
        await person.press("escape")
        assert isinstance(person.app.screen, NewSessionScreen), "it cleared the field"
        await person.press("escape")
        assert isinstance(person.app.screen, Launch)
        await person.press("n")
        await person.press("q")
        assert isinstance(person.app.screen, Launch)


async def test_a_small_terminal_shows_the_whole_form_and_the_preview_behind_a_key(
    home: Home,
) -> None:
    async with choosing(home, NARROW) as person:
        for label in ("model", "server", "protocol", "limits", "attended", "tools"):
            assert any(line.startswith(f"   {label}") for line in person.seen.splitlines())
        for limit in ("turns", "minutes", "tokens", "cost $"):
            await person.sees(limit)
        assert "This time is open" not in person.seen
        await person.press("v")
        await person.sees("This time is open")
        assert "protocol  " not in person.seen
        await person.press("q")
        await person.sees("protocol  ")
        assert person.app.screen.query_one("#models").has_focus


async def test_the_mouse_chooses_too(home: Home) -> None:
    async with choosing(home) as person:
        row = next(y for y, line in enumerate(person.seen.splitlines()) if "› page" in line)
        await person.pilot.click(offset=(20, row + 1))
        await person.until(lambda: "stays (rehearsal, not a model)" in person.preview)
        line = person.seen.splitlines().index(
            next(line for line in person.seen.splitlines() if "no, the protocol alone" in line)
        )
        await person.pilot.click(offset=(40, line))
        await person.sees("every other message")


async def test_a_session_that_has_begun_is_not_begun_twice(home: Home) -> None:
    async with choosing(home) as person:
        await person.press("enter")
        first = person.begun
        await person.press("enter")
        await person.until(lambda: len(person.app.begun) == 2)
        assert person.app.begun[1] is not first

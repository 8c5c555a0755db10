"""What cannot work is said on the screen of a new session, and then Enter begins nothing."""

import pytest

from latitude.config import Home
from latitude.prompts.library import Library
from tests.providers.fake_server import Say, serving
from tests.tui.choosing import NARROW, Person, choosing, squeezed


async def cannot(person: Person, said: str) -> None:
    """It is said, and Enter does no more than point at it."""
    await person.until(lambda: squeezed(said) in person.preview)
    assert person.preview.startswith("✗ This cannot start")
    await person.press("enter")
    assert person.app.begun == []
    assert "✗ This cannot start" in person.seen


async def test_a_provider_that_does_not_exist(home: Home) -> None:
    async with choosing(home) as person:
        await person.press("slash")
        await person.paste("nobody/x")
        await person.sees("nobody/x   as typed")
        await person.press("enter")
        await cannot(person, "No provider is called 'nobody'. There are: anthropic/NAME")


@pytest.mark.slow
async def test_a_model_that_its_server_does_not_list(home: Home) -> None:
    listing = Say([b'{"data":[{"id":"reef"}]}'], content_type="application/json")
    async with serving({"/v1/models": listing}) as server, choosing(home) as person:
        await person.press("slash")
        await person.paste("ollama/tide")
        await person.press("enter", "tab")
        await person.paste(server.url)
        host = server.url.removeprefix("http://")
        await cannot(person, f"ollama at {host} has no model 'tide'. It lists: reef.")
        assert server.posts() == []


async def test_a_server_that_does_not_answer(home: Home) -> None:
    async with serving({}) as gone:
        url = gone.url
    async with choosing(home) as person:
        await person.press("slash")
        await person.paste("chat/m")
        await person.press("enter")
        await cannot(person, "chat/NAME needs to know where the server is")
        await person.press("tab")
        await person.paste(url)
        await cannot(person, f"{url}/v1 cannot be reached")
        assert "Start the server, if it is yours, or correct its address" in person.preview


async def test_a_key_that_is_missing(home: Home) -> None:
    async with choosing(home, NARROW) as person:
        await person.press("slash")
        await person.paste("anthropic/claude-opus-5-5")
        await person.press("enter")
        await person.sees("There is no key for anthropic. Set")
        await person.press("enter")
        assert person.app.begun == []
        await person.press("v")
        assert "ANTHROPIC_API_KEY" in person.preview


async def test_a_protocol_file_with_an_error_in_it(home: Home) -> None:
    text = Library().path("open").read_text(encoding="utf-8")
    spoilt = text.replace("name: open\n", "name: mine\n").replace("told: opening", "told: never")
    (home.prompts / "mine.yaml").write_text(spoilt, encoding="utf-8")
    async with choosing(home) as person:
        await person.sees("mine   ✗")
        await person.press("tab", "home", "down")
        await person.until(lambda: "mine.yaml:15:9:" in "".join(person.preview.split()))
        await person.sees("✗ its file has an error")
        await person.press("enter")
        assert person.app.begun == []
        (home.prompts / "mine.yaml").write_text(text.replace("name: open\n", "name: mine\n"))
        await person.press("r")
        await person.sees("mine 1")
        await person.until(lambda: "message 1" in person.preview)
        await person.press("enter")
        assert person.begun.opened.protocol.name == "mine"


async def test_tools_that_the_words_speak_of_cannot_be_taken_away(home: Home) -> None:
    async with choosing(home, NARROW) as person:
        await person.press("t", "t")
        # Where the line breaks depends on the path of the file in it.
        await person.until(lambda: "'open' promises" in squeezed(person.seen))
        assert "(v shows the rest)" in squeezed(person.seen)
        await person.press("t")
        await person.until(lambda: "This cannot start" not in person.seen)
        await person.press("enter")
        await person.until(lambda: person.app.begun)


async def test_a_limit_that_is_no_number(home: Home) -> None:
    async with choosing(home) as person:
        person.app.screen.query_one("#turns").focus()
        await person.press("0")
        await cannot(person, "turns: '0' is not a whole number, 1 or more.")


async def test_a_price_that_nobody_knows(home: Home) -> None:
    listing = Say([b'{"data":[{"id":"m"}]}'], content_type="application/json")
    async with serving({"/v1/models": listing}) as server, choosing(home) as person:
        await person.press("slash")
        await person.paste("chat/m")
        await person.press("enter", "tab")
        await person.paste(server.url)
        await person.until(lambda: "sent to 127.0.0.1" in person.preview)
        person.app.screen.query_one("#cost").focus()
        await person.press("1")
        await cannot(person, "The price of chat/m is not known")


async def test_settings_that_cannot_be_read(home: Home) -> None:
    home.settings_file.write_text("modle: rehearsal\n")
    async with choosing(home) as person:
        await cannot(person, "no setting is called 'modle'")
        home.settings_file.unlink()
        await person.press("r")
        await person.until(lambda: "This time is open" in person.preview)

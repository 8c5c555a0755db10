"""A provider that fails while a session runs: what the person sees and may do, and the record."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from latitude.bootstrap import House
from latitude.config import Home
from latitude.core.events import (
    BlockRecorded,
    MessageSent,
    PersonChose,
    ResponseFailed,
    ResponseFinished,
    SessionClosed,
)
from latitude.errors import HomeUnusable
from latitude.journal.paths import TRANSCRIPT
from latitude.session import retry
from latitude.tui.widgets.ask import Ask
from tests.cli.person import blocks, closed, latitude, rehearse, sessions, wait_until
from tests.programs import needs
from tests.providers.fake_server import Say
from tests.tui.at_the_app import (
    HANGS_UP,
    Sitter,
    asking,
    chunk,
    fails,
    launched,
    recorded,
    tells,
    those,
)
from tests.tui.choosing import NARROW
from tests.tui.test_tmux import Pane

TALL = (120, 50)
BUSY = "429 Too Many Requests"
DROPS = Say([chunk({"content": "The tide comes in "}), chunk({"content": "slowly"})], ending="drop")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests that failed are sent again at once."""
    monkeypatch.setattr(retry, "_FIRST_WAIT", 0.001)


def ending(home: Home) -> SessionClosed:
    [one] = those(SessionClosed, recorded(home))
    return one


# Waiting


async def test_a_wait_is_counted_down_and_the_session_goes_on(home: Home) -> None:
    busy = fails(BUSY, "slow down", "rate_limit_error", retry_after="2")
    async with asking(busy, tells("I am here.")) as server, launched(home, NARROW) as person:
        await person.begin("chat/m", server.url)
        await person.sees("slow down. Attempt 2 in 2 s.")
        await person.sees("trying again in 2 s")
        await person.sees("trying again in 1 s")
        await person.sees("I am here.")
        await person.sees("your turn")
        assert "trying again" not in person.seen
        await person.press("ctrl+q", "y")
    [failed] = those(ResponseFailed, recorded(home))
    assert (failed.error, failed.retried, failed.wait_seconds) == ("rate_limit", True, 2.0)
    assert len(server.posts()) == 2


async def test_a_wait_can_be_ended_at_once(home: Home) -> None:
    busy = fails(BUSY, "slow down", "rate_limit_error", retry_after="100")
    async with asking(busy) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.sees("trying again in 100 s")
        async with asyncio.timeout(30):
            await person.press("e", "y")
            await person.sees("You ended the session.")
    assert ending(home).end == "person-end"
    assert len(server.posts()) == 1


async def test_a_tool_that_runs_is_told_and_can_be_ended_with_the_session(home: Home) -> None:
    needs("bwrap")
    sleeps = "[{calls: [{name: run, arguments: {command: sleep 1000}}]}]"
    model = rehearse(home.root, "sleeper", sleeps)
    async with launched(home) as person:
        await person.begin(model)
        await person.sees("a tool runs")
        await person.press("e", "y")
        await person.sees("You ended the session.")
    assert ending(home).end == "person-end"


# What no second request can mend


@pytest.mark.parametrize(
    ("say", "kind"),
    [
        (fails("401 Unauthorized", "invalid api key", "authentication_error"), "auth"),
        (fails("400 Bad Request", "no such field", "invalid_request_error"), "bad_request"),
    ],
    ids=["401", "400"],
)
async def test_a_request_that_is_refused_ends_the_session_and_says_why(
    home: Home, say: Say, kind: str
) -> None:
    async with asking(tells("Well. "), say) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.answer("Go on.")
        await person.sees("over")
        [failed] = those(ResponseFailed, recorded(home))
        await person.sees(failed.message)
        await person.sees("The provider gave no whole answer. What came is kept.")
        assert "Traceback" not in person.seen
        assert not person.app.screen.query_one(Ask).display
        await person.press("q")
        await person.sees("1 session")
    assert (failed.error, failed.retried) == (kind, False)
    assert ending(home).end == "provider-failed"


async def test_a_full_context_is_called_that(home: Home) -> None:
    full = fails("400 Bad Request", "prompt is too long", "exceed_context_size_error")
    async with asking(tells("Well. "), full) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.answer("Go on.")
        await person.sees("The conversation grew past what the model can read at once.")
    assert ending(home).end == "context-full"


async def test_a_reply_that_the_provider_refuses_is_never_asked_for_again(home: Home) -> None:
    filtered = tells("I was ", finish="content_filter")
    async with asking(filtered) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.sees("The provider refused the request or the answer.")
        await person.sees("I was")
        assert not person.app.screen.query_one(Ask).display
    assert ending(home).end == "refused"
    assert len(server.posts()) == 1


# What another request may mend


async def to_the_choice(person: Sitter) -> None:
    await person.until(lambda: person.app.screen.query_one(Ask).about == "try-again")
    await person.sees("your choice")


@pytest.mark.usefixtures("hurried")
async def test_a_page_in_place_of_an_answer_is_told_in_its_title(home: Home) -> None:
    page = b"<html><head><title>502 Bad Gateway</title></head><body><b>nginx</b></body></html>"
    gateway = Say([page], "502 Bad Gateway", content_type="text/html")
    says = [gateway] * 6 + [tells("I am here.")]
    async with asking(*says) as server, launched(home, TALL) as person:
        await person.begin("chat/m", server.url)
        await to_the_choice(person)
        await person.sees("502 Bad Gateway. Attempt 6")
        assert "nginx" not in person.seen
        await person.press("y")
        await person.sees("I am here.")
        await person.sees("You chose to try again.")
        await person.press("ctrl+q", "y")
    events = recorded(home)
    assert [one.retried for one in those(ResponseFailed, events)] == [True] * 5 + [False]
    assert [one.choice for one in those(PersonChose, events)] == ["try-again"]


@pytest.mark.usefixtures("hurried")
async def test_a_server_that_has_gone_is_named(home: Home) -> None:
    async with launched(home) as person:
        async with asking(tells("Well. ", headers=HANGS_UP)) as server:
            await person.begin("chat/m", server.url)
            await person.sees("your turn")
        await person.answer("Go on.")
        await to_the_choice(person)
        host = server.url.removeprefix("http://")
        await person.sees(f"{host} refused the connection; nothing was sent")
        await person.sees("esc, then y yes · n no")
        await person.press("escape")
        await person.sees("No ends the session.  y yes · n no")
        await person.press("i")
        await person.sees("esc, then y yes · n no")
        await person.press("escape", "n")
        await person.sees("You chose to end the session.")
        await person.sees("The provider gave no whole answer. What came is kept.")
    assert ending(home).end == "provider-failed"


async def test_a_reply_that_breaks_off_may_be_asked_for_again(home: Home) -> None:
    async with asking(DROPS, tells("It is in."), DROPS) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await to_the_choice(person)
        await person.sees("The tide comes in slowly")
        await person.sees("The reply broke off here.")
        await person.sees("the connection broke off; what had come is kept")
        await person.press("y")
        await person.sees("It is in.")
        await person.answer("Thank you.")
        await to_the_choice(person)
        await person.press("escape", "n")
        await person.sees("over")
    events = recorded(home)
    came = [(block.text, block.partial) for block in those(BlockRecorded, events)]
    slowly = ("The tide comes in slowly", True)
    assert came == [slowly, ("It is in.", False), slowly]
    assert [one.choice for one in those(PersonChose, events)] == ["try-again", "end"]
    assert len(those(ResponseFinished, events)) == 1


async def test_no_to_another_request_ends_the_session(home: Home) -> None:
    async with asking(DROPS) as server, launched(home, NARROW) as person:
        await person.begin("chat/m", server.url)
        await to_the_choice(person)
        await person.press("escape", "n")
        await person.sees("The provider gave no whole answer. What came is kept.")
    events = recorded(home)
    assert [one.choice for one in those(PersonChose, events)] == ["end"]
    assert ending(home).end == "provider-failed"
    assert len(server.posts()) == 1


# Quitting, and being killed


async def test_quitting_asks_and_no_goes_on(home: Home) -> None:
    async with asking(tells("I am here."), tells("Still.")) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.sees("your turn")
        await person.press("ctrl+q")
        await person.sees("A session is running.")
        await person.press("n")
        await person.answer("Go on.")
        await person.sees("Still.")
        await person.sees("your turn")
        await person.press("ctrl+q", "y")
        await person.until(lambda: not person.app.is_running)
    events = recorded(home)
    assert those(MessageSent, events)[-1].text == "Go on."
    assert ending(home).end == "person-end"


SLOWLY = f"""
- delay: 0
  text: I begin with a page.
  calls: [{{name: write_file, arguments: {{path: page.html, content: "<p>Sea.</p>"}}}}]
- delay: 0.2
  text: {"The tide comes in slowly. " * 200}
"""


@pytest.fixture
def pane(home_folder: Path, tmp_path: Path) -> Iterator[Pane]:
    model = rehearse(home_folder, "slowly", SLOWLY)
    (home_folder / "latitude.yaml").write_text(f"model: {model}\n")
    window = Pane(tmp_path / "tmux", home_folder)
    yield window
    window.close()


@pytest.mark.slow
def test_what_had_come_when_it_was_killed_is_kept(
    pane: Pane, home_folder: Path, tmp_path: Path
) -> None:
    pane.sees("No sessions yet")
    pane.press("n")
    pane.sees("message 1")
    pane.press("Enter")
    pane.sees("The tide comes in")
    pane.kill()

    again = Pane(tmp_path / "second", home_folder)
    try:
        again.sees("1 session was interrupted. Press r to close it.")
        again.press("r")
        wait_until(lambda: "Press r to close it" not in again.screen)
        again.press("Enter")
        again.sees("The tide comes in")
        again.sees("The reply broke off here.")
        again.press("End")
        again.sees("latitude was stopped while the session ran. What came is kept.")
    finally:
        again.close()

    [session] = sessions(home_folder)
    assert closed(home_folder, session).end == "interrupted"
    last = blocks(home_folder, session)[-1]
    assert last.partial
    assert last.text.startswith("The tide comes in")
    transcript = (home_folder / "sessions" / session / TRANSCRIPT).read_text()
    assert "The tide comes in" in transcript
    assert latitude(home_folder, "verify", "last").status == 0


@pytest.mark.parametrize("key", ["e", "q", "ctrl+q"])
async def test_a_choice_that_is_open_stays_open_behind_another_question(
    home: Home, key: str
) -> None:
    async with asking(DROPS, tells("It is in.")) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await to_the_choice(person)
        await person.press(key)
        await person.press("n")
        await to_the_choice(person)
        await person.press("y")
        await person.sees("It is in.")
        await person.press("ctrl+q", "y")
    assert [one.choice for one in those(PersonChose, recorded(home))] == ["try-again"]


async def test_a_question_is_answered_wherever_the_keys_go(home: Home) -> None:
    async with asking(DROPS, tells("It is in.")) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await to_the_choice(person)
        await person.press("w", "y")
        await person.sees("It is in.")
        await person.press("ctrl+q", "y")


async def test_a_failure_takes_no_yes_that_was_meant_for_the_end(home: Home) -> None:
    drops = asyncio.Event()
    begun = Say([chunk({"content": "The tide"})], ending="drop", goes_on=drops)
    async with asking(begun) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.sees("The tide")
        await person.press("e")
        await person.sees("End the session?")
        drops.set()
        await person.sees("your choice")
        await person.sees("End the session?")
        await person.press("y")
        await person.sees("You ended the session.")
    assert those(PersonChose, recorded(home)) == []


async def test_quitting_from_the_page_of_keys_asks_where_it_is_seen(home: Home) -> None:
    async with asking(DROPS, tells("I am here.")) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await to_the_choice(person)
        await person.press("question_mark", "ctrl+q")
        await person.sees("A session is running.")
        await person.press("y")
        await person.until(lambda: not person.app.is_running)


async def test_what_comes_last_is_in_sight_when_the_page_begins_to_scroll(
    home: Home, hurried: None
) -> None:
    gateway = Say([b"busy"], "502 Bad Gateway", content_type="text/plain")
    async with asking(*[gateway] * 6, tells("I am here.")) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await to_the_choice(person)
        await person.press("y")
        await person.sees("I am here.")
        await person.press("ctrl+q", "y")


async def test_a_narrow_window_says_whose_turn_it_is(home: Home) -> None:
    words = tells("Well. " * 50)
    async with asking(words) as server, launched(home, NARROW) as person:
        await person.begin("chat/m", server.url)
        await person.sees("your turn")
        await person.press("ctrl+q", "y")


async def test_a_session_that_cannot_be_recorded_keeps_nobody(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise HomeUnusable("The disk is full. What was written until now is kept.")

    monkeypatch.setattr(House, "run", full)
    async with launched(home) as person:
        await person.press("n")
        await person.sees("message 1")
        await person.press("enter")
        await person.sees("The disk is full.")
        await person.press("q")
        await person.sees("No sessions yet")
        await person.press("ctrl+q")
        await person.until(lambda: not person.app.is_running)

"""What the person writes while a session runs: nothing twice, nothing lost, nothing by itself."""

import asyncio
from typing import cast

from textual import events as keys
from textual.screen import Screen

from latitude.artifacts.lock import RepositoryLock
from latitude.config import Home
from latitude.core.events import MessageSent
from latitude.preparing import Order
from latitude.prompts.derive import Changes, ExitTool
from latitude.tui.app import LatitudeApp
from latitude.tui.screens.sitting import SittingScreen
from latitude.tui.widgets.composer import Composer
from latitude.tui.widgets.workspace_tree import FileTree
from tests.providers.fake_server import Say
from tests.tui.at_the_app import asking, chunk, launched, recorded, tells, those


async def test_what_is_pasted_stands_there_once_and_waits_for_enter(home: Home) -> None:
    async with asking(tells("Well. "), tells("Thank you.")) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.sees("your turn")
        person.app.post_message(keys.Paste("one\r\ntwo\n\nthree"))
        await person.pilot.pause()
        assert len(server.posts()) == 1
        await person.press("enter")
        await person.sees("Thank you.")
        await person.press("ctrl+q", "y")
    assert those(MessageSent, recorded(home))[-1].text == "one\ntwo\n\nthree"


async def test_two_lines_entered_in_one_go_are_one_message_and_a_draft(home: Home) -> None:
    async with asking(tells("Well."), tells("Thank you.")) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.sees("your turn")
        await person.until(lambda: isinstance(person.app.screen.focused, Composer))
        for key in ("a", "enter", "b", "enter"):
            person.app.post_message(keys.Key(key, "\r" if key == "enter" else key))
        await person.sees("Thank you.")
        assert person.app.screen.query_one(Composer).text == "b"
        await person.press("ctrl+q", "y")
    assert [one.text for one in those(MessageSent, recorded(home))][1:] == ["a"]


async def test_what_was_written_and_not_sent_stays_in_sight(home: Home) -> None:
    leaves = asyncio.Event()
    goes = Say([chunk({"content": "Stopping now."}), chunk({}, "stop")], goes_on=leaves)
    async with asking(goes) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.sees("streaming")
        await person.press(*"half a")
        leaves.set()
        await person.sees("you, not sent")
        await person.sees("half a")
        await person.until(lambda: not person.app.screen.query(Composer))
    assert len(those(MessageSent, recorded(home))) == 1


async def test_who_reads_a_file_keeps_the_keys_when_the_turn_comes(home: Home) -> None:
    ends = asyncio.Event()
    slow = Say([chunk({"content": "Well."}), chunk({}, "stop")], goes_on=ends)
    async with asking(slow) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.sees("streaming")
        person.app.screen.query_one(FileTree).focus()
        ends.set()
        await person.sees("your turn")
        assert isinstance(person.app.screen.focused, FileTree)
        await person.press("ctrl+q", "y")


async def test_the_next_key_after_the_end_is_not_written_into_the_message(home: Home) -> None:
    goes = Say([chunk({"content": "Well."}), chunk({}, "stop")])
    leaves = Say([chunk({"content": "Stopping now."}), chunk({}, "stop")])
    async with asking(goes, leaves) as server, launched(home) as person:
        await person.begin("chat/m", server.url)
        await person.sees("your turn")
        # As if many sessions were being entered into the ledger just then.
        with RepositoryLock(home.artifacts / ".git" / "latitude.lock").hold():
            await person.answer("Thank you.")
            await person.sees("Sealed")
            await person.press("q")
            await person.until(lambda: not isinstance(person.app.screen, SittingScreen))
    assert len(those(MessageSent, recorded(home))) == 2


async def test_carrying_on_a_cell_of_a_study_says_nothing_of_a_missing_file(home: Home) -> None:
    """Its protocol was made from another one, and has no file and no phrases at hand."""
    async with asking(tells("Well.")) as server, launched(home) as person:
        app = cast("LatitudeApp", person.app)
        order = Order(
            model="chat/m",
            protocol="open",
            limits={},
            attended=True,
            base_url=server.url,
            changes=Changes(tool=ExitTool("leave")),
        )
        prepared = await (await app.house()).prepare(order)
        assert prepared.opened.protocol.name.startswith("open~")
        await app.push_screen(Screen())
        app.begin_session(prepared)
        await person.sees("your turn")
        assert "No protocol is called" not in person.seen
        await person.press("ctrl+q", "y")

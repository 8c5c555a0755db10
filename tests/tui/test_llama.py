"""The app in front of a real llama.cpp server: chosen, sat with, answered, ended."""

import pytest

from latitude.config import Home
from latitude.core.events import (
    BlockRecorded,
    ExitTaken,
    MessageSent,
    ResponseFailed,
    SessionClosed,
    ToolReturned,
    WorkspaceCommitted,
)
from latitude.tui.widgets.composer import Composer
from tests.servers.llama import llama_url
from tests.tui.at_the_app import launched, recorded, those

__all__ = ["llama_url"]

pytestmark = pytest.mark.slow


async def test_a_session_from_the_form_to_its_end(home: Home, llama_url: str) -> None:
    async with launched(home) as person:
        await person.choose("llamacpp/scripted", llama_url)
        await person.sees("⚒ write_file  harbour.txt")
        await person.sees("thinking · full")
        await person.sees("I wrote a short poem about a harbour ☾.")
        await person.sees("your turn")
        await person.sees("The boats lean on each other ☾")

        await person.answer("PLAIN please.")
        await person.sees("Plain words without a thought.")
        await person.answer("LOOP please.")
        await person.sees("round and again round and again")
        await person.sees("streaming")
        await person.press("escape", "e", "y")
        await person.sees("You ended the session.")
        await person.until(lambda: not person.app.screen.query(Composer))

    events = recorded(home)
    first, *sent = those(MessageSent, events)
    assert first.author == "protocol"
    assert [(one.author, one.text) for one in sent] == [
        ("person", "PLAIN please."),
        ("person", "LOOP please."),
    ]
    *whole, broken = those(BlockRecorded, events)
    assert [(block.kind, block.partial) for block in whole] == [
        ("thinking", False),
        ("tool_call", False),
        ("thinking", False),
        ("text", False),
        ("text", False),
    ]
    assert whole[-1].text == "Plain words without a thought."
    assert broken.partial
    assert broken.text.startswith("round and again round and again")
    assert [one.ok for one in those(ToolReturned, events)] == [True]
    [commit] = those(WorkspaceCommitted, events)
    assert [file.path for file in commit.files] == ["harbour.txt"]
    assert [one.error for one in those(ResponseFailed, events)] == ["interrupted"]
    [closed] = those(SessionClosed, events)
    assert closed.end == "person-end"


async def test_a_model_that_leaves_takes_the_field_with_it(home: Home, llama_url: str) -> None:
    async with launched(home, (80, 24)) as person:
        await person.begin("llamacpp/scripted", llama_url)
        await person.answer("There is more time.")
        await person.sees("scripted chose to stop.")
        await person.until(lambda: not person.app.screen.query(Composer))
        await person.press("w")
        await person.sees("The boats lean on each other ☾")
        await person.press("q", "q")
        await person.sees("1 session")

    events = recorded(home)
    assert those(MessageSent, events)[-1].text == "There is more time."
    assert [one.by for one in those(ExitTaken, events)] == ["phrase"]
    assert those(SessionClosed, events)[0].end == "model-exit"

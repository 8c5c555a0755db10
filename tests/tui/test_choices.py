"""What a new session can be made of, and what its preview says, without a terminal."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from latitude.bootstrap import House, Outcome, open_house
from latitude.config import Home
from latitude.core.events import ResponseStarted
from latitude.errors import ProtocolError, UnknownName, UsageError
from latitude.journal.reader import read
from latitude.preparing import Prepared
from latitude.prompts.library import Library
from latitude.providers.discovery import ModelFound, Place
from latitude.session.companion import ProtocolWords
from latitude.session.stop import Stop
from latitude.tui.choices import (
    Choice,
    Group,
    ModelOffered,
    beginning,
    look_around,
    matching,
    place_group,
    protocols,
    rehearsal_group,
    typed_model,
)
from latitude.tui.widgets.choice_parts import Part, preview, request_body
from latitude.workspace.sandbox.base import Missing
from tests.programs import needs
from tests.providers.fake_server import Say, serving

HOSTILE = "A\x1b]52;c;cHduZWQ=\x07B\x9bE\x00F\u202eG[/x][@click=app.quit]q[/]"


class Nobody:
    """Looks away."""

    def record(self, record: object) -> None: ...

    def delta(self, *delta: object) -> None: ...


@asynccontextmanager
async def prepared_as(home: Home, choice: Choice) -> AsyncIterator[tuple[House, Prepared]]:
    async with open_house(home) as house:
        yield house, await house.prepare(choice.order())


async def play(home: Home, choice: Choice) -> Outcome:
    async with prepared_as(home, choice) as (house, prepared):
        return await house.run(prepared, ProtocolWords(), Nobody(), Stop())


LEAVES = Choice("rehearsal/leaves", "open", attended=False)


def edit(home: Home, name: str, *changes: tuple[str, str]) -> None:
    """A protocol of the home: ``open`` under another name, with changes."""
    text = Library().path("open").read_text(encoding="utf-8")
    for old, new in (("name: open\n", f"name: {name}\n"), *changes):
        assert old in text
        text = text.replace(old, new)
    (home.prompts / f"{name}.yaml").write_text(text, encoding="utf-8")


# What is chosen at first


def test_an_empty_home_begins_with_a_rehearsal(home: Home) -> None:
    begun = beginning(home)
    assert begun.choice == Choice("rehearsal/page", "open", {"turns": "20"})
    assert begun.choice.attended


async def test_the_model_that_was_used_last_is_chosen(home: Home) -> None:
    await play(home, LEAVES)
    begun = beginning(home)
    assert (begun.choice.model, begun.why) == ("rehearsal/leaves", "used last")


async def test_a_model_at_an_address_that_was_typed_is_not_chosen_without_it(home: Home) -> None:
    """The record tells the host alone, and an address is never taken from a home."""
    await play(home, LEAVES)
    row = {"delta": {"content": "Stopping now."}, "finish_reason": "stop", "index": 0}
    chunk = json.dumps({"id": "r", "model": "m", "choices": [row]}).encode()
    answers = {
        "/v1/models": Say([b'{"data":[{"id":"m"}]}'], content_type="application/json"),
        "/v1/chat/completions": Say([b"data: %b\n\ndata: [DONE]\n\n" % chunk]),
    }
    async with serving(answers) as server:
        outcome = await play(home, Choice("chat/m", "open", attended=False, address=server.url))
    assert outcome.closed.end == "model-exit"
    assert beginning(home).choice.model == "rehearsal/leaves"


def test_the_settings_come_before_what_was_used_last(home: Home) -> None:
    home.settings_file.write_text("model: rehearsal\nprotocol: open-silent\nturns: 7\n")
    begun = beginning(home)
    assert begun.choice == Choice("rehearsal/page", "open-silent", {"turns": "7"})
    assert begun.why == "from latitude.yaml"


def test_settings_that_cannot_be_read_are_said(home: Home) -> None:
    home.settings_file.write_text("model: [\n")
    with pytest.raises(ProtocolError, match=r"latitude\.yaml:2:1: this is not YAML"):
        beginning(home)


# What is ordered


def test_an_order_holds_only_the_limits_that_were_typed() -> None:
    limits = {"turns": "5", "minutes": "2.5", "tokens": " ", "cost": ""}
    order = Choice("ollama/qwen3", "open", limits, tools="none", address=" ").order()
    assert order.limits == {"turns": 5, "minutes": 2.5}
    assert (order.tools, order.attended, order.base_url) == ("none", True, None)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("turns", "0", "turns: '0' is not a whole number, 1 or more."),
        ("turns", "2.5", "turns: '2.5' is not a whole number, 1 or more."),
        ("tokens", "9" * 16, "is not a whole number"),
        ("minutes", "0", "minutes: '0' is not a number above 0."),
        ("cost", "1.2.3", "cost: '1.2.3' is not a number above 0."),
        ("cost", "nan", "is not a number above 0"),
    ],
)
def test_a_limit_that_is_no_number_is_said_by_its_name(name: str, typed: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        Choice("rehearsal", "open", {name: typed}).order()  # type: ignore[dict-item]
    assert said in str(refused.value)


def test_a_provider_that_does_not_exist_is_said_with_those_that_do() -> None:
    with pytest.raises(UnknownName, match=r"No provider is called 'nobody'\. There are: anthropic"):
        Choice("nobody/x", "open").order()


# What is offered


async def test_a_slow_place_keeps_nobody_waiting_for_the_others() -> None:
    quick = Say([b'{"data":[{"id":"m"}]}'], content_type="application/json")
    slow = Say(before_head=True, ending="stall")
    heard: asyncio.Queue[Place] = asyncio.Queue()
    async with serving({"/v1/models": slow}) as one, serving({"/v1/models": quick}) as two:
        urls = {"vllm": f"{one.url}/v1", "lmstudio": f"{two.url}/v1"}
        looking = asyncio.create_task(look_around(heard.put_nowait, lambda _: None, urls, {}))
        first = await heard.get()
        assert not looking.done()
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
    assert (first.provider, [model.name for model in first.models]) == ("lmstudio", ["lmstudio/m"])


async def test_every_place_is_told_of_also_one_without_a_key() -> None:
    told: list[Place] = []
    await look_around(told.append, lambda _: None, {}, {"anthropic": "http://127.0.0.1:9"})
    [place] = told
    assert place_group(place) == Group("anthropic", "set ANTHROPIC_API_KEY to use it")


def test_a_place_says_what_each_model_can() -> None:
    models = (
        ModelFound("ollama/tide/5", "shown", tools=True),
        ModelFound("ollama/reef", "none", tools=False),
        ModelFound("ollama/mist", None, None),
        ModelFound(f"ollama/{HOSTILE}", "summarized", None),
    )
    group = place_group(Place("ollama", "http://127.0.0.1:1/v1", "answers", "", models))
    assert group.note == "http://127.0.0.1:1/v1"
    shown = [(model.shown, model.can) for model in group.models]
    assert shown[:3] == [
        ("tide/5", "thinking shown, tools"),
        ("reef", "no thinking, no tools"),
        ("mist", ""),
    ]
    assert shown[3][1] == "thinking summarized"
    assert not set("\x1b\x07\x9b\x00\u202e") & set(shown[3][0])
    assert group.models[3].name == f"ollama/{HOSTILE}", "an order takes the true name"


def test_rehearsals_are_called_scripts_and_a_broken_one_is_marked(home: Home) -> None:
    (home.prompts / "rehearsals").mkdir()
    (home.prompts / "rehearsals" / "torn.yaml").write_text("name: torn\nsteps: 3\n")
    group = rehearsal_group(Library(home.prompts), summaries=True)
    can = {model.name: model.can for model in group.models}
    assert group.note == "scripts, not models"
    assert can["rehearsal/leaves"] == "Leaves at once."
    assert can["rehearsal/torn"] == "✗ its file has an error"


def test_letters_find_models_by_all_their_words() -> None:
    def group(title: str, *names: str) -> Group:
        return Group(title, "", tuple(ModelOffered(f"{title}/{one}", one, "") for one in names))

    groups = (group("ollama", "qwen3:8b", "gemma4"), group("vllm", "Qwen3-72B"), group("none"))
    found = [model.name for one in matching(groups, "QWEN 8") for model in one.models]
    assert found == ["ollama/qwen3:8b"]
    assert [one.title for one in matching(groups, "qwen3")] == ["ollama", "vllm"]


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (" anthropic/claude-opus-5-5 ", "anthropic/claude-opus-5-5"),
        ("chat/org/model", "chat/org/model"),
        ("chat/", None),
        ("/x", None),
        ("claude", None),
    ],
)
def test_any_model_can_be_typed_with_its_provider(typed: str, named: str | None) -> None:
    assert typed_model(typed) == named


def test_a_protocol_whose_file_is_wrong_is_offered_with_what_is_wrong(home: Home) -> None:
    edit(home, "mine", ("version: 1", "version: none"))
    offered = {one.name: one for one in protocols(Library(home.prompts))}
    assert "mine.yaml:2:10: " in offered["mine"].problem
    assert offered["open"].title == "open 1"
    assert offered["open"].summary.startswith("One open question")
    assert not offered["open"].problem


# What would be sent


def titles(parts: tuple[Part, ...]) -> list[str]:
    return [part.title or part.text for part in parts if part.kind != "tool"]


async def test_the_preview_names_the_sandbox_and_which_limits_are_hard(home: Home) -> None:
    needs("bwrap")
    needs("chromium")
    async with prepared_as(home, Choice("rehearsal/page", "open")) as (_, prepared):
        parts = preview(prepared)
    offered = [part.title for part in parts if part.kind == "tool"]
    assert offered[-3:] == ["run", "preview", "end_session"]
    [told] = [part for part in parts if part.title.startswith("commands run in bubblewrap")]
    assert "The kernel holds: 256 processes and threads" in told.text
    assert "Watched, not hard: 10 minutes, 1 GiB of memory in all" in told.text


async def test_the_preview_says_that_the_network_is_allowed(home: Home) -> None:
    needs("bwrap")
    order = replace(Choice("rehearsal/page", "open").order(), network="allow")
    async with open_house(home) as house:
        parts = preview(await house.prepare(order))
    assert parts[0].title == "open 1 · network allowed"


async def test_the_request_that_is_shown_is_the_one_that_is_sent(home: Home) -> None:
    async with prepared_as(home, LEAVES) as (house, prepared):
        shown = request_body(prepared)
        outcome = await house.run(prepared, ProtocolWords(), Nobody(), Stop())
    sent = [one.event for one in read(outcome.record) if isinstance(one.event, ResponseStarted)]
    assert sent[0].request_sha256 == sha256(shown).hexdigest()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with neither a sandbox nor a browser."""

    async def missing(_: Path) -> Missing:
        return Missing("It is not installed.", "Install it.")

    monkeypatch.setattr("latitude.tools.machine.find_sandbox", missing)
    monkeypatch.setattr("latitude.tools.machine.find_browser", missing)


@pytest.mark.usefixtures("bare")
async def test_the_preview_says_what_comes_when_a_person_writes(home: Home) -> None:
    async with prepared_as(home, Choice("rehearsal/page", "open-exit-later")) as (_, prepared):
        parts = preview(prepared)
    texts = prepared.opened.protocol.texts
    assert texts.offer is not None
    assert titles(parts) == [
        "open-exit-later 1",
        f"message 1 · {len(texts.opening.encode()):,} bytes",
        f"with message 2, before yours · {len(texts.offer.text.encode()):,} bytes",
        "After that you write. Nothing else is sent.",
        "run is not offered to the model. It is not installed. Install it.",
        "preview is not offered to the model. It is not installed. Install it.",
        "tools · 7",
        "first request",
    ]
    assert [part.text for part in parts if part.kind == "words"] == [
        texts.opening,
        texts.offer.text,
    ]
    assert "nothing leaves this machine" in parts[0].text
    named = [(part.title, part.text) for part in parts if part.kind == "tool"]
    assert named == [(tool.name, tool.description) for tool in prepared.opened.tools]


@pytest.mark.usefixtures("bare")
async def test_without_any_tool_the_preview_still_says_which_are_missing(home: Home) -> None:
    edit(
        home,
        "mine",
        (" There is an empty folder that you can write in; what you put there is kept.", ""),
        ("  tool: end_session\n", ""),
        (", or call the tool end_session", ""),
        ("[files, run, preview]", "[run, preview]"),
        ("[exit-honoured, work-kept]", "[exit-honoured]"),
    )
    async with prepared_as(home, Choice("rehearsal/page", "mine")) as (_, prepared):
        parts = preview(prepared)
    assert prepared.opened.tools == ()
    assert titles(parts)[-4:] == [
        "run is not offered to the model. It is not installed. Install it.",
        "preview is not offered to the model. It is not installed. Install it.",
        "No tools.",
        "first request",
    ]


async def test_the_preview_says_what_comes_when_nobody_is_there(home: Home) -> None:
    script = ("script: []", 'script: ["Second.", "Third."]')
    edit(home, "mine", script, ("told: opening", "told: turn 4"))
    choice = Choice("rehearsal/page", "mine", attended=False)
    async with prepared_as(home, choice) as (_, prepared):
        assert titles(preview(prepared))[2:6] == [
            "message 2, from the script · 7 bytes",
            "message 3, from the script · 6 bytes",
            "message 4, the exit · 145 bytes",
            "every other message, up to 20 in all · 45 bytes",
        ]
    async with prepared_as(home, Choice("rehearsal/page", "mine")) as (_, prepared):
        assert "The protocol's script is not sent: you write." in titles(preview(prepared))


async def test_the_preview_says_that_a_silent_protocol_ends_the_session(home: Home) -> None:
    choice = Choice("rehearsal/page", "open-silent", attended=False)
    async with prepared_as(home, choice) as (_, prepared):
        assert "After that nothing is sent, and the session ends." in titles(preview(prepared))


async def test_words_that_could_act_are_shown_and_sent_as_they_are(home: Home) -> None:
    edit(home, "mine", ("What would", "[@click=app.quit]W[/] \u200fWhat would"))
    async with prepared_as(home, Choice("rehearsal/page", "mine")) as (_, prepared):
        [words] = [part.text for part in preview(prepared) if part.kind == "words"]
        assert "[@click=app.quit]W[/] ‹U+200F›What would" in words
        assert "\u200fWhat would" in json.loads(request_body(prepared))["history"][0]["said"][0]

"""The rehearsal: a script through the seam that every provider has, event by event."""

import asyncio
import base64
import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from latitude.core.blocks import Block
from latitude.core.events import Cost
from latitude.core.history import (
    Conversation,
    HistoryItem,
    Replied,
    Returned,
    ReturnedAll,
    ReturnedPart,
    Said,
)
from latitude.core.spec import ToolSchema
from latitude.core.stream import (
    BlockDone,
    Failed,
    Finished,
    Started,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    Tokens,
    ToolArgsDelta,
)
from latitude.errors import UnknownName, UsageError
from latitude.prompts.library import shipped_prompts
from latitude.providers.base import Provider, Request, Wishes
from latitude.providers.rehearsal import Rehearsal, RehearsalWire

SHIPPED = shipped_prompts() / "rehearsals"
HELLO = Said(("Hello.",))


def play(folder: Path, steps: str, **settings: bool) -> Rehearsal:
    (folder / "play.yaml").write_text(f"name: play\nsummary: A play.\nsteps:\n{steps}")
    return Rehearsal([folder], **settings)


async def ask(rehearsal: Rehearsal, *history: HistoryItem, name: str = "play") -> list[StreamEvent]:
    provider: Provider = rehearsal
    model = await provider.settle(name, Wishes())
    conversation = Conversation(model=model, tools=(), history=history or (HELLO,))
    request = Request(conversation, provider.body(conversation))
    async with provider.open(request) as events:
        return [event async for event in events]


def blocks(events: list[StreamEvent]) -> tuple[Block, ...]:
    return tuple(event.block for event in events if isinstance(event, BlockDone))


def conforms(events: list[StreamEvent]) -> None:
    """What every stream of every provider keeps to."""
    endings = [event for event in events if isinstance(event, (Finished, Failed))]
    assert endings == events[-1:]
    assert all(not isinstance(event, Started) for event in events[1:])
    heard: dict[int, str] = {}
    for event in events:
        match event:
            case ThinkingDelta() | TextDelta() | ToolArgsDelta():
                heard[event.index] = heard.get(event.index, "") + event.text
            case BlockDone(index=index, block=block):
                assert heard.pop(index) == block.text + block.arguments
                assert msgspec.json.decode(block.raw)["type"] == block.kind
    assert isinstance(events[-1], Failed) or heard == {}


STEP = """
  - thinking: A thought, scripted.
    text: Some words — and “more”.
    calls:
      - {name: write_file, arguments: {path: a.txt, content: "ä\\n"}}
      - {name: list_files, arguments: "{broken"}
"""


async def test_a_step_streams_as_blocks_in_order(tmp_path: Path) -> None:
    events = await ask(play(tmp_path, STEP))
    conforms(events)
    thinking, text, write, broken = blocks(events)
    assert (thinking.kind, thinking.provenance) == ("thinking", "full")
    assert text.text == "Some words — and “more”."
    assert json.loads(write.arguments) == {"path": "a.txt", "content": "ä\n"}
    assert broken.arguments == "{broken"
    assert len({write.call_id, broken.call_id, ""}) == 3
    first = next(event for event in events if isinstance(event, ToolArgsDelta))
    assert (first.name, first.call_id) == ("write_file", write.call_id)
    assert max(len(event.text) for event in events if isinstance(event, TextDelta)) < 10


async def test_the_ending_is_labelled_and_counted_in_words(tmp_path: Path) -> None:
    rehearsal = play(tmp_path, STEP)
    (*_, finished) = await ask(rehearsal)
    assert isinstance(finished, Finished)
    assert (finished.model, finished.stop) == ("rehearsal/play", "tool_calls")
    assert finished.tokens == Tokens(input=1, output=3 + 5 + 5, thinking=3)
    assert msgspec.json.decode(finished.usage)["counted"] == "words"
    assert rehearsal.price("rehearsal/play", finished.usage) == Cost(usd=0.0, prices="rehearsal")
    assert rehearsal.is_priced("rehearsal/play")


async def test_the_replies_in_the_history_choose_the_step(tmp_path: Path) -> None:
    rehearsal = play(tmp_path, "  - text: one\n  - text: two\n")
    history: list[HistoryItem] = [HELLO]
    heard = []
    for _ in range(4):
        events = await ask(rehearsal, *history)
        conforms(events)
        heard.append(blocks(events)[0].text)
        history += [Replied(blocks(events)), HELLO]
    assert heard == ["one", "two", *["The script has no further step."] * 2]


async def test_the_same_conversation_is_answered_the_same(tmp_path: Path) -> None:
    assert await ask(play(tmp_path, STEP)) == await ask(play(tmp_path, STEP))


DRAWS = """
  - one_of:
      - {text: heads}
      - {text: tails}
      - {weight: 100, said: the long way, text: round}
"""


async def test_a_seed_draws_the_step_and_stands_in_the_request(tmp_path: Path) -> None:
    rehearsal = play(tmp_path, DRAWS)

    async def toss(seed: int | None, *said: str) -> str:
        model = await rehearsal.settle("play", Wishes(seed=seed))
        assert model.parameters.get("seed") == seed
        conversation = Conversation(model, (), (Said(said or ("Hello.",)),))
        request = Request(conversation, rehearsal.body(conversation))
        assert (b'"seed":' in request.body) == (seed is not None)
        async with rehearsal.open(request) as events:
            return blocks([event async for event in events])[0].text

    tossed = [await toss(seed) for seed in range(20)]
    assert {*tossed} == {"heads", "tails"}
    assert tossed == [await toss(seed) for seed in range(20)]
    assert await toss(None) == tossed[0], "without a seed it is 0"
    told = [await toss(seed, "Go", "by the long way home.") for seed in range(5)]
    assert "round" in told
    assert await toss(1, "Go the long", "way.") in ("heads", "tails"), "in one text, or not"


async def test_the_body_holds_each_block_byte_for_byte(tmp_path: Path) -> None:
    rehearsal = play(tmp_path, STEP)
    replied = Replied(blocks(await ask(rehearsal)))
    picture = ReturnedPart(kind="image", media_type="image/png", data=b"\x89PNG")
    words = ReturnedPart(kind="text", media_type="text/plain", data="ä".encode())
    returned = ReturnedAll((Returned("call_1_1", "preview", True, (words, picture)),))
    model = await rehearsal.settle("play", Wishes())
    tool = ToolSchema(name="preview", description="Look.", parameters={"b": 1, "a": 2})
    conversation = Conversation(model, (tool,), (HELLO, replied, returned))
    body = RehearsalWire().body(conversation)
    assert body == rehearsal.body(conversation)
    assert b",".join(bytes(block.raw) for block in replied.blocks) in body
    history = json.loads(body)["history"]
    assert [list(item) for item in history] == [["said"], ["replied"], ["returned"]]
    assert [part.get("text") for part in history[2]["returned"][0]["parts"]] == ["ä", None]
    assert base64.b64decode(history[2]["returned"][0]["parts"][1]["data"]) == b"\x89PNG"


async def test_a_failure_before_the_first_delta_can_pass(tmp_path: Path) -> None:
    fail = "{kind: overloaded, message: Busy., times: 2, retry_after: 3}"
    rehearsal = play(tmp_path, f"  - text: words\n    fail: {fail}\n")
    busy = Failed(kind="overloaded", message="Busy.", retry_after=3)
    assert await ask(rehearsal) == [busy]
    assert await ask(rehearsal) == [busy]
    assert isinstance((await ask(rehearsal))[-1], Finished)


@pytest.mark.parametrize("after", [1, 2, 5])
async def test_a_failure_in_the_stream_keeps_what_came(tmp_path: Path, after: int) -> None:
    fail = f"{{kind: connection, message: Reset., after: {after}}}"
    rehearsal = play(tmp_path, f"  - thinking: abcd\n    text: 0123456789\n    fail: {fail}\n")
    for _ in range(3):
        events = await ask(rehearsal)
        conforms(events)
        deltas = [event for event in events if isinstance(event, (ThinkingDelta, TextDelta))]
        assert (
            "".join(delta.text for delta in deltas)
            == "abcd0123456789"[: [4, 8, 11, 14, 14][after - 1]]
        )
        assert events[-1] == Failed(kind="connection", message="Reset.")


async def test_the_stop_reason_can_be_scripted(tmp_path: Path) -> None:
    for stop in ("length", "refusal", "pause", "context_full", "unknown"):
        (*_, finished) = await ask(play(tmp_path, f"  - {{text: a, stop: {stop}}}\n"))
        assert isinstance(finished, Finished)
        assert (finished.stop, finished.stop_reason) == (stop, stop)


async def test_a_stream_can_be_left_and_cancelled(tmp_path: Path) -> None:
    rehearsal = play(tmp_path, "  - {text: a long text with no end in sight, delay: 3600}\n")
    asking = asyncio.ensure_future(ask(rehearsal))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_pace_is_like_a_stream_and_the_words_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused: list[float] = []

    async def note(seconds: float) -> None:
        paused.append(seconds)

    monkeypatch.setattr("latitude.providers.rehearsal.asyncio.sleep", note)
    quick = await ask(play(tmp_path, STEP))
    assert set(paused) == {0.0}
    paused.clear()
    assert await ask(play(tmp_path, STEP, paced=True)) == quick
    assert 0 < min(paused) < 0.01 < 0.4 < max(paused)


async def test_a_script_that_changed_is_not_played_on(tmp_path: Path) -> None:
    rehearsal = play(tmp_path, "  - text: one\n")
    model = await rehearsal.settle("play", Wishes())
    play(tmp_path, "  - text: other\n")
    conversation = Conversation(model, (), (HELLO,))
    request = Request(conversation, rehearsal.body(conversation))
    async with rehearsal.open(request) as events:
        (failed,) = [event async for event in events]
    assert isinstance(failed, Failed)
    assert failed.kind == "bad_request"
    (tmp_path / "play.yaml").unlink()
    async with rehearsal.open(request) as events:
        (failed,) = [event async for event in events]
    assert isinstance(failed, Failed)
    assert failed.kind == "not_found"


async def test_what_cannot_be_settled_is_told() -> None:
    rehearsal = Rehearsal([SHIPPED])
    with pytest.raises(
        UnknownName, match="There are: rehearsal/leaves, rehearsal/lots, rehearsal/pa"
    ):
        await rehearsal.settle("../open", Wishes())
    with pytest.raises(UsageError, match="no effort to set"):
        await rehearsal.settle("page", Wishes(effort="high"))
    with pytest.raises(UsageError, match="asks no server"):
        await rehearsal.settle("page", Wishes(base_url="http://localhost"))


async def test_no_name_is_the_page_and_a_home_hides_a_shipped_script(tmp_path: Path) -> None:
    (tmp_path / "page.yaml").write_text("name: page\nsummary: Mine.\nsteps: [{text: mine}]\n")
    assert (await Rehearsal([SHIPPED]).settle("", Wishes())).name == "page"
    rehearsal = Rehearsal([tmp_path, SHIPPED])
    assert blocks(await ask(rehearsal, name="page"))[0].text == "mine"
    assert rehearsal.names() == ("leaves", "lots", "page", "stays", "tide")


class Links(HTMLParser):
    """Notes everything that a page would fetch, and the tags that stay open."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def test_the_page_is_written_improved_and_whole() -> None:
    """Play it with a folder of the simplest kind, as the tools would."""
    rehearsal = Rehearsal([SHIPPED])
    history: list[HistoryItem] = [HELLO]
    folder: dict[str, str] = {}
    versions: list[str] = []
    while (
        "Stopping now." not in (said := await ask(rehearsal, *history, name="page"))[-2].block.text
    ):
        conforms(said)
        history.append(Replied(blocks(said)))
        for call in blocks(said):
            arguments = json.loads(call.arguments or "{}")
            if call.name == "write_file":
                folder[arguments["path"]] = arguments["content"]
            if call.name == "edit_file":
                page = folder[arguments["path"]]
                assert page.count(arguments["old"]) == 1
                folder[arguments["path"]] = page.replace(arguments["old"], arguments["new"])
        versions.append("".join(folder.values()))
    assert list(folder) == ["loom/index.html"]
    assert len(set(versions)) == 2
    for page in set(versions):
        links = Links()
        links.feed(page)
        assert (links.fetched, links.open) == ([], [])
        assert page.startswith("<!doctype html>")
        assert "://" not in page


def test_the_wire_needs_no_yaml_and_no_sdk() -> None:
    code = (
        "import sys; from latitude.providers.rehearsal import RehearsalWire; "
        "print(*sorted({'yaml', 'anthropic', 'openai', 'git'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == ""

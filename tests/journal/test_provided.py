"""What the provider's own tools did, as people read it: on the page, in the transcript, in the app.

The blocks are read from recorded streams, as a session would record them.
"""

import io
import re

import msgspec
import pytest

from latitude.cli.output import Style
from latitude.cli.page import Page as Screen
from latitude.core.blocks import Block
from latitude.core.events import BlockRecorded, KnownEvent, Record
from latitude.core.stream import BlockDone, TextDelta
from latitude.journal.inflight import Inflight
from latitude.journal.provided import Page, Provided, cited, provided
from latitude.journal.transcript import transcript
from latitude.providers.anthropic_reader import AnthropicReader
from latitude.providers.openai_wire import OpenAIReader
from latitude.providers.sse import SseParser
from latitude.tui.view_state import Grow, Put, ViewState
from tests.journal.samples import finished, opened, said
from tests.providers.talk import recorded

TIDES = Page("https://tides.example/today", "Tide tables ☾")
QUIET = Page("https://quiet.example/stopping-now", "stopping now")
HOSTILE = "A\x1b]52;c;cHduZWQ=\x07\x9bE\u202eG\n# Session"


def events_of(provider: str, name: str) -> list:
    reader = AnthropicReader() if provider == "anthropic" else OpenAIReader()
    parser, events = SseParser(), []
    for event in parser.feed(recorded(provider, name)):
        events += reader.read(event)
    return events


def blocks_of(provider: str, name: str) -> list[Block]:
    return [event.block for event in events_of(provider, name) if isinstance(event, BlockDone)]


def lines(blocks: list[Block]) -> list[Record]:
    told: list[KnownEvent] = [opened(), said(1, "What is the tide?")]
    told += [BlockRecorded.of(block, 1, 1, index) for index, block in enumerate(blocks)]
    told.append(finished(1, 1))
    at = "2026-11-20T23:15:02.125Z"
    return [Record(seq, at, event, f"{seq:064x}") for seq, event in enumerate(told)]


def screen_of(blocks: list[Block]) -> str:
    out = io.StringIO()
    screen = Screen(out, Style(on=False))
    for record in lines(blocks):
        screen.record(record)
    return out.getvalue().partition("What is the tide?\n")[2]


def view_of(blocks: list[Block]) -> ViewState:
    view = ViewState()
    for record in lines(blocks):
        view.take(record)
    return view


def other(**fields: object) -> Block:
    return Block(kind="other", raw=msgspec.Raw(msgspec.json.encode(fields)))


def test_a_search_is_a_question_and_the_pages_that_were_found() -> None:
    _, call, result, *_ = blocks_of("anthropic", "web")
    assert provided(call) == Provided("web search: tide tables  today", call_id="srvtoolu_1")
    assert provided(result) == Provided(
        found="2 results", pages=(TIDES, QUIET), call_id="srvtoolu_1"
    )


def test_a_page_that_was_read_is_told_with_its_words() -> None:
    _, call, result, _ = blocks_of("anthropic", "web-continued")
    told = provided(result)
    assert provided(call) == Provided(f"web page: {TIDES.url}", call_id="srvtoolu_2")
    assert told is not None
    assert told.pages == (Page(TIDES.url, "Tide tables"),)
    assert told.text == "stopping now\nLow tide 04:12"


def test_a_pdf_is_not_shown_as_text() -> None:
    source = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}
    document = {"type": "document", "source": source, "title": "Tides"}
    content = {"type": "web_fetch_result", "url": "https://x.example/", "content": document}
    told = provided(other(type="web_fetch_tool_result", tool_use_id="s", content=content))
    assert told is not None
    assert (told.found, told.text) == ("the page was read (application/pdf)", "")


def test_what_openai_did_is_one_item_each() -> None:
    _, search, opening, finding, _ = blocks_of("openai", "web")
    pages = (Page(TIDES.url), Page(QUIET.url), Page("oai-weather"))
    assert provided(search) == Provided(
        "web search: tide tables; low tide", "3 sources", pages, call_id="ws_1"
    )
    told = [provided(block) for block in (opening, finding)]
    assert [one.call for one in told if one] == [
        f"web page: {TIDES.url}",
        f'web page, searched for "04:12": {TIDES.url}',
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "brand_new", "query": "x"},
        {"query": "no type"},
        {"type": 7},
        {"type": ["server_tool_use"]},
    ],
)
def test_what_is_not_known_is_left_as_it_is(fields) -> None:
    assert provided(other(**fields)) is None
    assert "block of another kind" in transcript(lines([other(**fields)]))


@pytest.mark.parametrize("value", [None, 7, "x", [], [7, None, []], {}, {"type": 7}])
@pytest.mark.parametrize(
    "kind",
    ["server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "web_search_call"],
)
def test_whatever_the_fields_hold_something_is_said_and_nothing_breaks(kind, value) -> None:
    names = ("id", "name", "input", "tool_use_id", "content", "action", "status")
    block = other(type=kind, **dict.fromkeys(names, value))
    told = provided(block)
    assert told is not None
    assert told.call or told.found
    assert screen_of([block])
    assert view_of([block]).entries[1].title
    nested = other(
        type="web_search_call", action=dict.fromkeys(("type", "queries", "sources"), value)
    )
    assert screen_of([nested])


def test_the_screen_shows_question_pages_text_and_what_is_cited() -> None:
    assert screen_of(blocks_of("anthropic", "web")) == SCREEN


SCREEN = """\

I will look.
⚒ web search: tide tables  today
  ✓ 2 results
    Tide tables ☾  https://tides.example/today
    stopping now  https://quiet.example/stopping-now

The page says: stopping now, and the tide is low.
  cites:
    stopping now  https://quiet.example/stopping-now
    Tide tables ☾  https://tides.example/today
"""


def test_a_text_that_a_citation_parts_streams_as_one() -> None:
    out = io.StringIO()
    screen, view = Screen(out, Style(on=False)), ViewState()
    blocks = iter(lines(blocks_of("anthropic", "web")))
    for record in (next(blocks), next(blocks)):
        screen.record(record)
        view.take(record)
    grown = []
    for event in events_of("anthropic", "web"):
        if isinstance(event, BlockDone):
            record = next(blocks)
            screen.record(record)
            grown += view.take(record)
        elif type(event).__name__.endswith("Delta"):
            screen.delta(event)
            grown += view.grow(1, 1, event)
    screen.record(next(blocks))
    assert out.getvalue().partition("What is the tide?\n")[2] == SCREEN
    whole = "The page says: stopping now, and the tide is low."
    assert [entry.text for entry in view.entries if entry.voice == "reply"] == [
        "I will look.",
        whole,
    ]
    place = next(n for n, entry in enumerate(view.entries) if entry.text == whole)
    shown = ""
    for update in grown:
        if update.place == place:
            shown = shown + update.piece if isinstance(update, Grow) else update.entry.text
            assert whole.startswith(shown)
    assert isinstance(grown[-1], Put)
    assert not view.entries[place].streaming


@pytest.mark.parametrize("goes_on", [True, False])
def test_what_was_streaming_still_goes_on_after_a_crash(goes_on: bool) -> None:
    place = {"after": 1, "turn": 1, "step": 1, "index": 4, "kind": "text", "text": "stop"}
    line = msgspec.json.encode(Inflight(**place, continues=goes_on))
    assert (b"continues" in line) is goes_on
    assert msgspec.json.decode(line, type=Inflight).delta() == TextDelta(4, "stop", goes_on)


def test_the_transcript_tells_pages_and_citations_and_no_encrypted_parts() -> None:
    page = transcript(lines(blocks_of("anthropic", "web")))
    assert "**call, run by the provider** web search: tide tables today" in page
    assert "```text\nTide tables ☾ https://tides.example/today\nstopping now https://" in page
    assert "```text\nThe page says: stopping now, and the tide is low.\n```\n\n*It cites:*" in page
    assert "RW5jcnlwdGVk" not in page


def test_the_app_folds_what_was_found_under_its_question() -> None:
    view = view_of(blocks_of("anthropic", "web"))
    call = view.entries[2]
    assert (call.voice, call.title) == ("call", "web search: tide tables  today  2 results")
    assert call.folded
    assert call.text.splitlines() == [
        "Tide tables ☾  https://tides.example/today",
        "stopping now  https://quiet.example/stopping-now",
    ]
    cites = view.entries[-1]
    assert (cites.voice, cites.title, cites.folded) == ("note", "cites 2 pages", True)


def test_a_result_in_a_later_step_finds_its_question() -> None:
    view = view_of(blocks_of("anthropic", "web-pause"))
    for index, block in enumerate(blocks_of("anthropic", "web-continued")):
        event = BlockRecorded.of(block, 1, 2, index)
        view.take(Record(99, "2026-11-20T23:15:02.125Z", event, "9" * 64))
    titles = [entry.title for entry in view.entries if entry.voice == "call"]
    assert titles == [
        "web search: tides  2 results",
        f"web page: {TIDES.url}  the page was read (27 characters)",
    ]


def test_what_failed_looks_so() -> None:
    blocks = blocks_of("anthropic", "web-refused")
    calls = [entry for entry in view_of(blocks).entries if entry.voice == "call"]
    assert [entry.failed for entry in calls] == [True, True]
    assert "✗ the search failed: max_uses_exceeded" in screen_of(blocks)
    assert "✗ the page failed: url_not_accessible" in screen_of(blocks)


def test_what_other_people_wrote_acts_on_no_terminal() -> None:
    source = {"type": "text", "data": HOSTILE}
    document = {"type": "document", "title": HOSTILE, "source": source}
    page = {"url": HOSTILE, "title": HOSTILE}
    fetched = {"url": HOSTILE, "content": document}
    mark = {"type": "web_search_result_location", **page}
    text = {"type": "text", "text": "Low.", "citations": [mark]}
    blocks = [
        other(type="server_tool_use", id="a", name="web_search", input={"query": HOSTILE}),
        other(type="web_search_tool_result", tool_use_id="a", content=[page] * 7),
        other(type="server_tool_use", id="b", name=HOSTILE, input={HOSTILE: HOSTILE}),
        other(type="web_fetch_tool_result", tool_use_id="b", content=fetched),
        other(type="web_fetch_tool_result", tool_use_id="c", content={"error_code": HOSTILE}),
        other(type="web_search_call", action={"type": "find_in_page", "pattern": HOSTILE, **page}),
        Block(kind="text", text="Low.", raw=msgspec.Raw(msgspec.json.encode(text))),
    ]
    screen = screen_of(blocks)
    entries = view_of(blocks).entries
    shown = [screen, *(entry.title for entry in entries), *(entry.text for entry in entries)]
    for hidden in "\x1b\x07\x9b\u202e":
        assert not any(hidden in text for text in shown)
        assert hidden not in transcript(lines(blocks))
    assert not any("\n" in entry.title for entry in entries)
    told = re.sub(r"```text\n.*?\n```", "", transcript(lines(blocks)), flags=re.DOTALL)
    assert told.count("# Session") == 1 + told.count("\\# Session")
    assert "… and 2 more" in screen


def test_each_page_is_cited_once_and_texts_without_citations_cite_nothing() -> None:
    assert cited(blocks_of("anthropic", "web")) == (QUIET, TIDES)
    assert cited(blocks_of("openai", "web")) == (Page(TIDES.url, "Tide tables"),)
    assert cited([Block(kind="text", text='"citations"')]) == ()

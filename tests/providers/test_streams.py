"""Each provider's way of saying things, from recorded streams through real sockets."""

import msgspec
import pytest

from latitude.core.blocks import Block
from latitude.core.stream import Started, Tokens, ToolArgsDelta
from latitude.providers.anthropic_reader import AnthropicReader
from latitude.providers.sse import SseParser
from tests.providers.fake_server import Say, serving
from tests.providers.talk import (
    PATHS,
    blocks,
    deltas,
    door,
    failed,
    finished,
    recorded,
    streamed,
    talk,
    turn,
)

EVERY = list(PATHS)


async def played(provider: str, name: str, pieces: int = 1):
    """The events of one recorded stream, in writes of ``pieces`` bytes if more than one."""
    stream = recorded(provider, name)
    size = len(stream) if pieces == 1 else pieces
    body = [stream[at : at + size] for at in range(0, len(stream), size)]
    headers = {"request-id": "req_1"}
    say = Say(body, headers=headers)
    async with serving({PATHS[provider]: say}) as fake, door(provider, fake.url) as opened:
        return await turn(opened, talk(provider))


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize("provider", EVERY)
async def test_thinking_words_and_a_call_come_as_they_were(provider, size) -> None:
    events = await played(provider, "thinking-tool", size)
    assert events[0] == Started(request_id="req_1")
    thinking, text, call = blocks(events)
    two_parts = provider == "openai"
    thought = "The tide is low.\n\nSo I write." if two_parts else "The tide is low."
    assert (thinking.kind, thinking.text) == ("thinking", thought)
    assert thinking.provenance == ("full" if provider == "chat" else "summary")
    assert (text.kind, text.text) == ("text", "I will write ☾.")
    assert (call.kind, call.call_id, call.name) == ("tool_call", call.call_id, "write_file")
    assert call.arguments == '{"path": "a.txt",  "content":"x\\ny"}'
    named = next(event for event in streamed(events) if isinstance(event, ToolArgsDelta))
    assert (named.call_id, named.name) == (call.call_id, "write_file")
    end = finished(events)
    assert end.stop == "tool_calls"
    assert end.model in ("claude-tide-5", "gpt-tide-6", "tide-8b")
    assert end.tokens == Tokens(input=3210, cached=3000, output=90, thinking=70)


@pytest.mark.parametrize("provider", EVERY)
async def test_what_streamed_is_what_is_kept(provider) -> None:
    events = await played(provider, "thinking-tool")
    kept = [block.arguments or block.text for block in blocks(events)]
    assert list(deltas(events).values()) == kept


@pytest.mark.parametrize("provider", EVERY)
async def test_a_character_cut_in_two_is_joined_and_half_a_one_is_counted(provider) -> None:
    events = await played(provider, "emoji-cut")
    (block,) = blocks(events)
    assert block.text == "moon 🌙 half �!" == deltas(events)[0]
    assert block.mended == 1
    msgspec.json.decode(block.raw)


@pytest.mark.parametrize(
    ("provider", "name", "stop", "reason"),
    [
        ("anthropic", "pause", "pause", "pause_turn"),
        ("anthropic", "length", "length", "max_tokens"),
        ("anthropic", "context", "context_full", "model_context_window_exceeded"),
        ("anthropic", "stop-sequence", "end", "stop_sequence"),
        ("anthropic", "refusal", "refusal", "refusal"),
        ("anthropic", "unknown", "unknown", "tide_turned"),
        ("openai", "length", "length", "max_output_tokens"),
        ("openai", "filtered", "refusal", "content_filter"),
        ("openai", "steered", "unknown", "steered"),
        ("openai", "refusal", "refusal", "completed"),
        ("chat", "length", "length", "length"),
        ("chat", "filtered", "refusal", "content_filter"),
        ("chat", "refusal", "refusal", "stop"),
        ("chat", "strange", "unknown", "tide_turned"),
        ("chat", "no-done", "end", "stop"),
        ("chat", "no-index", "tool_calls", "stop"),
    ],
)
async def test_why_it_stopped_is_told_in_our_words_and_in_theirs(
    provider, name, stop, reason
) -> None:
    end = finished(await played(provider, name))
    assert (end.stop, end.stop_reason) == (stop, reason)


async def test_the_reasons_of_a_refusal_and_dropped_thinking_are_kept() -> None:
    refusal = finished(await played("anthropic", "refusal"))
    assert b'"category":"cyber"' in bytes(refusal.detail)
    for provider in ("anthropic", "openai"):
        end = finished(await played(provider, "dropped-thinking"))
        assert b"input_transformations" in bytes(end.detail)
        assert b"mismatch" in bytes(end.detail)


@pytest.mark.parametrize("provider", EVERY)
async def test_a_refused_answer_keeps_its_words(provider) -> None:
    events = await played(provider, "refusal")
    assert blocks(events)[0].text == ("I " if provider == "anthropic" else "I will not.")


@pytest.mark.parametrize(
    ("provider", "name", "provenance", "kept"),
    [
        ("anthropic", "omitted", "omitted", b'"signature":"b21pdHRlZA=="'),
        ("anthropic", "redacted", "redacted", b'"data":"RW5jcnlwdGVk/+8="'),
        ("openai", "omitted", "omitted", b'"encrypted_content":"gAAAAB/+=="'),
        ("openai", "full", "full", b'"reasoning_text"'),
        ("chat", "reasoning", "full", b'{"reasoning":"The tide is low."}'),
        ("chat", "both-fields", "full", b'{"reasoning_content":"The tide is low."}'),
        ("chat", "tags", "tagged", rb'{"content":"\n<think>The tide is low.</think>"}'),
        ("chat", "tags-unclosed", "tagged", b'{"content":"<think>The tide is low.</thi"}'),
    ],
)
async def test_how_thinking_reached_us_is_told(provider, name, provenance, kept) -> None:
    thinking = blocks(await played(provider, name))[0]
    assert (thinking.kind, thinking.provenance) == ("thinking", provenance)
    assert kept in bytes(thinking.raw)
    if provenance in ("omitted", "redacted"):
        assert thinking.text == ""


@pytest.mark.parametrize(
    ("name", "changed", "provenance"),
    [
        ("thinking-tool", (b"", b""), "summary"),
        ("thinking-tool", (b"c2lnbmF0dXJlLzE+Pz8=", b""), "full"),
        ("thinking-tool", (b"signature_delta", b"future_delta"), "full"),
        ("overlapping", (b"", b""), "full"),
        ("overlapping", (b'"signature":""', b'"signature":"c2lnbmVk"'), "summary"),
    ],
)
def test_a_signature_tells_a_summary_from_the_thinking_itself(name, changed, provenance) -> None:
    reader = AnthropicReader()
    events = []
    for raw_event in SseParser().feed(recorded("anthropic", name).replace(*changed)):
        events += reader.read(raw_event)
    assert blocks(events)[0].provenance == provenance


@pytest.mark.parametrize("provider", EVERY)
async def test_things_of_tomorrow_survive(provider) -> None:
    events = await played(provider, "unknown")
    end = finished(events)
    assert "Hello." in [block.text for block in blocks(events)]
    others = [bytes(block.raw) for block in blocks(events) if block.kind == "other"]
    match provider:
        case "anthropic":
            assert others[0] == b'{"type":"future_block","payload":{"b":1.50,"a":[null]}}'
            assert b'"input":{"query":"tide"}' in others[1]
            assert b"tide_report" in bytes(end.detail)
            assert b"future_delta" in bytes(end.detail)
        case "openai":
            assert b'"payload":{"b":1.50,"a":[null]}' in others[0]
            assert b"tide_report" in bytes(end.detail)


async def test_citations_stay_with_their_text() -> None:
    (block,) = blocks(await played("anthropic", "citations"))
    assert b'"citations":[{"type":"char_location","cited_text":"low"}]' in bytes(block.raw)


@pytest.mark.parametrize("provider", EVERY)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [("tool-cut", '{"path": "a.txt", "cont'), ("tool-invalid", '{"path": }'), ("tool-empty", "")],
)
async def test_arguments_that_are_no_object_are_kept_but_not_sent_back(
    provider, name, arguments
) -> None:
    (call,) = blocks(await played(provider, name))
    assert call.arguments == arguments
    sent_back = b'"input":{}' if provider == "anthropic" else b'"arguments":"{}"'
    assert sent_back in bytes(call.raw)


async def test_calls_whose_pieces_come_by_turns_are_sorted_out() -> None:
    first, second = blocks(await played("chat", "two-tools"))
    assert (first.call_id, first.arguments) == ("call_1", '{"path":"a.txt"}')
    assert (second.call_id, second.arguments) == ("call_2", "{}")
    assert [block.call_id for block in blocks(await played("chat", "no-index"))] == [
        "call_1",
        "call_2",
    ]


async def test_blocks_that_overlap_are_kept_apart() -> None:
    thinking, call = blocks(await played("anthropic", "overlapping"))
    assert thinking.raw == msgspec.Raw(
        b'{"type":"thinking","thinking":"The tide is low.","signature":""}'
    )
    assert isinstance(call, Block)
    assert bytes(call.raw).endswith(b'"input":{"path":"a"}}')


@pytest.mark.parametrize("provider", EVERY)
async def test_an_error_in_the_stream_is_a_failure_after_what_had_come(provider) -> None:
    events = await played(provider, "error")
    failure = failed(events)
    assert failure.message == "Overloaded"
    assert failure.kind == ("overloaded" if provider == "anthropic" else "server")
    assert deltas(events)[0] in ("So", "Hello.")


async def test_a_response_that_the_provider_calls_failed_is_a_failure() -> None:
    failure = failed(await played("openai", "failed"))
    assert (failure.kind, failure.message) == ("rate_limit", "Slow down")


@pytest.mark.parametrize("ending", ["clean", "drop"])
async def test_what_may_have_been_a_tag_is_told_when_nothing_more_comes(ending) -> None:
    cut = recorded("chat", "tags-unclosed").split(b"\n\n")[:3]
    say = Say([b"\n\n".join([*cut, b""])], ending=ending)
    async with serving({PATHS["chat"]: say}) as fake, door("chat", fake.url) as opened:
        events = await turn(opened, talk("chat"))
    assert deltas(events) == {0: "The tide is low.</thi"}
    assert failed(events).kind in ("closed_early", "connection")

"""Fields that a format does not name are kept, and go back where they belong to a tool call."""

import json
from typing import Any

import pytest

from latitude.core.history import Said
from latitude.core.stream import StreamEvent
from latitude.providers.anthropic_reader import AnthropicReader
from latitude.providers.chat_reader import ChatReader
from latitude.providers.reading import UNREAD_BYTES
from latitude.providers.registry import wire_of
from latitude.providers.sse import SseEvent, SseParser
from tests.providers.talk import blocks, deltas, finished, recorded, reply, talk

pytestmark = pytest.mark.promise("record-complete")

SIGNED = b'{"google":{"thought_signature":"c2ln/+8=",  "level":1.50}}'
CALL = b'{"index":0,"id":"call_1","type":"function","function":{"name":"list_files"%b}%b}'


def read(reader: AnthropicReader | ChatReader, stream: bytes) -> list[StreamEvent]:
    """All events of one whole answer."""
    events: list[StreamEvent] = []
    for raw_event in SseParser().feed(stream):
        events += reader.read(raw_event)
    return events


def chat(*told: bytes, head: bytes = b"") -> list[StreamEvent]:
    """An answer of one chunk for each delta in ``told``."""
    chunks = [b'{%b"choices":[{"index":0,"delta":%b}]}' % (head, delta) for delta in told]
    chunks += [b'{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}', b"[DONE]"]
    return read(ChatReader(), b"".join(b"data: %b\n\n" % chunk for chunk in chunks))


def unread(events: list[StreamEvent]) -> Any:
    detail = json.loads(bytes(finished(events).detail))
    return detail and detail["unread"]


def test_a_thought_signature_goes_back_with_its_call() -> None:
    signed = CALL % (b',"arguments":"{}","mood":"calm"', b',"extra_content":' + SIGNED)
    events = chat(
        b'{"tool_calls":[%b]}' % signed, b'{"tool_calls":[{"index":0,"extra_content":null}]}'
    )
    (call,) = blocks(events)
    assert (call.name, call.arguments) == ("list_files", "{}")
    body = wire_of("chat").body(talk("chat", Said(("Hi",)), reply(events)))
    assert b'"tool_calls":[' + bytes(call.raw) + b"]" in body
    assert b'"extra_content":' + SIGNED in body
    (sent,) = json.loads(body)["messages"][1]["tool_calls"]
    assert sent["function"] == {"name": "list_files", "arguments": "{}", "mood": "calm"}
    assert unread(events) is None


def test_each_call_keeps_its_own_and_a_second_value_is_recorded() -> None:
    piece = b'{"tool_calls":[{"index":1,"id":"call_2","wave":2},{"index":0,"wave":%b}]}'
    events = chat(b'{"tool_calls":[%b]}' % (CALL % (b"", b"")), piece % b"1", piece % b"3")
    assert [json.loads(bytes(block.raw))["wave"] for block in blocks(events)] == [1, 2]
    assert unread(events) == [{"choices.0.delta.tool_calls.1.wave": 3}]


def test_what_stands_beside_the_words_is_in_the_ending() -> None:
    details = b'[{"type":"reasoning.text","text":"Tide","signature":"c2ln"}]'
    events = chat(
        b'{"content":"Hel","reasoning_details":%b}' % details,
        b'{"content":"lo.","reasoning_details":%b,"future_field":{"b":1.50}}' % details,
        head=b'"provider":"reef","native":null,',
    )
    assert deltas(events) == {0: "Hello."}
    # Said once, although both chunks had it.
    assert unread(events) == [
        {"provider": "reef", "choices.0.delta.reasoning_details": json.loads(details)},
        {"choices.0.delta.future_field": {"b": 1.5}},
    ]
    assert b'{"b":1.50}' in bytes(finished(events).detail)


def test_endless_new_fields_fill_no_memory() -> None:
    delta = b'{"future_%d":"' + b"x" * 1000 + b'"}'
    events = chat(*(delta % number for number in range(100)))
    *kept, rest = unread(events)
    assert len(kept) + rest["left_out"] == 100
    assert len(finished(events).detail) < UNREAD_BYTES + 1000


def test_half_a_character_beside_an_unnamed_field_finds_its_other_half() -> None:
    events = chat(rb'{"content":"\ud83c","wave":1}', rb'{"content":"\udf0a","wave":"\ud83c"}')
    assert deltas(events) == {0: "\N{WATER WAVE}"}
    assert unread(events)[1] == {"choices.0.delta.wave": "\ufffd"}


def test_anthropics_new_fields_are_in_the_ending() -> None:
    stream = recorded("anthropic", "thinking-tool")
    for place, field in (
        (b'"role":"assistant",', b'"diagnostics":{"tide":1.50},'),
        (b'"text_delta",', b'"estimated":3,'),
        (b'"delta":{"stop_reason":"tool_use",', b'"container":{"id":"c1"},'),
    ):
        assert place in stream
        stream = stream.replace(place, place + field)
    events = read(AnthropicReader(), stream)
    plain = read(AnthropicReader(), recorded("anthropic", "thinking-tool"))
    assert blocks(events) == blocks(plain)
    assert finished(events).tokens == finished(plain).tokens
    assert unread(events) == [
        {"message.diagnostics": {"tide": 1.5}},
        {"delta.estimated": 3},
        {"delta.container": {"id": "c1"}},
    ]


def test_what_is_kept_whole_is_not_kept_twice() -> None:
    events = read(AnthropicReader(), recorded("anthropic", "unknown"))
    assert [told["type"] for told in unread(events)] == ["tide_report", "content_block_delta"]


@pytest.mark.parametrize("name", ["thinking-tool", "two-tools", "reasoning"])
def test_a_stream_without_such_fields_has_none(name) -> None:
    assert unread(read(ChatReader(), recorded("chat", name))) is None


def test_a_known_field_of_the_wrong_shape_is_still_malformed() -> None:
    reader = ChatReader()
    with pytest.raises(ValueError, match="wrong shape"):
        reader.read(SseEvent("", b'{"choices":{"wave":1},"tide":2}'))

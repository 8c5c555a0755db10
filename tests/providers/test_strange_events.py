"""Whatever a server sends, a reader answers with events or says that it is malformed."""

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.core.stream import BlockDone, Finished, StreamEvent
from latitude.providers.anthropic_reader import AnthropicReader
from latitude.providers.chat_reader import ChatReader
from latitude.providers.json_text import Malformed
from latitude.providers.openai_wire import OpenAIReader
from latitude.providers.registry import wire_of
from latitude.providers.sse import SseEvent, SseParser
from tests.providers.talk import STREAMS, blocks, recorded, reply, talk

READERS = {
    "anthropic": AnthropicReader,
    "openai": OpenAIReader,
    "chat": ChatReader,
}
NAMES = {
    provider: sorted(path.stem for path in (STREAMS / provider).glob("*.txt"))
    for provider in READERS
}
strange = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key in a JSON value."""
    found: list[tuple[Any, Any]] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        found.append((value, key))
        if isinstance(inner, (dict, list)):
            found += places(inner)
    return found


@pytest.mark.parametrize("provider", READERS)
@given(st.data())
def test_a_changed_value_or_a_lost_event_is_never_a_crash(
    provider: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(NAMES[provider]))
    raw_events = SseParser().feed(recorded(provider, name))
    at = data.draw(st.integers(0, len(raw_events) - 1))
    if data.draw(st.booleans()) and raw_events[at].data != b"[DONE]":
        value = json.loads(raw_events[at].data)
        container, key = data.draw(st.sampled_from(places(value)))
        container[key] = data.draw(strange)
        raw_events[at] = SseEvent("", json.dumps(value).encode())
    else:
        raw_events[at : at + 1] = data.draw(st.sampled_from([[], raw_events[at : at + 1] * 2]))
    reader = READERS[provider]()
    events: list[StreamEvent] = []
    with contextlib.suppress(Malformed):
        for raw_event in raw_events:
            events += reader.read(raw_event)
        events += reader.end()
    events += reader.held()
    for event in events:
        msgspec.json.encode(event)
        if isinstance(event, BlockDone):
            assert b"\n" not in bytes(event.raw)
            msgspec.json.decode(event.raw)
        if isinstance(event, Finished):
            msgspec.json.decode(event.usage)
            msgspec.json.decode(event.detail)
    if blocks(events):
        wire_of(provider).body(talk(provider, reply(events)))

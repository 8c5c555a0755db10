"""Small helpers that the tests of the providers share: conversations, doors, and one whole turn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from latitude.core.blocks import Block
from latitude.core.history import Conversation, HistoryItem, Replied, Said
from latitude.core.spec import ModelAsked, ToolSchema
from latitude.core.stream import (
    BlockDone,
    Delta,
    Failed,
    Finished,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    ToolArgsDelta,
)
from latitude.providers.base import Provider, Request
from latitude.providers.registry import open_provider

STREAMS = Path(__file__).parent / "streams"
KEY = "sk-planted-0123456789abcdef"
PATHS = {
    "anthropic": "/v1/messages",
    "openai": "/v1/responses",
    "chat": "/v1/chat/completions",
}


def tool(name: str, *arguments: str) -> ToolSchema:
    """A tool whose arguments are all strings and all needed."""
    properties = {argument: {"type": "string"} for argument in arguments}
    return ToolSchema(
        name=name,
        description=f"Does {name}.",
        parameters={
            "type": "object",
            "properties": properties,
            "required": list(arguments),
            "additionalProperties": False,
        },
    )


FILE_TOOLS = (
    tool("list_files", "path"),
    tool("read_file", "path"),
    tool("write_file", "path", "content"),
    tool("edit_file", "path", "old", "new"),
    tool("move_file", "path", "to"),
    tool("delete_file", "path"),
    tool("end_session"),
)


def talk(provider: str, *history: HistoryItem, tools: tuple[ToolSchema, ...] = ()) -> Conversation:
    """A conversation with a model that is not asked for anything special."""
    asked = ModelAsked(provider=provider, name="a-model", parameters={"max_tokens": 1000})
    return Conversation(asked, tools, history or (Said(("Hello ☾",)),))


def recorded(provider: str, name: str) -> bytes:
    """A provider's stream from a file."""
    return (STREAMS / provider / f"{name}.txt").read_bytes()


@asynccontextmanager
async def door(provider: str, url: str, read_timeout: float = 20.0) -> AsyncIterator[Provider]:
    """A real door to ``url`` with the planted key."""
    opened = open_provider(provider, base_url=url, key_for=lambda _: KEY, read_timeout=read_timeout)
    try:
        yield opened
    finally:
        await opened.close()


async def turn(provider: Provider, conversation: Conversation) -> list[StreamEvent]:
    """All events of one request; checks what every stream must keep to."""
    request = Request(conversation, provider.body(conversation))
    async with provider.open(request) as stream:
        events = [event async for event in stream]
    endings = [event for event in events if isinstance(event, (Finished, Failed))]
    assert endings == events[-1:], "exactly one ending, and nothing after it"
    return events


def blocks(events: list[StreamEvent]) -> tuple[Block, ...]:
    """The whole blocks in order of their index."""
    done = [event for event in events if isinstance(event, BlockDone)]
    return tuple(event.block for event in sorted(done, key=lambda event: event.index))


def reply(events: list[StreamEvent]) -> Replied:
    """The reply as history holds it."""
    return Replied(blocks(events))


def deltas(events: list[StreamEvent]) -> dict[int, str]:
    """The streamed text of each block."""
    texts: dict[int, str] = {}
    for event in events:
        if isinstance(event, (ThinkingDelta, TextDelta, ToolArgsDelta)):
            texts[event.index] = texts.get(event.index, "") + event.text
    return texts


def streamed(events: list[StreamEvent]) -> list[Delta]:
    """The deltas."""
    kinds = (ThinkingDelta, TextDelta, ToolArgsDelta)
    return [event for event in events if isinstance(event, kinds)]


def finished(events: list[StreamEvent]) -> Finished:
    """The good ending."""
    assert isinstance(events[-1], Finished), events[-1]
    return events[-1]


def failed(events: list[StreamEvent]) -> Failed:
    """The bad ending."""
    assert isinstance(events[-1], Failed), events[-1]
    return events[-1]

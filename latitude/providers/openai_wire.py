"""The OpenAI Responses format without server-side state, pure.

Source: https://platform.openai.com/docs/api-reference/responses-streaming and the SDK's types
(openai 3.52.0). llama.cpp speaks it too: without ``output_index``, with readable reasoning.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from latitude.core.blocks import NO_RAW, Block, Provenance
from latitude.core.history import Conversation, Replied, Returned, ReturnedAll, ReturnedPart, Said
from latitude.core.spec import ToolSchema
from latitude.core.stream import (
    BlockDone,
    Failed,
    Finished,
    StopKind,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    Tokens,
    ToolArgsDelta,
)
from latitude.providers.failures import from_error
from latitude.providers.json_text import Malformed, TextMender, decode, is_object, verbatim
from latitude.providers.reading import RawEvent, Unread, count, decode_event
from latitude.providers.sse import SseEvent
from latitude.providers.wire_history import data_url, encode, model_fields, settled, tool_entries

_INCOMPLETE: dict[str, StopKind] = {"max_output_tokens": "length", "content_filter": "refusal"}
_DETAILS = ("incomplete_details", "input_transformations")
_SOURCES = "web_search_call.action.sources"
"""What a search found is only told when it is asked for."""


class OpenAIWire:
    """Bodies for ``POST /v1/responses``: nothing is stored by the provider.

    Each item of a reply goes back as its ``raw`` bytes, ids and encrypted reasoning included. Left
    out is only reasoning at the end of a reply that was cut before its words: the API answers 400
    to a reasoning item that nothing follows. Our tools are offered with ``strict: false``, so that
    their schemas stay as they are recorded. Where OpenAI's own search is offered, the addresses of
    what it finds are asked for too.
    """

    def body(self, conversation: Conversation) -> bytes:
        """Return the request body for ``conversation``: the same bytes each time."""
        fields = {**model_fields(conversation), "store": False}
        if conversation.tools:
            fields["tools"] = tool_entries(conversation, _tool)
        if any(tool.provided is not None for tool in conversation.tools):
            fields["include"] = [*fields.get("include", ()), _SOURCES]
        items: list[Any] = []
        for item in settled(conversation.history):
            match item:
                case Said():
                    content = [{"type": "input_text", "text": text} for text in item.texts]
                    items.append({"type": "message", "role": "user", "content": content})
                case Replied():
                    items.extend(_items(item))
                case ReturnedAll():
                    items.extend(_output(result) for result in item.results)
        return encode({**fields, "input": items})


def _tool(tool: ToolSchema) -> dict[str, Any]:
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        "strict": False,
    }


def _items(reply: Replied) -> list[msgspec.Raw]:
    blocks = [block for block in reply.blocks if not block.partial]
    while blocks and blocks[-1].kind == "thinking":
        blocks.pop()
    return [block.raw for block in blocks]


def _output(result: Returned) -> dict[str, Any]:
    output: Any = [_part(part) for part in result.parts]
    if all(part.kind == "text" for part in result.parts):
        output = "\n\n".join(part.text for part in result.parts)
    return {"type": "function_call_output", "call_id": result.call_id, "output": output}


def _part(part: ReturnedPart) -> dict[str, Any]:
    if part.kind == "image":
        return {"type": "input_image", "image_url": data_url(part)}
    return {"type": "input_text", "text": part.text}


class _Event(RawEvent):
    type: str = ""
    output_index: int | None = None
    item_id: str | None = None
    summary_index: int = 0
    content_index: int = 0
    delta: str | None = None
    item: msgspec.Raw = NO_RAW
    response: msgspec.Raw = NO_RAW
    error: msgspec.Raw = NO_RAW
    message: str | None = None
    code: Any = None


class _Place:
    """One item while it streams."""

    __slots__ = ("done", "part", "text")

    def __init__(self) -> None:
        self.text = TextMender()
        self.part: tuple[str, int] | None = None
        self.done = False


class OpenAIReader:
    """Reads one answer."""

    def __init__(self) -> None:
        self._places: dict[int, _Place] = {}
        self._index_of: dict[str, int] = {}
        self._calls = False
        self._refused = False
        self._searched = False
        self._unread = Unread()
        self._handlers: dict[str, Callable[[_Event], list[StreamEvent]]] = {
            "response.output_text.delta": self._text,
            "response.refusal.delta": self._text,
            "response.reasoning_text.delta": self._thinking,
            "response.reasoning_summary_text.delta": self._thinking,
            "response.function_call_arguments.delta": self._arguments,
            "response.output_item.added": self._added,
            "response.output_item.done": self._item_done,
            "response.completed": self._ended,
            "response.incomplete": self._ended,
            "response.failed": self._ended,
            "error": self._error,
            **dict.fromkeys(_EXPECTED, _nothing),
        }

    def read(self, event: SseEvent) -> list[StreamEvent]:
        """Take one raw event. Raises ``Malformed`` when it is not JSON or not of its shape."""
        if event.data == b"[DONE]":
            return []
        told, _ = decode_event(event.data, _Event, self._handlers)
        handler = self._handlers.get(told.type)
        if handler is not None:
            return handler(told)
        if told.error != NO_RAW:
            return self._error(told)
        self._unread.keep(event.data)
        return []

    def end(self) -> list[StreamEvent]:
        """A Responses stream that ends without its final response is never whole."""
        return []

    def held(self) -> list[StreamEvent]:
        """Nothing is held back but half characters."""
        return []

    def _index(self, event: _Event, item_id: str | None) -> int:
        if event.output_index is not None:
            return event.output_index
        # llama.cpp numbers nothing; its items begin in the order of the final output.
        if item_id is None:
            return max(self._places, default=0)
        return self._index_of.setdefault(item_id, len(self._index_of))

    def _place(self, event: _Event) -> tuple[int, _Place]:
        index = self._index(event, event.item_id)
        return index, self._places.setdefault(index, _Place())

    def _added(self, event: _Event) -> list[StreamEvent]:
        item = _object(event.item)
        index = self._index(event, _string(item, "id") or None)
        self._places.setdefault(index, _Place())
        if item.get("type") != "function_call":
            return []
        call = {"call_id": _string(item, "call_id"), "name": _string(item, "name")}
        return [ToolArgsDelta(index=index, text="", **call)]

    def _text(self, event: _Event) -> list[StreamEvent]:
        index, shown = self._shown(event)
        return [TextDelta(index, shown)] if shown else []

    def _thinking(self, event: _Event) -> list[StreamEvent]:
        index, shown = self._shown(event)
        return [ThinkingDelta(index, shown)] if shown else []

    def _arguments(self, event: _Event) -> list[StreamEvent]:
        index, place = self._place(event)
        shown = place.text.add(event.delta or "")
        return [ToolArgsDelta(index, shown)] if shown else []

    def _shown(self, event: _Event) -> tuple[int, str]:
        """The piece, after a blank line where a new part of the item begins."""
        index, place = self._place(event)
        part = (event.type, max(event.summary_index, event.content_index))
        gap = "\n\n" if place.part not in (None, part) and event.delta else ""
        place.part = part
        return index, place.text.add(gap + (event.delta or ""))

    def _item_done(self, event: _Event) -> list[StreamEvent]:
        item = _object(event.item)
        index = self._index(event, _string(item, "id") or None)
        return self._block_done(index, event.item, item, event.mended)

    def _block_done(
        self, index: int, raw: msgspec.Raw, item: dict[str, Any], mended: int
    ) -> list[StreamEvent]:
        self._places.setdefault(index, _Place()).done = True
        kept, places = verbatim(raw)
        block = _block(item, kept, mended + places)
        self._calls |= block.kind == "tool_call"
        self._searched |= item.get("type") == "web_search_call"
        self._refused |= item.get("type") == "message" and bool(_parts(item, "refusal"))
        return [BlockDone(index, block)]

    def _ended(self, event: _Event) -> list[StreamEvent]:
        response = _object(event.response)
        if event.type == "response.failed":
            return [_failed(response)]
        events: list[StreamEvent] = []
        output = response.get("output")
        for index, item in enumerate(output if isinstance(output, list) else []):
            # A server may give an item in the final response only.
            if isinstance(item, dict) and not self._places.setdefault(index, _Place()).done:
                raw = msgspec.Raw(encode(item))
                events += self._block_done(index, raw, item, 0)
        if any(not place.done for place in self._places.values()):
            raise Malformed("the answer ended before one of its items did")
        events.append(self._finished(event.type, response))
        return events

    def _finished(self, event_type: str, response: dict[str, Any]) -> Finished:
        details = response.get("incomplete_details")
        reason = details.get("reason") if isinstance(details, dict) else None
        if event_type == "response.incomplete":
            stop: StopKind = _INCOMPLETE.get(str(reason), "unknown")
        elif self._refused:
            stop = "refusal"
        else:
            stop = "tool_calls" if self._calls else "end"
        usage = response.get("usage")
        usage = usage if isinstance(usage, dict) else {}
        detail = {name: response[name] for name in _DETAILS if response.get(name)}
        billed = response.get("tool_usage")
        if self._searched and billed:
            detail["tool_usage"] = billed
        if unread := self._unread.raw():
            detail["unread"] = unread
        return Finished(
            stop=stop,
            stop_reason=str(reason or response.get("status") or event_type),
            model=_string(response, "model"),
            tokens=Tokens(
                input=count(usage, "input_tokens"),
                cached=count(usage, "input_tokens_details", "cached_tokens"),
                output=count(usage, "output_tokens"),
                thinking=count(usage, "output_tokens_details", "reasoning_tokens"),
            ),
            usage=msgspec.Raw(encode(usage)) if usage else NO_RAW,
            searches=_searches(billed) if self._searched else 0,
            detail=msgspec.Raw(encode(detail)) if detail else NO_RAW,
        )

    def _error(self, event: _Event) -> list[StreamEvent]:
        told = decode(event.error)
        return [from_error(told or {"code": event.code, "message": event.message})]


_EXPECTED = (
    "response.created",
    "response.in_progress",
    "response.queued",
    "response.content_part.added",
    "response.content_part.done",
    "response.output_text.done",
    "response.output_text.annotation.added",
    "response.refusal.done",
    "response.reasoning_text.done",
    "response.reasoning_summary_part.added",
    "response.reasoning_summary_part.done",
    "response.reasoning_summary_text.done",
    "response.function_call_arguments.done",
    "response.web_search_call.in_progress",
    "response.web_search_call.searching",
    "response.web_search_call.completed",
    "keepalive",
)
"""Events that say nothing which the items and deltas do not say."""


def _nothing(_event: _Event) -> list[StreamEvent]:
    return []


def _searches(billed: Any) -> int | None:
    """How many searches OpenAI charges for: not those that only open a page, or cost nothing."""
    told = billed.get("web_search") if isinstance(billed, dict) else None
    number = told.get("num_requests") if isinstance(told, dict) else None
    return number if isinstance(number, int) and number >= 0 else None


def _failed(response: dict[str, Any]) -> Failed:
    return from_error(response.get("error") or "the provider says that the response failed")


def _block(item: dict[str, Any], raw: msgspec.Raw, mended: int) -> Block:
    match item.get("type"):
        case "message":
            texts = _parts(item, "text") + _parts(item, "refusal")
            return Block(kind="text", text="\n\n".join(texts), mended=mended, raw=raw)
        case "reasoning":
            text, provenance = _reasoning(item)
            return Block(kind="thinking", text=text, provenance=provenance, mended=mended, raw=raw)
        case "function_call":
            arguments = _string(item, "arguments")
            if not is_object(arguments):
                # Cut or broken arguments are refused when they come back (400, llama.cpp 500).
                raw = msgspec.Raw(encode({**item, "arguments": "{}"}))
            return Block(
                kind="tool_call",
                call_id=_string(item, "call_id"),
                name=_string(item, "name"),
                arguments=arguments,
                mended=mended,
                raw=raw,
            )
        case _:
            return Block(kind="other", mended=mended, raw=raw)


def _reasoning(item: dict[str, Any]) -> tuple[str, Provenance]:
    if whole := [text for text in _parts(item, "text") if text]:
        return "\n\n".join(whole), "full"
    summary = item.get("summary")
    told = summary if isinstance(summary, list) else []
    parts = [_string(part, "text") for part in told if isinstance(part, dict)]
    return ("\n\n".join(parts), "summary") if any(parts) else ("", "omitted")


def _parts(item: dict[str, Any], name: str) -> list[str]:
    content = item.get("content")
    parts = content if isinstance(content, list) else []
    return [part[name] for part in parts if isinstance(part, dict) and _string(part, name)]


def _string(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _object(raw: msgspec.Raw) -> dict[str, Any]:
    value = decode(raw)
    if not isinstance(value, dict):
        raise Malformed("an event without the object it is about")
    return value

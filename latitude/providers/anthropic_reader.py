"""The Anthropic Messages format, pure: raw events to stream events. Bodies: ``anthropic_wire``.

Source: https://platform.claude.com/docs/en/api/messages and the SDK's types (anthropic 2.11.0).
Servers that speak like it (llama.cpp) leave fields out and let blocks overlap; that is read too.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from latitude.core.blocks import NO_RAW, Block, Provenance
from latitude.core.stream import (
    BlockDone,
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
from latitude.providers.wire_history import arguments_object, encode

_STOPS: dict[str, StopKind] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "refusal": "refusal",
    "pause_turn": "pause",
    "model_context_window_exceeded": "context_full",
}

_DELTAS = ("text_delta", "thinking_delta", "input_json_delta", "signature_delta", "citations_delta")


class _Delta(msgspec.Struct, forbid_unknown_fields=True):
    type: str = ""
    text: str | None = None
    thinking: str | None = None
    partial_json: str | None = None
    signature: str | None = None
    citation: msgspec.Raw = NO_RAW
    stop_reason: str | None = None
    stop_sequence: msgspec.Raw = NO_RAW
    stop_details: msgspec.Raw = NO_RAW


class _Message(msgspec.Struct, forbid_unknown_fields=True):
    """The message at its start. What says nothing yet, or the same each time, is only named."""

    id: msgspec.Raw = NO_RAW
    type: msgspec.Raw = NO_RAW
    role: msgspec.Raw = NO_RAW
    content: msgspec.Raw = NO_RAW
    stop_reason: msgspec.Raw = NO_RAW
    stop_sequence: msgspec.Raw = NO_RAW
    model: str = ""
    usage: dict[str, msgspec.Raw] | None = None
    input_transformations: msgspec.Raw = NO_RAW


class _Event(RawEvent, forbid_unknown_fields=True):
    type: str = ""
    index: int = 0
    content_block: dict[str, msgspec.Raw] | None = None
    delta: _Delta | None = None
    message: _Message | None = None
    usage: dict[str, msgspec.Raw] | None = None
    error: msgspec.Raw = NO_RAW
    input_transformations: msgspec.Raw = NO_RAW


class _OpenBlock:
    """A block between its start and its stop."""

    __slots__ = ("citations", "continues", "fields", "kind", "signature", "text")

    def __init__(self, fields: dict[str, msgspec.Raw]) -> None:
        self.fields = fields
        self.kind = str(decode(fields.get("type", NO_RAW)) or "")
        self.text = TextMender()
        self.signature: str | None = None
        self.citations: list[msgspec.Raw] = []
        self.continues = False

    @property
    def cites(self) -> bool:
        """Whether it holds citations, or was begun as a text that does."""
        return bool(self.citations) or self.fields.get("citations", NO_RAW) != NO_RAW

    def string(self, name: str) -> str:
        """A field of the block's start, empty where it has none."""
        value = decode(self.fields[name]) if name in self.fields else ""
        return value if isinstance(value, str) else ""


class AnthropicReader:
    """Reads one answer.

    Readable thinking with a signature is a summary, because summaries are always asked for and the
    signature holds the rest. Without one (llama.cpp leaves it empty) it is the thinking itself.
    """

    def __init__(self) -> None:
        self._open: dict[int, _OpenBlock] = {}
        self._cited: dict[int, bool] = {}
        """Whether the text blocks that are whole hold citations."""
        self._model = ""
        self._usage: dict[str, msgspec.Raw] = {}
        self._stop_reason: str | None = None
        self._detail: dict[str, msgspec.Raw] = {}
        self._unread = Unread()
        self._handlers: dict[str, Callable[[_Event, bytes], list[StreamEvent]]] = {
            "content_block_delta": self._delta,
            "content_block_start": self._start,
            "content_block_stop": self._stop,
            "message_start": self._message_start,
            "message_delta": self._message_delta,
            "message_stop": self._message_stop,
            "error": self._error,
            "ping": _nothing,
        }

    def read(self, event: SseEvent) -> list[StreamEvent]:
        """Take one raw event. Raises ``Malformed`` when it is not JSON or not of its shape."""
        told, unnamed = decode_event(event.data, _Event, self._handlers)
        handler = self._handlers.get(told.type)
        if handler is not None:
            if unnamed and not _is_unknown_delta(told):
                self._unread.keep_fields(unnamed)
            return handler(told, event.data)
        if told.error != NO_RAW:
            return self._error(told, event.data)
        self._unread.keep(event.data)
        return []

    def end(self) -> list[StreamEvent]:
        """A Messages stream that ends without ``message_stop`` is never whole."""
        return []

    def held(self) -> list[StreamEvent]:
        """Nothing is held back but half characters."""
        return []

    def _message_start(self, event: _Event, _data: bytes) -> list[StreamEvent]:
        if event.message is not None:
            self._model = event.message.model
            self._add_usage(event.message.usage)
            self._add_detail("input_transformations", event.message.input_transformations)
        return []

    def _start(self, event: _Event, _data: bytes) -> list[StreamEvent]:
        block = self._open[event.index] = _OpenBlock(event.content_block or {})
        block.continues = self._continues(event.index, block)
        match block.kind:
            case "tool_use":
                named = {"call_id": block.string("id"), "name": block.string("name")}
                return [ToolArgsDelta(index=event.index, text="", **named)]
            case "thinking" | "text":
                # Usually empty here; what is not is the first piece.
                return self._piece(event.index, block, block.string(block.kind))
            case _:
                return []

    def _delta(self, event: _Event, data: bytes) -> list[StreamEvent]:
        block, delta = self._open.get(event.index), event.delta
        if block is None or delta is None:
            raise Malformed(f"a delta for block {event.index}, which has not begun")
        match delta.type:
            case "text_delta":
                return self._piece(event.index, block, delta.text or "")
            case "thinking_delta":
                return self._piece(event.index, block, delta.thinking or "")
            case "input_json_delta":
                return self._piece(event.index, block, delta.partial_json or "")
            case "signature_delta":
                # Whole each time, not a piece.
                block.signature = delta.signature
            case "citations_delta":
                block.citations.append(verbatim(delta.citation)[0])
            case _:
                self._unread.keep(data)
        return []

    def _piece(self, index: int, block: _OpenBlock, piece: str) -> list[StreamEvent]:
        shown = block.text.add(piece)
        if not shown:
            return []
        match block.kind:
            case "thinking":
                return [ThinkingDelta(index, shown)]
            case "text":
                return [TextDelta(index, shown, block.continues)]
            case "tool_use":
                return [ToolArgsDelta(index, shown)]
            case _:
                return []

    def _stop(self, event: _Event, _data: bytes) -> list[StreamEvent]:
        block = self._open.pop(event.index, None)
        return [] if block is None else self._done(event.index, block)

    def _done(self, index: int, block: _OpenBlock) -> list[StreamEvent]:
        events = self._piece(index, block, block.text.flush())
        events.append(BlockDone(index, self._block(index, block)))
        return events

    def _block(self, index: int, block: _OpenBlock) -> Block:
        fields: dict[str, Any] = {}
        mended = block.text.mended
        for name, raw in block.fields.items():
            fields[name], places = verbatim(raw)
            mended += places
        text = block.text.text
        if block.citations:
            fields["citations"] = block.citations
        match block.kind:
            case "text":
                fields["text"] = text
                self._cited[index] = block.cites
                return Block(
                    kind="text",
                    text=text,
                    continues=self._continues(index, block),
                    mended=mended,
                    raw=_raw(fields),
                )
            case "thinking":
                fields["thinking"] = text
                if block.signature is not None or "signature" not in fields:
                    fields["signature"] = block.signature or ""
                provenance: Provenance = "omitted"
                if text:
                    signed = block.signature or block.string("signature")
                    provenance = "summary" if signed else "full"
                raw = _raw(fields)
                return Block(
                    kind="thinking", text=text, provenance=provenance, mended=mended, raw=raw
                )
            case "redacted_thinking":
                return Block(
                    kind="thinking", provenance="redacted", mended=mended, raw=_raw(fields)
                )
            case "tool_use":
                return self._call(block, fields, mended)
            case _:
                # A call of a tool that the provider runs streams its input too. One that was cut
                # was never run, and a call without a result is refused when it comes back.
                cut = bool(text) and not is_object(text)
                if text and not cut:
                    fields["input"], places = verbatim(text.encode("utf-8"))
                    mended += places
                return Block(kind="other", partial=cut, mended=mended, raw=_raw(fields))

    def _continues(self, index: int, block: _OpenBlock) -> bool:
        """Whether a text is one with the text before it, from which a citation parts it."""
        before = self._cited.get(index - 1)
        return block.kind == "text" and before is not None and (before or block.cites)

    def _call(self, block: _OpenBlock, fields: dict[str, Any], mended: int) -> Block:
        text = block.text.text
        if not text and "input" in fields:
            # Servers that do not stream the arguments give them at the start, whole.
            begun = bytes(fields["input"])
            text = "" if begun == b"{}" else begun.decode("utf-8")
        fields["input"], places = arguments_object(text)
        return Block(
            kind="tool_call",
            call_id=block.string("id"),
            name=block.string("name"),
            arguments=text,
            mended=mended + places,
            raw=_raw(fields),
        )

    def _message_delta(self, event: _Event, _data: bytes) -> list[StreamEvent]:
        if event.delta is not None:
            self._stop_reason = event.delta.stop_reason or self._stop_reason
            self._add_detail("stop_details", event.delta.stop_details)
        self._add_usage(event.usage)
        self._add_detail("input_transformations", event.input_transformations)
        return []

    def _message_stop(self, _event: _Event, _data: bytes) -> list[StreamEvent]:
        if self._stop_reason is None:
            raise Malformed("the answer ended without saying why")
        events: list[StreamEvent] = []
        for index in sorted(self._open):
            events += self._done(index, self._open[index])
        if unread := self._unread.raw():
            self._detail["unread"] = unread
        events.append(
            Finished(
                stop=_STOPS.get(self._stop_reason, "unknown"),
                stop_reason=self._stop_reason,
                model=self._model,
                tokens=_tokens(self._usage),
                usage=_raw(self._usage),
                detail=_raw(self._detail) if self._detail else NO_RAW,
            )
        )
        return events

    def _error(self, event: _Event, _data: bytes) -> list[StreamEvent]:
        return [from_error(decode(event.error))]

    def _add_usage(self, usage: dict[str, msgspec.Raw] | None) -> None:
        # Cumulative, but the last one may lack or null fields: the earlier value then stands.
        for name, raw in (usage or {}).items():
            if raw != NO_RAW or name not in self._usage:
                self._usage[name] = verbatim(raw)[0]

    def _add_detail(self, name: str, raw: msgspec.Raw) -> None:
        if raw not in (NO_RAW, msgspec.Raw(b"[]")):
            self._detail[name] = verbatim(raw)[0]


def _is_unknown_delta(event: _Event) -> bool:
    """Whether this is kept whole, because its delta is of a type that nobody here understands."""
    return (
        event.type == "content_block_delta"
        and event.delta is not None
        and event.delta.type not in _DELTAS
    )


def _nothing(_event: _Event, _data: bytes) -> list[StreamEvent]:
    return []


def _raw(fields: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(encode(fields))


def _tokens(usage: dict[str, msgspec.Raw]) -> Tokens:
    """Bring the counts to one meaning: Anthropic's ``input_tokens`` leave the cache out."""
    told = {name: decode(raw) for name, raw in usage.items()}
    cached = count(told, "cache_read_input_tokens")
    written = count(told, "cache_creation_input_tokens")
    return Tokens(
        input=count(told, "input_tokens") + written + cached,
        cached=cached,
        output=count(told, "output_tokens"),
        thinking=count(told, "output_tokens_details", "thinking_tokens"),
    )

"""Reads the chunks of a Chat Completions stream; the format is described in ``chat_wire``."""

from typing import Any, Literal

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
from latitude.providers.chat_wire import THINKING_FIELDS
from latitude.providers.failures import from_error
from latitude.providers.json_text import Malformed, TextMender, decode, is_object, verbatim
from latitude.providers.reading import Path, RawEvent, Unnamed, Unread, count, decode_event
from latitude.providers.sse import SseEvent
from latitude.providers.think_tags import ThinkTags
from latitude.providers.wire_history import encode

_STOPS: dict[str, StopKind] = {
    "stop": "end",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "refusal",
}


class _Function(msgspec.Struct, forbid_unknown_fields=True):
    name: str | None = None
    arguments: Any = None


class _CallPiece(msgspec.Struct, forbid_unknown_fields=True):
    index: int | None = None
    type: msgspec.Raw = NO_RAW
    id: str | None = None
    function: _Function | None = None


class _Delta(msgspec.Struct, forbid_unknown_fields=True):
    role: msgspec.Raw = NO_RAW
    content: Any = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: list[_CallPiece] | None = None


class _Choice(msgspec.Struct, forbid_unknown_fields=True):
    index: int = 0
    delta: _Delta | None = None
    logprobs: msgspec.Raw = NO_RAW
    finish_reason: str | None = None


class _Chunk(RawEvent, forbid_unknown_fields=True):
    """One chunk. What each chunk repeats and nothing here needs is only named."""

    id: msgspec.Raw = NO_RAW
    object: msgspec.Raw = NO_RAW
    created: msgspec.Raw = NO_RAW
    system_fingerprint: msgspec.Raw = NO_RAW
    service_tier: msgspec.Raw = NO_RAW
    choices: list[_Choice] | None = None
    model: str | None = None
    usage: msgspec.Raw = NO_RAW
    error: msgspec.Raw = NO_RAW


class _Run:
    """Text of one kind that is still streaming: part of one field of the message."""

    __slots__ = ("field", "index", "kind", "provenance", "text", "whole")

    def __init__(self, index: int, kind: Literal["thinking", "text"], field: str) -> None:
        self.index = index
        self.kind = kind
        self.field = field
        self.provenance: Provenance | None = None
        if kind == "thinking":
            self.provenance = "tagged" if field == "content" else "full"
        self.text = TextMender()
        self.whole = TextMender()
        """The text with its tags: what goes back."""


class _Call:
    """A tool call whose arguments are still streaming."""

    __slots__ = ("call_id", "index", "name", "text", "unnamed")

    def __init__(self, index: int) -> None:
        self.index = index
        self.call_id = ""
        self.name = ""
        self.text = TextMender()
        self.unnamed: dict[Path, msgspec.Raw] = {}
        """Fields that are not of the format: ``("extra_content",)``, ``("function", "x")``. They go
        back with the call; Gemini's thought signatures come in one and must."""


class ChatReader:
    """Reads one answer."""

    def __init__(self) -> None:
        self._tags = ThinkTags()
        self._run: _Run | None = None
        self._calls: dict[int, _Call] = {}
        self._blocks = 0
        self._model = ""
        self._usage = NO_RAW
        self._finish: str | None = None
        self._refused = False
        self._unread = Unread()

    def read(self, event: SseEvent) -> list[StreamEvent]:
        """Take one raw event. Raises ``Malformed`` when it is not JSON or not of its shape."""
        if event.data == b"[DONE]":
            return self._finished()
        chunk, unnamed = decode_event(event.data, _Chunk)
        if chunk.error != NO_RAW:
            return [from_error(decode(chunk.error))]
        self._model = chunk.model or self._model
        if chunk.usage != NO_RAW:
            self._usage = verbatim(chunk.usage)[0]
        events: list[StreamEvent] = []
        for place, choice in enumerate(chunk.choices or ()):
            if choice.index == 0:
                if choice.delta is not None:
                    calls = self._take(choice.delta, events, event.data)
                    if unnamed:
                        unnamed = _given(unnamed, ("choices", place, "delta", "tool_calls"), calls)
                self._finish = choice.finish_reason or self._finish
        if unnamed:
            self._unread.keep_fields(unnamed)
        return events

    def end(self) -> list[StreamEvent]:
        """Some servers leave ``[DONE]`` out; with a finish reason the answer is whole."""
        return self._finished() if self._finish is not None else []

    def held(self) -> list[StreamEvent]:
        """What might have been the beginning of a tag, and was not."""
        events: list[StreamEvent] = []
        for piece in self._tags.flush():
            self._add(piece.kind, "content", piece.text, piece.verbatim, events)
        return events

    def _take(self, delta: _Delta, events: list[StreamEvent], data: bytes) -> list[_Call]:
        """Take all of a delta and return the calls that its pieces of calls belong to."""
        for name in THINKING_FIELDS:
            if thought := getattr(delta, name):
                self._add("thinking", name, thought, thought, events)
                break
        if isinstance(delta.content, str):
            for piece in self._tags.add(delta.content):
                self._add(piece.kind, "content", piece.text, piece.verbatim, events)
        elif delta.content is not None:
            self._unread.keep(data)
        if delta.refusal:
            self._refused = True
            self._add("text", "refusal", delta.refusal, delta.refusal, events)
        return [self._add_call(call, events) for call in delta.tool_calls or ()]

    def _add(
        self,
        kind: Literal["thinking", "text"],
        field: str,
        text: str,
        whole: str,
        events: list[StreamEvent],
    ) -> None:
        run = self._run
        if run is None or run.kind != kind or run.field != field:
            self._close_run(events)
            run = self._run = _Run(self._next_index(), kind, field)
        run.whole.add(whole)
        if shown := run.text.add(text):
            events.append(_delta(run, shown))

    def _close_run(self, events: list[StreamEvent]) -> None:
        run, self._run = self._run, None
        if run is None:
            return
        run.whole.flush()
        if shown := run.text.flush():
            events.append(_delta(run, shown))
        block = Block(
            kind=run.kind,
            text=run.text.text,
            provenance=run.provenance,
            mended=run.text.mended,
            raw=msgspec.Raw(encode({run.field: run.whole.text})),
        )
        events.append(BlockDone(run.index, block))

    def _add_call(self, piece: _CallPiece, events: list[StreamEvent]) -> _Call:
        place = piece.index
        if place is None:
            # Without an index, a new id begins a new call.
            known = [key for key, call in self._calls.items() if call.call_id == piece.id]
            last = max(self._calls, default=-1)
            place = known[0] if known else last + (1 if piece.id or last < 0 else 0)
        call = self._calls.get(place)
        begins = call is None
        if call is None:
            self._close_run(events)
            call = self._calls[place] = _Call(self._next_index())
        function = piece.function or _Function()
        call.call_id = call.call_id or piece.id or ""
        call.name = call.name or function.name or ""
        if begins and not call.call_id:
            # The result must name its call, and some servers name none.
            call.call_id = f"call_{place}"
        arguments = function.arguments
        if arguments is not None and not isinstance(arguments, str):
            arguments = encode(arguments).decode("utf-8")
        shown = call.text.add(arguments or "")
        if begins:
            events.append(ToolArgsDelta(call.index, shown, call.call_id, call.name))
        elif shown:
            events.append(ToolArgsDelta(call.index, shown))
        return call

    def _next_index(self) -> int:
        self._blocks += 1
        return self._blocks - 1

    def _finished(self) -> list[StreamEvent]:
        if self._finish is None:
            raise Malformed("the answer ended without saying why")
        events = self.held()
        self._close_run(events)
        events += [
            BlockDone(call.index, _call_block(call))
            for call in sorted(self._calls.values(), key=lambda call: call.index)
        ]
        stop = _STOPS.get(self._finish, "unknown")
        if self._refused:
            stop = "refusal"
        elif stop == "end" and self._calls:
            stop = "tool_calls"
        unread = self._unread.raw()
        usage = decode(self._usage)
        events.append(
            Finished(
                stop=stop,
                stop_reason=self._finish,
                model=self._model,
                tokens=_tokens(usage if isinstance(usage, dict) else {}),
                usage=self._usage,
                detail=msgspec.Raw(encode({"unread": unread})) if unread else NO_RAW,
            )
        )
        return events


def _delta(run: _Run, text: str) -> StreamEvent:
    if run.kind == "thinking":
        return ThinkingDelta(run.index, text)
    return TextDelta(run.index, text)


def _given(unnamed: list[Unnamed], path: Path, calls: list[_Call]) -> list[Unnamed]:
    """Give the fields below ``path`` to the calls they stand in; return the others.

    A call holds one value of each name. One that comes again with another value is left with the
    others, so that it is recorded even though it does not go back.
    """
    others: list[Unnamed] = []
    for where, raw in unnamed:
        if where[: len(path)] == path and raw != NO_RAW:
            place, *names = where[len(path) :]
            if isinstance(place, int) and calls[place].unnamed.setdefault(tuple(names), raw) == raw:
                continue
        others.append((where, raw))
    return others


def _call_block(call: _Call) -> Block:
    call.text.flush()
    text = call.text.text
    # Cut or broken arguments are refused when they come back (llama.cpp: 500).
    arguments = text if is_object(text) else "{}"
    function: dict[str, Any] = {"name": call.name, "arguments": arguments}
    fields: dict[str, Any] = {"id": call.call_id, "type": "function", "function": function}
    for path, value in call.unnamed.items():
        (function if len(path) > 1 else fields)[str(path[-1])] = value
    raw = encode(fields)
    return Block(
        kind="tool_call",
        call_id=call.call_id,
        name=call.name,
        arguments=text,
        mended=call.text.mended,
        raw=msgspec.Raw(raw),
    )


def _tokens(usage: dict[str, Any]) -> Tokens:
    return Tokens(
        input=count(usage, "prompt_tokens"),
        cached=count(usage, "prompt_tokens_details", "cached_tokens"),
        output=count(usage, "completion_tokens"),
        thinking=count(usage, "completion_tokens_details", "reasoning_tokens"),
    )

"""A session as one column of text: used live by ``run`` and afterwards by ``show``.

Three voices are told apart without colour too: ours behind a rule (``▏``), thinking indented and
named, the reply plain. Everything else is one line with a mark in front.
"""

from typing import Any, TextIO

import msgspec

from latitude.cli.output import Style
from latitude.core.clean import StreamCleaner, clean, clean_line
from latitude.core.events import (
    BlockRecorded,
    ExitMentioned,
    ExitTaken,
    MessageSent,
    PersonChose,
    Record,
    ResponseFailed,
    ResponseFinished,
    SessionClosed,
    SessionOpened,
    ToolReturned,
    UnknownEvent,
    WorkspaceCommitted,
)
from latitude.core.stream import Delta, TextDelta, ThinkingDelta
from latitude.journal.endings import ending_sentence, model_label

PROVENANCE = {
    "full": "full",
    "summary": "a summary by the provider",
    "omitted": "withheld by the provider",
    "redacted": "encrypted by the provider",
    "tagged": "from <think> tags in the reply",
}
"""How thinking reached us, in words for a reader."""


class Page:
    """Writes records, and the deltas between them, to a stream."""

    def __init__(self, out: TextIO, style: Style, *, thinking: bool = True) -> None:
        self._out = out
        self._style = style
        self._thinking = thinking
        self._streaming: int | None = None
        self._streamed: set[int] = set()
        self._cleaner = StreamCleaner()
        self._opened: SessionOpened | None = None

    def delta(self, delta: Delta) -> None:
        """Show a piece of a block that is still coming."""
        if not isinstance(delta, (ThinkingDelta, TextDelta)):
            return
        thinking = isinstance(delta, ThinkingDelta)
        if self._streaming != delta.index:
            self._end_stream()
            self._streaming = delta.index
            self._streamed.add(delta.index)
            self._line(self._style.dim("  thinking") if thinking else None)
        text = self._cleaner.feed(delta.text)
        self._out.write(self._voice(text, thinking=thinking))
        self._out.flush()

    def record(self, record: Record) -> None:
        """Show one recorded event."""
        match record.event:
            case BlockRecorded() as block:
                self._block(block)
            case event:
                self._end_stream()
                self._event(event)
        self._out.flush()

    def _event(self, event: object) -> None:
        match event:
            case SessionOpened():
                self._opened = event
                label = clean_line(model_label(event.model.provider, event.model.name))
                self._line(f"{self._style.bold(event.protocol.name)} · {label}")
            case MessageSent():
                self._line(None)
                self._line(self._style.dim(f"▏ {event.author}"))
                for line in clean(event.text).split("\n"):
                    self._line(f"▏ {line}")
                self._line(None)
            case ResponseFinished():
                self._streamed.clear()
                self._finished(event)
            case ResponseFailed():
                self._streamed.clear()
                self._failed(event)
            case ToolReturned():
                self._returned(event)
            case WorkspaceCommitted():
                count = f"{len(event.files)} file{'' if len(event.files) == 1 else 's'}"
                self._line(self._style.dim(f"● {count}  {event.commit[:8]}"))
            case ExitMentioned():
                shown = clean_line(event.line, 100)
                self._line(self._style.dim(f'… "{event.phrase}" mentioned: {shown}'))
            case ExitTaken():
                self._line(self._style.dim(f"→ exit by {event.by}"))
            case PersonChose():
                self._line(f"▏ person: {event.choice.replace('-', ' ')}")
            case SessionClosed():
                self._line(None)
                self._line(self._style.bold(clean(ending_sentence(event, self._opened))))
            case UnknownEvent():
                self._line(self._style.dim(f"? {clean_line(event.type, 60)}"))

    def _block(self, block: BlockRecorded) -> None:
        streamed = block.index in self._streamed
        if streamed and self._streaming != block.index:
            self._line(None)
        match block.kind:
            case "thinking":
                self._thinking_block(block, streamed=streamed)
            case "text":
                if not streamed:
                    self._line(None)
                    self._line(clean(block.text))
                self._end_stream()
            case "tool_call":
                self._end_stream()
                self._line(f"⚒ {call_line(block)}")
            case "other":
                self._end_stream()
                self._line(self._style.dim(f"? other block {clean_line(_other_name(block), 60)}"))
        if block.partial:
            self._line(self._style.warn("(broke off here)"))

    def _thinking_block(self, block: BlockRecorded, *, streamed: bool) -> None:
        words = PROVENANCE.get(block.provenance or "", "not known")
        if streamed:
            # A server may end the thinking only after the reply has begun (llama.cpp does).
            self._end_stream()
            self._line(self._style.dim(f"  (thinking: {words})"))
            return
        lines = clean(block.text).split("\n") if block.text else []
        size = f", {len(lines)} line{'' if len(lines) == 1 else 's'}" if lines else ""
        self._end_stream()
        self._line(self._style.dim(f"  thinking · {words}{'' if self._thinking else size}"))
        if self._thinking:
            for line in lines:
                self._line(self._style.dim(f"  {line}"))

    def _finished(self, event: ResponseFinished) -> None:
        if event.stop in ("end", "tool_calls"):
            return
        said = clean_line(event.stop_reason or event.stop, 80)
        self._line(self._style.dim(f"… the response ended with: {said}"))

    def _failed(self, event: ResponseFailed) -> None:
        message = clean_line(event.message, 300)
        if event.retried:
            wait = f"{event.wait_seconds or 0:.0f} s"
            self._line(self._style.warn(f"↻ {message} Attempt {event.attempt + 1} in {wait}."))
        else:
            self._line(self._style.warn(f"✗ {message}"))

    def _returned(self, event: ToolReturned) -> None:
        first = event.result[0].text if event.result else ""
        first = clean_line((first or "a long answer, kept as a blob").split("\n", 1)[0], 100)
        mark = "  ✓" if event.ok else "  ✗"
        self._line(self._style.dim(f"{mark} {first}"))

    def _voice(self, text: str, *, thinking: bool) -> str:
        if not thinking:
            return text
        return "\n".join(self._style.dim(line) for line in text.split("\n"))

    def _end_stream(self) -> None:
        if self._streaming is not None:
            self._out.write(self._cleaner.flush() + "\n")
            self._streaming = None

    def _line(self, text: str | None) -> None:
        self._out.write(f"{text or ''}\n")


def call_line(block: BlockRecorded) -> str:
    """A tool call in one line: its name, its path, and how much it writes."""
    words = [clean_line(block.name, 60)]
    try:
        arguments: Any = msgspec.json.decode(block.arguments or "{}")
    except msgspec.DecodeError:
        return f"{words[0]}  (arguments that are not JSON)"
    if isinstance(arguments, dict):
        words += [
            clean_line(str(arguments[name]), 80) for name in ("path", "to") if name in arguments
        ]
        content = arguments.get("content")
        if isinstance(content, str):
            lines = content.count("\n") + (not content.endswith("\n"))
            words.append(f"{lines} line{'' if lines == 1 else 's'}")
    return "  ".join(words)


def _other_name(block: BlockRecorded) -> str:
    try:
        raw: Any = msgspec.json.decode(block.raw)
    except msgspec.DecodeError:
        return ""
    return str(raw.get("type", "")) if isinstance(raw, dict) else ""

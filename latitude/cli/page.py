"""A session as one column of text: used live by ``run`` and afterwards by ``show``.

Three voices are told apart without colour too: ours behind a rule (``▏``), thinking indented and
named, the reply plain. Everything else is one line with a mark in front.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from latitude.cli.column import Column, measure_of
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
    WishRecorded,
    WorkspaceCommitted,
)
from latitude.core.stream import Delta, TextDelta, ThinkingDelta, ToolArgsDelta
from latitude.core.text import counted
from latitude.journal.circumstances import protocol_label, withheld_lines
from latitude.journal.endings import ending_sentence, model_label
from latitude.journal.margin import call_words, other_kind, page_lines, provided_title, retry_title
from latitude.journal.provided import Page as WebPage
from latitude.journal.provided import cited, provided
from latitude.journal.wishes import WISH, wish_text

PROVENANCE = {
    "full": "full",
    "summary": "a summary by the provider",
    "omitted": "withheld by the provider",
    "redacted": "encrypted by the provider",
    "tagged": "from <think> tags in the reply",
}
"""How thinking reached us, in words for a reader."""


MOST_PAGES = 5
"""Pages of one search, or of one reply's citations, that are listed; the record has them all."""


@dataclass(frozen=True, slots=True)
class _Coming:
    """A block that stands on the page and is not whole yet."""

    index: int
    column: Column
    is_call: bool


class Page:
    """Writes records, and the deltas between them, to a stream."""

    def __init__(
        self,
        out: TextIO,
        style: Style,
        *,
        thinking: bool = True,
        typed: bool = False,
        person: str = "The person",
    ) -> None:
        self._out = out
        self._style = style
        self._measure = measure_of(out)
        self._thinking = thinking
        self._typed = typed
        """The person's own words stand on the screen already, as they typed them."""
        self._person = person
        """The word for them: "You" to themselves."""
        self._spaced = False
        """The last line was an empty one."""
        self._streaming: _Coming | None = None
        self._streamed: set[int] = set()
        self._texts: list[BlockRecorded] = []
        """Texts of the reply that is coming."""
        self._provenances: list[str] = []
        """Of thinking that ended while the reply was already coming."""
        self._cleaner = StreamCleaner()
        self._opened: SessionOpened | None = None

    def delta(self, delta: Delta) -> None:
        """Show a piece of a block that is still coming."""
        if isinstance(delta, ToolArgsDelta):
            self._begin_call(delta)
        else:
            if isinstance(delta, TextDelta) and delta.continues:
                self._go_on(delta.index)
            if self._streaming is None or self._streaming.index != delta.index:
                self._begin_stream(delta.index, thinking=isinstance(delta, ThinkingDelta))
            self._streamed.add(delta.index)
            assert self._streaming is not None
            self._streaming.column.feed(self._cleaner.feed(delta.text))
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
                for place, line in enumerate(_head(event)):
                    self._line(line, self._style.dim if place else self._style.bold)
            case MessageSent():
                self._message(event)
            case ResponseFinished():
                self._streamed.clear()
                if pages := cited(self._texts):
                    self._line("cites:", self._style.dim, margin="  ")
                    self._pages(pages)
                self._texts.clear()
                self._finished(event)
            case ResponseFailed():
                self._streamed.clear()
                self._texts.clear()
                self._failed(event)
            case ToolReturned():
                self._returned(event)
            case WorkspaceCommitted():
                files = counted(len(event.files), "file")
                self._line(f"● {files}  {event.commit[:8]}", self._style.dim)
            case ExitMentioned() | WishRecorded():
                self._aside(event)
            case ExitTaken():
                self._line(f"→ exit by {event.by}", self._style.dim)
            case PersonChose():
                self._line(f"▏ person: {event.choice.replace('-', ' ')}")
            case SessionClosed():
                self._line("")
                self._line(
                    clean(ending_sentence(event, self._opened, self._person)), self._style.bold
                )
            case UnknownEvent():
                self._line(f"? {clean_line(event.type, 60)}", self._style.dim)

    def _aside(self, event: ExitMentioned | WishRecorded) -> None:
        if isinstance(event, WishRecorded):
            self._line(f"{WISH}:")
            self._line(clean(wish_text(event)), margin="  ")
        else:
            phrase, line = clean_line(event.phrase, 60), clean_line(event.line, 100)
            self._line(f'… "{phrase}" mentioned, not taken as the exit: {line}')

    def _message(self, event: MessageSent) -> None:
        if self._typed and event.author == "person":
            self._line("")
            return
        self._line("")
        self._line(f"▏ {event.author}", self._style.dim)
        self._line(clean(event.text), margin="▏ ")
        self._line("")

    def _block(self, block: BlockRecorded) -> None:
        match block.kind:
            case "thinking":
                self._thinking_block(block)
            case "text":
                self._text_block(block)
            case "tool_call":
                self._call_block(block)
            case "other":
                self._end_stream()
                self._other(block)
        if block.partial:
            self._end_stream()
            self._line("(broke off here)", self._style.warn)

    def _text_block(self, block: BlockRecorded) -> None:
        """All of it is shown, and its line stays open: the next block may go on with it."""
        self._texts.append(block)
        if block.continues:
            self._go_on(block.index)
        if self._streaming is None or self._streaming.index != block.index:
            self._end_stream()
        rest = "" if block.index in self._streamed else clean(block.text)
        if rest and self._streaming is None:
            self._begin_stream(block.index, thinking=False)
        if self._streaming is not None:
            self._streaming.column.begin(rest)

    def _go_on(self, index: int) -> None:
        """Let block ``index`` go on in the column of the text before it, where that is open."""
        if self._streaming is not None and self._streaming.index == index - 1:
            self._streaming = replace(self._streaming, index=index)

    def _thinking_block(self, block: BlockRecorded) -> None:
        words = PROVENANCE.get(block.provenance or "", "not known")
        if block.index in self._streamed:
            self._provenances.append(f"(thinking: {words})")
            # A server may end the thinking only after the reply has begun (llama.cpp does).
            if self._streaming is None or self._streaming.index == block.index:
                self._end_stream()
            return
        self._end_stream()
        text = clean(block.text)
        folded = text and not self._thinking
        size = f", {counted(text.count(chr(10)) + 1, 'line')}" if folded else ""
        self._line(f"thinking · {words}{size}", self._style.dim, margin="  ")
        if text and self._thinking:
            self._line(text, self._style.dim, margin="  ")

    def _call_block(self, block: BlockRecorded) -> None:
        name, *rest = call_words(block)
        if self._streaming is not None and self._streaming.index == block.index:
            self._streaming.column.feed("".join(f"  {word}" for word in rest))
            self._end_stream()
        else:
            self._end_stream()
            self._line("  ".join([f"⚒ {name}", *rest]))

    def _other(self, block: BlockRecorded) -> None:
        said = provided(block)
        if said is None:
            self._line(f"? other block {other_kind(block)}", self._style.dim)
            return
        if said.call:
            self._line(f"⚒ {provided_title(replace(said, found=''))}")
        if said.found:
            found = provided_title(replace(said, call=""))
            self._line(f"{'✗' if said.failed else '✓'} {found}", self._style.dim, margin="  ")
        self._pages(said.pages)

    def _pages(self, pages: Sequence[WebPage]) -> None:
        for line in page_lines(pages[:MOST_PAGES]):
            self._line(line, self._style.dim, margin="    ")
        if len(pages) > MOST_PAGES:
            left = f"… and {len(pages) - MOST_PAGES} more"
            self._line(left, self._style.dim, margin="    ")

    def _finished(self, event: ResponseFinished) -> None:
        if event.stop in ("end", "tool_calls"):
            return
        said = clean_line(event.stop_reason or event.stop, 80)
        self._line(f"… the response ended with: {said}", self._style.dim)

    def _failed(self, event: ResponseFailed) -> None:
        message = f"✗ {clean_line(event.message, 300)}"
        if event.retried:
            message = retry_line(event)
        self._line(message, self._style.warn)

    def _returned(self, event: ToolReturned) -> None:
        text = event.result[0].text if event.result else ""
        first, *rest = (text or "a long answer, kept as a blob").split("\n", 2)
        if rest and first.endswith(":"):
            first = f"{first} {rest[0]}"
        pictures = sum(part.kind == "image" for part in event.result)
        seen = f"  (and {counted(pictures, 'picture')})" if pictures else ""
        mark = "✓" if event.ok else "✗"
        self._line(f"{mark} {clean_line(first, 100)}{seen}", self._style.dim, margin="  ")

    def _begin_stream(self, index: int, *, thinking: bool) -> None:
        self._end_stream()
        if thinking:
            self._line("thinking", self._style.dim, margin="  ")
            column = Column(self._out, self._measure, "  ", self._style.dim)
        else:
            self._line("")
            column = Column(self._out, self._measure)
        self._streaming = _Coming(index, column, is_call=False)
        self._spaced = False
        self._streamed.add(index)

    def _begin_call(self, delta: ToolArgsDelta) -> None:
        """Show that a call is coming, on a line that its block completes."""
        if self._measure() is None or not delta.name:
            return  # Piped text gets whole lines; a piece without a name is not a call's first.
        if self._streaming is not None and self._streaming.is_call:
            return  # Some servers end all calls at once: the line that is open is completed first.
        self._end_stream()
        column = Column(self._out, self._measure)
        column.begin(f"⚒ {clean_line(delta.name, 60)} …")
        self._streaming = _Coming(delta.index, column, is_call=True)
        self._spaced = False

    def _end_stream(self) -> None:
        if self._streaming is not None:
            column = self._streaming.column
            self._streaming = None
            column.feed(self._cleaner.flush())
            column.end()
        for words in self._provenances:
            self._line(words, self._style.dim, margin="  ")
        self._provenances.clear()

    def _line(self, text: str, paint: Callable[[str], str] = str, margin: str = "") -> None:
        """Write whole lines of one voice; no text is an empty line, but never a second one."""
        if not text and self._spaced:
            return
        self._spaced = not text
        Column(self._out, self._measure, margin, paint).whole(text or "\n")


def _head(event: SessionOpened) -> Iterator[str]:
    label = clean_line(model_label(event.model.provider, event.model.name))
    yield f"{protocol_label(event.protocol, event.conditions)} · {label}"
    if event.parent is not None:
        yield f"carries on {event.parent.id}, after turn {event.parent.turn}"
    for line in withheld_lines(event.conditions):
        yield clean_line(line, 400)


def retry_line(event: ResponseFailed) -> str:
    """A request that failed and is sent again: why, and when."""
    return f"↻ {retry_title(event)}"

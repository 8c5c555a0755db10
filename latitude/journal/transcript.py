"""A journal as a page to read: Markdown, the same bytes from the same journal every time.

Everything that was said is quoted in a code fence longer than any inside it. A reply can hold
headings, HTML and fences of its own; so it stands as it was, and cannot pass for our words or for
another voice. Control characters are shown as pictures, for a page is also read in a terminal.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from latitude.core.blocks import Block, Provenance
from latitude.core.clean import clean
from latitude.core.events import (
    BlockRecorded,
    ExitMentioned,
    ExitTaken,
    MessageSent,
    PersonChose,
    Record,
    ResponseFailed,
    ResponseFinished,
    ResponseStarted,
    ResultPart,
    SessionClosed,
    SessionOpened,
    ToolReturned,
    UnknownEvent,
    WishRecorded,
    WorkspaceCommitted,
)
from latitude.core.stream import StopKind
from latitude.journal.circumstances import protocol_label, withheld_lines
from latitude.journal.endings import ending_sentence, model_label
from latitude.journal.provided import Page, cited, provided
from latitude.journal.wishes import WISH, wish_text

PROVENANCE: dict[Provenance, str] = {
    "full": "in full",
    "summary": "a summary by the provider",
    "omitted": "withheld by the provider",
    "redacted": "encrypted by the provider",
    "tagged": "found between tags in the reply",
}

_CONTROLS = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
_CONTROLS |= {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
_TURNS_LINES = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Characters that make a line run the other way, and read as another one."""
_SIGNS: dict[int, int | str] = {**_CONTROLS, **{code: clean(chr(code)) for code in _TURNS_LINES}}
_BACKTICKS = re.compile("`+")


def transcript(records: Iterable[Record]) -> str:
    """Return the page for the ``records`` of one journal, from its first line on."""
    page = _Page()
    parts = [part for record in records for part in page.parts(record)]
    return "\n\n".join([*parts, *page.reply()]) + "\n"


class _Page:
    """Writes record after record; remembers what later ones refer to."""

    def __init__(self) -> None:
        self._opened: SessionOpened | None = None
        self._turn = 0
        self._texts: list[BlockRecorded] = []
        """A reply that may go on in the next block."""

    def reply(self) -> Iterator[str]:
        """The reply that was waiting for its end."""
        texts, self._texts = self._texts, []
        if texts:
            yield from _reply(texts)

    def parts(self, record: Record) -> Iterator[str]:
        event = record.event
        if isinstance(event, BlockRecorded) and event.kind == "text":
            if not event.continues:
                yield from self.reply()
            self._texts.append(event)
        else:
            yield from self.reply()
            yield from self._rest(record)

    def _rest(self, record: Record) -> Iterator[str]:
        event = record.event
        match event:
            case SessionOpened():
                self._opened = event
                yield from _head(event, record.at)
            case MessageSent():
                if event.turn != self._turn:
                    self._turn = event.turn
                    yield f"## Turn {event.turn}"
                yield f"**{_AUTHORS[event.author]}**"
                yield _quoted(event.text)
            case BlockRecorded():
                yield from _block(event)
            case ResponseStarted():
                return
            case ResponseFinished():
                yield from _stop(event)
            case ResponseFailed():
                yield _failure(event)
            case PersonChose():
                chose = {"try-again": "to try again", "end": "to end the session"}[event.choice]
                yield f"*The person chose {chose}.*"
            case ToolReturned():
                yield from _result(event)
            case WorkspaceCommitted():
                yield _commit(event)
            case ExitMentioned() | WishRecorded():
                yield from _aside(event)
            case ExitTaken():
                yield from _exit(event)
            case SessionClosed():
                yield from _end(event, self._opened, record.at)
            case UnknownEvent():
                yield f"*A line of a kind this version does not know: {_inline(event.type)}.*"
            case _:
                assert_never(event)


_STOPS: dict[StopKind, str] = {
    "length": "The response reached the limit of its length",
    "refusal": "The provider refused",
    "pause": "The provider paused here",
    "context_full": "The conversation no longer fitted the model",
    "unknown": "The response ended for a reason that latitude does not know",
}
"""The ways to stop that a reader cannot see from the reply itself."""

_AUTHORS = {"protocol": "protocol", "person": "person", "harness": "harness (latitude itself)"}


def _head(opened: SessionOpened, at: str) -> Iterator[str]:
    yield f"# Session {opened.id}"
    label = _inline(protocol_label(opened.protocol, opened.conditions))
    protocol = f"{label}, version {opened.protocol.version}"
    attended = "a person was there" if opened.conditions.attended else "nobody was there"
    lines = [
        f"- Model: {_inline(model_label(opened.model.provider, opened.model.name))}",
        f"- Protocol: {protocol}",
        f"- Begun: {at}, and {attended}",
    ]
    lines += [f"- {_inline(line)}" for line in withheld_lines(opened.conditions)]
    if opened.parent is not None:
        parent = opened.parent
        lines.append(f"- Carries on: {parent.id}, after turn {parent.turn}")
    yield "\n".join(lines)


def _block(block: Block) -> Iterator[str]:
    cut = ", broken off" if block.partial else ""
    match block.kind:
        case "thinking":
            how = PROVENANCE[block.provenance] if block.provenance else "origin not known"
            yield f"**thinking** ({how}{cut})"
            if block.text:
                yield _quoted(block.text)
        case "text":
            yield from _reply([block])
        case "tool_call":
            yield f"**tool call** {_inline(block.name)}{cut and ' (broken off)'}"
            yield _quoted(block.arguments)
        case "other":
            yield from _other(block)
        case _:
            assert_never(block.kind)


def _reply(blocks: Sequence[Block]) -> Iterator[str]:
    """One text, and the blocks that continue it."""
    yield f"**reply**{' (broken off)' if blocks[-1].partial else ''}"
    yield _quoted("".join(block.text for block in blocks))
    if pages := cited(blocks):
        yield "*It cites:*"
        yield _quoted(_pages(pages))


def _other(block: Block) -> Iterator[str]:
    cut = " (broken off)" if block.partial else ""
    said = provided(block)
    if said is None:
        yield f"**block of another kind**{cut}"
        yield _quoted(bytes(block.raw).decode("utf-8", "replace"))
        return
    if said.call:
        yield f"**call, run by the provider** {_inline(said.call)}{cut}"
    if said.found:
        yield f"**result from the provider** {_inline(said.found)}"
    if told := "\n\n".join(part for part in (_pages(said.pages), said.text) if part):
        yield _quoted(told)


def _pages(pages: Iterable[Page]) -> str:
    return "\n".join(" ".join(f"{page.title} {page.url}".split()) for page in pages)


def _stop(event: ResponseFinished) -> Iterator[str]:
    if event.stop in _STOPS:
        reason = _inline(event.stop_reason or "no reason given")
        yield f"*{_STOPS[event.stop]} ({reason}).*"


def _failure(event: ResponseFailed) -> str:
    then = "It was sent again." if event.retried else "It was not sent again by itself."
    message = _inline(event.message)
    return f"*The response failed ({event.error}): {message}. Attempt {event.attempt}. {then}*"


def _result(event: ToolReturned) -> Iterator[str]:
    how = "" if event.ok else " (failed)"
    cut = f" (cut: {_inline(event.cut)})" if event.cut else ""
    yield f"**tool result** {_inline(event.tool)}{how}{cut}"
    for part in event.result:
        yield _part(part)


def _part(part: ResultPart) -> str:
    if part.blob is not None:
        return f"*{part.kind}, {_inline(part.media_type)}, kept as `blobs/{_inline(part.blob)}`*"
    return _quoted(part.text or "")


def _commit(event: WorkspaceCommitted) -> str:
    lines = [f"*Commit {event.commit}:*", ""]
    for file in event.files:
        noun = "byte" if file.size == 1 else "bytes"
        size = "" if file.size is None else f", {file.size:,} {noun}"
        # Else a name of two lines would read as another name, with a blank in it.
        path = _inline(file.path.replace("\n", "␊"))
        lines.append(f"- {file.status} {path}{size}")
    return "\n".join(lines)


def _aside(event: ExitMentioned | WishRecorded) -> Iterator[str]:
    if isinstance(event, WishRecorded):
        yield f"*{WISH}:*"
        yield _quoted(wish_text(event))
    else:
        yield "*The words of the exit stood there, but were not an exit:*"
        yield _quoted(event.line)


def _exit(event: ExitTaken) -> Iterator[str]:
    found = ", found by recovery" if event.recovered else ""
    if event.by == "tool":
        yield f"*The exit tool was called (rule {_inline(event.rule)}{found}).*"
        return
    yield f"*The exit was said (rule {_inline(event.rule)}{found}):*"
    yield _quoted(event.evidence)


def _end(closed: SessionClosed, opened: SessionOpened | None, at: str) -> Iterator[str]:
    yield "## The end"
    yield _inline(ending_sentence(closed, opened, person="The person"))
    if closed.detail:
        yield f"Detail: {_inline(closed.detail)}"
    summary = closed.summary
    cost = "not known" if summary.cost is None else f"{summary.cost:.4f} US dollars"
    lines = [
        f"- Closed: {at} ({closed.end})",
        f"- Turns: {summary.turns}; responses: {summary.steps}; files: {summary.files}",
        f"- Tokens: {summary.tokens.input:,} read, {summary.tokens.output:,} written",
        f"- Cost: {cost}",
        f"- Model as returned: {_inline(summary.model) if summary.model else 'nothing came back'}",
    ]
    if closed.torn_bytes is not None:
        lines.append(f"- Recovery put {closed.torn_bytes:,} bytes of a torn line into torn.bin")
    yield "\n".join(lines)


def _quoted(text: str) -> str:
    text = text.replace("\r\n", "\n").translate(_SIGNS)
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _inline(text: str) -> str:
    """A name or a message on one line, in which nothing hides or means anything in Markdown."""
    line = " ".join(clean(text).split())
    return re.sub(r"([\\`*_\[\]<>#|~&])", r"\\\1", line)

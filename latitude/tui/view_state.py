"""Events folded to what a person sees of a session; knows nothing of the terminal.

A session is a column of entries. Records put an entry in its place or mend one that stands there;
pieces of a block that is still streaming make its entry grow. All text that leaves here is clean.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from latitude.core.clean import StreamCleaner, clean, clean_line
from latitude.core.events import (
    AnyEvent,
    BlockRecorded,
    ExitMentioned,
    ExitTaken,
    MessageSent,
    PersonChose,
    Record,
    ResponseFailed,
    ResponseFinished,
    ResponseStarted,
    SessionClosed,
    SessionOpened,
    ToolReturned,
    UnknownEvent,
    WishRecorded,
    WorkspaceCommitted,
)
from latitude.core.fold import SessionState, fold
from latitude.core.stream import Delta, TextDelta, ThinkingDelta, ToolArgsDelta
from latitude.core.text import counted
from latitude.journal.endings import ending_sentence
from latitude.journal.margin import (
    LONGEST_TITLE,
    arguments_text,
    call_words,
    commit_title,
    end_text,
    failure_title,
    files_text,
    mention_title,
    other_kind,
    page_lines,
    provided_text,
    provided_title,
    result_text,
    retry_title,
    stop_title,
    thinking_title,
)
from latitude.journal.provided import cited, provided
from latitude.journal.wishes import WISH, wish_text

Voice = Literal["ours", "thinking", "reply", "call", "commit", "note", "retry", "warning", "end"]
"""Who speaks: a message from our side, the model's thinking, its reply, a tool call with its
answer, a commit, a plain remark, a request that is sent again, trouble, and how it ended."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the column."""

    voice: Voice
    turn: int
    """0 before the first message."""
    step: int
    """0 where it belongs to no step."""
    title: str = ""
    """One clean line: the author, the provenance, the call, the remark."""
    text: str = ""
    """Clean; may be empty."""
    folded: bool = False
    """Whether its text is out of sight until somebody opens it."""
    streaming: bool = False
    """Whether more of it is coming."""
    failed: bool = False
    """A tool call that did not succeed, or a block that broke off."""


@dataclass(frozen=True, slots=True)
class Put:
    """An entry is now at ``place``: a new one when nothing stood there yet."""

    place: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Grow:
    """The text of the entry at ``place`` goes on with ``piece``, which is clean."""

    place: int
    piece: str


Update = Put | Grow
_Block = tuple[int, int, int]
"""Turn, step and index."""


class ViewState:
    """What is shown of one session; of those it carries on, only that it does."""

    def __init__(self, person: str = "You", inherited: SessionState | None = None) -> None:
        """``inherited`` is what a session that carries on another one begins with."""
        self.entries: list[Entry] = []
        """A growing entry has the text it began with until its block is recorded."""
        self.session = inherited
        """The fold of the records so far; ``None`` before the first."""
        self.fingerprint: str | None = None
        """SHA-256 of the last line, once the session is closed."""
        self._person = person
        self._open: dict[_Block, tuple[int, StreamCleaner]] = {}
        self._text: tuple[_Block, int] | None = None
        """The last text, which the next block may continue, and where it stands."""
        self._calls: dict[str, int] = {}
        """Where the call of an id stands, until it is answered."""
        self._withheld: list[int] = []
        """Where thinking of this response stands whose size is known only at its end."""

    def take(self, record: Record) -> Sequence[Update]:
        """Fold one record, and return what changed on the page."""
        event = record.event
        self.session = fold(self.session, event, record.sha256)
        if isinstance(event, BlockRecorded):
            return self._take_block(event)
        if isinstance(event, ToolReturned):
            return self._answer(event)
        if isinstance(event, ResponseFinished):
            return self._finish(event)
        if isinstance(event, SessionClosed):
            self.fingerprint = record.sha256
        entry = self._entry(event)
        return [] if entry is None else [self._put(len(self.entries), entry)]

    def grow(self, turn: int, step: int, delta: Delta) -> Sequence[Update]:
        """Take a piece of a block that is streaming, and return what changed on the page."""
        block = turn, step, delta.index
        known = self._open.get(block)
        if known is None:
            cleaner, before = StreamCleaner(), None
            if isinstance(delta, TextDelta) and delta.continues:
                before = self._before(block)
            place = len(self.entries) if before is None else before
            self._open[block] = place, cleaner
            beginning = _beginning(turn, step, delta)
            if before is not None:
                beginning = replace(self.entries[place], streaming=True)
            begun = self._put(place, beginning)
            if isinstance(delta, ToolArgsDelta):
                return [begun]
            return [begun, Grow(place, cleaner.feed(delta.text))]
        if isinstance(delta, ToolArgsDelta):
            return []
        place, cleaner = known
        return [Grow(place, cleaner.feed(delta.text))]

    def _before(self, block: _Block) -> int | None:
        """Where the text stands that ``block`` continues."""
        turn, step, index = block
        if self._text is None or self._text[0] != (turn, step, index - 1):
            return None
        return self._text[1]

    def _put(self, place: int, entry: Entry) -> Put:
        if place == len(self.entries):
            self.entries.append(entry)
        else:
            self.entries[place] = entry
        return Put(place, entry)

    def _take_block(self, event: BlockRecorded) -> Sequence[Update]:
        if event.kind == "other" and (joined := self._take_provided(event)):
            return joined
        block = event.turn, event.step, event.index
        known = self._open.pop(block, None)
        before = self._before(block) if event.continues else None
        place = len(self.entries) if known is None else known[0]
        entry = _block_entry(event)
        if before is not None and (known is None or place == before):
            place, entry = before, replace(entry, text=self.entries[before].text + entry.text)
        put = self._put(place, entry)
        if event.kind == "text":
            self._text = block, place
        if event.kind == "tool_call":
            self._calls[event.call_id] = place
        if event.kind == "thinking" and not event.text:
            self._withheld.append(place)
        if not event.partial:
            return [put]
        note = Entry("warning", event.turn, event.step, "The reply broke off here.")
        return [put, self._put(len(self.entries), note)]

    def _take_provided(self, event: BlockRecorded) -> Sequence[Update]:
        """Put the result of a provider's own tool to its call, which may be of an earlier step."""
        said = provided(event)
        if said is None:
            return []
        if said.call:
            self._calls[said.call_id] = len(self.entries)
            return []
        place = self._calls.pop(said.call_id, None)
        if place is None:
            return []
        call = self.entries[place]
        title = f"{call.title}  {provided_title(said)}"
        return [
            self._put(
                place, replace(call, title=title, text=provided_text(said), failed=said.failed)
            )
        ]

    def _answer(self, event: ToolReturned) -> Sequence[Update]:
        text = result_text(event)
        place = self._calls.pop(event.call_id, None)
        if place is None:
            title = clean_line(event.tool, LONGEST_TITLE)
            entry = Entry("call", event.turn, event.step, title, text, True, failed=not event.ok)
            return [self._put(len(self.entries), entry)]
        call = self.entries[place]
        whole = f"{call.text}\n\n{text}" if call.text else text
        return [self._put(place, replace(call, text=whole, failed=not event.ok))]

    def _finish(self, event: ResponseFinished) -> Sequence[Update]:
        hidden, self._withheld = self._withheld, []
        updates: list[Update] = []
        step = self.session.last_step if self.session is not None else None
        thoughts = [block for block in step.blocks if block.kind == "thinking"] if step else []
        # The provider tells the tokens of all thinking together.
        if event.tokens.thinking and len(hidden) == len(thoughts) == 1:
            entry = self.entries[hidden[0]]
            title = f"{entry.title}, {event.tokens.thinking:,} tokens"
            updates.append(self._put(hidden[0], replace(entry, title=title)))
        if step is not None and (pages := cited(step.blocks)):
            title, text = f"cites {counted(len(pages), 'page')}", "\n".join(page_lines(pages))
            entry = Entry("note", event.turn, event.step, title, text, folded=True)
            updates.append(self._put(len(self.entries), entry))
        if title := stop_title(event):
            entry = Entry("note", event.turn, event.step, title)
            updates.append(self._put(len(self.entries), entry))
        return updates

    def _entry(self, event: AnyEvent) -> Entry | None:
        state = self.session
        assert state is not None
        turn, step = state.turn, state.step
        match event:
            case SessionOpened():
                return self._begin(event)
            case MessageSent():
                author = "you" if event.author == "person" and self._person == "You" else None
                return Entry("ours", event.turn, 0, author or event.author, clean(event.text))
            case ResponseFailed():
                self._withheld.clear()
                if event.retried:
                    return Entry("retry", event.turn, event.step, retry_title(event))
                return Entry("warning", event.turn, event.step, failure_title(event))
            case PersonChose():
                chose = {"try-again": "to try again", "end": "to end the session"}[event.choice]
                return Entry("note", event.turn, event.step, f"{self._person} chose {chose}.")
            case WorkspaceCommitted():
                title, text = commit_title(event), files_text(event.files)
                return Entry("commit", event.turn, event.step, title, text, folded=True)
            case ExitMentioned():
                return Entry("note", event.turn, event.step, mention_title(event), folded=True)
            case ExitTaken():
                return Entry("note", event.turn, event.step, f"exit by {event.by}")
            case WishRecorded():
                text = clean(wish_text(event))
                return Entry("note", event.turn, event.step, WISH, text)
            case SessionClosed():
                sentence = ending_sentence(event, state.opened, self._person)
                text = end_text(event, state.exit, self.fingerprint or "")
                return Entry("end", turn, step, clean_line(sentence, 300), text)
            case UnknownEvent():
                title = f"a line of a kind that is not known here: {clean_line(event.type, 60)}"
                return Entry("note", turn, step, title)
            case ResponseStarted() | ResponseFinished() | BlockRecorded() | ToolReturned():
                return None
            case _:
                assert_never(event)

    def _begin(self, event: SessionOpened) -> Entry | None:
        if event.parent is None:
            return None
        where = f"carries on {event.parent.id}, after turn {event.parent.turn}"
        return Entry("note", self.session.turn if self.session else 0, 0, clean_line(where))


def _beginning(turn: int, step: int, delta: Delta) -> Entry:
    match delta:
        case ThinkingDelta():
            return Entry("thinking", turn, step, "thinking", streaming=True)
        case TextDelta():
            return Entry("reply", turn, step, streaming=True)
        case ToolArgsDelta():
            title = clean_line(delta.name, LONGEST_TITLE) or "a tool call"
            return Entry("call", turn, step, title, folded=True, streaming=True)


def _block_entry(event: BlockRecorded) -> Entry:
    turn, step, failed = event.turn, event.step, event.partial
    match event.kind:
        case "thinking":
            text, title = clean(event.text), thinking_title(event)
            return Entry("thinking", turn, step, title, text, folded=True, failed=failed)
        case "text":
            return Entry("reply", turn, step, text=clean(event.text), failed=failed)
        case "tool_call":
            title, text = "  ".join(call_words(event)), arguments_text(event)
            return Entry("call", turn, step, title, text, folded=True, failed=failed)
        case "other" if said := provided(event):
            title, text, failed = provided_title(said), provided_text(said), failed or said.failed
            return Entry("call", turn, step, title, text, folded=True, failed=failed)
        case "other":
            kind = other_kind(event) or "unnamed"
            return Entry("note", turn, step, f"a block of another kind: {kind}")
        case _:
            assert_never(event.kind)

"""What was said and done in a session, as it stands on its page.

Three voices, told apart without colour too: ours behind a rule and with its author named, thinking
folded and with its provenance named, the reply as HTML made of its Markdown. All else stands in
the margin.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from latitude.compare.html.markup import Markup, join, tag, whole
from latitude.core.blocks import Block
from latitude.core.clean import clean_line
from latitude.core.events import (
    BlockRecorded,
    ExitMentioned,
    ExitTaken,
    MessageSent,
    PersonChose,
    Record,
    ResponseFailed,
    ResponseFinished,
    ToolReturned,
    UnknownEvent,
    WishRecorded,
    WorkspaceCommitted,
)
from latitude.core.text import counted
from latitude.journal.margin import (
    LONGEST_TITLE,
    arguments_text,
    call_words,
    commit_title,
    failure_title,
    files_text,
    mention_title,
    other_kind,
    page_lines,
    provided_text,
    provided_title,
    retry_title,
    stop_title,
    thinking_title,
)
from latitude.journal.provided import cited, provided
from latitude.journal.wishes import WISH, wish_text
from latitude.publish.site.fitting import beginning, weight
from latitude.publish.site.prose import prose

LONGEST = 40_000
"""Bytes of markup of one text on a page; of a longer one there is the beginning, and all of it
lies beside the page."""
MOST_FILES = 12
"""Files of a commit that stand in the margin; the history of the session has them all."""
_FIRST_LINE = 90
_PLACES = {
    "alone": "as all of the reply",
    "own-line": "on a line of its own",
    "closing": "at the end of the reply",
    "opening": "at the beginning of the reply",
}
"""Where the words of the exit stood, by the rule that took them for it; see ``session/exit.py``."""


class Annex(Protocol):
    """What lies beside the pages of a session. Each method raises ``HomeUnusable``."""

    def text(self, words: str) -> str:
        """Put a text there that is too long for a page; return its address."""

    def picture(self, blob: str) -> str | None:
        """Put a blob there; return its address, or ``None`` where it is no picture.

        Raises ``RecordBroken``.
        """

    def words(self, blob: str) -> str:
        """Return the text that is kept as a blob. Raises ``RecordBroken``."""


@dataclass(slots=True)
class Voices:
    """Writes record after record as markup.

    It remembers the reply that is not at its end yet, and the calls that have no answer yet.
    """

    commits: Mapping[str, str]
    """Where each commit is shown: an address, by its name."""
    annex: Annex
    _texts: list[BlockRecorded] = field(default_factory=list)
    _calls: dict[str, list[str]] = field(default_factory=dict)
    """What each call was given, in a few words, by its id."""

    def parts(self, record: Record) -> Iterator[Markup]:
        """What ``record`` adds to the page."""
        event = record.event
        if isinstance(event, BlockRecorded) and event.kind == "text":
            if not event.continues:
                yield from self.rest()
            self._texts.append(event)
            return
        yield from self.rest()
        match event:
            case MessageSent():
                yield self._ours(event)
            case BlockRecorded():
                yield from self._block(event)
            case ToolReturned():
                yield self._result(event)
            case WorkspaceCommitted():
                yield self._commit(event)
            case WishRecorded():
                words = self._told(wish_text(event))
                yield _mark("wish", f"☙ {WISH}", words, opened=True)
            case ExitMentioned() | ExitTaken() | PersonChose():
                yield _note(event)
            case ResponseFinished() | ResponseFailed() | UnknownEvent():
                yield from _trouble(event)

    def rest(self) -> Iterator[Markup]:
        """The reply that was waiting for its end."""
        texts, self._texts = self._texts, []
        if not texts:
            return
        words = "".join(block.text for block in texts)
        cut = tag("p", {"class": "note"}, "Broken off.") if texts[-1].partial else Markup()
        pages = cited(texts)
        cites = self._told("\n".join(page_lines(pages)))
        told = _mark("cites", "It cites", cites) if cites else Markup()
        yield tag("div", {"class": "reply"}, self._prose(words), cut, told)

    def _prose(self, words: str) -> Markup:
        if len(words) <= LONGEST:
            shown = prose(words)
            # Signs of Markdown can become many times as much markup.
            if weight(shown) <= 2 * LONGEST:
                return shown
        return tag("div", {"class": "plain"}, self._passage(words))

    def _ours(self, event: MessageSent) -> Markup:
        voice = tag("p", {"class": "voice"}, event.author)
        words = tag("div", {"class": "plain"}, self._passage(event.text))
        return tag("div", {"class": "ours"}, voice, words)

    def _block(self, block: Block) -> Iterator[Markup]:
        cut = " · broken off" if block.partial else ""
        match block.kind:
            case "thinking":
                yield self._thinking(block, cut)
            case "tool_call":
                name, *given = call_words(block)
                self._calls[block.call_id] = given
                title = f"⚒ {'  '.join([name, *given])}{cut}"
                yield _mark("call", title, self._told(arguments_text(block)))
            case _:
                said = provided(block)
                if said is None:
                    kind = other_kind(block) or "no name"
                    raw = bytes(block.raw).decode("utf-8", "replace")
                    title = f"a block of another kind: {kind}{cut}"
                    yield _mark("other", title, self._told(raw))
                else:
                    words = self._told(provided_text(said))
                    yield _mark("provided", f"⚒ {provided_title(said)}{cut}", words)

    def _thinking(self, block: Block, cut: str) -> Markup:
        title = f"{thinking_title(block)}{cut}"
        if not block.text:
            return tag("p", {"class": "thinking none"}, title)
        lines = block.text.strip().split("\n")
        first = lines[0][:_FIRST_LINE] + ("…" if len(lines[0]) > _FIRST_LINE else "")
        more = tag("span", {"class": "more"}, counted(len(lines), "line"))
        opening = tag("span", {"class": "opening"}, first)
        summary = tag("summary", None, tag("span", {"class": "voice"}, title), " ", opening, more)
        words = tag("div", {"class": "plain"}, self._passage(block.text))
        return tag("details", {"class": "thinking"}, summary, words)

    def _result(self, event: ToolReturned) -> Markup:
        tool = clean_line(event.tool, LONGEST_TITLE)
        title = "  ".join([f"↳ {tool}", *self._calls.pop(event.call_id, [])])
        failed = "" if event.ok else " · failed"
        return _mark("result", f"{title}{failed}", join(*self._answer(event)))

    def _answer(self, event: ToolReturned) -> Iterator[Markup]:
        """The parts of an answer; of many there are the first, and of all texts a way to them."""
        words: list[str] = []
        room, missing, more = LONGEST, False, 0
        for part in event.result:
            piece = Markup()
            if part.kind == "text":
                words.append(self.annex.words(part.blob) if part.blob else part.text or "")
                shown, cut = beginning(words[-1], max(room, 0))
                missing |= cut
                piece = _plain(shown) if shown and room > 0 else piece
            elif part.blob and room > 0:
                piece = self._kept(part.kind, part.media_type, part.blob, event.tool)
            else:
                more += 1
            room -= weight(piece)
            yield piece
        if missing:
            yield _plain(self._all("\n\n".join(words)))
        if more:
            said = f"and {counted(more, 'more part')}, too many to stand here"
            yield tag("p", {"class": "note"}, said)
        if event.cut:
            yield tag("p", {"class": "note"}, f"Cut: {clean_line(event.cut)}")

    def _kept(self, kind: str, media_type: str, blob: str, tool: str) -> Markup:
        place = self.annex.picture(blob) if kind == "image" else None
        if place is None:
            return tag("p", {"class": "note"}, f"{kind}, {media_type}, kept as blob {blob[:12]}…")
        named = f"A picture that {tool} gave"
        return tag("img", {"src": place, "alt": named, "loading": "lazy"})

    def _commit(self, event: WorkspaceCommitted) -> Markup:
        place, title = self.commits.get(event.commit), f"● {commit_title(event)}"
        link = tag("a", {"href": place, "title": event.commit}, title) if place else title
        files = files_text(event.files[:MOST_FILES])
        if len(event.files) > MOST_FILES:
            files += f"\nand {len(event.files) - MOST_FILES:,} more"
        return tag("div", {"class": "mark commit"}, link, _plain(whole(files)))

    def _told(self, words: str) -> Markup:
        """``words`` as a mark in the margin holds them; nothing where there are none."""
        return _plain(self._passage(words)) if words else Markup()

    def _passage(self, words: str) -> Markup:
        """``words`` whole, or their beginning and a way to all of them."""
        shown, missing = beginning(words, LONGEST)
        if not missing:
            return shown
        return join(shown, "\n", self._all(words))

    def _all(self, words: str) -> Markup:
        return tag("a", {"href": self.annex.text(words)}, f"All {len(words):,} characters")


def _plain(words: Markup) -> Markup:
    return tag("div", {"class": "plain"}, words)


def _mark(kind: str, title: str, content: Markup, *, opened: bool = False) -> Markup:
    """Something in the margin that opens; without content it is a line."""
    name = tag("span", {"class": "voice"}, title)
    if not content:
        return tag("div", {"class": f"mark {kind}"}, name)
    return tag(
        "details",
        {"class": f"mark {kind}", "open": "" if opened else None},
        tag("summary", None, name),
        content,
    )


def _note(event: ExitMentioned | ExitTaken | PersonChose) -> Markup:
    match event:
        case ExitMentioned():
            said = f"… {mention_title(event)}"
        case ExitTaken():
            found = " (found by recovery)" if event.recovered else ""
            words = clean_line(event.evidence)
            place = f", {where}" if (where := _PLACES.get(event.rule)) else ""
            how = "called, by the tool" if event.by == "tool" else f"said{place}: “{words}”"
            said = f"The exit was {how}{found}"
            said += "" if said.endswith(".”") else "."
        case PersonChose():
            chose = {"try-again": "to try again", "end": "to end the session"}[event.choice]
            said = f"The person chose {chose}."
    return tag("p", {"class": "mark note"}, said)


def _trouble(event: ResponseFinished | ResponseFailed | UnknownEvent) -> Iterator[Markup]:
    match event:
        case ResponseFinished():
            said = stop_title(event)
        case ResponseFailed():
            said = f"↻ {retry_title(event)}" if event.retried else failure_title(event)
        case UnknownEvent():
            said = f"A line of a kind this version does not know: {event.type}."
    if said:
        yield tag("p", {"class": "mark note"}, said)

"""What was said and done in a session, as it stands on its page.

Three voices, told apart without colour too: ours behind a rule and with its author named, thinking
folded and with its provenance named, the reply as plain text. All else stands in the margin.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from latitude.compare.html.markup import Markup, join, tag, whole
from latitude.core.blocks import Block
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
from latitude.journal.margin import (
    arguments_text,
    call_words,
    commit_title,
    counted,
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
from latitude.publish.site.prose import prose

LONGEST = 40_000
"""Characters of one text on a page; a longer one lies beside it, whole."""
_FIRST_LINE = 90

PutAside = Callable[[str], str]
"""Takes a text that is too long for a page, and gives the address where all of it is."""
PutPicture = Callable[[str, str], str | None]
"""Takes a blob's name and media type, and gives the address of the picture; else ``None``."""


@dataclass(slots=True)
class Voices:
    """Writes record after record as markup; remembers what later ones refer to."""

    history: str
    """The address of the page on which commits are shown."""
    put_aside: PutAside
    put_picture: PutPicture
    _texts: list[BlockRecorded] = field(default_factory=list)
    _hidden: int = 0

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
                yield _mark("wish", f"☙ {WISH}", self._passage(wish_text(event)), opened=True)
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
        cites = _mark("cites", "It cites", _plain("\n".join(page_lines(pages)))) if pages else ""
        if len(words) > LONGEST:
            shown = tag("div", {"class": "plain"}, self._passage(words))
        else:
            shown = prose(words)
        yield tag("div", {"class": "reply"}, shown, cut, Markup(cites))

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
                title = f"⚒ {'  '.join(call_words(block))}{cut}"
                yield _mark("call", title, self._passage(arguments_text(block), clean=True))
            case _:
                said = provided(block)
                if said is None:
                    kind = other_kind(block) or "no name"
                    raw = bytes(block.raw).decode("utf-8", "replace")
                    title = f"a block of another kind: {kind}{cut}"
                    yield _mark("other", title, self._passage(raw))
                else:
                    words = self._passage(provided_text(said), clean=True)
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
        pieces: list[Markup] = []
        for part in event.result:
            if part.blob is None:
                pieces.append(_plain(self._passage(part.text or "")))
            else:
                pieces.append(self._kept(part.kind, part.media_type, part.blob, event.tool))
        if event.cut:
            pieces.append(tag("p", {"class": "note"}, f"Cut: {event.cut}"))
        failed = "" if event.ok else " · failed"
        return _mark("result", f"↳ {event.tool}{failed}", join(*pieces))

    def _kept(self, kind: str, media_type: str, blob: str, tool: str) -> Markup:
        place = self.put_picture(blob, media_type) if kind == "image" else None
        if place is None:
            return tag("p", {"class": "note"}, f"{kind}, {media_type}, kept as blob {blob[:12]}…")
        named = f"A picture that {tool} gave"
        return tag("img", {"src": place, "alt": named, "loading": "lazy"})

    def _commit(self, event: WorkspaceCommitted) -> Markup:
        link = tag(
            "a",
            {"href": f"{self.history}#c-{event.commit[:12]}", "title": event.commit},
            f"● {commit_title(event)}",
        )
        return tag("div", {"class": "mark commit"}, link, _plain(files_text(event.files)))

    def _passage(self, words: str, *, clean: bool = False) -> Markup:
        """``words`` whole, or their beginning and a way to all of them."""
        del clean
        if len(words) <= LONGEST:
            return whole(words)
        link = tag("a", {"href": self.put_aside(words)}, f"All {len(words):,} characters")
        return join(whole(words[:LONGEST]), "…\n", link)


def _plain(words: str) -> Markup:
    return tag(
        "div", {"class": "plain small"}, words if isinstance(words, Markup) else whole(words)
    )


def _mark(kind: str, title: str, words: str, *, opened: bool = False) -> Markup:
    """Something in the margin that opens; empty words make it a line."""
    name = tag("span", {"class": "voice"}, title)
    if not words:
        return tag("div", {"class": f"mark {kind}"}, name)
    inner = words if words.startswith("<") else _plain(words)
    return tag(
        "details",
        {"class": f"mark {kind}", "open": "" if opened else None},
        tag("summary", None, name),
        Markup(inner),
    )


def _note(event: ExitMentioned | ExitTaken | PersonChose) -> Markup:
    match event:
        case ExitMentioned():
            said = f"… {mention_title(event)}"
        case ExitTaken():
            found = ", found by recovery" if event.recovered else ""
            said = (
                f"The exit was called, by the tool (rule {event.rule}{found})."
                if event.by == "tool"
                else f"The exit was said: “{event.evidence}” (rule {event.rule}{found})."
            )
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


def first_words(texts: Sequence[str], longest: int) -> str:
    """The beginning of the first of ``texts`` that says anything, on one line."""
    said = next((text.strip() for text in texts if text.strip()), "")
    line = " ".join(said.split())
    return line if len(line) <= longest else f"{line[:longest].rstrip()}…"

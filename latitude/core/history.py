"""The conversation as the provider sees it, taken from the state and from nowhere else.

Providers bind each thinking block to everything before it, so history only ever grows: what was
sent is sent again byte for byte. Broken attempts and partial blocks are never part of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from latitude.core.blocks import Block
from latitude.core.events import ResultPart, ToolReturned
from latitude.core.fold import SessionState, Step
from latitude.core.spec import ModelAsked, ToolSchema

LoadBlob = Callable[[str], bytes]
"""Takes the SHA-256 of a blob and returns its bytes."""


@dataclass(frozen=True, slots=True)
class Said:
    """Our words that open a turn; usually one text."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replied:
    """The blocks of one whole response, in order."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ReturnedPart:
    """One part of a tool's answer with its bytes at hand."""

    kind: str
    media_type: str
    data: bytes

    @property
    def text(self) -> str:
        """The part as text (tools record text as UTF-8)."""
        return self.data.decode("utf-8")


@dataclass(frozen=True, slots=True)
class Returned:
    """The answer to one call."""

    call_id: str
    tool: str
    ok: bool
    parts: tuple[ReturnedPart, ...]


@dataclass(frozen=True, slots=True)
class ReturnedAll:
    """The answers to all calls of the response before, in the order of the calls."""

    results: tuple[Returned, ...]


HistoryItem = Said | Replied | ReturnedAll


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that a request is made of."""

    model: ModelAsked
    tools: tuple[ToolSchema, ...]
    history: tuple[HistoryItem, ...]


def conversation(state: SessionState, load: LoadBlob) -> Conversation:
    """Return what the next request carries. ``load`` fetches results that were kept as blobs."""
    return History(load).conversation(state)


class History:
    """Makes the conversation again before every request of one session.

    A step that has not changed since is not read again, nor are its blobs: without that, the cost
    of a session would grow with the square of its length.
    """

    def __init__(self, load: LoadBlob) -> None:
        self._load = load
        self._steps: dict[int, tuple[Step, list[HistoryItem]]] = {}

    def conversation(self, state: SessionState) -> Conversation:
        """Return what the next request carries."""
        items: list[HistoryItem] = []
        kept = self._steps
        for turn in state.turns:
            items.append(Said(texts=tuple([message.text for message in turn.messages])))
            for step in turn.steps:
                known = kept.get(step.number)
                if known is None or known[0] is not step:
                    known = kept[step.number] = step, _step_items(step, self._load)
                items += known[1]
        opened = state.opened
        return Conversation(model=opened.model, tools=opened.tools, history=tuple(items))


def _step_items(step: Step, load: LoadBlob) -> list[HistoryItem]:
    if step.finished is None:
        return []
    items: list[HistoryItem] = [Replied(blocks=step.blocks)]
    if step.results:
        order = {call.call_id: place for place, call in enumerate(step.calls)}
        results = sorted(step.results, key=lambda result: order.get(result.call_id, len(order)))
        items.append(ReturnedAll(results=tuple(_returned(result, load) for result in results)))
    return items


def _returned(result: ToolReturned, load: LoadBlob) -> Returned:
    parts = tuple(
        ReturnedPart(kind=part.kind, media_type=part.media_type, data=_bytes_of(part, load))
        for part in result.result
    )
    return Returned(call_id=result.call_id, tool=result.tool, ok=result.ok, parts=parts)


def _bytes_of(part: ResultPart, load: LoadBlob) -> bytes:
    if part.blob is not None:
        return load(part.blob)
    return (part.text or "").encode("utf-8")

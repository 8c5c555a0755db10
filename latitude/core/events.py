"""The journal's alphabet: one frozen Struct a line type (format: ``docs/record.md``).

An event holds what happened; the journal adds ``v``, ``seq``, ``at`` and ``prev`` when it writes
the line. A type this version does not know is read as :class:`UnknownEvent`, never dropped.
"""

from dataclasses import dataclass
from typing import Literal

import msgspec
import msgspec.structs

from latitude.core.blocks import NO_RAW, Block
from latitude.core.spec import (
    Conditions,
    ExitTerms,
    Limits,
    ModelAsked,
    Parent,
    ProtocolUsed,
    ToolSchema,
    Versions,
)
from latitude.core.stream import FailureKind, StopKind, Tokens

End = Literal[
    "model-exit",
    "no-next-message",
    "person-end",
    "turn-limit",
    "token-limit",
    "cost-limit",
    "time-limit",
    "step-limit",
    "refused",
    "context-full",
    "provider-failed",
    "interrupted",
    "harness-failed",
]
Author = Literal["protocol", "person", "harness"]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every line has in common: a ``type``."""


class SessionOpened(Event, frozen=True, kw_only=True, tag="session.opened"):
    """The first line: who, under what terms, with what words."""

    id: str
    protocol: ProtocolUsed
    given: str
    """SHA-256 of all that the model is or can be given by us (``prompts/rendering.py``)."""
    model: ModelAsked
    tools: tuple[ToolSchema, ...]
    limits: Limits
    exit: ExitTerms
    conditions: Conditions
    versions: Versions
    parent: Parent | None = None
    redacted_from: str | None = None
    """In a copy from which something was taken out before it was given away: the fingerprint of
    the journal that it is a copy of. No session is opened with it."""


class MessageSent(Event, frozen=True, kw_only=True, tag="message.sent"):
    """Words from our side, exactly."""

    turn: int
    author: Author
    text: str


class ResponseStarted(Event, frozen=True, kw_only=True, tag="response.started"):
    """A request was sent and the provider began to answer."""

    turn: int
    step: int
    attempt: int
    request_sha256: str
    """SHA-256 of the request body's bytes as sent."""
    request_id: str | None = None


class BlockRecorded(Event, Block, frozen=True, kw_only=True, tag="block"):
    """One block of the reply; the fields of :class:`~latitude.core.blocks.Block` stand flat."""

    turn: int
    step: int
    index: int

    @classmethod
    def of(cls, block: Block, turn: int, step: int, index: int) -> "BlockRecorded":
        """The line that records ``block``."""
        return cls(turn=turn, step=step, index=index, **msgspec.structs.asdict(block))


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a response cost, and by which table."""

    usd: float
    prices: str
    """Name and version of the price table, such as ``genai-prices 0.2.3``."""


class ResponseFinished(Event, frozen=True, kw_only=True, tag="response.finished"):
    """The response is whole."""

    turn: int
    step: int
    model: str
    """As returned."""
    stop: StopKind
    stop_reason: str | None
    """The provider's own word for why it stopped."""
    tokens: Tokens
    seconds: float
    first_token_seconds: float | None = None
    cost: Cost | None = None
    usage: msgspec.Raw = NO_RAW
    detail: msgspec.Raw = NO_RAW


class ResponseFailed(Event, frozen=True, kw_only=True, tag="response.failed"):
    """The response did not come, or broke off; partial blocks stand before this line."""

    turn: int
    step: int
    attempt: int
    error: FailureKind
    message: str
    retried: bool
    """True when latitude sends the same request again by itself."""
    request_sha256: str
    provider_type: str | None = None
    status: int | None = None
    request_id: str | None = None
    wait_seconds: float | None = None
    """The pause before the retry."""


class PersonChose(Event, frozen=True, kw_only=True, tag="person.chose"):
    """What the attending person decided after a reply that broke off."""

    turn: int
    step: int
    choice: Literal["try-again", "end"]


class ResultPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One part of a tool's answer: its text, or the blob that holds it."""

    kind: Literal["text", "image"]
    text: str | None = None
    blob: str | None = None
    """SHA-256 of the bytes under ``blobs/``."""
    media_type: str


class ToolReturned(Event, frozen=True, kw_only=True, tag="tool.returned"):
    """A tool's answer, exactly as it is sent back."""

    turn: int
    step: int
    call_id: str
    tool: str
    ok: bool
    result: tuple[ResultPart, ...]
    seconds: float
    cut: str | None = None
    """What was left out of the answer, if anything was."""


class FileChange(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a commit."""

    path: str
    status: Literal["added", "modified", "deleted"]
    size: int | None
    """Bytes; ``None`` when deleted."""
    sha256: str | None


class WorkspaceCommitted(Event, frozen=True, kw_only=True, tag="workspace.committed"):
    """The workspace changed, and stands in the repository as this commit."""

    turn: int
    step: int
    commit: str
    tree: str
    files: tuple[FileChange, ...]


class ExitMentioned(Event, frozen=True, kw_only=True, tag="exit.mentioned"):
    """The exit's words stood in the reply but were not an exit."""

    turn: int
    step: int
    line: str
    phrase: str
    rule: str


class ExitTaken(Event, frozen=True, kw_only=True, tag="exit.taken"):
    """The model left."""

    turn: int
    step: int
    by: Literal["phrase", "tool"]
    evidence: str
    """The line of the reply, or the id of the call."""
    rule: str
    phrase: str | None = None
    recovered: bool = False


class Wish(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the model said of how the session and its work should be shown and signed."""

    publish: Literal["yes", "no"] | None = None
    signature: str | None = None
    words: str | None = None


class WishRecorded(Event, Wish, frozen=True, kw_only=True, tag="wish.recorded"):
    """The model made a wish; the fields of :class:`Wish` stand flat. Later ones add to it."""

    turn: int
    step: int
    call_id: str

    @classmethod
    def of(cls, wish: Wish, turn: int, step: int, call_id: str) -> "WishRecorded":
        """The line that records ``wish``."""
        return cls(turn=turn, step=step, call_id=call_id, **msgspec.structs.asdict(wish))


class Summary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Figures of a whole session, so that a list needs its first and last lines only."""

    turns: int
    steps: int
    files: int
    """Files in the workspace at the end."""
    tokens: Tokens
    model: str | None
    """As last returned; ``None`` when nothing came back."""
    cost: float | None = None
    """US dollars; ``None`` where any response had no known price."""
    seconds: float | None = None


class SessionClosed(Event, frozen=True, kw_only=True, tag="session.closed"):
    """The last line. Its SHA-256 is the session's fingerprint."""

    end: End
    detail: str
    summary: Summary
    torn_bytes: int | None = None
    """Bytes of a torn last line that recovery moved to ``torn.bin``."""


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """A line of a type that this version does not know."""

    type: str
    raw: bytes


KnownEvent = (
    SessionOpened
    | MessageSent
    | ResponseStarted
    | BlockRecorded
    | ResponseFinished
    | ResponseFailed
    | PersonChose
    | ToolReturned
    | WorkspaceCommitted
    | ExitMentioned
    | ExitTaken
    | WishRecorded
    | SessionClosed
)
AnyEvent = KnownEvent | UnknownEvent


class Record(msgspec.Struct, frozen=True):
    """One line of a journal: the event, and where and when it was written.

    Never encoded; a Struct because one is made for every line, six times as fast as a dataclass.
    """

    seq: int
    at: str
    """RFC 3339, UTC, milliseconds."""
    event: AnyEvent
    sha256: str
    """Of the line's bytes without its newline; the next line's ``prev``."""

"""What a provider says while it answers: one ``Started``, deltas and blocks, one ending.

Every stream closes with exactly one ``Finished`` or ``Failed``. Failure is data: what had arrived
before it is kept.
"""

from dataclasses import dataclass, field
from typing import Literal

import msgspec

from latitude.core.blocks import NO_RAW, Block

StopKind = Literal["end", "tool_calls", "length", "refusal", "pause", "context_full", "unknown"]
"""Why a response ended, in our words; the provider's own word is kept beside it."""

FailureKind = Literal[
    "connection",  # refused, reset, dropped, name not found
    "stalled",  # nothing came for the length of the read timeout
    "closed_early",  # the stream ended without its terminal event
    "rate_limit",  # 429
    "overloaded",  # 529, 503, or the provider's word for it
    "server",  # other 5xx, or an error event of that kind
    "auth",  # 401, 403
    "not_found",  # 404: unknown model or path
    "bad_request",  # other 4xx
    "context_full",  # the request no longer fits the model
    "malformed",  # an answer that is not the protocol: HTML, JSON for SSE, broken JSON
    "interrupted",  # our process was stopped while it streamed
]


class Tokens(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Token counts of one response, brought to one meaning across providers."""

    input: int = 0
    """All that was read, cached or not."""
    cached: int = 0
    """The part of ``input`` that came from the provider's cache."""
    output: int = 0
    """All that was written, thinking included."""
    thinking: int = 0
    """The part of ``output`` that was thinking, where the provider tells."""


@dataclass(frozen=True, slots=True)
class Started:
    """The provider has begun to answer."""

    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """More thinking in block ``index``."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More reply in block ``index``."""

    index: int
    text: str
    continues: bool = False
    """Whether the block goes on where the text block before it ended."""


@dataclass(frozen=True, slots=True)
class ToolArgsDelta:
    """More argument JSON of the call in block ``index``; the first one names call and tool."""

    index: int
    text: str
    call_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class BlockDone:
    """Block ``index`` is whole. ``block.raw`` is the provider's own form of it."""

    index: int
    block: Block

    @property
    def raw(self) -> msgspec.Raw:
        """The provider's block, verbatim."""
        return self.block.raw


@dataclass(frozen=True, slots=True)
class Finished:
    """The response is complete."""

    stop: StopKind
    stop_reason: str | None
    """The provider's own word."""
    model: str
    """The model id as returned, never as asked."""
    tokens: Tokens = field(default_factory=Tokens)
    usage: msgspec.Raw = field(default_factory=lambda: NO_RAW)
    """The provider's usage object, verbatim."""
    searches: int | None = 0
    """Web searches that are charged for and that ``usage`` does not tell of; ``None`` where there
    were some and nobody says how many."""
    detail: msgspec.Raw = field(default_factory=lambda: NO_RAW)
    """Anything else the ending said (refusal category, dropped blocks), verbatim."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The response did not come, or broke off."""

    kind: FailureKind
    message: str
    """What the provider said, or in our words what became of the connection; never a key."""
    provider_type: str | None = None
    status: int | None = None
    request_id: str | None = None
    retry_after: float | None = None
    """Seconds the provider asked us to wait, if it did."""


Delta = ThinkingDelta | TextDelta | ToolArgsDelta
StreamEvent = Started | ThinkingDelta | TextDelta | ToolArgsDelta | BlockDone | Finished | Failed

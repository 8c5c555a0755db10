"""What every provider is to the engine: a request in, a stream of events out.

No exception of an SDK crosses this seam; what went wrong is a ``Failed`` event.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

import msgspec

from latitude.core.events import Cost
from latitude.core.history import Conversation
from latitude.core.spec import ModelAsked, ToolSchema
from latitude.core.stream import StreamEvent


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready for the wire."""

    conversation: Conversation
    body: bytes
    """The exact bytes of the HTTP body; rebuilt from the journal they are the same."""
    sha256: str = field(init=False)
    """SHA-256 (hex) of ``body``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", sha256(self.body).hexdigest())


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person asked of the model's settings on the command line, or in a study."""

    effort: str | None = None
    base_url: str | None = None
    seed: int | None = None
    """Heeded where all chance is ours: by a rehearsal that draws. Others pass over it."""


@dataclass(frozen=True, slots=True)
class WebOffer:
    """What there is for a protocol that names ``web``: the provider's own tools, or why none."""

    tools: tuple[ToolSchema, ...] = ()
    why: str = ""
    """A sentence; empty where there are tools."""
    cure: str = ""
    """What a person can do about it."""


class Wire(Protocol):
    """The pure half of a provider: it needs no SDK, no key and no network."""

    def body(self, conversation: Conversation) -> bytes:
        """Return the request body for ``conversation``: the same bytes each time."""
        ...


class Provider(Wire, Protocol):
    """Who answers."""

    @property
    def name(self) -> str:
        """The name before the slash: ``anthropic``, ``openai``, ``chat``, ``rehearsal`` …"""
        ...

    @property
    def sdk(self) -> str:
        """Name and version of the SDK in use, such as ``anthropic 2.11.0``; empty for none."""
        ...

    @property
    def host(self) -> str:
        """``host[:port]`` that requests go to; empty where nothing is sent."""
        ...

    async def settle(self, model: str, wishes: Wishes) -> ModelAsked:
        """Find out what ``model`` allows and return it with all request parameters fixed.

        May ask the provider. Raises ``ProviderUnavailable`` (no key, wrong key, nobody there),
        ``UnknownName`` (no such model) or ``UsageError`` (an effort it does not have).
        """
        ...

    def web(self, asked: ModelAsked) -> WebOffer:
        """Return the provider's own web tools for ``asked``, which :meth:`settle` returned.

        Nothing is asked of anybody here.
        """
        ...

    def open(self, request: Request) -> AbstractAsyncContextManager[AsyncIterator[StreamEvent]]:
        """Send ``request`` once, without retries, and stream the answer.

        The iterator yields ``Started``, deltas and ``BlockDone`` events, then exactly one
        ``Finished`` or ``Failed``. Leaving the context closes the connection.
        """
        ...

    def price(self, model: str, usage: msgspec.Raw, searches: int | None = 0) -> Cost | None:
        """Return what a response with this ``usage`` cost; ``None`` when no price is known.

        ``searches`` are those of ``Finished``. One without a known price makes the whole unknown.
        """
        ...

    def is_priced(self, model: str, *, web: bool = False) -> bool:
        """Say whether the price of ``model`` is known, so that a cost limit can be kept.

        With ``web``, whether that of its web searches is known too.
        """
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...

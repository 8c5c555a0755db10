"""What the three doors to an SDK do alike."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import msgspec

from latitude.core.events import Cost
from latitude.core.history import Conversation
from latitude.core.spec import ModelAsked
from latitude.core.stream import StreamEvent
from latitude.providers import prices
from latitude.providers.base import Request, WebOffer, Wire, Wishes
from latitude.providers.line import Line, Reader


class Door(ABC):
    """A provider behind an SDK's client; a subclass settles parameters and reads its answers."""

    def __init__(self, line: Line, wire: Wire, path: str, sdk: str) -> None:
        """``path`` is where bodies are posted, ``sdk`` the name and version of the SDK."""
        self._line = line
        self._endpoint = line.endpoint
        self._wire = wire
        self._path = path
        self._sdk = sdk

    @property
    def name(self) -> str:
        """The name before the slash."""
        return self._endpoint.provider

    @property
    def host(self) -> str:
        """Where requests go, as ``host[:port]``."""
        return self._endpoint.host

    @property
    def sdk(self) -> str:
        """Name and version of the SDK."""
        return self._sdk

    @abstractmethod
    async def settle(self, model: str, wishes: Wishes) -> ModelAsked:
        """Find out what ``model`` allows and return it with all request parameters fixed."""

    @abstractmethod
    def reader(self) -> Reader:
        """Return a fresh reader for one answer."""

    def web(self, asked: ModelAsked) -> WebOffer:  # noqa: ARG002
        """Return why there are no web tools: most servers have none."""
        return WebOffer(
            why=f"Nothing is known of web tools at {self.host}.",
            cure="Choose a model of anthropic/ or openai/ at the vendor's own address.",
        )

    def body(self, conversation: Conversation) -> bytes:
        """Return the request body for ``conversation``: the same bytes each time."""
        return self._wire.body(conversation)

    def open(self, request: Request) -> AbstractAsyncContextManager[AsyncIterator[StreamEvent]]:
        """Send ``request`` once and stream the answer."""
        return self._line.stream(self._path, request.body, self.reader())

    def price(self, model: str, usage: msgspec.Raw, searches: int | None = 0) -> Cost | None:
        """Return what a response cost; ``None`` where no price is known.

        The table is the vendor's: a server that speaks like it has prices of its own.
        """
        return prices.price(self.name, model, usage, searches) if self._endpoint.is_vendor else None

    def is_priced(self, model: str, *, web: bool = False) -> bool:
        """Say whether the price of ``model`` is known, and with ``web`` that of its searches."""
        return self._endpoint.is_vendor and prices.is_priced(self.name, model, web=web)

    async def close(self) -> None:
        """Give back connections."""
        await self._line.close()

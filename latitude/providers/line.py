"""The line to a server: exact bytes out, stream events in, every failure as one ``Failed``.

The three doors share it. The SDK's client does what it is for (address, key, headers, transport);
this module hands it the finished body and reads the answer's bytes itself. Measured against the
SDKs' own streams this takes about a third of the CPU, because no object is built per chunk.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Any, Protocol, cast

import aiohttp
import httpx2

from latitude import __version__
from latitude.config import KEY_VARIABLES
from latitude.core.stream import Failed, Finished, Started, StreamEvent
from latitude.errors import LatitudeError, ProviderUnavailable
from latitude.providers.endpoint import CONNECT_TIMEOUT, Endpoint
from latitude.providers.failures import (
    closed_early,
    dropped,
    from_body,
    from_status,
    request_id,
    stalled,
    unconnected,
    unexplained,
    unreached,
    unreadable,
)
from latitude.providers.json_text import Malformed, decode
from latitude.providers.patience import Overdue, patiently
from latitude.providers.sse import EventTooLarge, SseEvent, SseParser

SETTLE_TIMEOUT = 20.0
"""Seconds for a question about a model, before anything is sent to it."""
NO_SUCH_ROUTE = ("not_found", "bad_request", "malformed", "server")
"""How a server that only speaks like a vendor answers to a question about a model."""
USER_AGENT = f"latitude/{__version__}"
_DRAIN_SECONDS = 0.1
"""A response that is read to its last byte leaves the connection open for the next request."""
_NOT_SSE_BYTES = 65_536
_GRACE = 1.0
"""Seconds that the transport has to notice a stall by itself."""

_HEADERS = {
    "content-type": "application/json",
    "accept": "text/event-stream",
    # Compressed events would wait in the compressor until a block of them is full.
    "accept-encoding": "identity",
}
# Both transports, and what they let through: asyncio's and OpenSSL's errors are OSErrors, a header
# that cannot be parsed is a ValueError, a client that was closed meanwhile a RuntimeError.
_TRANSPORT_ERRORS = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    httpx2.StreamError,
    aiohttp.ClientError,
    Overdue,
    OSError,
    ValueError,
    RuntimeError,
)


class Reader(Protocol):
    """Makes stream events of one provider's raw events."""

    def read(self, event: SseEvent) -> list[StreamEvent]:
        """Take one raw event. Raises ``Malformed`` when it is not what it must be."""
        ...

    def end(self) -> list[StreamEvent]:
        """Take the clean end of the stream; without a ``Finished`` it came too early."""
        ...

    def held(self) -> list[StreamEvent]:
        """Return as deltas what was held back, when no more will come to make it certain."""
        ...


class SdkClient(Protocol):
    """The part of both SDKs' clients that is used."""

    async def post(
        self, path: str, *, cast_to: Any, content: Any, options: Any, stream: Any, stream_cls: Any
    ) -> Any:
        """Send ``content``; raise on an error status."""
        ...

    async def get(self, path: str, *, cast_to: Any, options: Any) -> Any:
        """Fetch ``path``; raise on an error status."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


def timeouts(endpoint: Endpoint) -> httpx2.Timeout:
    """Return the time-outs of a client for ``endpoint``."""
    return httpx2.Timeout(
        connect=CONNECT_TIMEOUT, read=endpoint.read_timeout, write=60.0, pool=CONNECT_TIMEOUT
    )


class Line:
    """An SDK's client and an endpoint."""

    def __init__(
        self, client: SdkClient, endpoint: Endpoint, stream_cls: Any, error: type[Exception]
    ) -> None:
        """``stream_cls`` is the SDK's stream, ``error`` the root of its exceptions."""
        self.endpoint = endpoint
        self._client = client
        self._stream_cls = stream_cls
        self._errors = (error, *_TRANSPORT_ERRORS)
        self._headers = dict(_HEADERS)
        if not endpoint.is_vendor:
            # llama.cpp says keep-alive and hangs up after each stream; the next request would race
            # with that. A new connection to a server nearby costs nothing.
            self._headers["connection"] = "close"

    def stream(
        self, path: str, body: bytes, reader: Reader
    ) -> AbstractAsyncContextManager[AsyncIterator[StreamEvent]]:
        """Send ``body`` once; the context yields the answer. Leaving it hangs up."""
        return self._stream(path, body, reader)

    async def get(self, path: str) -> Any | Failed:
        """Return the JSON at ``path``, or why there is none."""
        connection = {"connection": self._headers.get("connection", "keep-alive")}
        options = {"timeout": SETTLE_TIMEOUT, "headers": connection}
        try:
            response = await self._client.get(path, cast_to=httpx2.Response, options=options)
            return decode(response.content)
        except Malformed as error:
            failure = Failed(kind="malformed", message=str(error), status=200)
        except self._errors as error:
            failure = _failure_of(error, SETTLE_TIMEOUT, arrived=None)
        return self.endpoint.scrubber.failed(failure)

    async def close(self) -> None:
        """Give back all connections."""
        await self._client.close()

    @asynccontextmanager
    async def _stream(
        self, path: str, body: bytes, reader: Reader
    ) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        async with aclosing(self._events(path, body, reader)) as events:
            yield events

    async def _events(
        self, path: str, body: bytes, reader: Reader
    ) -> AsyncGenerator[StreamEvent, None]:
        response: httpx2.Response | None = None
        failure: Failed | None = None
        held: list[StreamEvent] = []
        arrived = over = False
        try:
            response = await self._client.post(
                path,
                cast_to=httpx2.Response,
                content=body,
                options={"headers": self._headers},
                stream=True,
                stream_cls=self._stream_cls,
            )
            yield Started(request_id=self.endpoint.scrubber.maybe(request_id(response.headers)))
            patience = self.endpoint.read_timeout + _GRACE
            async with aclosing(_answers(response, reader, patience)) as answers:
                async for events in answers:
                    for event in events:
                        if type(event) in _ENDINGS:
                            over = True
                            yield self._clean(event)
                            break
                        arrived = True
                        yield event
        except (Malformed, EventTooLarge) as error:
            held = reader.held()
            failure = Failed(kind="malformed", message=str(error))
        except self._errors as error:
            held = reader.held()
            patience, arrived = self.endpoint.read_timeout, arrived or bool(held)
            failure = _failure_of(error, patience, arrived=arrived)
        finally:
            if response is not None:
                await response.aclose()
        if failure is not None and not over:
            for event in held:
                yield event
            yield self._clean(failure)

    def _clean(self, event: StreamEvent) -> StreamEvent:
        return self.endpoint.scrubber.failed(event) if isinstance(event, Failed) else event


async def _answers(
    response: httpx2.Response, reader: Reader, patience: float
) -> AsyncGenerator[list[StreamEvent], None]:
    """Yield the events of one raw event after another; the last list holds the ending."""
    # Compression was not asked for; plain bytes skip httpx2's decoder, a generator per chunk.
    encoded = response.headers.get("content-encoding", "identity") != "identity"
    chunks = patiently(
        aiter(
            response.aiter_bytes() if encoded else cast("httpx2.AsyncByteStream", response.stream)
        ),
        patience,
    )
    parser = SseParser()
    at_start, arrived = True, False
    async for chunk in chunks:
        if at_start and (lead := chunk.lstrip()[:1]):
            at_start = False
            if lead in (b"{", b"[", b"<"):
                yield [await _not_a_stream(response, chunk, chunks)]
                return
        events: list[StreamEvent] = []
        for raw_event in parser.feed(chunk):
            try:
                events += reader.read(raw_event)
            except Malformed as error:
                events += [*reader.held(), Failed(kind="malformed", message=str(error))]
            if events and type(events[-1]) in _ENDINGS:
                yield events
                await _drain(chunks)
                return
        if events:
            arrived = True
            yield events
    last = [*_unclosed(parser, reader), *reader.end(), *reader.held()]
    yield [*last, closed_early(arrived=arrived or bool(last))]


_ENDINGS = (Finished, Failed)


def _unclosed(parser: SseParser, reader: Reader) -> Iterator[StreamEvent]:
    for raw_event in parser.close():
        try:
            yield from reader.read(raw_event)
        except Malformed:
            # An event without its blank line may be cut anywhere; then the stream ended too early.
            return


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in chunks:
                pass
    except (TimeoutError, *_TRANSPORT_ERRORS):
        # The answer is whole; the connection is closed instead of kept.
        return


async def _not_a_stream(
    response: httpx2.Response, first: bytes, chunks: AsyncIterator[bytes]
) -> Failed:
    body = bytearray(first)
    async for chunk in chunks:
        body += chunk
        if len(body) > _NOT_SSE_BYTES:
            break
    return from_body(response.status_code, response.headers.get("content-type", ""), bytes(body))


def _failure_of(error: BaseException, read_timeout: float, *, arrived: bool | None) -> Failed:
    """Return the failure behind an exception of an SDK or of the transport."""
    response = getattr(error, "response", None)
    if isinstance(response, httpx2.Response):
        return from_status(response.status_code, response.headers, response.content)
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    # By the transport's own types: the SDKs map some of its refusals to a time-out, and their own
    # message is "Connection error." for most of the others.
    for link in chain:
        match link:
            case aiohttp.SocketTimeoutError() | Overdue():
                return stalled(read_timeout, arrived=arrived)
            case aiohttp.ServerTimeoutError():
                return unconnected(CONNECT_TIMEOUT, arrived=arrived)
            case aiohttp.ClientConnectorError():
                return unreached(link.host, link.port, link.os_error, arrived=arrived)
            case aiohttp.ClientResponseError():
                return unreadable(link.message, arrived=arrived)
            case aiohttp.ClientPayloadError() | aiohttp.ClientConnectionError() | OSError():
                return dropped(arrived=arrived)
            case _:
                continue
    # The deepest link knows most.
    said = next((str(link) for link in reversed(chain) if str(link)), type(error).__name__)
    return unexplained(said, arrived=arrived)


def unavailable(endpoint: Endpoint, failure: Failed) -> LatitudeError:
    """Return what to tell a person when ``endpoint`` could not be asked about a model."""
    # An address may have a password in it.
    where = endpoint.scrubber.text(endpoint.url) if endpoint.is_loopback else endpoint.host
    said = f" ({failure.message})" if failure.message else ""
    match failure.kind:
        case "auth":
            variable = KEY_VARIABLES.get(endpoint.provider)
            cure = f" Set {variable} to a key that may use it." if variable else ""
            return ProviderUnavailable(f"{where} does not accept the key{said}.{cure}")
        case "connection" | "stalled":
            return ProviderUnavailable(
                f"{where} cannot be reached{said}. Start the server, if it is yours, or correct "
                "its address (--base-url). Nothing was sent."
            )
        case "overloaded" | "rate_limit":
            return ProviderUnavailable(
                f"{where} is busy or not ready yet{said}. Nothing was sent; try again later."
            )
        case _:
            return ProviderUnavailable(f"{where} gave no usable answer{said}. Nothing was sent.")

"""What a person reads when the connection fails: what happened, and what became of the answer."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from latitude.core.stream import Failed
from latitude.errors import ProviderUnavailable
from latitude.providers.base import Request, Wishes
from tests.providers.fake_server import Ending, Say, serving
from tests.providers.talk import PATHS, door, failed, recorded, talk, turn

pytestmark = pytest.mark.parametrize("provider", list(PATHS))
CERTIFICATE = Path(__file__).parent / "self_signed.pem"
"""Signed by itself, for a name that nobody has; its key guards nothing."""


CHUNKED = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
)


@asynccontextmanager
async def answering(data: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server that reads something, says ``data`` and hangs up; yields ``host:port``."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65_536)
        writer.write(data)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def failure(provider: str, url: str) -> Failed:
    async with door(provider, url) as opened:
        return failed(await turn(opened, talk(provider)))


BROKEN: list[tuple[Ending, str, str]] = [
    ("drop", "connection", "the connection broke off"),
    ("clean", "closed_early", "the server ended the answer before it was complete"),
    ("stall", "stalled", "nothing came for 0.3 seconds"),
]


@pytest.mark.parametrize(("ending", "kind", "what"), BROKEN)
@pytest.mark.parametrize("begun", [True, False], ids=["begun", "only-the-head"])
async def test_an_answer_that_breaks_off(provider, begun, ending, kind, what) -> None:
    say = Say([recorded(provider, "begun")] if begun else [], ending=ending)
    async with serving({PATHS[provider]: say}) as fake, door(provider, fake.url, 0.3) as opened:
        told = failed(await turn(opened, talk(provider)))
    rest = "what had come is kept" if begun else "no part of the answer had come"
    assert (told.kind, told.message) == (kind, f"{what}; {rest}")


@pytest.mark.parametrize(("ending", "kind", "what"), [BROKEN[0], BROKEN[2]])
async def test_a_server_that_takes_the_request_and_says_nothing(
    provider, ending, kind, what
) -> None:
    say = Say(ending=ending, before_head=True)
    async with serving({PATHS[provider]: say}) as fake, door(provider, fake.url, 0.3) as opened:
        told = failed(await turn(opened, talk(provider)))
    assert (told.kind, told.message) == (kind, f"{what}; no part of the answer had come")


async def test_an_answer_shorter_than_it_was_to_be(provider) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 99999\r\n\r\n"
    async with answering(head + recorded(provider, "begun")) as host:
        told = await failure(provider, f"http://{host}")
    assert told == Failed("connection", "the connection broke off; what had come is kept")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_nobody_listens(provider, host) -> None:
    told = await failure(provider, f"http://{host}:9")
    assert told == Failed("connection", f"{host}:9 refused the connection; nothing was sent")


async def test_nobody_has_the_name(provider) -> None:
    told = await failure(provider, "http://nobody.invalid")
    # A resolver that has nobody to ask cannot know that there is no such name.
    assert told.kind == "connection"
    assert re.fullmatch(
        r"the name nobody\.invalid (was not found|could not be looked up: .+); nothing was sent",
        told.message,
    )


async def test_a_certificate_that_nobody_vouches_for(provider) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)
    async with answering(b"", tls) as host:
        told = await failure(provider, f"https://{host}")
    assert told.kind == "connection"
    trusted, said, sent = re.split(": |; ", told.message)
    assert trusted == f"the certificate of {host} is not trusted"
    assert said.replace("-", " ") == "self signed certificate"
    assert sent == "nothing was sent"


async def test_a_server_without_tls_at_an_address_with_it(provider) -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as host:
        told = await failure(provider, f"https://{host}")
    what, _, reason = told.message.partition(": ")
    assert (told.kind, what) == ("connection", f"no secure connection to {host} could be made")
    assert reason.endswith("; nothing was sent")


async def test_a_server_that_hangs_up_before_tls_is_agreed_on(provider) -> None:
    async with answering(b"") as host:
        told = await failure(provider, f"https://{host}")
    assert told.kind == "connection"
    assert told.message.startswith(f"no connection to {host} could be made")


async def test_what_is_no_http_is_told_in_its_readers_words(provider) -> None:
    async with answering(b"SSH-2.0-OpenSSH_9.6\r\n\r\n") as host:
        told = await failure(provider, f"http://{host}")
    assert told.kind == "connection"
    assert told.message.startswith("the server's answer cannot be read as HTTP (")
    assert told.message.endswith("); no part of the answer had come")


async def test_a_question_about_a_model_leaves_no_answer_to_speak_of(provider) -> None:
    async with door(provider, "http://127.0.0.1:9") as opened:
        with pytest.raises(ProviderUnavailable) as raised:
            await opened.settle("a-model", Wishes())
    assert str(raised.value) == (
        "http://127.0.0.1:9"
        + ("/v1" if provider != "anthropic" else "")
        + " cannot be reached (127.0.0.1:9 refused the connection). Start the server, if it is "
        "yours, or correct its address (--base-url). Nothing was sent."
    )


async def test_a_chunk_that_cannot_be_parsed_holds_up_nobody(provider) -> None:
    """aiohttp waits for ever after one that follows good ones."""
    begun = recorded(provider, "begun")
    heard = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(CHUNKED + b"%x\r\n%b\r\n" % (len(begun), begun))
        await writer.drain()
        await heard.wait()
        writer.write(b"zz\r\nno chunk")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, door(provider, url, 0.2) as opened:
        request = Request(talk(provider), opened.body(talk(provider)))
        async with asyncio.timeout(30), opened.open(request) as stream:
            events = []
            async for event in stream:
                heard.set()
                events.append(event)
    told = events[-1]
    assert isinstance(told, Failed)
    assert told.kind in ("stalled", "malformed", "connection")
    assert told.message.endswith("what had come is kept")

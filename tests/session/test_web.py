"""A session in which the provider itself searches the web, over real sockets, from end to end."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from latitude.core.events import (
    BlockRecorded,
    ExitTaken,
    Record,
    ResponseFailed,
    ResponseFinished,
    SessionClosed,
    ToolReturned,
)
from latitude.core.spec import ExitTerms, ModelAsked, Texts
from latitude.custody.requests import rebuild_requests
from latitude.journal.paths import JOURNAL
from latitude.journal.reader import read, read_ends
from latitude.journal.writer import Recorder
from latitude.providers.web import ANTHROPIC_WEB, OPENAI_WEB
from latitude.session.companion import ProtocolWords
from latitude.session.engine import Engine, Parts
from latitude.session.seams import Committed, StepMark
from latitude.session.stop import Stop
from latitude.tools.base import ToolAnswer
from tests.journal.samples import ID, opened
from tests.providers.fake_server import Heard, Say, serving
from tests.providers.talk import PATHS, door, recorded

WEB = {"anthropic": ANTHROPIC_WEB, "openai": OPENAI_WEB}


class NoHands:
    """Whoever is asked to run a tool of the provider has been asked by mistake."""

    async def call(self, name: str, arguments: str) -> ToolAnswer:
        raise AssertionError(f"{name} was run here with {arguments}")


class NothingMade:
    async def commit(self, step: StepMark) -> Committed | None:
        return None

    async def count_files(self) -> int:
        return 0


async def played(
    folder: Path, provider: str, replies: Sequence[Say], script: Sequence[str] = ()
) -> tuple[tuple[Record, ...], list[Heard]]:
    """The lines and the requests of a session that is answered with ``replies``, in order."""
    left = list(replies)
    async with (
        serving({PATHS[provider]: lambda _: left.pop(0)}) as fake,
        door(provider, fake.url) as opened_door,
    ):
        first = replace(
            opened(ID, provider, "a-model"),
            model=ModelAsked(provider=provider, name="a-model", host=opened_door.host),
            tools=WEB[provider],
            exit=ExitTerms(phrases=("stopping now",), tool=None),
        )
        texts = Texts(opening="What is the tide?", script=tuple(script))
        first = replace(first, protocol=replace(first.protocol, texts=texts))
        recorder = await Recorder.create(folder / ID, first)
        begun, _ = read_ends(recorder.folder / JOURNAL)
        parts = Parts(
            sink=recorder,
            provider=opened_door,
            hands=NoHands(),
            keeper=NothingMade(),
            companion=ProtocolWords(),
            stop=Stop(),
        )
        try:
            await Engine(parts, begun).run()
        finally:
            await recorder.close()
    records = tuple(read(folder / ID / JOURNAL))
    assert not left, "every reply was asked for"
    return records, fake.posts()


def every(records: Sequence[Record], kind: type) -> list:
    return [record.event for record in records if isinstance(record.event, kind)]


def stream(provider: str, name: str) -> Say:
    return Say([recorded(provider, name)])


def no_blobs(sha256: str) -> bytes:
    raise AssertionError(f"there is no blob {sha256}")


async def test_a_pause_goes_on_as_another_step_and_nothing_is_said_between(tmp_path: Path) -> None:
    names = ("web-pause", "web-continued")
    records, heard = await played(
        tmp_path, "anthropic", [stream("anthropic", name) for name in names]
    )
    assert [event.stop for event in every(records, ResponseFinished)] == ["pause", "end"]
    assert [event.turn for event in every(records, ResponseFinished)] == [1, 1]
    assert every(records, ToolReturned) == []
    first, second = (post.body for post in heard)
    # All that was sent is sent again, and then the paused reply, as the last message.
    assert second.startswith(first[:-2])
    begun = every(records, BlockRecorded)[:2]
    paused = b",".join(bytes(block.raw) for block in begun)
    assert second.endswith(b',{"role":"assistant","content":[' + paused + b"]}]}")


@pytest.mark.promise("exit-honoured")
async def test_what_was_found_read_or_cited_ends_no_session(tmp_path: Path) -> None:
    replies = [stream("anthropic", name) for name in ("web", "web-pause", "web-continued")]
    records, _ = await played(tmp_path, "anthropic", replies, script=["And tomorrow?"])
    assert every(records, ExitTaken) == []
    (closed,) = every(records, SessionClosed)
    assert closed.end == "no-next-message"


@pytest.mark.promise("no-hidden-words")
@pytest.mark.parametrize(
    ("provider", "names"),
    [("anthropic", ("web", "web-pause", "web-continued")), ("openai", ("web", "web-uncounted"))],
)
async def test_every_request_can_be_rebuilt_from_the_record(tmp_path, provider, names) -> None:
    replies = [stream(provider, name) for name in names]
    records, heard = await played(tmp_path, provider, replies, script=["And tomorrow?"])
    rebuilt = list(rebuild_requests(records, None, no_blobs))
    assert [one.problem for one in rebuilt] == [None] * len(heard)
    for block in every(records, BlockRecorded)[:3]:
        assert bytes(block.raw) in heard[-1].body


async def test_a_refused_tool_ends_the_session_with_the_providers_own_words(tmp_path: Path) -> None:
    error = b'{"type":"error","error":{"type":"invalid_request_error","message":"web_search: no."}}'
    say = Say([error], "400 Bad Request", {}, "application/json")
    records, heard = await played(tmp_path, "anthropic", [say])
    (failed,) = every(records, ResponseFailed)
    assert (failed.error, failed.message, failed.retried) == (
        "bad_request",
        "web_search: no.",
        False,
    )
    (closed,) = every(records, SessionClosed)
    assert (closed.end, len(heard)) == ("provider-failed", 1)

"""A provider on loopback: a wrong key, an unknown price, a refusal, and keys that stay secret."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from latitude.core.events import ResponseFailed
from tests.cli.person import Done, closed, events, latitude, sessions
from tests.providers.fake_server import FakeServer, Say, serving

KEY = "sk-ant-planted-0123456789abcdefghij"


async def run(home: Path, *arguments: str) -> Done:
    """The command in a process of its own, while this one serves."""
    return await asyncio.to_thread(latitude, home, "run", *arguments)


def chat(*pieces: str, finish: str = "stop") -> Say:
    """A reply in the format of OpenAI-compatible servers."""
    chunks = [{"delta": {"content": piece}, "finish_reason": None} for piece in pieces]
    chunks.append({"delta": {}, "finish_reason": finish})
    rows = [
        {
            "id": "r-1",
            "object": "chat.completion.chunk",
            "model": "m",
            "choices": [{"index": 0} | c],
        }
        for c in chunks
    ]
    lines = [f"data: {json.dumps(row)}\n\n".encode() for row in rows]
    return Say([*lines, b"data: [DONE]\n\n"])


def models(*names: str) -> Say:
    rows = {"object": "list", "data": [{"id": name, "object": "model"} for name in names]}
    return Say([json.dumps(rows).encode()], content_type="application/json")


def denied(echoed: str) -> Say:
    """What a careless gateway says: the key it was given stands in its error."""
    error = {"type": "authentication_error", "message": f"invalid x-api-key: {echoed}"}
    body = json.dumps({"type": "error", "error": error}).encode()
    return Say([body], "401 Unauthorized", {"x-echo": echoed}, "application/json")


def posts(server: FakeServer) -> int:
    return len(server.posts())


def all_bytes(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


async def test_a_session_with_a_server(home_folder: Path) -> None:
    answers = {"/v1/models": models("m"), "/v1/chat/completions": chat("Well. ", "Stopping now.")}
    async with serving(answers) as server:
        done = await run(home_folder, "--model", "chat/m", "--base-url", f"{server.url}/v1")
    assert done.status == 0, done
    assert "\nWell. Stopping now.\n→ exit by phrase\n\nm chose to stop.\n" in done.out
    assert posts(server) == 1
    assert closed(home_folder).end == "model-exit"


SETTLES = Say([b'{"id":"claude-opus-5-5","type":"model"}'], content_type="application/json")


@pytest.mark.parametrize("looked_up", [denied(KEY), SETTLES], ids=["at-once", "in-session"])
async def test_a_wrong_key_is_said_and_stands_nowhere(
    looked_up: Say, home_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    answers = {"/v1/messages": denied(KEY), "/v1/models/claude-opus-5-5": looked_up}
    async with serving(answers) as server:
        door = ["--model", "anthropic/claude-opus-5-5", "--base-url", server.url]
        done = await run(home_folder, *door)
    said = [done]
    for verb in (["show", "last", "--json"], ["list"], ["doctor"]):
        said.append(await asyncio.to_thread(latitude, home_folder, *verb))
    assert any(KEY in value for one in server.heard for value in one.headers.values()), (
        "it was sent"
    )
    assert posts(server) == len(sessions(home_folder)), "a wrong key is not tried again"
    assert done.status == 1
    [line] = done.err.splitlines()
    assert "invalid x-api-key: [key]" in line
    assert not any(KEY in one.out + one.err for one in said)
    for path, data in all_bytes(tmp_path):
        assert KEY.encode() not in data, path
    if looked_up is SETTLES:
        assert closed(home_folder).end == "provider-failed"
        [failed] = [one for one in events(home_folder) if isinstance(one, ResponseFailed)]
        assert (failed.error, failed.status, failed.retried) == ("auth", 401, False)


async def test_a_cost_of_an_unknown_price_is_refused_at_the_start(home_folder: Path) -> None:
    async with serving({"/v1/models": models("m")}) as server:
        door = ["--model", "chat/m", "--base-url", f"{server.url}/v1", "--cost", "1"]
        done = await run(home_folder, *door)
    assert done.status == 2
    [line] = done.err.splitlines()
    assert "The price of chat/m is not known" in line
    assert "Nothing was sent" in line
    assert posts(server) == 0
    assert sessions(home_folder) == []


async def test_a_filtered_reply_ends_as_refused(home_folder: Path) -> None:
    answers = {
        "/v1/models": models("m"),
        "/v1/chat/completions": chat("I was ", finish="content_filter"),
    }
    async with serving(answers) as server:
        done = await run(home_folder, "--model", "chat/m", "--base-url", f"{server.url}/v1")
    assert posts(server) == 1
    assert closed(home_folder).end == "refused"
    assert "The provider refused the request or the answer. What came before is kept." in done.out


async def test_a_stream_that_breaks_off_is_not_asked_again(home_folder: Path) -> None:
    whole = chat("It began ", "and ")
    answers = {
        "/v1/models": models("m"),
        "/v1/chat/completions": Say(whole.body[:2], ending="drop"),
    }
    async with serving(answers) as server:
        done = await run(home_folder, "--model", "chat/m", "--base-url", f"{server.url}/v1")
    assert posts(server) == 1
    assert done.status == 1
    assert "\nIt began and \n(broke off here)\n✗ " in done.out
    assert closed(home_folder).end == "provider-failed"


async def test_a_model_that_takes_no_tools_is_offered_none_and_that_is_said(
    home_folder: Path,
) -> None:
    answers = {
        "/v1/models": models("m"),
        "/api/show": Say([b'{"capabilities": ["completion"]}'], content_type="application/json"),
        "/v1/chat/completions": chat("Stopping now."),
    }
    async with serving(answers) as server:
        door = ["--model", "ollama/m", "--base-url", f"{server.url}/v1"]
        words = [*door, "--protocol", "open-no-tools"]
        done = await run(home_folder, *words, "--tools", "all")
        plain = await run(home_folder, *words)
        refused = await run(home_folder, *door)
    assert done.err == "note: ollama/m takes no tools, so none is offered.\n"
    assert (done.status, plain.status, plain.err) == (0, 0, "")
    asked = [post.body for post in server.posts() if post.path == "/v1/chat/completions"]
    assert len(asked) == 2
    assert not any(b'"tools"' in body for body in asked)
    assert refused.status == 2
    assert "no tool is offered that can write" in refused.err


async def test_no_more_is_sent_after_an_exit(home_folder: Path) -> None:
    answers = {"/v1/models": models("m"), "/v1/chat/completions": chat("Stopping now.")}
    async with serving(answers) as server:
        door = ["--model", "chat/m", "--base-url", f"{server.url}/v1"]
        await run(home_folder, *door)
        heard = len(server.heard)
        for verb in (["recover"], ["verify", "--requests"]):
            assert (await asyncio.to_thread(latitude, home_folder, *verb)).status == 0
        carried = await run(home_folder, "--from", "last", "--base-url", f"{server.url}/v1")
        assert carried.status == 2
        assert "an exit is final" in carried.err
    assert len(server.heard) == heard
    assert posts(server) == 1

"""A provider on loopback: a wrong key, an unknown price, a refusal, and keys that stay secret."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from latitude.core.events import ResponseFailed
from tests.cli.person import Done, closed, events, sessions
from tests.providers.fake_server import FakeServer, Say, serving_beside

Here = Callable[..., Done]

KEY = "sk-ant-planted-0123456789abcdefghij"


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


def test_a_session_with_a_server(home_folder: Path, here: Here) -> None:
    answers = {"/v1/models": models("m"), "/v1/chat/completions": chat("Well. ", "Stopping now.")}
    with serving_beside(answers) as server:
        done = here("run", "--model", "chat/m", "--base-url", f"{server.url}/v1")
    assert done.status == 0, done
    assert "\nWell. Stopping now.\n→ exit by phrase\n\nm chose to stop.\n" in done.out
    assert posts(server) == 1
    assert closed(home_folder).end == "model-exit"


SETTLES = Say([b'{"id":"claude-opus-5-5","type":"model"}'], content_type="application/json")


@pytest.mark.parametrize("looked_up", [denied(KEY), SETTLES], ids=["at-once", "in-session"])
def test_a_wrong_key_is_said_and_stands_nowhere(
    looked_up: Say, home_folder: Path, here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    answers = {"/v1/messages": denied(KEY), "/v1/models/claude-opus-5-5": looked_up}
    with serving_beside(answers) as server:
        door = ["--model", "anthropic/claude-opus-5-5", "--base-url", server.url]
        done = here("run", *door)
    said = [done]
    for verb in (["show", "last", "--json"], ["list"], ["doctor"]):
        said.append(here(*verb))
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


def test_a_cost_of_an_unknown_price_is_refused_at_the_start(home_folder: Path, here: Here) -> None:
    with serving_beside({"/v1/models": models("m")}) as server:
        door = ["--model", "chat/m", "--base-url", f"{server.url}/v1", "--cost", "1"]
        done = here("run", *door)
    assert done.status == 2
    [line] = done.err.splitlines()
    assert "The price of chat/m is not known" in line
    assert "Nothing was sent" in line
    assert posts(server) == 0
    assert sessions(home_folder) == []


def test_a_filtered_reply_ends_as_refused(home_folder: Path, here: Here) -> None:
    answers = {
        "/v1/models": models("m"),
        "/v1/chat/completions": chat("I was ", finish="content_filter"),
    }
    with serving_beside(answers) as server:
        done = here("run", "--model", "chat/m", "--base-url", f"{server.url}/v1")
    assert posts(server) == 1
    assert closed(home_folder).end == "refused"
    assert "The provider refused the request or the answer. What came before is kept." in done.out


def test_a_stream_that_breaks_off_is_not_asked_again(home_folder: Path, here: Here) -> None:
    whole = chat("It began ", "and ")
    answers = {
        "/v1/models": models("m"),
        "/v1/chat/completions": Say(whole.body[:2], ending="drop"),
    }
    with serving_beside(answers) as server:
        done = here("run", "--model", "chat/m", "--base-url", f"{server.url}/v1")
    assert posts(server) == 1
    assert done.status == 1
    assert "\nIt began and \n(broke off here)\n✗ " in done.out
    assert closed(home_folder).end == "provider-failed"


def test_a_model_that_takes_no_tools_is_offered_none_and_that_is_said(
    home_folder: Path,
    here: Here,
) -> None:
    answers = {
        "/v1/models": models("m"),
        "/api/show": Say([b'{"capabilities": ["completion"]}'], content_type="application/json"),
        "/v1/chat/completions": chat("Stopping now."),
    }
    with serving_beside(answers) as server:
        door = ["--model", "ollama/m", "--base-url", f"{server.url}/v1"]
        words = [*door, "--protocol", "open-no-tools"]
        done = here("run", *words, "--tools", "all")
        plain = here("run", *words)
        refused = here("run", *door)
    assert done.err == "note: ollama/m takes no tools, so none is offered.\n"
    assert (done.status, plain.status, plain.err) == (0, 0, "")
    asked = [post.body for post in server.posts() if post.path == "/v1/chat/completions"]
    assert len(asked) == 2
    assert not any(b'"tools"' in body for body in asked)
    assert refused.status == 2
    assert "no tool is offered that can write" in refused.err


def test_no_more_is_sent_after_an_exit(home_folder: Path, here: Here) -> None:
    answers = {"/v1/models": models("m"), "/v1/chat/completions": chat("Stopping now.")}
    with serving_beside(answers) as server:
        door = ["--model", "chat/m", "--base-url", f"{server.url}/v1"]
        here("run", *door)
        heard = len(server.heard)
        for verb in (["recover"], ["verify", "--requests"]):
            assert here(*verb).status == 0
        carried = here("run", "--from", "last", "--base-url", f"{server.url}/v1")
        assert carried.status == 2
        assert "an exit is final" in carried.err
    assert len(server.heard) == heard
    assert posts(server) == 1

"""Keys: planted in the environment, and looked for in every byte that a session leaves behind."""

import asyncio
import base64
import html
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from latitude.cli.main import main
from latitude.core.events import SessionOpened
from tests.cli.person import Done, closed, events, latitude, sees, sessions, start
from tests.cli.test_servers import SETTLES, chat, models
from tests.hostile.ground import Ground, ground, writings
from tests.hostile.stage import OPTIONS, Suite, check_for_keys, script
from tests.programs import needs
from tests.providers.fake_server import FakeServer, Heard, Say, serving, serving_beside

SUITE = Suite("Keys", __file__)

CHAT = "/v1/chat/completions"
ECHOES: dict[str, Callable[[str], Say]] = {
    "json": lambda key: Say(
        [
            json.dumps(
                {"error": {"message": f"no such key: {key}", "type": key, "code": key}}
            ).encode()
        ],
        "401 Unauthorized",
        {"x-request-id": key, "x-echo": key},
        "application/json",
    ),
    "json-slashes": lambda key: Say(
        [json.dumps({"detail": f"key {key}"}).replace("/", "\\/").encode()],
        "403 Forbidden",
        content_type="text/plain",
    ),
    "html": lambda key: Say(
        [f"<title>{html.escape(key)}</title><p>{html.escape(key)} {key}</p>".encode()],
        "500 Internal Server Error",
        {"retry-after": "0"},
        "text/html",
    ),
    "percent": lambda key: Say(
        [f"no access: /login?key={quote(key, safe='')}&k={quote(key)}".encode()],
        "400 Bad Request",
        content_type="text/plain",
    ),
    "base64": lambda key: Say(
        [b"bad authorization: Basic " + base64.b64encode(f"{it}:{key}".encode()) for it in _USERS],
        "400 Bad Request",
        content_type="text/plain",
    ),
    "base64-alone": lambda key: Say(
        [b"bad authorization: " + base64.b64encode(key.encode())],
        "400 Bad Request",
        content_type="text/plain",
    ),
    "redirect": lambda key: Say(
        [], "307 Temporary Redirect", {"location": f"http://x.invalid/{key}"}
    ),
    "in-stream": lambda key: Say(
        [b'data: {"error": {"message": "%b", "type": "invalid_prompt"}}\n\n' % key.encode()]
    ),
    "request-id": lambda key: Say(chat("Stopping now.").body, headers={"x-request-id": key}),
}
_USERS = ("", "a", "ab")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Ground]:
    needs("bwrap")
    with ground(tmp_path / "ground") as laid:
        yield laid


@pytest.fixture(scope="module")
def echoed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ground, Done]]:
    """One session for each way in which a server tells the key back."""
    needs("bwrap")
    with ground(tmp_path_factory.mktemp("echoes")) as laid:
        yield laid, asyncio.run(_echo(laid))


async def _echo(here: Ground) -> Done:
    key = here.keys["LATITUDE_CHAT_KEY"]

    def answer(heard: Heard) -> Say:
        assert heard.headers["authorization"] == f"Bearer {key}", "it was sent"
        return ECHOES[json.loads(heard.body)["model"]](key)

    every = [word for way in ECHOES for word in ("--model", f"chat/{way}")]
    async with serving({"/v1/models": models(*ECHOES), CHAT: answer}) as server:
        done = await run(here, *every, "--base-url", f"{server.url}/v1")
    assert {json.loads(it.body)["model"] for it in server.posts() if it.path == CHAT} == set(ECHOES)
    return done


async def run(here: Ground, *words: str) -> Done:
    return await asyncio.to_thread(latitude, here.home, "run", *OPTIONS, *words, env=here.environ)


Run = Callable[..., Done]


@pytest.fixture
def run_here(
    here: Ground, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Run in this process, which has the SDKs of the providers loaded already."""

    def run(*words: str) -> Done:
        for name, value in here.environ.items():
            monkeypatch.setenv(name, value)
        status = main(["--home", str(here.home), "run", *OPTIONS, *words])
        said = capsysbinary.readouterr()
        return Done(status, said.out.decode(), said.err.decode())

    return run


def afterwards(here: Ground) -> list[Done]:
    """What a person might look at next."""
    looks = (["show", "last", "--json"], ["list"])
    return [latitude(here.home, *words, env=here.environ) for words in looks]


def test_the_search_finds_a_key_however_it_is_written(here: Ground) -> None:
    """Else finding none would show nothing."""
    key = next(iter(here.keys.values()))
    for way, echo in ECHOES.items():
        said = b"".join(echo(key).body) + "".join(echo(key).headers.values()).encode()
        assert any(written in said for written in writings(key).values()), way
    for place in ("home/sessions/a", "state/b", "person/c"):
        (here.root / place).write_text(f"x{base64.b64encode(key.encode()).decode()}")
        with pytest.raises(AssertionError, match="base64"):
            check_for_keys(here)
        (here.root / place).unlink()


@SUITE.row(
    "A server that tells the key it was given back, in its errors: as it is, in JSON, HTML, an "
    "address, base64, a header, a redirect, an event",
    stopped_by="Every text of a provider is searched for the key, however it is written.",
)
@pytest.mark.parametrize("way", ECHOES)
def test_a_key_that_a_server_tells_back_is_taken_out(way: str, echoed: tuple[Ground, Done]) -> None:
    here, done = echoed
    [session] = [it for it in sessions(here.home) if _model(here, it) == way]
    assert closed(here.home, session).end == (
        "model-exit" if way == "request-id" else "provider-failed"
    )
    check_for_keys(here, done, latitude(here.home, "show", session, env=here.environ))


def _model(here: Ground, session: str) -> str:
    opened = events(here.home, session)[0]
    assert isinstance(opened, SessionOpened)
    return opened.model.name


@SUITE.row(
    "A server that sends latitude, key and all, to another server",
    stopped_by="No redirect is followed.",
)
def test_no_key_goes_to_where_a_server_points(here: Ground, run_here: Run) -> None:
    def away(heard: Heard) -> Say:
        return Say([], "307 Temporary Redirect", {"location": f"{thief.url}{heard.path}"})

    doors = {"chat/m": CHAT, "openai/gpt-5.5": "/v1/responses", _CLAUDE: "/v1/messages"}
    known = {"/v1/models": models("m"), "/v1/models/claude-opus-5-5": SETTLES}
    every = [word for door in doors for word in ("--model", door)]
    answers = known | dict.fromkeys(doors.values(), away)
    with serving_beside({}) as thief, serving_beside(answers) as server:
        done = run_here(*every, "--base-url", f"{server.url}/v1")
    assert {it.path.partition("?")[0] for it in server.posts()} == set(doors.values())
    assert _keys_in(server, here) == set(here.keys)
    assert thief.heard == []
    assert done.status == 1
    check_for_keys(here, done)


_CLAUDE = "anthropic/claude-opus-5-5"


@SUITE.row(
    "The keys of other providers, in requests to one of them",
    stopped_by="A provider is given its own key, and a server that was typed is given `chat`'s.",
)
def test_each_key_goes_to_its_own_provider(here: Ground, run_here: Run) -> None:
    answers = {"/v1/models": models("m"), CHAT: chat("Stopping now.")}
    with serving_beside(answers) as server:
        done = run_here("--model", "chat/m", "--base-url", f"{server.url}/v1")
    assert done.status == 0
    assert _keys_in(server, here) == {"LATITUDE_CHAT_KEY"}
    check_for_keys(here, done)


LOOKS = """
env; set; export -p; cat /proc/*/environ /proc/*/cmdline /proc/*/stat /proc/*/mountinfo
cat /proc/1/fd/* < /dev/null & grep -ras 'sk-' /ws /tmp /dev/shm /etc
python3 -c 'import os; print(os.environ)' ; sleep 0.2
"""


@SUITE.row(
    "Commands that look for keys everywhere, while latitude is killed, and recovered",
    stopped_by="No key is anywhere in the sandbox, nor in what a killed session left lying.",
)
def test_a_session_that_is_killed_leaves_no_key(here: Ground) -> None:
    step = {"text": "Looking.", "calls": [{"name": "run", "arguments": {"command": LOOKS}}]}
    waits = {"text": "On and on. " * 500, "delay": 0.01}
    running = start(
        *(here.home, "run", "--model", script(here, "looks", [step, waits]), *OPTIONS),
        env=here.environ,
    )
    sees(running, "On and on.")
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    check_for_keys(here)
    recovered = latitude(here.home, "recover", env=here.environ)
    assert recovered.status == 0
    assert closed(here.home).end == "interrupted"
    check_for_keys(here, recovered, *afterwards(here))


@SUITE.row(
    "A key that cannot be a header, and an address with a password in it",
    stopped_by="Errors about them are in latitude's own words.",
)
def test_a_key_that_cannot_be_sent_is_not_shown(here: Ground, run_here: Run) -> None:
    broken = {"LATITUDE_CHAT_KEY": "\n", "OPENAI_API_KEY": "\u20ac", "ANTHROPIC_API_KEY": "\x7f"}
    halves = dict(here.keys)
    for variable, sign in broken.items():
        here.keys[variable] = f"{halves[variable]}{sign}{halves[variable]}"
    answers = {"/v1/models": models("m"), CHAT: chat("Stopping now.")}
    with serving_beside(answers) as server:
        address = server.url.replace("//", "//user:pass-word-0123456789@")
        doors = ("chat/m", "openai/gpt-5.5", _CLAUDE)
        said = [run_here("--model", one, "--base-url", f"{address}/v1") for one in doors]
    assert all(done.status for done in said)
    here.keys.update(halves, PASSWORD="pass-word-0123456789")
    check_for_keys(here, *said)


def _keys_in(server: FakeServer, here: Ground) -> set[str]:
    """Which keys were sent."""
    heard = "".join(
        f"{it.path}{it.headers}{it.body.decode('utf-8', 'replace')}" for it in server.heard
    )
    return {variable for variable, key in here.keys.items() if key in heard}

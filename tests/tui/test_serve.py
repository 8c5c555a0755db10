"""``latitude serve``: the app in a browser, and who is let in."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import yaml

from latitude.cli.serve import server
from latitude.cli.serve.server import WindowServer
from tests.cli.person import (
    Done,
    closed,
    latitude,
    rehearse,
    sessions,
    start,
    types,
    wait_for_end,
    wait_until,
)
from tests.conftest import ROOT
from tests.tui.browser import ENTER, Browser, rows_drawn

SLOW = "[{text: 'Heron, lantern, and then a long while nothing at all that matters', delay: 0.5}]"

SHOWS_READY = r"printf '__GANGLION__\nD\0\0\0\5ready'"
"""What an app of Textual writes at first, in the shell."""


class Served:
    """``latitude serve`` on a port of its own. Use it as a context manager."""

    def __init__(self, home: Path, *arguments: str, **options: object) -> None:
        self.process = start(
            home, "serve", "--port", "0", *arguments, start_new_session=True, **options
        )
        assert self.process.stdout is not None
        self.said = ""
        while "Ctrl-C ends this." not in self.said:
            line = self.process.stdout.readline().decode()
            assert line, wait_for_end(self.process)
            self.said += line
        self.address = re.search(r"http://\S+", self.said).group()
        self.port = int(re.search(r":(\d+)/", self.address).group(1))
        self.origin = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()

    def ends(self) -> Done:
        """Press Ctrl-C where it was started; every process of that terminal gets it."""
        os.killpg(self.process.pid, signal.SIGINT)
        done = wait_for_end(self.process)
        with pytest.raises(ProcessLookupError):
            os.killpg(self.process.pid, 0)
        return done


class Window:
    """What a page holds: a socket that gives pictures and takes keys."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._received = ""

    async def sees(self, words: str) -> None:
        """Wait until ``words`` are drawn, after all that was waited for before."""
        while words not in self._received:
            message = await self._socket.receive(timeout=60)
            assert message.type is aiohttp.WSMsgType.BINARY, f"{words!r} did not come: {message}"
            self._received += message.data.decode()
        self._received = self._received.partition(words)[2]

    async def press(self, keys: str) -> None:
        await self._socket.send_json(["stdin", keys])

    async def is_closed(self) -> None:
        """Wait until the server closes it."""
        async for _ in self._socket:
            pass
        assert self._socket.closed


@asynccontextmanager
async def window(origin: str) -> AsyncIterator[Window]:
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(f"{origin}/ws?width=120&height=32", origin=origin) as socket,
    ):
        yield Window(socket)


def faster(home: Path, name: str) -> None:
    """Put the shipped script into the home, to be told faster than a person can read."""
    script = yaml.safe_load((ROOT / f"prompts/rehearsals/{name}.yaml").read_text(encoding="utf-8"))
    for step in script["steps"]:
        step["delay"] = 0.002
    folder = home / "prompts" / "rehearsals"
    folder.mkdir()
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(script), encoding="utf-8")


@pytest.mark.slow
def test_a_session_in_a_browser(home_folder: Path, tmp_path: Path) -> None:
    faster(home_folder, "page")
    with Served(home_folder) as served, Browser(tmp_path / "profile") as browser:
        browser.open(served.address)
        browser.sees("No sessions yet. Press n")
        assert rows_drawn(browser.picture()) > 50, "it is drawn, not only known"
        browser.press("n")
        browser.sees("This time is open")
        browser.press(ENTER)
        browser.sees("the door is open")
        for words, answer in (
            ("Go on.", "and the weaving goes on."),
            ("Still here.", "The script took the exit"),
        ):
            browser.sees("your turn")
            browser.press(words)
            browser.sees(words)
            browser.press(ENTER)
            browser.sees(answer)
        assert rows_drawn(browser.picture()) > 50
        [session] = sessions(home_folder)
        assert closed(home_folder).end == "model-exit"
        assert types(home_folder).count("workspace.committed") == 2
        browser.press("q")
        browser.sees("1 session")
        browser.sees("page (rehearsal, not a model)")
        browser.press(ENTER)
        browser.sees("turn 1 of 3")
        browser.press("]")
        browser.sees("turn 2 of 3")
        browser.press("q")
        browser.sees("how it ended")
        assert browser.faults() == []
        browser.press("q")
        browser.reads("The app has ended. What was recorded is kept.")
        browser.click("#again")
        browser.sees("1 session")
        asked_for = browser.asked_for()
        assert f"{served.address}static/js/textual.js" in asked_for
        assert {urlsplit(address).netloc for address in asked_for} == {f"127.0.0.1:{served.port}"}
        done = served.ends()
    assert done.status == 130
    # The window before it may still be on its way out.
    assert re.fullmatch(
        r"latitude: closing (1 window|2 windows)\. Ctrl-C again does not wait for that\.\n",
        done.err,
    )
    assert latitude(home_folder, "verify", session, "--requests").status == 0


async def streaming(window: Window, sees: str = "No sessions yet") -> None:
    """Begin a session, and return when the reply comes."""
    await window.sees(sees)
    await window.press("n")
    await window.sees("This time is open")
    await window.press("\r")
    await window.sees("Heron")


@pytest.fixture
def slow_home(home_folder: Path) -> Path:
    """A home in which the first session is a slow one."""
    (home_folder / "latitude.yaml").write_text(f"model: {rehearse(home_folder, 'slow', SLOW)}\n")
    return home_folder


def is_closed(home: Path) -> bool:
    return bool(sessions(home)) and types(home)[-1] == "session.closed"


def is_kept(home: Path) -> None:
    """The record says what happened, and nothing is missing beside it."""
    assert {closed(home, one).end for one in sessions(home)} == {"interrupted"}
    assert latitude(home, "verify", "--requests").status == 0


@pytest.mark.slow
async def test_a_window_that_goes_and_ctrl_c_interrupt_what_runs_in_it(slow_home: Path) -> None:
    with Served(slow_home) as served:
        async with window(served.origin) as other:
            async with window(served.origin) as one:
                await streaming(one)
            wait_until(lambda: is_closed(slow_home))
            await streaming(other, sees="1 session")
            done, _ = await asyncio.gather(asyncio.to_thread(served.ends), other.is_closed())
    assert done.status == 130
    assert len(sessions(slow_home)) == 2
    is_kept(slow_home)


async def test_a_second_ctrl_c_does_not_wait(home_folder: Path) -> None:
    with Served(home_folder) as served:
        async with window(served.origin) as one:
            await one.sees("No sessions yet")
            os.killpg(served.process.pid, signal.SIGSTOP)
            served.process.send_signal(signal.SIGCONT)
            began = time.monotonic()
            served.process.send_signal(signal.SIGINT)
            assert served.process.stderr.readline().startswith(b"latitude: closing 1 window.")
            assert served.ends().status == 130
    assert time.monotonic() - began < server.CLOSING


@pytest.mark.slow
async def test_without_its_server_no_app_goes_on(slow_home: Path) -> None:
    with Served(slow_home) as served:
        async with window(served.origin) as one:
            await streaming(one)
            served.process.kill()
            wait_until(lambda: is_closed(slow_home))
    is_kept(slow_home)


async def test_an_app_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CLOSING", 0.1)
    deaf = WindowServer(f"{SHOWS_READY}; exec sleep 1000", None)
    origin = f"http://127.0.0.1:{await deaf.open('127.0.0.1', 0)}"
    async with window(origin) as one:
        await one.sees("ready")
        await asyncio.gather(deaf.close(), one.is_closed())
    assert deaf.windows == 0


async def test_an_app_that_cannot_start_leaves_no_window_open() -> None:
    broken = WindowServer("exit 3", None)
    origin = f"http://127.0.0.1:{await broken.open('127.0.0.1', 0)}"
    async with window(origin) as one:
        await one.is_closed()
    await broken.close()
    assert broken.windows == 0


async def test_any_name_is_a_name_and_no_command(tmp_path: Path) -> None:
    home = tmp_path / 'it\'s "mine" & `touch a`; $(touch b)\n> c #'
    for part in ("prompts", "sessions", "artifacts"):
        (home / part).mkdir(parents=True)
    assert latitude(home, "run", "--model", "rehearsal/leaves").status == 0
    with Served(home, cwd=tmp_path) as served:
        async with window(served.origin) as one:
            await one.sees(sessions(home)[0])
        assert served.ends().status == 130
    assert list(tmp_path.iterdir()) == [home]


LET_IN = [
    ("/", {}, 200),
    ("/", {"Host": "localhost:9000"}, 200),
    ("/", {"Host": "[::1]"}, 200),
    ("/", {"Host": "rebound.example"}, 403),
    ("/", {"Host": "127.0.0.1.rebound.example"}, 403),
    ("/", {"Host": "[::1"}, 403),
    ("/", {"Host": ""}, 403),
    ("/", {"Origin": "http://other.example"}, 403),
    ("/static/js/textual.js", {"Host": "rebound.example"}, 403),
    ("/static/", {}, 403),
    ("/page/page.js", {}, 200),
    ("/page/..%2fserver.py", {}, 404),
    ("/ws", {"Origin": "http://127.0.0.1:{port}"}, 101),
    ("/ws", {"Origin": "http://localhost:9000", "Host": "localhost:9000"}, 101),
    ("/ws", {}, 403),
    ("/ws", {"Origin": "null"}, 403),
    ("/ws", {"Origin": "http://127.0.0.1"}, 403),
    ("/ws", {"Origin": "http://localhost:{port}"}, 403),
    ("/ws", {"Origin": "http://other.example"}, 403),
    ("/ws", {"Origin": "http://[other"}, 403),
    ("/ws", {"Origin": "http://rebound.example", "Host": "rebound.example"}, 403),
]


async def test_only_its_own_page_is_let_in(tmp_path: Path) -> None:
    started = tmp_path / "started"
    served = WindowServer(f"echo >> {started}; {SHOWS_READY}; exec head -c 1", None)
    port = await served.open("127.0.0.1", 0)
    answers = [
        await answer(port, path, {name: value.format(port=port) for name, value in given.items()})
        for path, given, _ in LET_IN
    ]
    assert answers == [status for *_, status in LET_IN]
    await served.close()
    assert started.read_text() == "\n" * answers.count(101), "nobody else started anything"


async def answer(port: int, path: str, given: dict[str, str]) -> int:
    """The status with which a request is answered that has these headers."""
    headers = {"Host": f"127.0.0.1:{port}", **given}
    if path == "/ws":
        key = "AAAAAAAAAAAAAAAAAAAAAA=="
        headers |= {"Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    connection = "Upgrade" if path == "/ws" else "close"
    lines = [f"GET {path} HTTP/1.1", f"Connection: {connection}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join([*lines, "", ""]).encode())
    status = int((await reader.readline()).split()[1])
    if status == 101:
        await reader.readuntil(b"ready")
    writer.close()
    return status


async def test_nobody_can_put_it_in_a_page_of_theirs(home_folder: Path) -> None:
    with Served(home_folder) as served:
        async with aiohttp.ClientSession() as client, client.get(served.address) as page:
            policy = page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert f"connect-src 'self' ws://127.0.0.1:{served.port} " in policy


async def test_other_machines_need_the_token_and_the_person_is_warned(home_folder: Path) -> None:
    with Served(home_folder, "--host", "0.0.0.0") as served:
        token = served.address.partition("?token=")[2]
        assert len(token) >= 32
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as client:

            async def status(path: str) -> int:
                async with client.get(served.origin + path) as answer:
                    return answer.status

            assert await status("/") == 403
            assert await status("/static/js/textual.js") == 403
            assert await status("/?token=") == 403
            assert await status(f"/?token={token}x") == 403
            assert await status("/?token=%FF%ED%A0%80") == 403
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await client.ws_connect(f"{served.origin}/ws", origin=served.origin)
            assert await status(f"/?token={token}") == 200
            assert await status("/") == 200
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await client.ws_connect(f"{served.origin}/ws", origin="http://other.example")
            async with client.ws_connect(f"{served.origin}/ws", origin=served.origin) as socket:
                await Window(socket).sees("No sessions yet")
        done = served.ends()
    assert "Other machines can reach this. Whoever has that address can read this home" in done.err


def test_on_this_machine_alone_it_says_so_by_its_address(home_folder: Path) -> None:
    with Served(home_folder) as served:
        assert served.address == f"http://127.0.0.1:{served.port}/"
        assert "Whoever can open that can use this home." in served.said
        assert served.ends() == Done(130, "", "")


def test_a_port_that_is_taken(home_folder: Path) -> None:
    with Served(home_folder) as served:
        done = latitude(home_folder, "serve", "--port", str(served.port))
    assert done.status == 2
    assert f"listens on port {served.port} of 127.0.0.1 already" in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "65536"], "'65536' is not a port, 0 to 65535"),
        (["--port", "-1"], "is not a port"),
        (["--port", "http"], "'http' is not a port"),
        (["--host", ""], "--host names no address. Nothing was started."),
        (["--host", "192.0.2.1"], "Nothing can listen on port 8642 of 192.0.2.1: "),
        (["--host", "nowhere.invalid"], "Nothing can listen on port 8642 of nowhere.invalid: "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_where_nothing_can_listen(arguments: list[str], words: str, home_folder: Path) -> None:
    done = latitude(home_folder, "serve", *arguments)
    assert done.status == 2
    assert words in done.err
    assert done.out == ""

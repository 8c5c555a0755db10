"""Pages that want out, or want everything."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from latitude.workspace.browser.browser import Browser
from tests.workspace.browser.conftest import Draw, Started

pytestmark = pytest.mark.slow


@dataclass
class Neighbour:
    """A server on this machine that must not be reached."""

    port: int = 0
    visits: int = 0
    visited: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
async def neighbour() -> AsyncIterator[Neighbour]:
    found = Neighbour()

    async def visited(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.visits += 1
        found.visited.set()
        writer.close()

    server = await asyncio.start_server(visited, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


async def test_nothing_on_this_machine_is_reached(
    draw: Draw, root: Path, neighbour: Neighbour
) -> None:
    there = f"127.0.0.1:{neighbour.port}"
    (root / "a.html").write_text(
        f"""<link rel=stylesheet href="http://{there}/s.css"><link rel=preconnect href="http://{there}">
        <link rel=dns-prefetch href="//{there}"><link rel=prefetch href="http://{there}/p">
        <style>@import "http://{there}/i.css";
        @font-face {{ font-family: f; src: url(http://{there}/f) }}
        body {{ font-family: f; background: url(http://{there}/b.png) }}</style>text
        <img src="http://{there}/a.png"><iframe src="http://{there}/"></iframe>
        <object data="http://{there}/"></object><embed src="http://{there}/">
        <video src="http://{there}/v.mp4" autoplay></video><script src="http://{there}/s.js"></script>
        <form action="http://{there}/" method=post></form>
        <script>
        fetch("http://{there}/", {{ mode: "no-cors" }}).catch(() => 0);
        navigator.sendBeacon("http://{there}/");
        new WebSocket("ws://{there}/"); new EventSource("http://{there}/");
        const peer = new RTCPeerConnection({{ iceServers: [{{ urls: "stun:{there}" }}] }});
        peer.createDataChannel("x"); peer.createOffer().then((it) => peer.setLocalDescription(it));
        const job = new Worker(URL.createObjectURL(new Blob(
          ['fetch("http://{there}/"); importScripts("http://{there}/w.js")'])));
        window.open("http://{there}/"); window.open("http://{there}/", "", "noopener");
        document.forms[0].submit();
        setTimeout(() => {{ location = "http://{there}/" }}, 100);
        document.title = "still here";
        </script>"""
    )
    drawn, data = await draw("a.html")
    assert (drawn.failed, drawn.waited) == ("", 0)
    assert data, drawn
    assert drawn.title == "still here"
    assert drawn.at == ""
    assert f"http://{there}/a.png: there is no network." in drawn.refused
    assert neighbour.visits == 0
    _, writer = await asyncio.open_connection("127.0.0.1", neighbour.port)
    writer.close()
    await asyncio.wait_for(neighbour.visited.wait(), 5)


async def test_no_file_of_the_host_is_shown(draw: Draw, root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("not yours " * 100)
    (root / "plain.html").write_text("<iframe></iframe><iframe></iframe><p>x")
    places = ("/etc/passwd", tmp_path / "secret.txt")
    (root / "tries.html").write_text(
        "".join(f'<iframe src="file://{place}"></iframe>' for place in places)
        + "<p>x<script>"
        + "".join(f'fetch("file://{place}").catch(() => 0);' for place in places)
        + f'location = "file://{places[1]}"</script>'
    )
    (_, plain), (drawn, data) = await asyncio.gather(draw("plain.html"), draw("tries.html"))
    assert drawn.at == ""
    assert data == plain
    refused = [line for line in drawn.refused if "no file of this computer" in line]
    assert all(any(str(place) in line for line in refused) for place in places)


async def test_a_link_in_the_workspace_shows_nothing(
    draw: Draw, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.js").write_text("document.title = 'not yours'")
    (root / "link.js").symlink_to(tmp_path / "secret.js")
    (root / "a.html").write_text("<title>mine</title><script src=link.js></script>")
    drawn, _ = await draw("a.html")
    assert drawn.title == "mine"
    assert drawn.refused == ["link.js is a link, and the file tools do not follow links."]


async def test_a_page_that_goes_elsewhere(draw: Draw, root: Path) -> None:
    (root / "a.html").write_text("<meta http-equiv=refresh content='0;url=b.html'>")
    (root / "b.html").write_text(
        "<title>b</title><meta http-equiv=refresh content='0;url=http://evil.example/'>"
        "<script>location = 'data:text/html,<title>c</title>'</script>"
    )
    drawn, _ = await draw("a.html")
    assert (drawn.title, drawn.at) == ("b", "b.html")
    assert "http://evil.example/: there is no network." in drawn.refused


async def test_windows_downloads_dialogs_and_workers(
    browser: Browser, root: Path, temporary: Path
) -> None:
    (root / "worker.js").write_text("")
    (root / "a.html").write_text(
        """<title>alone</title><a id=a download="x\u202e.bin" href="data:application/x,abc">x</a>
        <script>
        onbeforeunload = (event) => { event.preventDefault(); return "stay" };
        a.click(); alert("hello\\n\x1b[2J"); confirm("sure?"); prompt("name?"); print();
        navigator.serviceWorker?.register("worker.js").catch(() => 0);
        for (let at = 0; at < 5; at += 1) window.open("a.html", "", "noopener");
        try { showOpenFilePicker() } catch {}
        navigator.geolocation.getCurrentPosition(() => { document.title = "found" }, () => 0);
        </script>"""
    )
    # Six windows begin at once: on a busy machine that takes longer than a person would wait.
    patient = replace(browser, loading=30.0, patience=60.0)
    drawn, data = await patient.draw("page", root, "a.html")
    assert data, drawn
    assert drawn.title == "alone"
    assert drawn.console[:3] == [
        "alert: hello␊␛[2J (it was closed)",
        "confirm: sure? (it was closed)",
        "prompt: name? (it was closed)",
    ]
    assert any(line.endswith("downloads are not kept.") for line in drawn.refused)
    assert not any("\u202e" in line or "\x1b" in line for line in drawn.console + drawn.refused)


async def test_a_page_that_takes_its_own_language_away(draw: Draw, root: Path) -> None:
    (root / "a.html").write_text(
        """<title>real</title><body style="background:red"><script>
        const spin = () => { for (;;); };
        for (const name of ["JSON", "Promise", "Object", "Array", "Map", "Symbol"])
          try { window[name] = null } catch {}
        for (const it of [String, Node, Document, Window, EventTarget])
          for (const name of Object.getOwnPropertyNames(it.prototype))
            try { it.prototype[name] = spin } catch {}
        Object.defineProperty(document, "title", { get: spin });
        Object.defineProperty(document, "fonts", { get: spin });
        Object.defineProperty(window, "requestAnimationFrame", { get: spin });
        </script>"""
    )
    drawn, data = await draw("a.html")
    assert (drawn.failed, drawn.title) == ("", "real")
    assert data, drawn


async def test_a_huge_page_a_long_title_and_a_long_line(draw: Draw, root: Path) -> None:
    (root / "a.html").write_text(
        "<div style='width:1000000px;height:100000000px;background:#0f0'></div><script>"
        "document.title = 't'.repeat(1e7); console.error('y'.repeat(1e7))</script>"
    )
    drawn, data = await draw("a.html")
    assert drawn.width > 1_000_000
    assert drawn.title.startswith("ttt")
    assert len(drawn.title) <= 200
    assert len(drawn.console[0]) <= 400
    assert data, drawn


ENDLESS = {
    "spins": ("<script>setTimeout(() => { for (;;); }, 100)</script>", "kept the browser"),
    "asks": ("<script>for (;;) alert('again')</script>", "kept the browser busy"),
    "prints": (
        "<script>const line = 'x'.repeat(1e6); for (;;) console.error(line)</script>",
        "kept the browser busy",
    ),
    "opens windows": (
        """<script>for (let at = 0; at < 100; at += 1) window.open('a.html', '', 'noopener');
        for (;;);</script>""",
        "",
    ),
}


async def test_what_has_no_end_is_ended(
    browser: Browser, root: Path, temporary: Path, started: Started
) -> None:
    for name, (page, _) in ENDLESS.items():
        (root / name).mkdir()
        (root / name / "a.html").write_text(page)
    hurried = replace(browser, loading=2.0, patience=25.0)
    began = asyncio.get_running_loop().time()
    tries = [hurried.draw("page", root, f"{name}/a.html") for name in ENDLESS]
    answers = dict(zip(ENDLESS, await asyncio.gather(*tries), strict=True))
    assert asyncio.get_running_loop().time() - began < 30
    for name, (drawn, data) in answers.items():
        assert ENDLESS[name][1] in drawn.failed, name
        assert drawn.failed, name
        assert data == b"", name
    assert len(started.seen) > 25
    assert started.left() == set()
    assert list(temporary.iterdir()) == []


SWALLOWS = "const all = []; for (;;) all.push(new Uint8Array(5e7).fill(1));"
WORKERS = f"""<iframe></iframe><script>
// The page is not there until each of them was refused: a document that is open holds it up.
const unfinished = document.querySelector("iframe").contentDocument;
unfinished.open();
let left = 20;
for (let at = left; at > 0; at -= 1) {{
  const worker = new Worker(URL.createObjectURL(new Blob(["{SWALLOWS}"])));
  worker.onerror = () => {{ left -= 1; if (left === 0) unfinished.close(); }};
}}
</script>"""


@pytest.mark.parametrize(
    "page", [f"<script>{SWALLOWS}</script>", WORKERS], ids=["a page", "many workers"]
)
async def test_what_swallows_memory_is_ended_or_gets_no_more(
    page: str, browser: Browser, root: Path, temporary: Path, started: Started
) -> None:
    (root / "a.html").write_text(page)
    drawn, _ = await browser.draw("page", root, "a.html")
    refused = [line for line in drawn.console if "Array buffer allocation failed" in line]
    assert refused or "memory" in drawn.failed
    assert started.left() == set()
    assert list(temporary.iterdir()) == []


async def test_patience_ends_as_well(
    browser: Browser, root: Path, temporary: Path, started: Started
) -> None:
    (root / "a.html").write_text("<script>for (;;);</script>")
    drawn, _ = await replace(browser, patience=2.0).draw("page", root, "a.html")
    assert drawn.failed == "it took longer than 2 seconds"
    assert started.left() == set()
    assert list(temporary.iterdir()) == []


async def test_nothing_is_left_of_what_is_broken_off(
    browser: Browser, root: Path, temporary: Path, started: Started
) -> None:
    (root / "a.html").write_text("<script>for (;;);</script>")
    tries = [asyncio.create_task(browser.draw("page", root, "a.html")) for _ in range(4)]
    for task, begun in zip(
        tries, ("python", "bwrap", "--type=zygote", "--type=renderer"), strict=True
    ):
        await until(lambda begun=begun: any(begun in command for command in started.commands()))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert started.left() == set()
    assert list(temporary.iterdir()) == []


async def until(true: Callable[[], bool]) -> None:
    """Look again and again at what only the system knows."""
    async with asyncio.timeout(30):
        for _ in iter(true, True):
            await asyncio.sleep(0.05)


SITTER = """
import asyncio, os, sys, uvloop
from pathlib import Path
from latitude.workspace.browser.browser import Browser
held = os.open(sys.argv[4], os.O_RDONLY)
os.set_inheritable(held, True)
uvloop.run(Browser(sys.argv[1], sys.argv[2]).draw("page", Path(sys.argv[3]), "a.html"))
"""


async def test_no_descriptor_and_no_secret_goes_in_and_nothing_is_left_of_a_kill(
    browser: Browser, root: Path, tmp_path: Path, temporary: Path, started: Started
) -> None:
    (root / "a.html").write_text("<script>for (;;);</script>")
    held = tmp_path / "held"
    held.mkdir()
    sitter = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SITTER, browser.program, browser.bwrap, str(root), str(held)),
        env={**os.environ, "TMPDIR": str(temporary), "PLANTED_KEY": "sk-planted"},
    )
    await until(lambda: any("--type=renderer" in command for command in started.commands()))
    # The browser's own parts are not drawn, which nobody would see.
    assert not any("--top-chrome-webui" in command for command in started.commands())
    open_there: set[str] = set()
    environments: dict[str, bytes] = {}
    for pid, _ in list(started.seen):
        if pid != sitter.pid:
            with suppress(OSError):
                place = Path(f"/proc/{pid}")
                environments[(place / "comm").read_text()] = (place / "environ").read_bytes()
                open_there |= {str(it.readlink()) for it in (place / "fd").iterdir()}
    sitter.kill()
    await sitter.wait()
    await until(lambda: not started.left() and not list(temporary.iterdir()))
    assert len(open_there) > 20
    assert str(held) not in open_there
    assert {"bwrap\n", "chromium\n"} <= environments.keys()
    assert not any(b"planted" in environ.lower() for environ in environments.values())

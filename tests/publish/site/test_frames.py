"""Pages that models made, in a real browser: they live, and nothing leaves their frames.

The browser has a profile of its own, as a person's has: in a private window Chromium opens no
connection ahead, so that a way out would be overlooked.
"""

import asyncio
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.custody.sitting import FIRST
from tests.programs import needs
from tests.publish.site.loopback import Host, Sensor
from tests.publish.site.making import WORKS, home_at, png, site_of
from tests.publish.site.ways_out import ALONE, HEARD, SCRIPTED, STATIC, page_of

pytestmark = pytest.mark.slow

FLAGS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
GROUPS = {"static": STATIC, "scripted": SCRIPTED} | {
    name: {name: way} for name, way in ALONE.items()
}
"""Ways out that are tried on one page."""
COLOURED = (
    "const look = () => { const { color } = getComputedStyle(p);"
    "if (color === 'rgb(0, 0, 0)') requestAnimationFrame(look); else said(color) }; look()"
)
LIVES = {
    "handler": "<p id=p onclick=\"said('clicked')\">x</p><script>p.click()</script>",
    "html": "<p id=p></p><script>p.innerHTML = '<b>bold</b> a:link <i>x';"
    "said(p.querySelector('b').textContent)</script>",
    "written": "<script>document.write('<b id=b>written</b>'); said(b.textContent)</script>",
    "parsed": '<script>said(new DOMParser().parseFromString(\'<svg xmlns="x"><text>svg</text>'
    "</svg>', 'image/svg+xml').documentElement.textContent)</script>",
    "canvas": "<canvas id=c></canvas><script>const g = c.getContext('2d'); g.fillRect(0, 0, 9, 9);"
    "said(c.toDataURL().slice(0, 10) + g.getImageData(1, 1, 1, 1).data[3])</script>",
    "evaluated": "<script>said(eval('1 + 1') + new Function('x', 'return x * 2')(4))</script>",
    "later": "<script>setTimeout(\"said('later')\", 1)</script>",
    "frame by frame": "<script>requestAnimationFrame(() => said('drawn'))</script>",
    "worker": "<script>new Worker(URL.createObjectURL(new Blob(['postMessage(6 * 7)'])))"
    ".onmessage = (event) => said(event.data)</script>",
    "module": "<script type=module src='./mod/main.js'></script>",
    "style": f"<link rel=stylesheet href=style.css><p id=p>x</p><script>{COLOURED}</script>",
    "imported style": "<style>@import 'style.css';</style><p id=p>x</p>"
    f"<script>{COLOURED}</script>",
    "picture": "<img id=i src=moon.png onload='said(i.naturalWidth)'>",
    "picture in a style": "<p id=p style='background: url(moon.png)'>x</p>"
    "<script>said(getComputedStyle(p).backgroundImage.slice(0, 20))</script>",
    "animation": "<style>@keyframes k { to { opacity: 0 } } p { animation: k 1ms }</style>"
    "<p onanimationend=\"said('animated')\">x</p>",
    "svg animation": "<svg><rect><animate attributeName=x to=9 dur=1ms "
    "onend=\"said('moved')\"/></rect></svg>",
    "element": "<x-y></x-y><script>customElements.define('x-y', class extends HTMLElement {"
    "connectedCallback() { said('made') } })</script>",
    "head": "<!doctype html><html><head><link rel=preconnect href=https://fonts.example><title>T"
    "</title><style>body > main { color: rgb(4, 5, 6) }</style></head><body class=k><main id=m>x"
    "</main><script>said(getComputedStyle(m).color + document.body.className)</script>",
    "smaller": "<script>const frame = 1, object = 3; let i = 0; for (; i<frame && i<object/1; i++);"
    "said(i<object ? i : 9)</script>",
}
"""What ordinary pages do; each tells how it went with ``said``."""
TOLD = {
    "handler": "clicked",
    "html": "bold",
    "written": "written",
    "parsed": "svg",
    "canvas": "data:image255",
    "evaluated": "10",
    "later": "later",
    "frame by frame": "drawn",
    "worker": "42",
    "module": "from far",
    "style": "rgb(1, 2, 3)",
    "imported style": "rgb(1, 2, 3)",
    "picture": "1",
    "picture in a style": 'url("data:image/png;',
    "animation": "animated",
    "svg animation": "moved",
    "element": "made",
    "head": "rgb(4, 5, 6)k",
    "smaller": "1",
}
KEPT = {
    "local storage": "localStorage.x = 1",
    "session storage": "sessionStorage.x = 1",
    "cookie": "document.cookie = 'x=1'; if (!document.cookie) throw 1",
    "database": "await new Promise((yes, no) => { const r = indexedDB.open('x'); r.onsuccess = yes;"
    "r.onerror = no })",
    "cache": "await caches.open('x')",
    "files": "await navigator.storage.getDirectory()",
    "parent's document": "parent.document.title = 'changed'",
    "parent's words": "parent.eval('1')",
    "top's name": "top.name = 'changed'",
    "frame element": "frameElement.remove()",
}
"""What a page must not be able to keep or touch."""
DIALOGS = "alert(1); confirm(2); prompt(3); print(); window.focus(); window.close(); stop()"


class Frames:
    """A site with one session, whose pages try this and that."""

    def __init__(self, folder: Path, sensor: Sensor) -> None:
        self.site = folder / "site"
        self.sensor = sensor
        said = "<script>const said = (it) => { done = String(it) }</script>"
        self.works: dict[str, bytes] = {
            **WORKS,
            "mod/main.js": b"import { far } from './far.js'; said(far)",
            "mod/far.js": b"export const far = 'from far'",
            "spin.html": b"<p>spins</p><script>for (;;);</script>",
            "kept.html": self._kept().encode(),
            "dialogs.html": f"<script>{DIALOGS}; done = true</script>".encode(),
        }
        for name, ways in GROUPS.items():
            text = page_of(ways, lambda way: sensor.host(f"ours: {way}"))
            self.works[f"out-{name}.html"] = text.encode()
            bare = page_of(ways, lambda way: sensor.host(f"bare: {way}"))
            framed = f'<iframe sandbox="allow-scripts" srcdoc="{escape(bare)}"></iframe>'
            (folder / f"bare-{name}.html").write_text(f"<!doctype html>{framed}")
        for name, text in LIVES.items():
            self.works[f"lives-{name}.html"] = f"{said}{text}".encode()
        asyncio.run(self._make(folder))
        names = sorted(self.works)
        self.place = {name: f"work-{names.index(name) + 1}.html" for name in names}

    def _kept(self) -> str:
        tries = "".join(
            f"await (async () => {{ {way} }})().then(() => got.push(`{name}`), () => 0);"
            for name, way in KEPT.items()
        )
        return f"<script type=module>const got = []; {tries} window.done = `got ${{got}}`</script>"

    async def _make(self, folder: Path) -> None:
        async with home_at(folder) as archive:
            await archive.session(FIRST, makes=self.works)
            await site_of(archive, self.site)

    def path(self, name: str) -> Path:
        return self.site / "sessions" / FIRST / self.place[name]


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    with Sensor() as sensor:
        yield Frames(tmp_path_factory.mktemp("frames"), sensor)


@pytest.fixture(scope="module")
def browser(frames: Frames, tmp_path_factory):
    program = needs("chromium", "chromium-browser")
    with sync_playwright() as player:
        profile = tmp_path_factory.mktemp("profile")
        context = player.chromium.launch_persistent_context(
            profile, executable_path=program, args=FLAGS, accept_downloads=True
        )
        context.set_default_timeout(30_000)
        yield context
        context.close()


@pytest.fixture
def tab(browser):
    page = browser.new_page()
    yield page
    page.close()


def ends(tab: Page) -> str:
    """Wait until the page in the frame is done; return what it said."""
    tab.wait_for_selector("iframe").scroll_into_view_if_needed()
    frame = tab.frames[1]
    return frame.wait_for_function("typeof done !== 'undefined' && String(done)").json_value()


def test_nothing_leaves_a_frame_whatever_its_page_tries(frames: Frames, browser, tab: Page) -> None:
    seen: list[str] = []
    tab.on("dialog", lambda dialog: seen.append(f"dialog {dialog.message}") or dialog.dismiss())
    tab.on("download", lambda one: seen.append(f"download {one.url}"))
    tab.on("popup", lambda one: seen.append(f"window {one.url}"))
    with Host(frames.site) as host:
        for name in GROUPS:
            path = frames.path(f"out-{name}.html")
            for address in (path.as_uri(), f"{host.address}/{path.relative_to(frames.site)}"):
                tab.goto(address)
                title = tab.title()
                if name in ("static", "scripted"):
                    ends(tab)
                else:
                    tab.wait_for_load_state("networkidle")
                assert tab.url == address
                assert tab.title() == title
                assert tab.locator("h1").inner_text() == f"out-{name}.html"
    assert seen == []
    # What is heard from frames without our care would have been heard from ours, which came first.
    for name, ways in GROUPS.items():
        tab.goto((frames.site.parent / f"bare-{name}.html").as_uri())
        frames.sensor.waits_for({f"bare: {way}" for way in HEARD & ways.keys()})
    ours = {
        name.removeprefix("ours: "): said
        for name, said in frames.sensor.heard.items()
        if name.startswith("ours: ")
    }
    # A page that goes elsewhere makes Chromium connect, before it is told that it may not; it says
    # nothing there. No page can be kept from trying.
    assert ours.keys() <= {"location", "refresh", "self"}
    assert set(ours.values()) <= {b""}


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_ordinary_pages_live(frames: Frames, tab: Page, scheme: str) -> None:
    told = {}
    with Host(frames.site) as host:
        for name in LIVES:
            path = frames.path(f"lives-{name}.html")
            near = path.relative_to(frames.site)
            tab.goto(path.as_uri() if scheme == "file" else f"{host.address}/{near}")
            told[name] = ends(tab)
    assert told == TOLD


def test_a_page_keeps_nothing_and_does_not_touch_what_is_around_it(
    frames: Frames, tab: Page
) -> None:
    with Host(frames.site) as host:
        for name in ("kept.html", "dialogs.html"):
            tab.goto(f"{host.address}/{frames.path(name).relative_to(frames.site)}")
            assert ends(tab) in ("got ", "true")
            assert tab.title().startswith(name)
            assert tab.evaluate("[localStorage.length, document.cookie]") == [0, ""]


def test_a_page_with_files_beside_it_lives_with_them(frames: Frames, tab: Page) -> None:
    tab.goto(frames.path("index.html").as_uri())
    tab.wait_for_selector("iframe").scroll_into_view_if_needed()
    frame = tab.frames[1]
    assert frame.locator("#p").inner_text() == "The sea, drawn"
    assert frame.eval_on_selector("#p", "it => getComputedStyle(it).color") == "rgb(1, 2, 3)"
    assert frame.eval_on_selector("img", "it => it.naturalWidth") == 1
    assert WORKS["moon.png"] == png(200)


def test_a_page_that_never_ends_leaves_the_others_readable(frames: Frames, browser) -> None:
    busy = browser.new_page()
    busy.goto(frames.path("spin.html").as_uri(), wait_until="commit")
    other = browser.new_page()
    other.goto(frames.path("index.html").as_uri())
    assert other.locator("h1").inner_text() == "index.html"
    other.close()

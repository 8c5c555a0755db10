"""Pages that models made, in a real browser: they live, and nothing leaves their frames.

The browser has a profile of its own, as a person's has: in a private window Chromium opens no
connection ahead, so that a way out would be overlooked.
"""

import asyncio
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Error, Frame, Page, sync_playwright

from tests.custody.sitting import FIRST
from tests.programs import needs
from tests.publish.site.loopback import Host, Sensor
from tests.publish.site.making import WORKS, home_at, png, site_of
from tests.publish.site.ways_out import ALONE, BEGUN, HEARD, LAST, SCRIPTED, STATIC, STAYS, page_of

pytestmark = pytest.mark.slow

FLAGS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
TOGETHER = {"static": STATIC, "scripted": SCRIPTED, "links": STAYS}
GROUPS = TOGETHER | {name: {name: way} for name, way in ALONE.items()}
"""Ways out that are tried on one page."""
BARE = [STATIC, SCRIPTED, *({name: way} for name, way in (STAYS | ALONE).items())]
"""Those that are tried in one frame without our care, where a link leads away."""
COLOURED = (
    "const look = (one, name) => { const { color } = getComputedStyle(one);"
    "if (color === 'rgb(0, 0, 0)') requestAnimationFrame(() => look(one, name));"
    "else said(name, color) };"
)
LIVES = {
    "handler": "<p id=h onclick=\"said('handler', 'clicked')\">x</p><script>h.click()</script>",
    "html": "<p id=p></p><script>p.innerHTML = '<b>bold</b> a:link <i>x';"
    "said('html', p.querySelector('b').textContent)</script>",
    "written": "<script>document.write('<b id=b>written</b>'); said('written', b.textContent)"
    "</script>",
    "parsed": "<script>said('parsed', new DOMParser().parseFromString('<svg xmlns=\"x\"><text>svg"
    "</text></svg>', 'image/svg+xml').documentElement.textContent)</script>",
    "canvas": "<canvas id=c></canvas><script>const g = c.getContext('2d'); g.fillRect(0, 0, 9, 9);"
    "said('canvas', c.toDataURL().slice(0, 10) + g.getImageData(1, 1, 1, 1).data[3])</script>",
    "evaluated": "<script>said('evaluated', eval('1 + 1') + new Function('x', 'return x * 2')(4))"
    "</script>",
    "later": "<script>setTimeout(\"said('later', 'later')\", 1)</script>",
    "frame by frame": "<script>requestAnimationFrame(() => said('frame by frame', 'drawn'))"
    "</script>",
    "worker": "<script>new Worker(URL.createObjectURL(new Blob(['postMessage(6 * 7)'])))"
    ".onmessage = (event) => said('worker', event.data)</script>",
    "module": "<script type=module src='./mod/main.js'></script>",
    "module within": "<script type=module>import { far } from './mod/far.js';"
    "said('module within', far)</script>",
    "style": f"<link rel=stylesheet href=style.css><script>{COLOURED} look(p, 'style')</script>",
    "imported style": "<style>@import 'more.css';</style><p id=q>x</p>"
    "<script>look(q, 'imported style')</script>",
    "picture": "<img id=i src=moon.png onload=\"said('picture', i.naturalWidth)\">",
    "pictures": "<img id=j srcset='moon.png 1x' onload=\"said('pictures', j.naturalWidth)\">",
    "picture in a style": "<p id=r style='background: url(moon.png)'>x</p><script>"
    "said('picture in a style', getComputedStyle(r).backgroundImage.slice(0, 20))</script>",
    "words": "<p id=w>from 'moon.png' url(moon.png)</p><script>said('words', w.textContent)"
    "</script>",
    "animation": "<style>@keyframes k { to { opacity: 0 } } #s { animation: k 1ms }</style>"
    "<p id=s onanimationend=\"said('animation', 'animated')\">x</p>",
    "svg animation": "<svg><rect><animate attributeName=x to=9 dur=1ms "
    "onend=\"said('svg animation', 'moved')\"/></rect></svg>",
    "element": "<x-y></x-y><script>customElements.define('x-y', class extends HTMLElement {"
    "connectedCallback() { said('element', 'made') } })</script>",
    "shadow": "<p id=t></p><script>const root = t.attachShadow({mode: 'closed'});"
    "root.innerHTML = '<b>dark</b>'; said('shadow', root.textContent + t.shadowRoot)</script>",
    "smaller": "<script>const frame = 1, object = 3; let n = 0; for (; n<frame && n<object/1; n++);"
    "said('smaller', n<object ? n : 9)</script>",
}
"""What ordinary pages do; each tells how it went with ``said``. All of them stand on one page."""
HEAD = (
    "<!doctype html><html><head><link rel=preconnect href=https://fonts.example><title>T</title>"
    "<style>body > main { color: rgb(4, 5, 6) }</style>SAID</head><body class=k><main id=m>x</main>"
    "<script>said('head', getComputedStyle(m).color + document.body.className)</script>"
)
"""A page with a head of its own."""
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
    "module within": "from far",
    "style": "rgb(1, 2, 3)",
    "imported style": "rgb(7, 8, 9)",
    "picture": "1",
    "pictures": "1",
    "picture in a style": 'url("data:image/png;',
    "words": "from 'moon.png' url(moon.png)",
    "animation": "animated",
    "svg animation": "moved",
    "element": "made",
    "shadow": "darknull",
    "smaller": "1",
}
LINKS = (
    "<style>* { margin: 0 } a { display: block; height: 40px }</style>"
    "<a id=here href='http://127.0.0.1:9/'>elsewhere</a>"
    "<p><template shadowrootmode=closed><a style='display: block; height: 40px' "
    "href='http://127.0.0.1:9/'>elsewhere, from a closed shadow</a></template></p>"
    "<p id=dark></p><a href=#far>far down</a><p style='height: 5000px'></p><p id=far>far</p>"
    "<script>dark.attachShadow({mode: 'closed'}).innerHTML ="
    "'<a style=\"display: block; height: 40px\" href=#here>here, from a closed shadow</a>';"
    "clicks = 0; addEventListener('click', () => { clicks += 1 });"
    "places = []; addEventListener('hashchange', () => { places.push(location.hash) })</script>"
)
"""Four links, one under the other, each 40 pixels high: two that lead out, two to a place."""
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
        said = (
            "<script>const told = {}; const said = (name, it) => { told[name] = String(it) }"
            "</script>"
        )
        self.works: dict[str, bytes] = {
            **WORKS,
            "mod/main.js": b"import { far } from './far.js'; said('module', far)",
            "mod/far.js": b"export const far = 'from far'",
            "spin.html": b"<p>spins</p><script>for (;;);</script>",
            "kept.html": self._kept().encode(),
            "dialogs.html": f"<script>{DIALOGS}; done = true</script>".encode(),
            "more.css": b"#q { color: rgb(7, 8, 9) }",
            "links.html": LINKS.encode(),
            "lives.html": f"{said}{''.join(LIVES.values())}".encode(),
            "head.html": HEAD.replace("SAID", said).encode(),
        }
        for name, ways in GROUPS.items():
            text = page_of(ways, lambda way: sensor.host(f"ours: {way}"))
            self.works[f"out-{name}.html"] = text.encode()
        bare = (escape(page_of(ways, lambda way: sensor.host(f"bare: {way}"))) for ways in BARE)
        framed = (f'<iframe sandbox="allow-scripts" srcdoc="{one}"></iframe>' for one in bare)
        self.bare = folder / "bare.html"
        self.bare.write_text(f"<!doctype html>{''.join(framed)}")
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
    found = living(tab).wait_for_function("typeof done !== 'undefined' && String(done)")
    return found.json_value()


def living(tab: Page) -> Frame:
    """The page in the frame, which comes when it is looked at."""
    tab.wait_for_selector("iframe").scroll_into_view_if_needed()
    return tab.frames[1]


def test_nothing_leaves_a_frame_whatever_its_page_tries(frames: Frames, browser) -> None:
    seen: list[str] = []
    tabs: list[tuple[Page, str, str]] = []

    def opened(name: str, address: str) -> Page:
        tab = browser.new_page()
        tab.on("dialog", lambda dialog: seen.append(f"dialog {dialog.message}") or dialog.dismiss())
        tab.on("download", lambda one: seen.append(f"download {one.url}"))
        tab.on("popup", lambda one: seen.append(f"window {one.url}"))
        tab.add_init_script("addEventListener('message', (event) => { begun = event.data })")
        tab.goto(address)
        tab.wait_for_selector("iframe").scroll_into_view_if_needed()
        tab.wait_for_function(f"typeof begun !== 'undefined' && begun === '{BEGUN}'")
        tabs.append((tab, name, address))
        return tab

    with Host(frames.site) as host:
        for name in GROUPS:
            path = frames.path(f"out-{name}.html")
            address = f"{host.address}/{path.relative_to(frames.site)}"
            tab = opened(name, address)
            if name in TOGETHER:
                ends(tab)
                ends(opened(name, path.as_uri()))
        # What is heard from frames without our care would have been heard from ours, which came
        # first.
        browser.new_page().goto(frames.bare.as_uri(), wait_until="commit")
        frames.sensor.waits_for(
            {f"bare: {way}" for ways in GROUPS.values() for way in HEARD & ways.keys()}
        )
        for tab, name, address in tabs:
            assert tab.url == address
            assert tab.title().startswith(f"out-{name}.html")
            assert tab.locator("h1").inner_text() == f"out-{name}.html"
            if name not in LAST:
                assert tab.frames[1].evaluate("done") is True
                assert tab.frames[1].url.startswith("about:srcdoc")
    for tab in browser.pages[1:]:
        tab.close()
    assert seen == []
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
        for name, count in (("lives.html", len(TOLD)), ("head.html", 1)):
            path = frames.path(name)
            near = path.relative_to(frames.site)
            tab.goto(path.as_uri() if scheme == "file" else f"{host.address}/{near}")
            frame = living(tab)
            try:
                frame.wait_for_function("n => Object.keys(told).length >= n", arg=count)
            except Error:
                pytest.fail(f"only told: {frame.evaluate('told')}")
            told |= frame.evaluate("told")
    assert told == TOLD | {"head": "rgb(4, 5, 6)k"}


def test_a_link_to_a_place_leads_there_and_one_to_elsewhere_nowhere(
    frames: Frames, tab: Page
) -> None:
    tab.goto(frames.path("links.html").as_uri())
    frame = living(tab)
    frame.wait_for_load_state()
    box = frame.locator("a").first.bounding_box()
    assert box is not None
    for number in range(4):
        frame.wait_for_function("n => clicks === n", arg=number)
        tab.mouse.click(box["x"] + 20, box["y"] + 40 * number + 20)
    frame.wait_for_function("clicks === 4 && scrollY > 1000 && places.length === 2")
    assert frame.evaluate("places") == ["#here", "#far"]
    assert frame.url == "about:srcdoc#far"


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
    frame = living(tab)
    assert frame.locator("#p").inner_text() == "The sea, drawn"
    assert frame.eval_on_selector("#p", "it => getComputedStyle(it).color") == "rgb(1, 2, 3)"
    assert frame.eval_on_selector("img", "it => it.naturalWidth") == 1
    assert WORKS["moon.png"] == png(200)


def test_a_page_that_never_ends_leaves_the_others_readable(frames: Frames, browser) -> None:
    busy = browser.new_page()
    busy.goto(frames.path("spin.html").as_uri(), wait_until="commit")
    other = browser.new_page()
    other.goto(frames.path("index.html").as_uri())
    assert other.locator("h1").inner_text() == "A sea"
    other.close()

"""A site in a real browser: wide and narrow, light and dark, on paper, from a disk, offline."""

import asyncio
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.custody.sitting import FIRST, SECOND, THIRD
from tests.programs import needs
from tests.publish.site.loopback import Host, Sensor
from tests.publish.site.making import home_at, hostile, ordinary, site_of

pytestmark = pytest.mark.slow

FLAGS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
FAULTS = """async () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  const { violations } = await axe.run({ preload: false, iframes: false });
  return violations.map((it) => `${it.id}: ${it.nodes.map((one) => one.html)}`);
}"""
SPILLS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOOKS = {
    "wide": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "light"},
    "narrow": {"viewport": {"width": 400, "height": 800}, "color_scheme": "dark"},
}


class Sites:
    """An ordinary site and a hostile one, and what hears if anything leaves them."""

    def __init__(self, folder: Path, sensor: Sensor) -> None:
        self.sensor = sensor
        self.ordinary = folder / "ordinary" / "site"
        self.hostile = folder / "hostile" / "site"
        asyncio.run(self._make(folder))

    async def _make(self, folder: Path) -> None:
        async with home_at(folder / "ordinary") as archive:
            await ordinary(archive)
            linked = f"[a link](http://{self.sensor.host('link')}/) and Ärger, __proto__"
            sitting = await archive.begin(FIRST.replace("231501", "231507"))
            await sitting.turn(linked)
            await sitting.end()
            await site_of(archive, self.ordinary)
        async with home_at(folder / "hostile") as archive:
            await hostile(archive)
            await site_of(archive, self.hostile)


@pytest.fixture(scope="module")
def sites(tmp_path_factory) -> Iterator[Sites]:
    with Sensor() as sensor:
        yield Sites(tmp_path_factory.mktemp("sites"), sensor)


@pytest.fixture(scope="module")
def browser(sites: Sites):
    program = needs("chromium", "chromium-browser")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(30_000)
    yield context
    context.close()


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


@pytest.mark.parametrize(
    ("name", "look"), [("ordinary", "wide"), ("ordinary", "narrow"), ("hostile", "narrow")]
)
def test_each_page_can_be_read_by_everybody(sites: Sites, browser, name: str, look: str) -> None:
    context = browser.new_context(**LOOKS[look])
    tab = context.new_page()
    site = getattr(sites, name)
    found = {}
    for path in pages(site):
        tab.goto(path.as_uri())
        assert tab.evaluate(SPILLS) == 0, path
        tab.evaluate(AXE)
        if faults := tab.evaluate(FAULTS):
            found[str(path.relative_to(site))] = faults
        assert tab.evaluate(SPILLS) == 0, f"{path}, opened"
    context.close()
    assert found == {}


def test_hostile_words_run_nowhere_and_break_no_page(sites: Sites, browser) -> None:
    context = browser.new_context(**LOOKS["narrow"])
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda one: faults.append(one.message))
    tab.on("dialog", lambda one: faults.append(f"dialog: {one.message}"))
    for path in pages(sites.hostile):
        tab.goto(path.as_uri())
        assert tab.evaluate("typeof pwned") == "undefined", path
        assert tab.locator("h1").count() == tab.locator("main").count() == 1
    context.close()
    # Within the frames it may run, and does.
    assert set(faults) <= {"x is not defined"}


def words(tab: Page) -> str:
    return " ".join(tab.locator("body").inner_text().split())


def test_from_a_disk_and_from_a_host_it_is_the_same_and_nothing_else_is_asked_for(
    sites: Sites, window: BrowserContext
) -> None:
    tab = window.new_page()
    asked: list[str] = []
    faults: list[str] = []
    tab.on("request", lambda one: asked.append(one.url))
    tab.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
    tab.on("pageerror", lambda one: faults.append(str(one)))
    tab.on("requestfailed", lambda one: faults.append(one.url))
    with Host(sites.ordinary) as host:
        for path in pages(sites.ordinary):
            tab.goto(path.as_uri())
            seen = words(tab)
            tab.goto(f"{host.address}/{path.relative_to(sites.ordinary)}")
            assert words(tab) == seen
    assert faults == []
    roots = (f"{sites.ordinary.as_uri()}/", f"{host.address}/", "data:", "about:srcdoc")
    assert [address for address in asked if not address.startswith(roots)] == []
    assert sites.sensor.heard == {}


def test_without_javascript_each_page_says_as_much(sites: Sites, browser) -> None:
    with_, without = browser.new_context(), browser.new_context(java_script_enabled=False)
    one, other = with_.new_page(), without.new_page()
    for path in pages(sites.ordinary):
        for tab in (one, other):
            tab.goto(path.as_uri())
        if path.name == "search.html":
            assert "The search needs JavaScript." in words(other)
        else:
            assert words(other) == words(one)
    other.goto((sites.ordinary / "sessions" / FIRST / "index.html").as_uri())
    assert "The tides never agree." not in words(other)
    other.locator("summary", has_text="thinking").first.click()
    assert "The tides never agree." in words(other)
    for context in (with_, without):
        context.close()


def test_on_paper_thinking_is_unfolded_and_what_tools_said_is_not(
    sites: Sites, window: BrowserContext
) -> None:
    tab = window.new_page()
    tab.goto((sites.ordinary / "sessions" / FIRST / "index.html").as_uri())
    seen = "it => it.checkVisibility()"
    for media, thinking in (("screen", False), ("print", True)):
        tab.emulate_media(media=media)
        assert tab.eval_on_selector(".thinking .plain", seen) is thinking
        assert tab.eval_on_selector(".conditions dl", seen) is thinking
        assert tab.eval_on_selector(".mark.call .plain", seen) is False
        assert tab.eval_on_selector(".reply", seen) is True
        assert tab.eval_on_selector(".foot", seen) is not thinking
    assert tab.pdf().startswith(b"%PDF")


def search(tab: Page, asked: str) -> list[str]:
    """Ask, and return the ids of the sessions that were found, in order."""
    tab.fill("#words", asked)
    tab.wait_for_function("/^\\d/.test(document.getElementById('state').textContent)")
    links = tab.locator("#found a")
    said = tab.locator("#state").inner_text()
    assert said == ("1 session." if links.count() == 1 else f"{links.count()} sessions.")
    found = links.evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    return [address.split("/")[1][9:15] for address in found]


def test_the_search_finds_words_and_beginnings_of_words_on_a_disk(
    sites: Sites, window: BrowserContext
) -> None:
    tab = window.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda one: faults.append(one.message))
    tab.goto((sites.ordinary / "search.html").as_uri())
    first, second, third, last = "231501", "231502", "231503", "231507"
    assert search(tab, "petrichor") == [second]
    assert search(tab, "Petri") == [second]
    assert search(tab, "tides never") == [first]
    assert search(tab, "tides petrichor") == []
    assert search(tab, "käse") == [first]
    assert search(tab, "KA\u0308SE") == [first]
    assert search(tab, "rain.txt") == [second]
    assert search(tab, "made") == [third]
    assert search(tab, "ÄRGER") == [last]
    assert search(tab, "__proto__") == [last]
    assert search(tab, "word: petrichor!") == [second]
    for nothing in ("constructor", "</script>", "toString", "x" * 300, "ﷺ"):
        assert search(tab, nothing) == []
    tab.fill("#words", " ,;")
    assert tab.locator("#state").inner_text() == ""
    assert faults == []


def test_what_was_searched_for_leads_to_its_session(sites: Sites, window: BrowserContext) -> None:
    tab = window.new_page()
    tab.goto(f"{(sites.ordinary / 'search.html').as_uri()}#petrichor")
    tab.click("#found a")
    tab.wait_for_url(f"**/sessions/{SECOND}/index.html**")
    assert "petrichor" in words(tab)
    tab.click("a[rel=next]")
    tab.wait_for_url(f"**/sessions/{THIRD}/index.html")


def test_the_search_of_a_hostile_site_is_only_a_search(
    sites: Sites, window: BrowserContext
) -> None:
    tab = window.new_page()
    tab.goto((sites.hostile / "search.html").as_uri())
    assert search(tab, "pwned") == ["231501"]
    assert tab.evaluate("typeof pwned") == "undefined"
    assert search(tab, "neighbour") == ["231503", "231502"]

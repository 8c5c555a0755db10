"""A site in a real browser: wide and narrow, light and dark, on paper, from a disk, offline."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, sync_playwright

from tests.custody.sitting import FIRST, SECOND, THIRD
from tests.programs import needs
from tests.publish.site.loopback import Host, Sensor
from tests.publish.site.making import home_at, hostile, ordinary, site_of

pytestmark = pytest.mark.slow

FLAGS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
FAULTS = """async (runOnly) => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  const { violations } = await axe.run({ preload: false, iframes: false, ...runOnly });
  return violations.map((it) => `${it.id}: ${it.nodes.map((one) => one.html)}`);
}"""
SPILLS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
STATE = (
    f"[{SPILLS}, typeof pwned, document.querySelectorAll('h1').length,"
    " document.querySelectorAll('main').length]"
)
OPENED = f"""() => {{
  for (const one of document.querySelectorAll("details")) one.open = true;
  return {SPILLS};
}}"""
LOOKS = {
    "wide": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "light"},
    "narrow": {"viewport": {"width": 400, "height": 800}, "color_scheme": "dark"},
}


class Sites:
    """An ordinary site, a hostile one, a long one, and what hears if anything leaves them."""

    def __init__(self, folder: Path, sensor: Sensor) -> None:
        self.sensor = sensor
        self.ordinary = folder / "ordinary" / "site"
        self.hostile = folder / "hostile" / "site"
        self.long = folder / "long" / "site"
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
        async with home_at(folder / "long") as archive:
            # Few signs that are much markup, so that there are two pages.
            quotes = '" " "\n\n' * 900
            sitting = await archive.begin(FIRST)
            for word in ("ouverture", "between", "zebrawood"):
                await sitting.turn(f"{quotes}{word} {quotes}")
            await sitting.end()
            await site_of(archive, self.long)


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


def kind(path: Path) -> tuple[str, ...]:
    """What a page is made as: pages of one kind differ by what models wrote."""
    shown = re.findall('<iframe|<audio|<figure|<pre class="source"', path.read_text())
    folder = re.sub(r"\d{8}-\d{6}-\w{6}", "session", path.parent.name)
    name = re.sub(r"-?-\d+", "", path.stem)
    lists = folder in ("models", "protocols", "side-by-side")
    return (folder, "" if lists else name, *sorted({*shown}))


def richness(path: Path) -> int:
    return len(set(re.findall("<[^ >]*(?: class=[^ >]*)?", path.read_text())))


def one_of_each_kind(site: Path) -> set[Path]:
    # Of each the one with the most different things on it.
    return set({kind(path): path for path in sorted(pages(site), key=richness)}.values())


class Faults:
    """What went wrong in a tab, and what it asked for."""

    def __init__(self, tab: Page) -> None:
        self.asked: list[str] = []
        self.thrown: list[str] = []
        """Errors of scripts and boxes that they open, those of frames among them."""
        self.told: list[str] = []
        tab.on("request", lambda one: self.asked.append(one.url))
        tab.on("console", lambda one: self.told.append(one.text) if one.type == "error" else None)
        tab.on("pageerror", lambda one: self.thrown.append(one.message))
        tab.on("dialog", lambda one: self.thrown.append(f"dialog: {one.message}"))
        tab.on("requestfailed", self._failed)

    def _failed(self, one: Request) -> None:
        # A picture that was still to come when the tab went on.
        if one.failure != "net::ERR_ABORTED":
            self.told.append(f"{one.url}: {one.failure}")

    def elsewhere(self, *roots: str) -> list[str]:
        """Addresses that it asked for that are not below ``roots``, nor within the page."""
        known = (*roots, "data:", "about:srcdoc")
        return [address for address in self.asked if not address.startswith(known)]


@pytest.mark.parametrize(
    ("name", "look"), [("ordinary", "wide"), ("ordinary", "narrow"), ("hostile", "narrow")]
)
def test_each_page_can_be_read_by_everybody_and_runs_and_asks_for_nothing(
    sites: Sites, browser, name: str, look: str
) -> None:
    context = browser.new_context(**LOOKS[look])
    tab = context.new_page()
    faults = Faults(tab)
    site = getattr(sites, name)
    looked_at = one_of_each_kind(site)
    # Of the same pages by night only the colours are other ones.
    rules = (
        {"runOnly": ["color-contrast", "link-in-text-block"]}
        if (name, look) == ("ordinary", "narrow")
        else {}
    )
    found = {}
    for path in pages(site):
        tab.goto(path.as_uri())
        assert tab.evaluate(STATE) == [0, "undefined", 1, 1], path
        if path in looked_at:
            tab.evaluate(AXE)
            if told := tab.evaluate(FAULTS, rules):
                found[str(path.relative_to(site))] = told
        assert tab.evaluate(OPENED) == 0, f"{path}, opened"
    context.close()
    assert found == {}
    assert faults.elsewhere(f"{site.as_uri()}/") == []
    assert sites.sensor.heard == {}
    # Within the frames of hostile pages scripts may run, and do.
    assert set(faults.thrown) <= ({"x is not defined"} if name == "hostile" else set())
    assert name == "hostile" or faults.told == []


def words(tab: Page) -> str:
    return " ".join(tab.locator("body").inner_text().split())


def test_from_a_disk_from_a_host_and_without_javascript_a_page_is_the_same(
    sites: Sites, browser
) -> None:
    contexts = [browser.new_context(), browser.new_context(java_script_enabled=False)]
    tab, plain = [context.new_page() for context in contexts]
    faults, other = Faults(tab), Faults(plain)
    with Host(sites.ordinary) as host:
        for path in sorted(one_of_each_kind(sites.ordinary)):
            tab.goto(path.as_uri())
            seen = words(tab)
            address = f"{host.address}/{path.relative_to(sites.ordinary)}"
            if "<script" in path.read_text() or "<iframe" in path.read_text():
                tab.goto(address)
                assert words(tab) == seen
            plain.goto(address)
            if path.name == "search.html":
                assert "The search needs JavaScript." in words(plain)
            else:
                assert words(plain) == seen
    assert faults.told == other.told == faults.thrown == []
    roots = (f"{sites.ordinary.as_uri()}/", f"{host.address}/")
    assert faults.elsewhere(*roots) == other.elsewhere(*roots) == []
    plain.goto((sites.ordinary / "sessions" / FIRST / "index.html").as_uri())
    assert "The tides never agree." not in words(plain)
    plain.locator("summary", has_text="thinking").first.click()
    assert "The tides never agree." in words(plain)
    for context in contexts:
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
    links = tab.locator("#found > li > a")
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


def test_what_was_searched_for_leads_to_the_page_it_stands_on(
    sites: Sites, window: BrowserContext
) -> None:
    tab = window.new_page()
    tab.goto(f"{(sites.ordinary / 'search.html').as_uri()}#petric")
    tab.click("#found a")
    tab.wait_for_url(f"**/sessions/{SECOND}/index.html**")
    assert "petrichor" in words(tab)
    tab.click("a[rel=next]")
    tab.wait_for_url(f"**/sessions/{THIRD}/index.html")


def test_a_word_on_a_later_page_of_a_session_is_found_there(
    sites: Sites, window: BrowserContext
) -> None:
    tab = window.new_page()
    tab.goto((sites.long / "search.html").as_uri())
    assert search(tab, "zebra") == ["231501"]
    assert tab.locator("#found").inner_text().endswith(" · page 2")
    link = tab.locator("#found a")
    assert link.get_attribute("href").endswith("/page-2.html#:~:text=zebrawood")
    link.click()
    tab.wait_for_url("**/page-2.html**")
    assert "zebrawood" in words(tab)
    # The browser found it, too.
    tab.wait_for_function("scrollY > 0")
    tab.goto((sites.long / "search.html").as_uri())
    # The words of a session need not stand on one page.
    assert search(tab, "zebra ouverture") == ["231501"]
    assert tab.locator("#found a").all_inner_texts()[1:] == ["page 2"]


def test_a_search_ends_whatever_its_parts_and_its_address_hold(
    sites: Sites, window: BrowserContext, tmp_path: Path
) -> None:
    for name in ("search.js", "search.html", "style.css"):
        shutil.copy(sites.ordinary / name, tmp_path / name)
    page, part = tmp_path / "search.html", tmp_path / "search" / "1.js"
    part.parent.mkdir()
    tab = window.new_page()
    part.write_text('latitudeSegment(1,[[["a.html"],"b","c"]],"");')
    tab.goto(f"{page.as_uri()}#100%")
    assert tab.locator("#words").input_value() == "100%"
    tab.wait_for_function("document.getElementById('state').textContent === '0 sessions.'")
    for broken in ("no script", "", 'latitudeSegment(1,[],"word");'):
        part.write_text(broken)
        tab.reload()
        tab.fill("#words", "tide")
        tab.locator("#state", has_text="A part of the search is missing").wait_for()


def test_the_search_of_a_hostile_site_is_only_a_search(
    sites: Sites, window: BrowserContext
) -> None:
    tab = window.new_page()
    tab.goto((sites.hostile / "search.html").as_uri())
    assert search(tab, "pwned") == ["231501"]
    assert tab.evaluate("typeof pwned") == "undefined"
    assert search(tab, "neighbour") == ["231503", "231502"]

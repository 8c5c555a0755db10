"""Every page of a site, read byte by byte: what stands there, where it leads, how much it is."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from latitude.publish.site.living import POLICY
from latitude.publish.site.wording import clock
from tests.custody.sitting import FIRST, SECOND, THIRD
from tests.publish.archive import RELEASE
from tests.publish.site.making import (
    COMMITS,
    LONG,
    MARKED,
    MODEL,
    NAMES,
    TURNS,
    WIDE,
    home_at,
    hostile,
    huge,
    ordinary,
    png,
    site_of,
)
from tests.publish.site.reading import Page, pages_of, target

HEAVIEST = 200_000
"""Bytes of a page before the works in it."""


def made(place: Path, fill) -> Path:
    async def make() -> None:
        async with home_at(place) as archive:
            await fill(archive)
            await site_of(archive, place / "site")

    asyncio.run(make())
    return place / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("ordinary"), ordinary)


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("hostile"), hostile)


@pytest.fixture(scope="module")
def huge_site(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("huge"), huge)


def first_lines(site: Path) -> list[str]:
    records = (site / "sessions" / name / "journal.jsonl" for name in (FIRST, SECOND, THIRD))
    return [record.read_text().split("\n")[0] for record in records]


def check_links(site: Path) -> None:
    names = {page.path.resolve(): set(page.names) for page in pages_of(site)}
    for page in pages_of(site):
        for address in (*page.links, *page.loaded):
            place, anchor = target(page, address)
            assert place.is_relative_to(site.resolve()), (page.path, address)
            assert place.is_file(), (page.path, address)
            assert not anchor or anchor in names[place], (page.path, address)


def test_each_link_leads_to_a_file_that_is_there_and_to_a_place_in_it(site: Path) -> None:
    check_links(site)
    outward = {address for page in pages_of(site) for address in page.outward}
    assert outward == {"https://example.org/elsewhere"}


def test_each_page_is_reached_from_the_first(site: Path) -> None:
    pages = {page.path.resolve(): page for page in pages_of(site)}
    reached, ahead = set(), [site.resolve() / "index.html"]
    while ahead:
        path = ahead.pop()
        if path in reached or path not in pages:
            continue
        reached.add(path)
        ahead += [target(pages[path], address)[0] for address in pages[path].links]
    assert reached == pages.keys()


def test_a_page_names_what_it_may_load_and_only_the_search_has_a_script(site: Path) -> None:
    for page in pages_of(site):
        assert page.policy.startswith("default-src 'none'; ")
        assert "http" not in page.policy
        assert "*" not in page.policy
        lively = page.frames or page.path.name == "search.html"
        assert ("script-src" in page.policy) == bool(lively), page.path


def test_what_reads_only_the_text_of_a_page_finds_the_canary(site: Path) -> None:
    canary = str(RELEASE["canary"])
    assert [page.path for page in pages_of(site) if canary not in page.words] == []
    assert (site / "robots.txt").read_text().startswith(f"# Canary: {canary}\n")
    about = Page(site / "about.html").words
    assert "do not bear it: they are as they were" in about


def test_a_host_that_knows_jekyll_is_told_to_leave_the_site_as_it_is(site: Path) -> None:
    assert (site / ".nojekyll").read_bytes() == b""


def test_the_way_on_says_when_the_next_session_was(site: Path) -> None:
    text = (site / "sessions" / SECOND / "index.html").read_text()
    ways = re.findall(r'class="(prev|next)">(.*?)</a>', text)
    stamps = [json.loads(line)["at"] for line in first_lines(site)]
    assert len(ways) == 2
    assert [f"{MODEL}, {clock(stamps[0])}", f"{MODEL}, {clock(stamps[2])}"] == [
        words for _, words in ways
    ]


def test_the_gallery_shows_what_can_be_looked_at_and_names_the_rest(site: Path) -> None:
    gallery = Page(site / "gallery.html")
    assert "5 things" in gallery.words
    assert "Code: sea.js, style.css" in gallery.words
    assert "doctype" not in gallery.words
    assert "rgb(1, 2, 3)" not in gallery.words
    items = re.findall(r'<li><a href="([^"]*)">', gallery.path.read_text())
    assert len(items) == 5


def test_a_session_says_all_that_was_said_and_done(site: Path) -> None:
    page = Page(site / "sessions" / FIRST / "index.html")
    for words in (
        "This time is open.",
        "The tides never agree.",
        "full",
        "protocol",
        "spring",
        "Käse",
        "It was drawn.",
        "Is it warm?",
        "person",
        "● 7 files",
        "data.bin",
        '"stopping now" mentioned',
        "Signed: Opus, by the sea",
        "claude-opus-5-5 chose to stop.",
        "Fingerprint",
    ):
        assert words in page.words, words


def test_a_picture_in_a_transcript_comes_when_it_is_looked_at(site: Path) -> None:
    session = site / "sessions" / FIRST
    found = re.findall(r"<img [^>]*>", (session / "index.html").read_text())
    assert len(found) == 1
    assert 'loading="lazy"' in found[0]
    [name] = Page(session / "index.html").loaded[1:]
    assert (session / name).read_bytes() == png(90)


def test_the_record_of_a_session_lies_beside_its_page(site: Path, tmp_path_factory) -> None:
    record = site / "sessions" / FIRST / "journal.jsonl"
    home = site.parent / "home"
    assert record.read_bytes() == (home / "sessions" / FIRST / "journal.jsonl").read_bytes()


def test_hostile_words_stand_on_the_pages_and_are_nothing_else(hostile_site: Path) -> None:
    # Reading them fails on any element or attribute that is not ours.
    pages = {str(page.path.relative_to(hostile_site)): page for page in pages_of(hostile_site)}
    check_links(hostile_site)
    words = pages[f"sessions/{FIRST}/index.html"].words
    assert words.count("<script>pwned=1</script>") >= 10
    assert "‹U+202E›evil" in words
    assert "␛[31m" in words
    assert "␀" in words
    assert 'href="javascript' not in (hostile_site / "index.html").read_text()
    assert [page.outward for page in pages.values() if "about" in page.path.name] == [
        ['https://example.org/"><script>pwned=1</script>']
    ]


def test_hostile_names_name_no_file_of_the_site(hostile_site: Path) -> None:
    names = {str(path.relative_to(hostile_site)) for path in hostile_site.rglob("*.*")}
    shape = re.compile(
        r"\.nojekyll|(about|gallery|index|search|sessions)\.html|(feed\.xml|release\.json|robots\.txt)"
        r"|(search|style)\.(js|css)|\.well-known(/tdmrep\.json)?|search/1\.js"
        r"|models/[a-z0-9_-]+\.html|protocols/[0-9a-f]{16}\.(html|json)"
        rf"|sessions/({FIRST}|{SECOND}|{THIRD})"
        r"/(index|history|work-\d+)\.html|sessions/[^/]+/(journal\.jsonl|work-\d+\.png)"
    )
    assert [name for name in names if not shape.fullmatch(name)] == []
    assert sorted(path.name for path in hostile_site.parent.iterdir()) == ["home", "site", "state"]
    neighbour = Page(hostile_site / "sessions" / SECOND / "index.html")
    assert "The neighbour." in neighbour.words


def test_names_that_differ_by_case_alone_have_a_page_each(hostile_site: Path) -> None:
    pages = [Page(path) for path in (hostile_site / "sessions" / FIRST).glob("work-*.html")]
    named = r'<p class="path"><code>(.*?)</code>'
    texts = [page.path.read_text() for page in pages]
    heads = [(re.search(named, text) or re.search(r"<h1>(.*?)</h1>", text))[1] for text in texts]
    for name in ("index.html", "INDEX.html", "Index.HTML", "work-1.html", "journal.jsonl"):
        assert heads.count(name) == 1, name
    assert len(heads) == len(set(heads)) == sum(".." not in Path(name).parts for name in NAMES) + 1


def test_a_page_of_a_model_stays_within_its_frame(hostile_site: Path) -> None:
    framed = [page for page in pages_of(hostile_site) if page.frames]
    assert len(framed) == 13
    for page in framed:
        [frame] = page.frames
        assert frame.endswith(("<p>mine</p>", "\ufffd"))
        assert page.policy == POLICY


def test_a_file_is_shown_as_what_it_is_and_not_as_what_it_is_called(hostile_site: Path) -> None:
    folder = hostile_site / "sessions" / FIRST
    pictures = [path.read_bytes() for path in folder.glob("work-*.*") if path.suffix != ".html"]
    assert [data.startswith(b"\x89PNG") for data in pictures] == [True]


@pytest.mark.slow
def test_no_page_is_too_heavy_to_open_and_what_is_long_lies_beside_it(huge_site: Path) -> None:
    pages = list(pages_of(huge_site))
    heavy = {str(page.path): page.weight for page in pages if page.weight > HEAVIEST}
    assert heavy == {}
    check_links(huge_site)
    texts = [path.read_text() for path in huge_site.rglob("text-*.txt")]
    assert LONG in texts
    assert WIDE in texts
    assert MARKED in texts
    turns = "".join(page.words for page in pages if FIRST in str(page.path))
    assert [turn for turn in range(1, TURNS + 1) if f"It is turn {turn}." not in turns] == []
    lists = [page for page in pages if page.path.name.startswith("works")]
    works = {link for page in lists for link in page.links if link.startswith("work-")}
    assert works == {f"work-{number}.html" for number in range(1, 501)}
    commits = [page for page in pages if page.path.name.startswith("history")]
    assert len(commits) > 1
    assert sum(len(re.findall(r"Turn 1, step", page.words)) for page in commits) == COMMITS + 1

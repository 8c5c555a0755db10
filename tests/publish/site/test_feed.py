"""The feed of a site, read as a feed reader reads it (RFC 4287)."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from latitude.publish.site.feed import feed
from tests.custody.sitting import FIRST, SECOND, THIRD
from tests.publish.archive import Archive
from tests.publish.site.making import MODEL, hostile, manifest_of, ordinary, row, site_of

ATOM = "{http://www.w3.org/2005/Atom}"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URL = "https://example.org/archive/"


def test_a_feed_is_as_new_as_the_session_that_ended_last() -> None:
    late = row(1, closed="2026-11-21T09:00:00.000Z")
    root = ET.fromstring(feed(manifest_of(row(0), late, row(2))))
    assert root.findtext(f"{ATOM}updated") == late.closed


def test_models_of_one_name_are_told_apart_by_their_providers() -> None:
    root = ET.fromstring(feed(manifest_of(row(0), row(1, provider="relay"), row(2, model="x"))))
    titles = [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]
    assert [title.partition(":")[0] for title in titles] == [
        "x",
        f"{MODEL}, relay",
        f"{MODEL}, anthropic",
    ]


@pytest.mark.parametrize("fill", [ordinary, hostile])
@pytest.mark.parametrize("url", [None, URL])
async def test_a_feed_has_all_that_a_feed_must_have(
    archive: Archive, tmp_path: Path, fill, url: str | None
) -> None:
    await fill(archive)
    archive.release(url=url)
    await site_of(archive, tmp_path / "site")
    root = ET.parse(tmp_path / "site" / "feed.xml").getroot()
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 3
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            [one] = element.findall(f"{ATOM}{name}")
            assert one.text
        assert STAMP.fullmatch(element.findtext(f"{ATOM}updated"))
        assert re.match(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id"))
        assert element.find(f"{ATOM}link[@rel='alternate']") is not None
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    ids = [entry.findtext(f"{ATOM}id")[-22:] for entry in entries]
    assert ids == [THIRD, SECOND, FIRST]
    links = [link.get("href") for link in root.iter(f"{ATOM}link")]
    for link in links:
        assert link.startswith(url or "")
        assert (tmp_path / "site" / (link.removeprefix(url or "") or "index.html")).is_file()
    assert (f"{URL}feed.xml" in links) == (url is not None)

"""A site that is published again: what is written, what is left, what goes, and what is refused."""

import dataclasses
from pathlib import Path

import msgspec
import pytest

from latitude.errors import HomeUnusable, UnknownName, UsageError
from latitude.publish.decisions import Restore, Withdraw
from latitude.publish.manifest import encode_manifest
from latitude.publish.site import build as building
from latitude.publish.site.build import build
from latitude.publish.site.folder import Kept
from tests.custody.sitting import FIRST, SECOND, THIRD
from tests.publish.archive import WHEN, Archive
from tests.publish.site.making import FOURTH, MODEL, manifest_of, site_of
from tests.publish.site.reading import Page

WORD = "petrichor"


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def stamps(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


async def three(archive: Archive) -> None:
    await archive.session(FIRST, says="The first.", makes={"a.html": b"<p>a</p>", "b.txt": b"b\n"})
    await archive.session(SECOND, says=f"A word: {WORD}.", makes={"c.txt": WORD.encode()})
    await archive.session(THIRD, says="The third.")


async def test_publishing_again_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    await three(archive)
    site = tmp_path / "site"
    first = await site_of(archive, site)
    assert set(first.written) == files(site).keys()
    assert len(first.written) == len(set(first.written))
    assert first.pages == sum(name.endswith(".html") for name in files(site))
    before = stamps(site)
    again = await site_of(archive, site)
    assert (again.written, again.removed, again.pages) == ((), (), first.pages)
    assert stamps(site) == before


async def test_a_new_session_writes_its_pages_its_neighbour_and_the_lists(
    archive: Archive, tmp_path: Path
) -> None:
    await three(archive)
    await site_of(archive, tmp_path / "site")
    await archive.session(FOURTH, says="The fourth.", makes={"d.txt": b"d\n"})
    built = await site_of(archive, tmp_path / "site")
    assert built.removed == ()
    assert sorted(built.written) == sorted(
        [
            *("about.html", "feed.xml", "gallery.html", "index.html", "release.json"),
            *("sessions.html", "models/claude-opus-5-5.html", "search/1.js"),
            f"protocols/{'2' * 16}.html",
            f"sessions/{THIRD}/index.html",
            f"sessions/{FOURTH}/index.html",
            f"sessions/{FOURTH}/history.html",
            f"sessions/{FOURTH}/work-1.html",
            f"sessions/{FOURTH}/journal.jsonl",
        ]
    )


async def test_a_page_that_somebody_changed_is_written_again(
    archive: Archive, tmp_path: Path
) -> None:
    await three(archive)
    site = tmp_path / "site"
    await site_of(archive, site)
    before = files(site)
    changed = [f"sessions/{FIRST}/work-1.html", "about.html", "search/1.js"]
    for name in changed:
        (site / name).write_bytes(before[name].replace(b"e", b"a"))
    (site / "sessions" / THIRD / "index.html").unlink()
    assert set(changed) <= set((await site_of(archive, site)).written)
    assert files(site) == before


async def test_a_withdrawn_session_is_gone_from_the_disk(archive: Archive, tmp_path: Path) -> None:
    await three(archive)
    site = tmp_path / "site"
    await site_of(archive, site)
    archive.decide(Withdraw(at=WHEN, why="Asked for.", session=SECOND))
    built = await site_of(archive, site)
    assert f"sessions/{SECOND}/journal.jsonl" in built.removed
    held = files(site)
    [left] = (site / "sessions" / SECOND).iterdir()
    page = Page(left)
    assert left.name == "index.html"
    for words in ("Held back", SECOND, "Asked for."):
        assert words in page.words
    assert MODEL not in page.words
    assert [name for name, data in held.items() if WORD.encode() in data] == []
    assert f'href="sessions/{SECOND}/index.html"'.encode() in held["sessions.html"]
    archive.decide(Restore(at=WHEN, why="Asked again.", session=SECOND))
    await site_of(archive, site)
    assert WORD in (site / "sessions" / SECOND / "index.html").read_text()


async def test_it_is_gone_too_where_nobody_knows_any_more_what_was_written(
    archive: Archive, tmp_path: Path
) -> None:
    await three(archive)
    site = tmp_path / "site"
    await site_of(archive, site)
    (site / "gallery-2.html").write_text(WORD)
    (site / "search" / "2.js").write_text(WORD)
    (site / "CNAME").write_text("example.org")
    (archive.home.releases / "archive" / "site.json").unlink()
    archive.decide(Withdraw(at=WHEN, why="Asked for.", session=SECOND))
    await site_of(archive, site)
    assert [name for name, data in files(site).items() if WORD.encode() in data] == []
    assert (site / "CNAME").read_text() == "example.org"


async def test_a_dry_run_says_what_would_happen_and_writes_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    await three(archive)
    site = tmp_path / "site"
    would = await site_of(archive, site, dry=True)
    assert not site.exists()
    assert not (archive.home.releases / "archive").exists()
    assert would.written == (await site_of(archive, site)).written
    archive.decide(Withdraw(at=WHEN, why="Asked for.", session=SECOND))
    before = files(site)
    would = await site_of(archive, site, dry=True)
    assert files(site) == before
    done = await site_of(archive, site)
    assert (would.written, would.removed) == (done.written, done.removed)


async def test_a_folder_of_somebody_else_is_refused_and_untouched(
    archive: Archive, tmp_path: Path
) -> None:
    await three(archive)
    site = tmp_path / "site"
    await site_of(archive, site)
    # Even where a site of this release was once.
    for path in (site, tmp_path / "other"):
        for old in sorted(path.rglob("*"), reverse=True):
            old.rmdir() if old.is_dir() else old.unlink()
        path.mkdir(exist_ok=True)
        (path / "index.html").write_text("mine")
        with pytest.raises(UsageError, match="no site of latitude"):
            await site_of(archive, path)
        assert files(path) == {"index.html": b"mine"}
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(UsageError, match="Nothing was written"):
        await site_of(archive, file)
    assert file.read_text() == "mine"


async def test_the_same_release_gives_the_same_bytes(archive: Archive, tmp_path: Path) -> None:
    await three(archive)
    for name in ("one", "two"):
        await site_of(archive, tmp_path / name)
    assert files(tmp_path / "one") == files(tmp_path / "two")


async def test_a_session_that_is_not_in_the_release_stands_beside_none(
    archive: Archive, tmp_path: Path
) -> None:
    await three(archive)
    archive.release(side_by_side=[f"{FIRST} {FOURTH}"])
    with pytest.raises(UnknownName, match=f"{FOURTH} is to stand beside another one"):
        await site_of(archive, tmp_path / "site")
    assert not (tmp_path / "site").exists()


async def test_what_was_stopped_halfway_is_gone_on_with(archive: Archive, tmp_path: Path) -> None:
    await three(archive)
    await site_of(archive, tmp_path / "whole")

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    site = tmp_path / "site"
    async with archive.publication() as publication:
        with pytest.raises(KeyboardInterrupt):
            await build(publication, site, progress=stop)
    assert files(site)
    archive.decide(Withdraw(at=WHEN, why="Asked for.", session=SECOND))
    for name in ("site", "whole"):
        await site_of(archive, tmp_path / name)
    assert files(site) == files(tmp_path / "whole")


async def test_a_folder_that_cannot_be_written_is_said(archive: Archive, tmp_path: Path) -> None:
    await three(archive)
    site = tmp_path / "site"
    site.mkdir()
    (site / "release.json").write_bytes(encode_manifest(manifest_of()))
    (site / "sessions").write_text("a file")
    with pytest.raises(HomeUnusable, match="could not be written: Not a directory"):
        await site_of(archive, site)


async def test_a_release_of_which_nothing_is_left_is_a_site(
    archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST)
    await archive.manifest()
    archive.decide(Withdraw(at=WHEN, why="Asked for.", session=FIRST))
    await site_of(archive, tmp_path / "site")
    assert "There are none." in (tmp_path / "site" / "index.html").read_text()
    assert FIRST in (tmp_path / "site" / "sessions.html").read_text()


async def test_a_newer_latitude_makes_all_pages_anew(
    archive: Archive, tmp_path: Path, monkeypatch
) -> None:
    await three(archive)
    state = archive.home.releases / "archive" / "site.json"
    keys = []
    for version in ("0.1.0", "0.1.0", "0.2.0"):
        monkeypatch.setattr(building, "__version__", version)
        await site_of(archive, tmp_path / "site")
        kept = msgspec.json.decode(state.read_bytes(), type=Kept)
        keys.append({*kept.parts.values(), *(one.key for one in kept.sessions.values())})
    assert keys[0] == keys[1]
    assert len(keys[0]) == 4
    assert keys[0].isdisjoint(keys[2])


async def test_no_page_takes_the_place_of_another(
    archive: Archive, tmp_path: Path, monkeypatch
) -> None:
    await three(archive)
    about = building.about
    monkeypatch.setattr(
        building, "about", lambda known: dataclasses.replace(about(known), path="gallery.html")
    )
    with pytest.raises(ValueError, match=r"two files of the site would lie at gallery\.html"):
        await site_of(archive, tmp_path / "site")


async def test_the_words_of_a_protocol_lie_beside_its_page_as_the_bag_has_them(
    archive: Archive, tmp_path: Path
) -> None:
    await three(archive)
    await site_of(archive, tmp_path / "site")
    await archive.bag(tmp_path / "bag")
    [page] = (tmp_path / "site" / "protocols").glob("*.html")
    assert f"{page.stem}.json" in Page(page).links
    [kept] = (tmp_path / "bag" / "data" / "protocols").iterdir()
    words = page.with_suffix(".json").read_bytes()
    assert words == kept.read_bytes()
    assert msgspec.json.decode(words)["tools"][0]["parameters"] == {}
    assert "to the byte" not in page.read_text()

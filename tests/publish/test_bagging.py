"""A bag of sessions: others' programs read it, and the same home gives the same bytes."""

import asyncio
import csv
import json
import os
import shutil
from argparse import Namespace
from pathlib import Path

import pytest
from cffconvert import Citation

from latitude.artifacts.repository import Repository
from latitude.cli.publish.site import target
from latitude.config import Home
from latitude.errors import HomeUnusable, UsageError
from latitude.journal.annotations import add_tag
from latitude.publish.bag.checking import check_bag
from latitude.publish.bagging import bag
from latitude.publish.checking import check
from latitude.publish.decisions import Withdraw
from latitude.publish.publication import Publication
from tests.cli.person import latitude
from tests.cli.test_disk import full_at
from tests.custody.sitting import FIRST, SECOND, THIRD
from tests.publish.archive import KEY, REDACT_KEY, WHEN, Archive, every_text, git, wish
from tests.publish.bag.made import bagit_finds, bagit_utils_finds, bytes_below, sha512sum_finds
from tests.publish.bag.validator import crate_finds, fill_cache, needs_validator


async def a_small_world(archive: Archive) -> None:
    """A copy, a session that carries it on, one that made nothing, and one that is held back."""
    await archive.session(FIRST, says=KEY, makes={"a.txt": b"a", "pages/p.html": b"<p>"})
    await archive.session(SECOND, carries_on=FIRST, makes={"a.txt": b"b"}, asked="Go on?")
    await archive.session(THIRD, says="I would rather only talk.")
    await archive.session(f"{THIRD[:-6]}zzzzzz", wishes=wish("no"))
    add_tag(archive.home.session(THIRD), '"quoted", and so on')
    archive.decide(REDACT_KEY)


async def test_every_reader_of_bags_takes_it(archive: Archive, tmp_path: Path) -> None:
    await a_small_world(archive)
    archive.release(
        title='Open "time"\x1b[2J', authors=["Ada\nLovelace", "Grace"], description="Two\nlines\x07"
    )
    folder = tmp_path / "bag"
    manifest = await archive.bag(folder)
    assert check_bag(folder) == []
    assert bagit_finds(folder) is None
    assert bagit_utils_finds(folder) == []
    assert sha512sum_finds(folder) == ""
    checked = await check(folder)
    assert checked.ok, checked
    assert checked.manifest == manifest
    Citation((folder / "data/CITATION.cff").read_text(encoding="utf-8")).validate()
    for where, data in every_text(folder, tmp_path / "clone"):
        assert str(tmp_path).encode() not in data, where
    assert git(tmp_path / "clone", "symbolic-ref", "HEAD") == b"refs/heads/main\n"
    with (folder / "data/codes.csv").open(encoding="utf-8", newline="") as file:
        tags = [row for row in csv.DictReader(file) if row["code"] == "tag"]
    assert [(row["session"], row["value"]) for row in tags] == [(THIRD, '"quoted", and so on')]
    swhids = json.loads((folder / "data/swhids.json").read_bytes())
    journal = folder / "data/sessions" / FIRST / "journal.jsonl"
    [found] = git(tmp_path / "clone", "hash-object", str(journal)).decode().split()
    assert swhids[FIRST]["journal"] == f"swh:1:cnt:{found}"
    assert swhids[THIRD].keys() == {"journal"}, "it made nothing"
    needs_validator()
    fill_cache(tmp_path / "cache")
    assert crate_finds(folder / "data", tmp_path / "cache") == []


async def test_a_copy_of_the_home_that_was_gathered_gives_the_same_bytes(
    archive: Archive, tmp_path: Path
) -> None:
    await a_small_world(archive)
    await archive.bag(tmp_path / "one")
    home = Home(root=tmp_path / "elsewhere/home", state=tmp_path / "elsewhere/state")
    shutil.copytree(archive.home.root, home.root, ignore=shutil.ignore_patterns("index.*"))
    shutil.rmtree(home.releases / "archive")
    git(home.artifacts, "gc", "--prune=now", "--aggressive", "--quiet")
    for path in home.sessions.rglob("*"):
        os.utime(path, (1, 1))
    repository = await Repository.open(home.artifacts)
    try:
        other = Archive(home, repository)
        await other.bag(tmp_path / "two")
    finally:
        await repository.close()
    assert bytes_below(tmp_path / "one") == bytes_below(tmp_path / "two")


async def test_a_home_is_held_against_a_bag_that_was_kept_elsewhere(
    archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST, says=KEY)
    archive.decide(REDACT_KEY)
    await archive.bag(tmp_path / "bag")
    home, kept = archive.home.root, str(tmp_path / "bag")
    whole = await asyncio.to_thread(latitude, home, "verify", kept)
    assert whole.status == 0, whole
    assert f"✓ {FIRST}" in whole.out
    same = await asyncio.to_thread(latitude, home, "verify", "--against", kept)
    assert same.status == 0, same

    shutil.rmtree(home)
    for part in (archive.home.prompts, archive.home.sessions, archive.home.artifacts):
        part.mkdir(parents=True)
    repository = await Repository.open(archive.home.artifacts)
    await Archive(archive.home, repository).session(FIRST, says="Written anew.")
    await repository.close()
    other = await asyncio.to_thread(latitude, home, "verify", "--against", kept)
    assert other.status == 1
    assert f"{FIRST} went out with the fingerprint" in " ".join(other.out.split())


async def test_a_release_of_tombstones_is_a_bag_too(archive: Archive, tmp_path: Path) -> None:
    await archive.session(FIRST, makes={"a.txt": b"a"})
    await archive.manifest()
    archive.decide(Withdraw(at=WHEN, why="It names a neighbour.", session=FIRST))
    manifest = await archive.bag(tmp_path / "bag", why="A withdrawal.")
    assert (manifest.sessions, len(manifest.withheld)) == ((), 1)
    assert bagit_finds(tmp_path / "bag") is None
    checked = await check(tmp_path / "bag")
    assert checked.ok, checked


async def test_a_session_that_recovery_closed_stands_so_in_the_bag(
    archive: Archive, tmp_path: Path
) -> None:
    """Its process died between a commit and the line that would have named it."""
    from latitude.custody.recover import recover

    sitting = await archive.begin(FIRST)
    await sitting.work({"a.txt": b"a"})
    turn, step = await sitting.ask()
    from tests.journal.samples import called, finished

    await sitting.record(called(turn, step, "write_file"))
    await sitting.record(finished(turn, step))
    sitting.workspace.write("b.txt", KEY.encode())
    await sitting.commit(write_down=False)
    await sitting.recorder.close()
    await recover(archive.home, archive.repository)
    archive.decide(REDACT_KEY)
    [row] = (await archive.bag(tmp_path / "bag")).sessions
    checked = await check(tmp_path / "bag")
    assert checked.ok, checked
    for where, data in every_text(tmp_path / "bag", tmp_path / "clone"):
        assert KEY.encode() not in data, where
    assert b"b.txt" in git(tmp_path / "clone", "ls-tree", "-r", str(row.tip))


async def made(publication: Publication, folder: Path) -> None:
    await bag(publication, (), folder)


async def test_a_place_that_holds_something_or_cannot_be_written_is_refused_and_counts_for_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST)
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "letter.txt").write_text("mine")
    (tmp_path / "file").write_text("a file")
    async with archive.publication() as publication:
        with pytest.raises(UsageError, match=r"is not empty\. It was left as it is"):
            await made(publication, taken)
        with pytest.raises(HomeUnusable):
            await made(publication, tmp_path / "file/bag")
    assert (taken / "letter.txt").read_text() == "mine"
    assert not (archive.home.releases / "archive").exists(), "no version was made"


async def test_nothing_is_written_among_the_records_of_the_home(
    archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST)
    home = archive.home
    (tmp_path / "way in").symlink_to(home.sessions)
    async with archive.publication() as publication:
        for place in (home.sessions, home.artifacts / ".git/bag", home.root, tmp_path / "way in/x"):
            with pytest.raises(UsageError, match=r"lies among the records .* Nothing was written"):
                target(Namespace(dir=str(place)), publication, "bag-1")
        for place in (tmp_path / "bag", home.releases / "archive/other"):
            assert target(Namespace(dir=str(place)), publication, "bag-1") == place
    done = await asyncio.to_thread(latitude, home.root, "publish", "bag", str(home.sessions / "x"))
    assert done.status == 2, done
    assert not (home.sessions / "x").exists()


async def test_who_stops_it_in_the_middle_finds_nothing_left(
    archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST, says=KEY, makes={"a.txt": b"a"})
    archive.decide(REDACT_KEY)

    def stop(done: int, total: int) -> None:
        assert list(archive.home.state.glob("publishing-*")), "the copies lie there"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        async with archive.publication() as publication:
            await bag(publication, (), tmp_path / "out/bag", stop)
    assert list(archive.home.state.glob("publishing-*")) == []
    assert list((tmp_path / "out").iterdir()) == []
    assert not (archive.home.releases / "archive").exists(), "no version was made"


@pytest.mark.parametrize("size", [100, 1500])
async def test_on_a_full_disk_it_says_so_and_leaves_no_half(
    size: int, archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST, says="word " * 400, makes={"a.txt": b"a"})
    home = archive.home.root
    before = archive.fingerprint_of_all()
    out = tmp_path / "out"
    done = await asyncio.to_thread(
        latitude, home, "publish", "bag", str(out / "bag"), preexec_fn=full_at(size)
    )
    assert done.status == 1, done
    said = [line for line in done.err.splitlines() if not line.startswith("note: ")]
    assert [line.startswith("latitude: ") for line in said] == [True], said
    assert "Traceback" not in done.err
    assert not out.exists() or list(out.iterdir()) == []
    assert list(archive.home.state.glob("publishing-*")) == []
    assert archive.fingerprint_of_all() == before

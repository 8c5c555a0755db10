"""Each version says what is other than in the one before; without a change there is none."""

import asyncio
import json
from pathlib import Path

import msgspec
import pytest

from latitude.errors import RecordBroken, SessionBusy, UsageError
from latitude.publish.decisions import Restore, Withdraw
from latitude.publish.manifest import Changes, encode_manifest, read_manifest
from latitude.publish.site.build import build
from latitude.publish.versions import check_reason, keep_version, sole_publisher
from tests.cli.person import latitude
from tests.custody.sitting import FIRST, SECOND
from tests.publish.archive import REDACT_KEY, WHEN, Archive


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("index.")
    }


async def test_without_a_change_it_is_the_same_version_byte_for_byte(archive: Archive) -> None:
    await archive.session(FIRST)
    first = await archive.manifest()
    assert (first.version, first.why) == (1, "The first version.")
    assert first.changes == Changes(added=(FIRST,))
    async with archive.publication(day="2027-01-01", why="No matter.") as publication:
        check_reason(publication.manifest)
        assert encode_manifest(publication.manifest) == encode_manifest(first)
    kept = archive.home.releases / "archive/0001.json"
    assert kept.read_bytes() == encode_manifest(first)
    assert read_manifest(kept) == first


async def test_each_change_makes_the_next_version_which_names_it_and_no_other(
    archive: Archive,
) -> None:
    await archive.session(FIRST)
    await archive.manifest()
    steps: list[Changes] = []

    async def publish() -> None:
        with pytest.raises(UsageError, match=r"a version says why it was made\. Nothing was publ"):
            await archive.manifest(why="  ")
        manifest = await archive.manifest(why=" Because. ")
        assert (manifest.version, manifest.why) == (len(steps) + 2, "Because.")
        steps.append(manifest.changes)

    archive.release(title="Another title", authors=["Ada", "Grace"])
    await publish()
    await archive.session(SECOND)
    await publish()
    archive.decide(Withdraw(at=WHEN, why="It names a neighbour.", session=SECOND))
    await publish()
    archive.decide(Restore(at=WHEN, why="The neighbour agreed.", session=SECOND))
    await publish()
    archive.release(title="Another title", authors=["Ada", "Grace"], sessions={"ids": [FIRST]})
    await publish()
    assert steps == [
        Changes(settings=("title", "authors")),
        Changes(added=(SECOND,)),
        Changes(changed=(SECOND,)),
        Changes(changed=(SECOND,)),
        Changes(removed=(SECOND,)),
    ]


async def test_a_session_of_which_more_is_taken_out_is_changed(archive: Archive) -> None:
    await archive.session(FIRST, says="It can be said.")
    await archive.manifest()
    archive.decide(Withdraw(at=WHEN, why="Their own.", session=FIRST, words=True))
    later = await archive.manifest(why="Words were withdrawn.")
    assert later.changes == Changes(changed=(FIRST,))


async def test_a_version_of_the_same_number_that_somebody_made_meanwhile_is_not_replaced(
    archive: Archive,
) -> None:
    await archive.session(FIRST)
    async with archive.publication() as publication:
        mine = publication.manifest
    other = await archive.manifest()
    keep_version(archive.home.releases, mine)
    with pytest.raises(SessionBusy, match="Another version 1 of 'archive' was made meanwhile"):
        keep_version(archive.home.releases, msgspec.structs.replace(mine, title="Mine"))
    assert read_manifest(archive.home.releases / "archive/0001.json") == other


async def test_only_one_process_publishes_a_release(archive: Archive) -> None:
    await archive.session(FIRST)
    path = archive.home.releases / "archive.yaml"
    archive.release()
    arguments = (archive.home.root, "publish", "site")
    with sole_publisher(path):
        refused = await asyncio.to_thread(latitude, *arguments)
        assert refused.status == 1
        assert "Another process is publishing 'archive'. Nothing was published" in refused.err
        dry = await asyncio.to_thread(latitude, *arguments, "--dry-run")
        assert dry.status == 0
    assert (await asyncio.to_thread(latitude, *arguments)).status == 0


@pytest.mark.parametrize("day", ["2026-13-01", "22.11.2026", "20261122", "2026-W47-7", ""])
async def test_a_day_that_is_none_is_refused(day: str, archive: Archive) -> None:
    await archive.session(FIRST)
    with pytest.raises(UsageError, match=r"is no day\. Nothing was published"):
        await archive.manifest(day=day)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "is no manifest of a release"),
        (b"\xff", "is no manifest of a release"),
        (None, "format v2, and this latitude reads v1"),
    ],
)
async def test_a_version_at_home_that_cannot_be_read_is_named(
    data: bytes | None, says: str, archive: Archive
) -> None:
    await archive.session(FIRST)
    newer = encode_manifest(msgspec.structs.replace(await archive.manifest(), v=2))
    (archive.home.releases / "archive/0001.json").write_bytes(data or newer)
    with pytest.raises(RecordBroken, match=rf"0001\.json .*{says}"):
        await archive.manifest()


@pytest.mark.slow
async def test_the_command_line_refuses_without_a_reason_and_a_dry_run_writes_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST, makes={"a.txt": b"a"})
    await archive.manifest()
    await archive.session(SECOND, makes={"a.txt": b"b"})
    home = archive.home.root
    await asyncio.to_thread(latitude, home, "publish", "check")
    before = files_below(home)
    for verb in ("site", "bag"):
        dry = await asyncio.to_thread(latitude, home, "publish", verb, "--dry-run")
        assert dry.status == 0, dry
        assert f"added  {SECOND}" in dry.out
        assert dry.lines[-1].endswith("Nothing was written.")
        refused = await asyncio.to_thread(latitude, home, "publish", verb)
        assert refused.status == 2
        assert "Give the reason with --why." in refused.err
    now = files_below(home)
    assert now == before
    assert not list(home.glob("releases/**/site*"))
    assert list(archive.home.state.glob("publishing-*")) == []


async def test_a_site_and_a_bag_of_one_version_have_one_manifest(
    archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST, makes={"a.txt": b"a"})
    archive.decide(REDACT_KEY)
    await archive.bag(tmp_path / "bag")
    async with archive.publication(day="2027-01-01") as publication:
        await build(publication, tmp_path / "site")
    inside = (tmp_path / "bag/data/release.json").read_bytes()
    assert inside == (tmp_path / "site/release.json").read_bytes()
    assert json.loads(inside)["released"] == "2026-11-22"

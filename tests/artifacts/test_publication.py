"""Chosen sessions in one file that ``git clone`` reads, and such a file of others taken in."""

from pathlib import Path

import pytest

from latitude.artifacts.repository import Repository
from latitude.errors import RecordBroken
from tests.artifacts.conftest import ONE, THREE, TWO, closed, order, plain_git


async def three_sessions(repository, new_workspace) -> dict[str, str]:
    """Three sessions of a home, sealed; the second of them made nothing."""
    tips = {}
    for session, data in ((ONE, b"one"), (THREE, b"three")):
        workspace = new_workspace(session)
        workspace.write("a.txt", data)
        made = await repository.commit(order(session), workspace)
        tips[session] = made.commit
    for session in (ONE, TWO, THREE):
        await repository.seal(closed(session, tips.get(session)))
    return tips


async def bundled(lender: Path, place: Path, entries) -> Path:
    borrowed = await Repository.borrow(place, lender)
    try:
        await borrowed.gather_in(entries)
        with (place / "x.bundle").open("wb") as file:
            await borrowed.bundle(file.write)
    finally:
        await borrowed.close()
    return place / "x.bundle"


async def test_the_bundle_holds_the_chosen_sessions_and_no_others(
    repository, new_workspace, root, tmp_path
) -> None:
    tips = await three_sessions(repository, new_workspace)
    path = await bundled(root, tmp_path / "b", [closed(ONE, tips[ONE]), closed(TWO, None)])
    clone = tmp_path / "clone"
    plain_git(tmp_path, "clone", "-q", str(path), str(clone))
    plain_git(clone, "fsck", "--strict", "--full")
    assert (clone / f"m1/2026-11/{ONE}/files/a.txt").read_bytes() == b"one"
    heads = {line.split()[1] for line in plain_git(tmp_path, "ls-remote", str(path)).splitlines()}
    assert heads == {"HEAD", "refs/heads/ledger", "refs/heads/main", f"refs/heads/session/{ONE}"}
    plain_git(clone, "fetch", "-q", str(path), "ledger")
    said = plain_git(clone, "log", "--format=%s", "FETCH_HEAD").splitlines()
    assert said == [f"Session {TWO} closed", f"Session {ONE} closed"]


async def test_the_same_sessions_give_the_same_bytes_however_their_objects_lie(
    repository, new_workspace, root, tmp_path
) -> None:
    tips = await three_sessions(repository, new_workspace)
    entries = [closed(session, tip) for session, tip in tips.items()]
    one = await bundled(root, tmp_path / "one", entries)
    plain_git(root, "repack", "-adfq", "--window=50")
    two = await bundled(root, tmp_path / "two", entries)
    assert one.read_bytes() == two.read_bytes()


async def test_a_bundle_of_no_session_at_all_can_be_taken_in(repository, root, tmp_path) -> None:
    path = await bundled(root, tmp_path / "b", [])
    taken = await Repository.take_in(tmp_path / "taken", path)
    try:
        assert await taken.ledger() == ()
        assert await taken.tips() == {}
    finally:
        await taken.close()


async def test_what_was_bundled_is_taken_in_whole(
    repository, new_workspace, root, tmp_path
) -> None:
    tips = await three_sessions(repository, new_workspace)
    entries = tuple(closed(session, tips.get(session)) for session in (ONE, TWO, THREE))
    path = await bundled(root, tmp_path / "b", entries)
    taken = await Repository.take_in(tmp_path / "taken", path)
    try:
        assert await taken.ledger() == entries
        assert await taken.tips() == tips
    finally:
        await taken.close()


async def test_an_object_that_git_finds_fault_with_is_not_taken_in(
    repository, new_workspace, root, tmp_path
) -> None:
    """Git looks into no object of a bundle by itself before 2.46."""
    await three_sessions(repository, new_workspace)
    blob = plain_git(root, "hash-object", "-w", "--stdin", stdin=b"[core]\n").strip()
    inner = plain_git(root, "mktree", stdin=f"100644 blob {blob}\tconfig\n".encode()).strip()
    row = b"40000 .git\0" + bytes.fromhex(inner)
    literally = ("hash-object", "-t", "tree", "-w", "--literally", "--stdin")
    tree = plain_git(root, *literally, stdin=row).strip()
    commit = plain_git(root, "commit-tree", "-m", "hostile", tree).strip()
    plain_git(root, "update-ref", "refs/heads/hostile", commit)
    plain_git(root, "bundle", "create", "-q", str(tmp_path / "x.bundle"), "hostile")
    with pytest.raises(RecordBroken, match=r"is no bundle that can be read whole\..*hasDotgit"):
        await Repository.take_in(tmp_path / "taken", tmp_path / "x.bundle")

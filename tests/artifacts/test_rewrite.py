"""A commit made again: the same one where nothing is taken out, and true in every part where
something is."""

import json
import os
from pathlib import Path

import pytest

from latitude.artifacts.repository import Repository
from latitude.artifacts.rewrite import Rewriting
from latitude.errors import UnknownName
from tests.artifacts.conftest import RECORD, order, plain_git

WORD = b"petrichor"


def keep(data: bytes) -> bytes:
    return data


def blot(data: bytes) -> bytes:
    return data.replace(WORD, b"____")


@pytest.fixture
async def target(repository: Repository, root: Path, tmp_path: Path):
    borrowed = await Repository.borrow(tmp_path / "target", root)
    yield borrowed
    await borrowed.close()


async def copies_of(repository, target, take, record=None) -> tuple[dict[str, str], list]:
    """Make a copy of each commit of the session."""
    copies, files, made = {}, {}, []
    for info in await repository.history(order().session):
        rewriting = Rewriting(info.commit, copies, record, take, files)
        made.append(await target.rewrite(rewriting))
        copies[info.commit] = made[-1].commit
    return copies, made


async def hard_to_hold(repository, workspace) -> None:
    """Commits with all that a manifest can say."""
    root = os.fsencode(workspace.root)
    for name in (b"plain.txt", b"CON", b".gitattributes", b"\xff\xfe", b"a", b"A", b"x\ny"):
        Path(os.fsdecode(root + b"/" + name)).write_bytes(b"of " + name)
    (workspace.root / "run").write_bytes(b"#!/bin/sh\n")
    (workspace.root / "run").chmod(0o755)
    (workspace.root / "empty/inner").mkdir(parents=True)
    Path(os.fsdecode(root + b"/link")).symlink_to(os.fsdecode(b"to/\xff"))
    await repository.commit(order(step=1), workspace)
    (workspace.root / "plain.txt").unlink()
    await repository.commit(order(step=2), workspace)


async def test_where_nothing_is_taken_out_it_is_the_same_commit(
    repository, target, workspace
) -> None:
    await hard_to_hold(repository, workspace)
    copies, made = await copies_of(repository, target, keep)
    assert [*copies] == [*copies.values()]
    history = await repository.history(order().session)
    assert [one.files for one in made] == [info.changes for info in history]


async def test_what_is_taken_out_is_gone_from_bytes_names_links_and_messages(
    repository, target, workspace, tmp_path
) -> None:
    workspace.write("a.txt", b"after rain: petrichor")
    workspace.write("petrichor/b.txt", b"b")
    (workspace.root / "link").symlink_to("petrichor/b.txt")
    (workspace.root / "petrichor too").mkdir()
    await repository.commit(order(model="petrichor-1"), workspace)
    _, [made] = await copies_of(repository, target, blot, record="cd" * 32)
    folder = tmp_path / "target"
    names = plain_git(folder, "rev-list", "--objects", made.commit).split("\n")
    for name in names:
        if name:
            assert "petrichor" not in name
            shown = plain_git(folder, "cat-file", "-p", name.split()[0])
            assert "petrichor" not in shown
    message = plain_git(folder, "show", "-s", "--format=%an %B", made.commit)
    assert message.startswith("____-1 Turn 1, step 1: 2 files")
    assert f"Latitude-Record: {'cd' * 32}" in message
    assert await target.check_commit(made.commit, made.tree) is None
    listed = json.loads(plain_git(folder, "show", f"{made.commit}:manifest.json"))["entries"]
    assert [entry["path"] for entry in listed] == ["____ too", "____/b.txt", "a.txt", "link"]
    assert listed[3]["target"] == "____/b.txt"
    assert [change.path for change in made.files] == ["____/b.txt", "a.txt"]


async def test_a_name_that_is_no_text_stays_so_without_what_is_taken_out(
    repository, target, workspace, tmp_path
) -> None:
    place = os.fsencode(workspace.root) + b"/\xff petrichor.txt"
    Path(os.fsdecode(place)).write_bytes(b"x")
    await repository.commit(order(), workspace)
    _, [made] = await copies_of(repository, target, blot)
    listed = plain_git(tmp_path / "target", "show", f"{made.commit}:manifest.json")
    [entry] = json.loads(listed)["entries"]
    assert (entry["path"], entry["escaped"]) == ("%ff%20____.txt", True)
    assert await target.check_commit(made.commit, made.tree) is None


async def test_why_bytes_are_missing_is_said_without_what_is_taken_out(
    repository, target, workspace, tmp_path, monkeypatch
) -> None:
    """The reason names the file, where it is one of the tools that gives it."""
    from latitude.errors import ToolFailed
    from latitude.workspace.folder import Workspace

    def vanished(self: Workspace, entry: object) -> bytes:
        raise ToolFailed("petrichor.txt is gone.")

    workspace.write("petrichor.txt", b"x")
    monkeypatch.setattr(Workspace, "read_entry", vanished)
    await repository.commit(order(), workspace)
    _, [made] = await copies_of(repository, target, blot)
    listed = plain_git(tmp_path / "target", "show", f"{made.commit}:manifest.json")
    [entry] = json.loads(listed)["entries"]
    assert (entry["path"], entry["omitted"]) == ("____.txt", "____.txt is gone.")


async def test_a_file_that_stands_in_many_commits_is_looked_at_once(
    repository, target, workspace
) -> None:
    seen: list[bytes] = []

    def counted(data: bytes) -> bytes:
        seen.append(data)
        return data

    workspace.write("stays.txt", b"the one that stays")
    for step in range(1, 6):
        workspace.write("changes.txt", b"%d" % step)
        await repository.commit(order(step=step), workspace)
    await copies_of(repository, target, counted)
    assert seen.count(b"the one that stays") == 1
    assert seen.count(b"5") == 1


async def test_nothing_is_written_where_the_objects_were_borrowed(
    repository, target, workspace, root, tmp_path
) -> None:
    workspace.write("a.txt", WORD)
    await repository.commit(order(), workspace)
    before = sorted(root.rglob("*"))
    _, [made] = await copies_of(repository, target, blot)
    assert sorted(root.rglob("*")) == before
    with pytest.raises(UnknownName):
        await repository.files(made.commit)


async def test_a_commit_that_is_not_there_is_named(target) -> None:
    with pytest.raises(UnknownName, match=f"has no commit {RECORD[:40]}"):
        await target.rewrite(Rewriting(RECORD[:40], {}, None, keep, {}))

"""One commit per step that changed the workspace."""

import hashlib
import os
import time
from datetime import datetime

import msgspec
import pytest

from latitude.artifacts.repository import Repository
from latitude.errors import RecordBroken
from tests.artifacts.conftest import NOON, ONE, RECORD, TWO, order, plain_git


def sha(data):
    return hashlib.sha256(data).hexdigest()


@pytest.mark.promise("work-kept")
async def test_a_step_that_changed_the_workspace_is_a_commit_in_the_models_name(
    repository, workspace, root
):
    workspace.write("poem.txt", b"so much depends\n")
    made = await repository.commit(order(turn=2, step=3, model="claude-opus-5-5"), workspace)

    assert made is not None
    assert [(c.path, c.status, c.size, c.sha256) for c in made.files] == [
        ("poem.txt", "added", 16, sha(b"so much depends\n"))
    ]
    shown = plain_git(root, "log", "-1", "--format=%an|%ae|%cn|%at|%ct|%s|%T", f"session/{ONE}")
    when = str(int(NOON.timestamp()))
    assert shown.strip() == (
        "claude-opus-5-5|claude-opus-5-5@model.invalid|latitude|"
        f"{when}|{when}|Turn 2, step 3: 1 file|{made.tree}"
    )
    trailers = plain_git(
        root, "log", "-1", "--format=%(trailers:only,unfold)", f"session/{ONE}"
    ).split("\n")
    assert trailers[:4] == [
        f"Latitude-Session: {ONE}",
        "Latitude-Turn: 2",
        "Latitude-Step: 3",
        f"Latitude-Record: {RECORD}",
    ]


async def test_nothing_is_committed_when_nothing_changed(repository, workspace):
    assert await repository.commit(order(), workspace) is None
    assert await repository.tip(ONE) is None
    workspace.write("a", b"1")
    first = await repository.commit(order(), workspace)
    assert await repository.commit(order(step=2), workspace) is None
    assert await repository.tip(ONE) == first.commit


async def test_changes_are_told_against_the_commit_before(repository, workspace):
    workspace.write("stays", b"s")
    workspace.write("changes", b"1")
    workspace.write("goes", b"g")
    workspace.write("tool", b"#!")
    await repository.commit(order(), workspace)
    workspace.write("changes", b"2")
    workspace.delete("goes")
    workspace.write("comes", b"c")
    (workspace.root / "tool").chmod(0o755)
    second = await repository.commit(order(step=2), workspace)
    assert [(c.path, c.status, c.size) for c in second.files] == [
        ("changes", "modified", 1),
        ("comes", "added", 1),
        ("goes", "deleted", None),
        ("tool", "modified", 2),
    ]


async def test_an_empty_folder_alone_is_a_commit_too(repository, workspace, root):
    (workspace.root / "empty").mkdir()
    made = await repository.commit(order(), workspace)
    assert made.files == ()
    assert [(f.path, f.kind) for f in await repository.files(made.commit)] == [("empty", "folder")]
    assert "folders or links only" in plain_git(root, "log", "-1", "--format=%s", made.commit)


async def test_a_second_change_in_the_same_clock_tick_is_seen(repository, workspace, monkeypatch):
    (workspace.root / "f").write_bytes(b"1")
    (entry,) = workspace.scan()
    inode, size, *_ = entry.stamp
    now = time.time_ns() + 60_000_000_000
    # What a coarse clock leaves behind: other bytes, and the same size and times.
    same = msgspec.structs.replace(entry, stamp=(inode, size, now, now))
    monkeypatch.setattr(workspace, "scan", lambda: [same])
    await repository.commit(order(), workspace)
    (workspace.root / "f").write_bytes(b"2")
    made = await repository.commit(order(step=2), workspace)
    assert [c.sha256 for c in made.files] == [sha(b"2")]


async def test_an_unchanged_file_is_not_read_again(repository, workspace, monkeypatch):
    (workspace.root / "old").write_bytes(b"old")
    await repository.commit(order(), workspace)
    monkeypatch.setattr("latitude.artifacts.commit.FRESH_NS", -(10**18))
    (workspace.root / "new").write_bytes(b"new")
    await repository.commit(order(step=2), workspace)
    (workspace.root / "newer").write_bytes(b"newer")
    read = []
    real = workspace.read_entry
    monkeypatch.setattr(workspace, "read_entry", lambda e: read.append(e.path) or real(e))
    made = await repository.commit(order(step=3), workspace)
    assert read == ["newer"]
    assert [c.path for c in made.files] == ["newer"]


async def test_after_reopening_the_branch_goes_on_where_it_was(root, workspace):
    first = await Repository.open(root)
    workspace.write("a", b"1")
    one = await first.commit(order(), workspace)
    await first.close()

    again = await Repository.open(root)
    assert await again.commit(order(step=2), workspace) is None
    workspace.write("b", b"2")
    two = await again.commit(order(step=3), workspace)
    await again.close()
    assert [c.path for c in two.files] == ["b"]
    assert plain_git(root, "rev-list", two.commit).split() == [two.commit, one.commit]


async def test_a_session_that_is_carried_on_begins_at_its_parents_commit(
    repository, workspace, new_workspace, root
):
    workspace.write("a", b"1")
    parent = await repository.commit(order(), workspace)
    child = new_workspace(TWO)
    exported = await repository.restore(parent.commit, child.root)
    assert exported.files == 1
    assert await repository.commit(order(TWO, parent=parent.commit), child) is None
    child.write("b", b"2")
    made = await repository.commit(order(TWO, turn=2, parent=parent.commit), child)
    assert [c.path for c in made.files] == ["b"]
    assert plain_git(root, "rev-list", f"session/{TWO}").split() == [made.commit, parent.commit]
    assert [i.commit for i in await repository.history(TWO)] == [made.commit]
    assert await repository.commit_of_turn(TWO, 1) == parent.commit
    assert await repository.commit_of_turn(TWO, 2) == made.commit


async def test_a_parent_that_is_not_there_is_said(repository, workspace):
    workspace.write("a", b"1")
    with pytest.raises(RecordBroken, match="carries on"):
        await repository.commit(order(parent="1" * 40), workspace)
    assert await repository.tip(ONE) is None


async def test_a_parent_that_is_forgotten_meanwhile_is_said(
    repository, workspace, new_workspace, root
):
    workspace.write("a", b"1")
    parent = await repository.commit(order(), workspace)
    child = new_workspace(TWO)
    await repository.restore(parent.commit, child.root)
    assert await repository.commit(order(TWO, parent=parent.commit), child) is None
    other = await Repository.open(root)
    assert (await other.forget(ONE, "asked to", NOON)).kept_by == ()
    await other.close()
    child.write("b", b"2")
    with pytest.raises(RecordBroken, match="carries on"):
        await repository.commit(order(TWO, parent=parent.commit), child)
    assert await repository.tip(TWO) is None
    plain_git(root, "fsck", "--strict", "--full")


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("org/model:tag", "org/model:tag"),
        ("a\nb <c> \0d", "a-b -c- -d"),
        ("", "unknown-model"),
        ("<>\n", "unknown-model"),
        ("模型 β", "模型 β"),
        ("x\u202ey\x1b[1m", "x-y-[1m"),
        ("n" * 500, "n" * 120),
    ],
)
async def test_any_name_of_a_model_makes_a_sound_commit(repository, workspace, root, model, name):
    workspace.write("a", b"1")
    made = await repository.commit(order(model=model), workspace)
    assert plain_git(root, "log", "-1", "--format=%an", made.commit).strip() == name
    plain_git(root, "fsck", "--strict", "--full")


async def test_a_time_without_a_zone_is_refused(repository, workspace):
    workspace.write("a", b"1")
    wish = order()
    naive = type(wish)(session=ONE, mark=wish.mark, time=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="aware"):
        await repository.commit(naive, workspace)


async def test_a_large_workspace_is_written_in_more_than_one_pack(
    repository, workspace, root, monkeypatch
):
    monkeypatch.setattr("latitude.artifacts.objects.FULL", 10_000)
    for number in range(30):
        workspace.write(f"f{number}", os.urandom(1000))
    made = await repository.commit(order(), workspace)
    assert len(made.files) == 30
    assert len(list((root / ".git/objects/pack").glob("*.pack"))) == 4
    plain_git(root, "fsck", "--strict", "--full")

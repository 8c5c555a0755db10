"""Forgetting: the content goes, a tombstone stays."""

import os
import subprocess

import pytest

from latitude.errors import RecordBroken
from tests.artifacts.conftest import NOON, ONE, THREE, TWO, closed, order, plain_git, run_python

SECRET = b"a secret that must go, long enough not to be found by chance"


def every_byte(root):
    """The content of every object of the repository, reachable or not."""
    return subprocess.run(
        ["git", "-C", str(root), "cat-file", "--batch-all-objects", "--batch", "--unordered"],
        capture_output=True,
        check=True,
    ).stdout


async def three_sessions(repository, new_workspace):
    tips = {}
    for session, data in ((ONE, b"first"), (TWO, SECRET), (THREE, b"third")):
        space = new_workspace(session)
        space.write("shared.txt", b"the same in all three")
        space.write("own.txt", data)
        tips[session] = (await repository.commit(order(session), space)).commit
        await repository.seal(closed(session, tips[session]))
    return tips


async def test_nothing_of_a_forgotten_session_is_left(repository, new_workspace, root):
    tips = await three_sessions(repository, new_workspace)
    before = await repository.ledger()
    assert SECRET in every_byte(root)

    done = await repository.forget(TWO, "asked\nto", NOON)

    assert done.kept_by == ()
    assert done.tip == await repository.ledger_tip()
    assert SECRET not in every_byte(root)
    assert tips[TWO] not in plain_git(root, "cat-file", "--batch-all-objects", "--batch-check")
    assert await repository.tips() == {ONE: tips[ONE], THREE: tips[THREE]}
    after = await repository.ledger()
    assert after[:3] == before
    assert after[3] == closed(TWO, tips[TWO], forgotten="asked to")
    files = plain_git(root, "ls-tree", "-r", "--name-only", "main")
    assert TWO not in files
    assert ONE in files
    assert THREE in files
    assert await repository.read(tips[THREE], "own.txt") == b"third"
    assert await repository.read(tips[ONE], "shared.txt") == b"the same in all three"
    plain_git(root, "fsck", "--strict", "--full")


async def test_main_is_rebuilt_as_if_the_session_had_never_been(
    repository, new_workspace, root, tmp_path
):
    from latitude.artifacts.repository import Repository

    await three_sessions(repository, new_workspace)
    before = plain_git(root, "rev-list", "--first-parent", "main").split()
    await repository.forget(TWO, "asked to", NOON)
    after = plain_git(root, "rev-list", "--first-parent", "main").split()
    assert after[1:] == before[2:]

    other_root = tmp_path / "other"
    other = await Repository.open(other_root)
    for session, data in ((ONE, b"first"), (THREE, b"third")):
        space = new_workspace(f"again-{session}")
        space.write("shared.txt", b"the same in all three")
        space.write("own.txt", data)
        made = await other.commit(order(session), space)
        await other.seal(closed(session, made.commit))
    await other.close()
    assert plain_git(other_root, "rev-parse", "main").split() == after[:1]


async def test_forgetting_twice_leaves_one_tombstone(repository, new_workspace):
    await three_sessions(repository, new_workspace)
    first = await repository.forget(TWO, "asked to", NOON)
    assert await repository.forget(TWO, "asked again", NOON) == first
    assert len(await repository.ledger()) == 4


async def test_a_forgotten_session_cannot_be_sealed_again(repository, new_workspace):
    tips = await three_sessions(repository, new_workspace)
    await repository.forget(TWO, "asked to", NOON)
    with pytest.raises(RecordBroken, match="was forgotten"):
        await repository.seal(closed(TWO, tips[TWO]))


async def test_a_session_that_was_never_sealed_can_be_forgotten(repository, workspace, root):
    workspace.write("a", SECRET)
    await repository.commit(order(), workspace)
    await repository.forget(ONE, "asked to", NOON)
    (stone,) = await repository.ledger()
    assert (stone.fingerprint, stone.forgotten) == ("none", "asked to")
    assert SECRET not in every_byte(root)


async def test_a_session_carried_on_from_it_keeps_what_it_began_with_and_that_is_said(
    repository, workspace, new_workspace
):
    workspace.write("a", SECRET)
    parent = await repository.commit(order(), workspace)
    child = new_workspace(TWO)
    await repository.restore(parent.commit, child.root)
    child.write("b", b"more")
    made = await repository.commit(order(TWO, parent=parent.commit), child)
    done = await repository.forget(ONE, "asked to", NOON)
    assert done.kept_by == (f"session/{TWO}",)
    assert await repository.read(made.commit, "a") == SECRET


async def test_a_checkout_of_main_does_not_keep_it(repository, new_workspace, root):
    await three_sessions(repository, new_workspace)
    plain_git(root, "checkout", "-q", "main")
    laid_out = root / f"m1/2026-11/{TWO}"
    assert laid_out.is_dir()
    done = await repository.forget(TWO, "asked to", NOON)
    assert done.kept_by == ()
    assert not laid_out.exists()
    assert SECRET not in every_byte(root)
    assert plain_git(root, "status", "--porcelain") == ""


async def test_a_changed_checkout_is_left_alone_and_said(repository, new_workspace, root):
    await three_sessions(repository, new_workspace)
    plain_git(root, "checkout", "-q", "main")
    mine = root / f"m1/2026-11/{TWO}/files/own.txt"
    mine.write_bytes(b"mine")
    done = await repository.forget(TWO, "asked to", NOON)
    assert done.kept_by == (str(root / f"m1/2026-11/{TWO}"),)
    assert mine.read_bytes() == b"mine"
    assert SECRET not in every_byte(root)


async def test_a_commit_of_a_person_on_main_is_never_dropped(repository, new_workspace, root):
    await three_sessions(repository, new_workspace)
    plain_git(root, "checkout", "-q", "main")
    plain_git(root, "commit", "--allow-empty", "-qm", "x")
    refs = plain_git(root, "for-each-ref")
    with pytest.raises(RecordBroken, match="not latitude's"):
        await repository.forget(TWO, "asked to", NOON)
    assert plain_git(root, "for-each-ref") == refs


async def test_what_killed_writers_left_goes_too(repository, workspace, root):
    workspace.write("a", SECRET)
    await repository.commit(order(), workspace)
    packs = root / ".git/objects/pack"
    (packs / "tmp_pack_left").write_bytes(SECRET)
    orphan = packs / f"pack-{'0' * 40}.pack"
    orphan.write_bytes(SECRET)
    os.utime(orphan, (0, 0))
    await repository.forget(ONE, "asked to", NOON)
    assert sorted({path.suffix for path in packs.iterdir()}) == [".idx", ".pack"]
    assert len(list(packs.iterdir())) == 2


DYING = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from latitude.artifacts.repository import Repository
    from tests.artifacts.conftest import NOON, TWO

    def at_step(step):
        if step == sys.argv[2]:
            os.kill(os.getpid(), signal.SIGKILL)

    async def main():
        repository = await Repository.open(Path(sys.argv[1]), at_step=at_step)
        await repository.forget(TWO, "asked to", NOON)

    asyncio.run(main())
"""


@pytest.mark.parametrize("step", ["tombstoned", "main-rebuilt", "branch-removed"])
async def test_a_forget_that_was_killed_is_finished_by_forgetting_again(
    repository, new_workspace, root, step
):
    await three_sessions(repository, new_workspace)
    dying = run_python(DYING, str(root), step)
    assert dying.returncode == -9, dying.stderr.decode()
    await repository.forget(TWO, "asked to", NOON)
    assert SECRET not in every_byte(root)
    assert len(await repository.ledger()) == 4
    plain_git(root, "fsck", "--strict", "--full")

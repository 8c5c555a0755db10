"""Sealing: the graft into main and the entry in the ledger."""

import signal

import pytest

from latitude.artifacts.repository import Repository
from latitude.errors import RecordBroken, UsageError
from tests.artifacts.conftest import ONE, THREE, TWO, closed, order, plain_git, run_python


async def made_by(repository, workspace, session, name, data=b"x", model="m1"):
    workspace.write(name, data)
    made = await repository.commit(order(session, model=model), workspace)
    return made.commit


@pytest.mark.promise("work-kept")
async def test_main_carries_everything_that_was_made(repository, new_workspace, root, tmp_path):
    one = await made_by(repository, new_workspace(ONE), ONE, "a.txt", b"one")
    await repository.seal(closed(ONE, one, model="org/Model:tag"))
    two = await made_by(repository, new_workspace(THREE), THREE, "b.txt", b"two")
    await repository.seal(closed(THREE, two))

    plain_git(root, "checkout", "-q", "main")
    laid_out = sorted(str(p.relative_to(root)) for p in root.glob("*/*/*/files/*"))
    assert laid_out == [
        f"m1/2026-12/{THREE}/files/b.txt",
        f"org%2fModel%3atag/2026-11/{ONE}/files/a.txt",
    ]
    assert plain_git(root, "status", "--porcelain") == ""
    chain = plain_git(root, "log", "--first-parent", "--format=%P", "main").splitlines()
    assert [line.split()[1:] for line in chain] == [[two], [one], []]
    plain_git(root, "fsck", "--strict", "--full")


async def test_a_checkout_of_main_follows_and_a_persons_change_is_left_alone(
    repository, new_workspace, root
):
    one = await made_by(repository, new_workspace(ONE), ONE, "a.txt", b"one")
    await repository.seal(closed(ONE, one))
    plain_git(root, "checkout", "-q", "main")
    changed = root / f"m1/2026-11/{ONE}/files/a.txt"
    changed.write_bytes(b"mine")
    two = await made_by(repository, new_workspace(TWO), TWO, "b.txt", b"two")
    await repository.seal(closed(TWO, two))
    assert (root / f"m1/2026-11/{TWO}/files/b.txt").read_bytes() == b"two"
    assert changed.read_bytes() == b"mine"
    assert plain_git(root, "status", "--porcelain").split() == [
        "M",
        f"m1/2026-11/{ONE}/files/a.txt",
    ]


async def test_nothing_is_checked_out_unless_a_person_did(repository, workspace, root):
    one = await made_by(repository, workspace, ONE, "a.txt")
    await repository.seal(closed(ONE, one))
    assert [path.name for path in root.iterdir()] == [".git"]


async def test_the_ledger_has_every_session_an_empty_one_too(repository, workspace, root):
    one = await made_by(repository, workspace, ONE, "a.txt")
    first = closed(ONE, one, model="org/Model:tag \u202e", late=True)
    second = closed(TWO, None, fingerprint="e" * 64)
    early = await repository.seal(first)
    late = await repository.seal(second)
    assert await repository.ledger() == (first, second)
    assert await repository.ledger(at=early) == (first,)
    assert await repository.ledger_tip() == late
    assert await repository.ledger_contains(early)
    assert await repository.ledger_contains(late)
    message = plain_git(root, "log", "-1", "--format=%B", "ledger")
    assert message.strip().splitlines() == [
        f"Session {TWO} closed",
        "",
        f"Latitude-Session: {TWO}",
        f"Latitude-Fingerprint: {'e' * 64}",
        "Latitude-Tip: none",
        "Latitude-Model: m1",
    ]


async def test_a_tip_that_is_not_of_the_ledger_is_told_apart(repository, workspace):
    one = await made_by(repository, workspace, ONE, "a.txt")
    await repository.seal(closed(ONE, one))
    assert not await repository.ledger_contains(one)
    assert not await repository.ledger_contains("0123456789" * 4)
    with pytest.raises(UsageError, match="40 digits"):
        await repository.ledger_contains("HEAD")
    with pytest.raises(UsageError, match="no commit"):
        await repository.ledger(at="0123456789" * 4)


async def test_sealing_again_changes_nothing(repository, workspace, root):
    one = await made_by(repository, workspace, ONE, "a.txt")
    tip = await repository.seal(closed(ONE, one))
    refs = plain_git(root, "for-each-ref")
    assert await repository.seal(closed(ONE, one)) == tip
    assert plain_git(root, "for-each-ref") == refs


@pytest.mark.promise("record-complete")
async def test_another_fingerprint_for_a_sealed_session_is_refused(repository, workspace, root):
    one = await made_by(repository, workspace, ONE, "a.txt")
    await repository.seal(closed(ONE, one))
    refs = plain_git(root, "for-each-ref")
    with pytest.raises(RecordBroken, match="changed after the close"):
        await repository.seal(closed(ONE, one, fingerprint="0" * 64))
    assert plain_git(root, "for-each-ref") == refs


async def test_a_record_that_does_not_know_the_branchs_end_is_refused(repository, workspace):
    await made_by(repository, workspace, ONE, "a.txt")
    with pytest.raises(RecordBroken, match="its record says nothing"):
        await repository.seal(closed(ONE, None))
    assert await repository.ledger() == ()


async def test_another_process_sees_new_entries(repository, root):
    await repository.seal(closed(ONE, None))
    other = await Repository.open(root)
    assert [entry.session for entry in await other.ledger()] == [ONE]
    await repository.seal(closed(TWO, None))
    assert [entry.session for entry in await other.ledger()] == [ONE, TWO]
    for number in range(70):
        await repository.seal(closed(f"20270101-000000-{number:06d}", None))
    assert len(await other.ledger()) == 72
    await other.close()


DYING = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from latitude.artifacts.repository import Repository
    from tests.artifacts.conftest import closed
    from tests.artifacts.conftest import ONE

    def at_step(step):
        seen.append(step)
        if len(seen) == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

    async def main():
        repository = await Repository.open(Path(sys.argv[1]), at_step=at_step)
        await repository.seal(closed(ONE, sys.argv[2]))
        await repository.close()

    seen = []
    asyncio.run(main())
"""


@pytest.mark.parametrize("death", range(1, 7))
async def test_a_seal_that_was_killed_is_finished_by_sealing_again(
    repository, workspace, root, death
):
    """The steps: graft written, main moved, grafted, entry written, ledger moved, ledgered."""
    one = await made_by(repository, workspace, ONE, "a.txt")
    dying = run_python(DYING, str(root), one, str(death))
    assert dying.returncode == -signal.SIGKILL, dying.stderr.decode()
    await repository.seal(closed(ONE, one))
    assert [entry.tip for entry in await repository.ledger()] == [one]
    grafts = plain_git(root, "rev-list", "--first-parent", "main").split()
    assert len(grafts) == 2
    plain_git(root, "merge-base", "--is-ancestor", one, "main")
    plain_git(root, "fsck", "--strict", "--full")


async def test_a_ledger_that_something_else_wrote_to_is_said(repository, root):
    await repository.seal(closed(ONE, None))
    tree = plain_git(root, "rev-parse", "ledger^{tree}").strip()
    odd = plain_git(root, "commit-tree", "-p", "ledger", "-m", "hi", tree).strip()
    plain_git(root, "update-ref", "refs/heads/ledger", odd)
    with pytest.raises(RecordBroken, match="not an entry"):
        await repository.ledger()

"""Many sessions, several processes, and processes that die."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from latitude.artifacts.gather import EVERY, MOST_PACKS
from latitude.artifacts.repository import Repository
from latitude.errors import HomeUnusable, SessionBusy
from tests.artifacts.conftest import NOON, ONE, closed, order, plain_git, run_python

COMMITTING = """
    import asyncio, sys
    from pathlib import Path
    from latitude.artifacts.repository import Repository
    from latitude.workspace.folder import Workspace
    from tests.artifacts.conftest import closed, order

    async def session(repository, place, name, commits):
        (place / name).mkdir(mode=0o700)
        space = Workspace(place / name)
        for step in range(1, commits + 1):
            space.write(f"file-{step}", f"{name} {step}".encode())
            made = await repository.commit(order(name, step=step), space)
            print(made.commit, flush=True)
        await repository.seal(closed(name, made.commit))

    async def main(root, place, commits, *names):
        repository = await Repository.open(Path(root))
        await asyncio.gather(
            *(session(repository, Path(place), name, int(commits)) for name in names)
        )
        await repository.close()

    asyncio.run(main(*sys.argv[1:]))
"""


def start(code, *args):
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def names(process, count):
    return [f"20261120-12000{process}-{number:06d}" for number in range(count)]


@pytest.mark.promise("work-kept")
def test_several_processes_begin_at_once_and_no_commit_is_lost(root, tmp_path):
    """Neither has a repository to begin with; packs are gathered meanwhile."""
    running = [start(COMMITTING, root, tmp_path, 12, *names(number, 4)) for number in range(3)]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    commits = {line for out, _ in said for line in out.decode().split()}
    assert len(commits) == 3 * 4 * 12
    reached = set(plain_git(root, "rev-list", "main").split())
    assert commits <= reached
    for number in range(3):
        for name in names(number, 4):
            assert plain_git(root, "rev-list", "--count", f"session/{name}").strip() == "12"
    assert plain_git(root, "rev-list", "--count", "ledger").strip() == "12"
    # Each process counts the packs at every so many commits of its own.
    most = MOST_PACKS + 3 * EVERY
    assert len(list((root / ".git/objects/pack").glob("*.pack"))) < most
    assert [path.name for path in root.iterdir()] == [".git"]
    plain_git(root, "fsck", "--strict", "--full")


async def test_sixty_four_sessions_in_one_process(repository, new_workspace, root):
    async def one(number):
        name = f"20261120-120000-{number:06d}"
        space = new_workspace(name)
        for step in (1, 2):
            space.write("f", f"{number} {step}".encode())
            made = await repository.commit(order(name, step=step), space)
        await repository.seal(closed(name, made.commit))
        return name, made.commit

    made = dict(await asyncio.gather(*(one(number) for number in range(64))))
    assert await repository.tips() == made
    assert {entry.session: entry.tip for entry in await repository.ledger()} == made
    for commit in made.values():
        plain_git(root, "merge-base", "--is-ancestor", commit, "main")


async def test_refs_are_packed_when_there_are_many(repository, new_workspace, root, monkeypatch):
    monkeypatch.setattr("latitude.artifacts.gather.MOST_LOOSE_REFS", 20)
    made = {}
    for number in range(70):
        name = f"20261120-120000-{number:06d}"
        space = new_workspace(name)
        space.write("f", str(number).encode())
        made[name] = (await repository.commit(order(name), space)).commit
    assert (root / ".git/packed-refs").exists()
    assert len(os.listdir(root / ".git/refs/heads/session")) < 40
    assert await repository.tips() == made
    assert await repository.tip(names(0, 1)[0]) == made[names(0, 1)[0]]
    await repository.forget(names(0, 1)[0], "asked to", NOON)
    del made[names(0, 1)[0]]
    assert await repository.tips() == made


@pytest.mark.slow
@pytest.mark.promise("work-kept")
def test_what_was_committed_survives_a_kill_at_any_moment(root, tmp_path):
    kept: set[str] = set()
    for round_ in range(8):
        place = tmp_path / str(round_)
        place.mkdir()
        running = start(COMMITTING, root, place, 10_000, *names(round_, 3))
        assert running.stdout is not None
        for _ in range(round_ * 9 + 4):
            kept.add(running.stdout.readline().decode().strip())
        running.send_signal(signal.SIGKILL)
        rest, _ = running.communicate()
        kept |= {line for line in rest.decode().split() if len(line) == 40}
    reached = set(plain_git(root, "rev-list", "--all").split())
    assert kept <= reached
    assert len(kept) > 200
    last = tmp_path / "last"
    last.mkdir()
    done = start(COMMITTING, root, last, 3, ONE)
    assert done.communicate()[1] == b""
    assert done.returncode == 0
    plain_git(root, "fsck", "--strict", "--full")


DYING = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from latitude.artifacts.repository import Repository
    from latitude.workspace.folder import Workspace
    from tests.artifacts.conftest import order

    def at_step(step):
        if step == sys.argv[3]:
            os.kill(os.getpid(), signal.SIGKILL)

    async def main():
        repository = await Repository.open(Path(sys.argv[1]), at_step=at_step)
        await repository.commit(order(), Workspace(Path(sys.argv[2])))

    asyncio.run(main())
"""


@pytest.mark.parametrize(("step", "kept"), [("objects-written", False), ("ref-moved", True)])
async def test_a_commit_is_there_whole_or_not_at_all(repository, workspace, root, step, kept):
    workspace.write("a", b"1")
    dying = run_python(DYING, str(root), str(workspace.root), step)
    assert dying.returncode == -signal.SIGKILL, dying.stderr.decode()
    tip = await repository.tip(ONE)
    assert (tip is not None) == kept
    again = await repository.commit(order(), workspace)
    assert (again is None) == kept
    assert len(await repository.history(ONE)) == 1
    plain_git(root, "fsck", "--strict", "--full")


async def test_a_branch_that_another_process_moved_is_not_overwritten(
    repository, workspace, root, new_workspace
):
    workspace.write("a", b"1")
    await repository.commit(order(), workspace)
    other = await Repository.open(root)
    space = new_workspace("other")
    space.write("b", b"2")
    theirs = await other.commit(order(step=2), space)
    await other.close()
    workspace.write("c", b"3")
    with pytest.raises(SessionBusy, match="moved by another process"):
        await repository.commit(order(step=2), workspace)
    assert await repository.tip(ONE) == theirs.commit
    made = await repository.commit(order(step=3), workspace)
    assert plain_git(root, "rev-parse", f"{made.commit}^").strip() == theirs.commit


async def test_a_ref_that_a_persons_git_has_locked_is_waited_for(
    repository, workspace, root, monkeypatch
):
    workspace.write("a", b"1")
    await repository.commit(order(), workspace)
    lock = root / f".git/refs/heads/session/{ONE}.lock"
    lock.touch()
    workspace.write("b", b"2")
    waits: list[float] = []

    def their_git_ends(seconds: float) -> None:
        waits.append(seconds)
        lock.unlink()

    monkeypatch.setattr(time, "sleep", their_git_ends)
    made = await repository.commit(order(step=2), workspace)
    assert len(waits) == 1
    assert await repository.tip(ONE) == made.commit


async def test_the_lock_of_a_ref_that_a_kill_left_behind_holds_up_nobody(
    repository, workspace, root
):
    workspace.write("a", b"1")
    await repository.commit(order(), workspace)
    lock = root / f".git/refs/heads/session/{ONE}.lock"
    lock.touch()
    long_ago = time.time() - 60
    os.utime(lock, (long_ago, long_ago))
    workspace.write("b", b"2")
    made = await repository.commit(order(step=2), workspace)
    assert await repository.tip(ONE) == made.commit
    assert not lock.exists()


async def test_git_processes_that_die_are_started_again(repository, workspace):
    workspace.write("a", b"1")
    one = await repository.commit(order(), workspace)
    backend = repository._engine._backend
    os.kill(backend.reader._check.proc.pid, signal.SIGKILL)
    workspace.write("b", b"2")
    two = await repository.commit(order(step=2), workspace)
    assert [info.commit for info in await repository.history(ONE)] == [one.commit, two.commit]


FULL_DISK = """
    import asyncio, os, resource, sys
    from pathlib import Path
    from latitude.artifacts.repository import Repository
    from latitude.errors import HomeUnusable
    from latitude.workspace.folder import Workspace
    from tests.artifacts.conftest import order

    async def main():
        repository = await Repository.open(Path(sys.argv[1]))
        space = Workspace(Path(sys.argv[2]))
        space.write("small", b"1")
        print((await repository.commit(order(), space)).commit)
        space.write("large", os.urandom(200_000))
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
        try:
            await repository.commit(order(step=2), space)
        except HomeUnusable as error:
            print(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        print((await repository.commit(order(step=2), space)).files[0].path)
        await repository.close()

    asyncio.run(main())
"""


def test_a_disk_that_refuses_publishes_nothing_and_says_so(root, workspace):
    done = run_python(FULL_DISK, str(root), str(workspace.root))
    assert done.returncode == 0, done.stderr.decode()
    first, said, after = done.stdout.decode().splitlines()
    assert said.startswith("The repository of artifacts cannot be written: File too large.")
    assert after == "large"
    assert plain_git(root, "rev-list", "--count", f"session/{ONE}").strip() == "2"
    assert plain_git(root, "rev-parse", f"session/{ONE}^").strip() == first
    assert not list((root / ".git/objects/pack").glob("tmp*"))
    plain_git(root, "fsck", "--strict", "--full")


async def test_a_home_that_is_no_folder_is_said(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(HomeUnusable, match="No repository of artifacts can be made"):
        await Repository.open(tmp_path / "file" / "artifacts")


async def test_a_broken_repository_is_said_and_left(root):
    (root / ".git").mkdir(parents=True)
    with pytest.raises(HomeUnusable, match="no git repository that can be opened"):
        await Repository.open(root)
    assert os.listdir(root) == [".git"]


async def test_a_repository_that_cannot_be_written_can_be_read(repository, workspace, root):
    workspace.write("a", b"1")
    made = await repository.commit(order(), workspace)
    (root / ".git/latitude.lock").unlink()
    # Root may write anywhere, so a folder stands where the lock would be.
    (root / ".git/latitude.lock").mkdir()
    again = await Repository.open(root)
    assert await again.read(made.commit, "a") == b"1"
    workspace.write("a", b"2")
    with pytest.raises(HomeUnusable, match="cannot be written"):
        await again.commit(order(step=2), workspace)
    assert await again.tip(ONE) == made.commit
    await again.close()


def test_git_is_loaded_when_a_repository_is_opened_and_not_before():
    done = run_python("""
        import sys
        import latitude.artifacts.orders, latitude.artifacts.repository
        import latitude.artifacts.names, latitude.artifacts.manifest
        print(sorted({"git", "gitdb"} & set(sys.modules)))
    """)
    assert done.stdout == b"[]\n", done.stderr.decode()


async def test_without_git_the_cure_is_said(root, monkeypatch):
    code = """
        import asyncio, sys
        from pathlib import Path
        from latitude.artifacts.repository import Repository
        from latitude.errors import HomeUnusable
        try:
            asyncio.run(Repository.open(Path(sys.argv[1])))
        except HomeUnusable as error:
            print(error)
    """
    monkeypatch.setenv("PATH", "/nonexistent")
    done = run_python(code, str(root))
    assert done.stdout.count(b"\n") == 1, done.stderr.decode()
    assert b"there is none on the PATH. Nothing was changed. Install git" in done.stdout
    assert not root.exists()


async def test_a_task_that_is_cancelled_does_not_stop_its_commit(repository, workspace):
    workspace.write("a", b"1")
    task = asyncio.create_task(repository.commit(order(), workspace))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    tip = await repository.tip(ONE)
    assert tip is not None or await repository.commit(order(), workspace) is not None


SLOW_REPACK = """#!/bin/sh
case "$*" in *repack*) echo > {started}; read go < {go};; esac
exec git "$@"
"""

FORGETTING = """
    import asyncio, sys
    from pathlib import Path
    from latitude.artifacts.repository import Repository
    from tests.artifacts.conftest import NOON, ONE

    async def main():
        repository = await Repository.open(Path(sys.argv[1]))
        await repository.forget(ONE, "asked to", NOON)

    asyncio.run(main())
"""


async def test_a_repack_that_outlives_its_process_keeps_the_lock(
    repository, workspace, root, tmp_path, monkeypatch
):
    """A repack beside a writer would drop what the writer has not yet given a ref."""
    workspace.write("a", b"1")
    await repository.commit(order(), workspace)
    started, go = tmp_path / "started", tmp_path / "go"
    os.mkfifo(started)
    os.mkfifo(go)
    slow = tmp_path / "git"
    slow.write_text(SLOW_REPACK.format(started=started, go=go))
    slow.chmod(0o755)
    monkeypatch.setenv("GIT_PYTHON_GIT_EXECUTABLE", str(slow))
    dying = start(FORGETTING, root)
    started.read_text()
    dying.kill()
    dying.communicate()
    descriptor = os.open(root / ".git/latitude.lock", os.O_RDWR)
    try:
        with pytest.raises(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        go.write_text("go\n")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)
    plain_git(root, "fsck", "--strict", "--full")


async def test_a_home_may_be_named_from_where_one_stands(workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    repository = await Repository.open(Path("artifacts"))
    workspace.write("a", b"1")
    made = await repository.commit(order(), workspace)
    assert await repository.read(made.commit, "a") == b"1"
    await repository.close()

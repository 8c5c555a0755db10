"""What goes out was closed, entered and looked through; anything else is left out and said."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from latitude.errors import HomeUnusable, RecordBroken, UnknownName, UsageError
from latitude.index.filters import Filter
from latitude.publish.reviewing import LeftOut
from latitude.publish.scratch import scratch_folder
from tests.cli.person import latitude
from tests.custody.sitting import FIRST, SECOND, THIRD
from tests.publish.archive import KEY, MAIL, REDACT_KEY, REDACT_MAIL, Archive


async def test_an_archive_of_nothing_is_refused(archive: Archive) -> None:
    with pytest.raises(UsageError, match=r"no session that 'archive' could publish\. Nothing was"):
        await archive.manifest()
    await archive.begin(FIRST)
    with pytest.raises(UsageError, match=rf"Session {FIRST} is left out: it is not closed"):
        await archive.manifest()
    done = await asyncio.to_thread(latitude, archive.home.root, "publish", "check")
    assert done.status == 2, done


async def test_a_home_without_its_repository_is_refused(archive: Archive) -> None:
    await archive.session(FIRST)
    (archive.home.artifacts / ".git").rename(archive.home.root / "lost")
    with pytest.raises(HomeUnusable, match="Restore it from a copy"):
        await archive.manifest()


async def test_sessions_that_cannot_go_out_are_left_out_and_said(archive: Archive) -> None:
    await archive.session(FIRST)
    running = await archive.begin(SECOND)
    unentered = await archive.begin(THIRD)
    await unentered.turn()
    await unentered.close()
    await unentered.recorder.close()
    changed = f"{THIRD[:-6]}zzzzzz"
    await archive.session(changed, says="The sea is wide.")
    path = archive.home.session(changed) / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"wide", b"deep"))
    async with archive.publication() as publication:
        assert [row.id for row in publication.manifest.sessions] == [FIRST]
        why = {one.session: one.why for one in publication.review.left_out}
    assert why[SECOND] == "it is not closed (running)"
    assert "the ledger does not have it so" in why[THIRD]
    assert f"{path}, line 4" in why[changed]
    await running.recorder.close()
    home = archive.home.root
    for verb in (["check"], ["bag", "--dry-run"]):
        done = await asyncio.to_thread(latitude, home, "publish", *verb)
        assert done.status == 0, done
        assert f"· {changed} is left out:" in done.out
    rows = await asyncio.to_thread(latitude, home, "publish", "check", "--json")
    told = [json.loads(line) for line in rows.lines]
    assert changed in {one["session"] for one in told if "left_out" in one}


async def test_what_was_looked_through_once_is_not_read_again(archive: Archive) -> None:
    await archive.session(FIRST)
    await archive.session(SECOND, makes={"a.txt": b"a"})
    first, rows = await archive.manifest(), archive.rows(Filter())
    for session in (FIRST, SECOND):
        path = archive.home.session(session) / "journal.jsonl"
        path.rename(path.with_name("journal.away"))
    async with archive.publication(rows=rows) as publication:
        assert publication.manifest == first
        with pytest.raises(RecordBroken, match=r"journal\.jsonl cannot be read"):
            publication.edition(first.sessions[0])


@pytest.mark.parametrize("copied", [False, True], ids=["as it is", "as a copy"])
async def test_a_journal_that_was_written_anew_since_then_does_not_go_out(
    copied: bool, archive: Archive, tmp_path: Path
) -> None:
    """With a whole chain, so that only the fingerprint tells."""
    await archive.session(FIRST, says="zq81-Kdkw8s+KLs9/aa=77" if copied else "The sea is wide.")
    archive.decide(REDACT_KEY)
    await archive.manifest()
    rows = archive.rows(Filter())
    path = archive.home.session(FIRST) / "journal.jsonl"
    lines, prev = [], "0" * 64
    for line in path.read_bytes().splitlines():
        old = json.loads(line)["prev"].encode()
        lines.append(line.replace(b"What would", b"What could").replace(old, prev.encode(), 1))
        prev = sha256(lines[-1]).hexdigest()
    path.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(RecordBroken, match=rf"session {FIRST} has the fingerprint {prev} now"):
        await archive.bag(tmp_path / "bag", rows=rows)
    assert not (tmp_path / "bag").exists()


async def test_a_commit_that_came_after_the_last_look_is_in_no_copy(archive: Archive) -> None:
    sitting = await archive.begin(FIRST)
    await sitting.turn(f"Write to {MAIL}.")
    await sitting.work({"a.txt": b"a"})
    sitting.parent_commit = sitting.state.last_commit
    await sitting.end()
    await archive.session(SECOND)
    archive.decide(REDACT_MAIL)
    assert len((await archive.manifest()).sessions) == 2
    late = archive.home.workspace(FIRST)
    late.mkdir(parents=True)
    (late / "late.txt").write_text(f"key {KEY}")
    await sitting.commit(write_down=False)
    with pytest.raises(RecordBroken, match=rf"{FIRST} is not as it was when it was looked thr"):
        await archive.manifest(why="x")
    async with archive.publication() as publication:
        assert [row.id for row in publication.manifest.sessions] == [SECOND]
        [left] = publication.review.left_out
        assert left.session == FIRST
        assert "the ledger does not have it so" in left.why


async def test_torn_bytes_that_are_not_those_of_the_close_do_not_go_out(archive: Archive) -> None:
    from latitude.custody.recover import recover

    sitting = await archive.begin(FIRST)
    with sitting.path.open("ab") as file:
        file.write(b'{"v":1')
    await sitting.recorder.close()
    await recover(archive.home, archive.repository)
    torn = archive.home.session(FIRST) / "torn.bin"
    torn.write_bytes(b"something longer")
    await archive.session(SECOND)
    stray = archive.home.session(SECOND) / "torn.bin"
    stray.write_bytes(b"of nobody's")
    async with archive.publication() as publication:
        [left] = publication.review.left_out
        assert left == LeftOut(FIRST, left.why)
        assert "has 16 bytes, and session.closed says 6" in left.why
        [row] = publication.manifest.sessions
        assert publication.edition(row).matter.torn is None


async def test_a_release_that_names_sessions(archive: Archive) -> None:
    for session in (FIRST, SECOND, THIRD):
        await archive.session(session)
    archive.release(sessions={"ids": [FIRST, SECOND], "leave_out": [SECOND]})
    assert [row.id for row in (await archive.manifest()).sessions] == [FIRST]
    archive.release(sessions={"ids": ["20200101-000000-nobody"]})
    with pytest.raises(UnknownName, match=r"20200101-000000-nobody, .* Correct the release file"):
        await archive.manifest()


WAITS = """
import sys
from pathlib import Path
from latitude.publish.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    print(folder, flush=True)
    sys.stdin.readline()
"""


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_uses_is_not(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", WAITS, os.fspath(state)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    living, killed = (Path(one.stdout.readline().decode().strip()) for one in both if one.stdout)
    both[1].send_signal(signal.SIGKILL)
    both[1].wait()
    assert living.is_dir()
    assert killed.is_dir()
    with scratch_folder(state) as mine:
        assert sorted(state.iterdir()) == sorted([living, mine])
    both[0].communicate(b"end\n")
    assert list(state.iterdir()) == []

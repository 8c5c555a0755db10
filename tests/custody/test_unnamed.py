"""A closed journal whose branch holds commits that it does not name: sealed late, and said."""

import subprocess

import pytest

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.custody.closing import finish
from latitude.custody.lineage import parent_for
from latitude.custody.recover import recover
from latitude.custody.verdict import Verdict
from latitude.custody.verify import verify
from latitude.errors import RecordBroken
from tests.custody.sitting import FIRST, SECOND, Sitting
from tests.journal.samples import called, finished

pytestmark = [pytest.mark.promise("work-kept"), pytest.mark.promise("record-complete")]


def git(home: Home, *args: str) -> None:
    subprocess.run(["git", "-C", str(home.artifacts), *args], check=True)


async def cut_short(sitting: Sitting, name: str = "late.txt") -> str:
    """Commit, lose the line that names it, and close; return the commit."""
    turn, step = await sitting.ask()
    await sitting.record(called(turn, step, "write_file"))
    await sitting.record(finished(turn, step, "claude-opus-5-5"))
    sitting.workspace.write(name, b"late\n")
    await sitting.answer(turn, step, "ok")
    await sitting.commit(write_down=False)
    await sitting.close("interrupted")
    await sitting.recorder.close()
    tip = await sitting.repository.tip(sitting.session)
    assert tip is not None
    return tip


async def checked(sitting: Sitting) -> Verdict:
    return await verify(sitting.home, sitting.repository, requests=True)


async def assert_sealed_late(sitting: Sitting, tip: str, number: str) -> None:
    before = sitting.path.read_bytes()
    with pytest.raises(RecordBroken, match="The branch of session"):
        await finish(sitting.home, sitting.repository, sitting.session)
    told = await checked(sitting)
    assert [finding.kind for finding in told.findings] == ["unledgered", "commit"]
    [finding] = await recover(sitting.home, sitting.repository)
    assert (finding.kind, finding.ok) == ("late", True), finding.text
    assert f"{number} that the journal does not name" in finding.text
    assert sitting.path.read_bytes() == before, "what is sealed stays as it is"
    entry = (await sitting.repository.ledger())[-1]
    assert (entry.session, entry.tip, entry.late) == (sitting.session, tip, True)
    git(sitting.home, "merge-base", "--is-ancestor", tip, "main")
    [fault] = (await checked(sitting)).findings
    assert (fault.kind, fault.session) == ("commit", sitting.session)
    assert f"{number} that the journal does not name" in fault.text
    assert await recover(sitting.home, sitting.repository) == ()


async def test_the_only_commit_is_kept(home: Home, repository: Repository) -> None:
    sitting = await Sitting.begin(home, repository)
    tip = await cut_short(sitting)
    await assert_sealed_late(sitting, tip, "1 commit")
    assert await repository.read(tip, "late.txt") == b"late\n"


async def test_a_commit_after_a_named_one_is_kept(home: Home, repository: Repository) -> None:
    sitting = await Sitting.begin(home, repository)
    await sitting.work({"poem.txt": b"Sea\n"})
    turn, step = await sitting.ask()
    await sitting.record(finished(turn, step, "claude-opus-5-5"))
    sitting.workspace.write("one.txt", b"1\n")
    await sitting.commit(write_down=False)
    tip = await cut_short(sitting)
    await assert_sealed_late(sitting, tip, "2 commits")
    assert await repository.read(tip, "poem.txt") == b"Sea\n"


async def test_a_commit_that_begins_at_the_parents_is_kept(
    home: Home, repository: Repository
) -> None:
    parent = await Sitting.begin(home, repository)
    await parent.work({"poem.txt": b"Sea\n"})
    await parent.end()
    child = await Sitting.begin(home, repository, SECOND, parent_for(home, FIRST))
    child.parent_commit = await repository.tip(FIRST)
    child.workspace.write("poem.txt", b"Sea\n")
    tip = await cut_short(child)
    await assert_sealed_late(child, tip, "1 commit")


async def test_what_else_recovery_finishes_later_keeps_the_late_entry(
    home: Home, repository: Repository
) -> None:
    sitting = await Sitting.begin(home, repository)
    await cut_short(sitting)
    await recover(home, repository)
    ledger = await repository.ledger()
    (sitting.recorder.folder / "transcript.md").unlink()
    [finding] = await recover(home, repository)
    assert finding.kind == "finished"
    assert await repository.ledger() == ledger


async def test_a_branch_that_leads_elsewhere_is_not_sealed(
    home: Home, repository: Repository
) -> None:
    other = await Sitting.begin(home, repository)
    await other.work({"poem.txt": b"Sea\n"})
    await other.end()
    sitting = await Sitting.begin(home, repository, SECOND)
    await cut_short(sitting)
    git(home, "update-ref", f"refs/heads/session/{SECOND}", f"session/{FIRST}")
    [finding] = await recover(home, repository)
    assert (finding.kind, finding.ok) == ("failed", False)
    assert [entry.session for entry in await repository.ledger()] == [FIRST]
    wrong = [found for found in (await checked(sitting)).findings if found.kind == "commit"]
    assert "its branch ends at" in wrong[0].text


async def test_a_branch_that_went_on_after_a_late_seal_is_said(
    home: Home, repository: Repository
) -> None:
    sitting = await Sitting.begin(home, repository)
    tip = await cut_short(sitting)
    await recover(home, repository)
    sitting.workspace.root.mkdir()
    await sitting.commit(write_down=False)
    assert await repository.tip(FIRST) != tip
    kinds = [finding.kind for finding in (await checked(sitting)).findings]
    assert kinds == ["ledger", "commit"]

"""Verify says exactly what is wrong and where, and stays quiet about what is right."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.custody.forget import forget
from latitude.custody.recover import recover
from latitude.custody.verdict import Finding, Verdict
from latitude.custody.verify import verify
from latitude.errors import UnknownName, UsageError
from latitude.journal.line import encode_line, parse_line
from tests.custody.sitting import FIRST, SECOND, Sitting

pytestmark = pytest.mark.promise("record-complete")

POEM = {"poem.txt": b"Sea\n", "sketches/one.txt": b"1\n"}


@pytest.fixture
async def sitting(home: Home, repository: Repository) -> Sitting:
    """A closed session with work, a blob and two requests."""
    sitting = await Sitting.begin(home, repository)
    await sitting.work(POEM, answer="a long answer " * 500)
    await sitting.end()
    return sitting


async def faults(sitting: Sitting, **options: object) -> list[Finding]:
    verdict = await verify(sitting.home, sitting.repository, **options)
    wrong = [finding for finding in verdict.findings if not finding.ok]
    assert verdict.ok == (not wrong)
    return wrong


def git(home: Home, *args: str, data: bytes = b"") -> str:
    command = ["git", "-C", str(home.artifacts), *args]
    return (
        subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode().strip()
    )


def lose(home: Home, name: str) -> None:
    """Take one object out of the repository, out of its pack if need be."""
    objects = home.artifacts / ".git" / "objects"
    for pack in objects.glob("pack/*.pack"):
        data = pack.read_bytes()
        for part in objects.glob(f"pack/{pack.stem}.*"):
            part.unlink()
        git(home, "unpack-objects", "-q", data=data)
    (objects / name[:2] / name[2:]).unlink()


def relink(path: Path, old: bytes, new: bytes) -> None:
    """Change a journal and mend its whole chain, as somebody would who knows the format."""
    prev, lines = "0" * 64, []
    for line in path.read_bytes().replace(old, new).splitlines():
        record = parse_line(line).record
        assert not isinstance(record.event, bytes)
        lines.append(encode_line(record.seq, record.at, prev, record.event))
        prev = parse_line(lines[-1]).record.sha256
    path.write_bytes(b"\n".join(lines) + b"\n")


async def test_a_home_that_is_right_is_called_right(sitting: Sitting) -> None:
    verdict = await verify(sitting.home, sitting.repository, requests=True)
    assert verdict.ok
    assert verdict.findings == ()
    assert verdict.ledger_tip == await sitting.repository.ledger_tip()
    [checked] = verdict.sessions
    assert checked.fingerprint == sitting.recorder.fingerprint
    assert checked.requests == 2
    assert checked.lines == sitting.path.read_bytes().count(b"\n")


async def test_an_empty_home_is_right(home: Home, repository: Repository) -> None:
    assert await verify(home, repository, requests=True) == Verdict((), (), None)


async def test_a_changed_line_is_named(sitting: Sitting) -> None:
    sitting.path.write_bytes(sitting.path.read_bytes().replace(b"There it is.", b"There I am."))
    [fault] = await faults(sitting)
    assert (fault.kind, fault.line) == ("broken", 9)
    assert f"{sitting.path}, line 9: it was changed after it was written" in fault.text


@pytest.mark.parametrize("line", range(2, 11))
async def test_a_broken_line_casts_no_doubt_on_the_commits(sitting: Sitting, line: int) -> None:
    """Line 7 names the commit; before it the journal cannot be read as far as that."""
    whole = sitting.path.read_bytes().splitlines(keepends=True)
    removed = b"".join(whole[: line - 1] + whole[line:])
    changed = b"".join(whole).replace(whole[line - 1], whole[line - 1].replace(b'"v":1', b'"v": 1'))
    for data in (removed, changed):
        sitting.path.write_bytes(data)
        assert {fault.kind for fault in await faults(sitting)} <= {"broken", "ledger"}


async def test_a_journal_rewritten_with_a_whole_chain_does_not_fit_the_ledger(
    sitting: Sitting,
) -> None:
    relink(sitting.path, b"There it is.", b"There I am.")
    [fault] = await faults(sitting)
    assert fault.kind == "ledger"
    assert f"ledger closed it with {sitting.recorder.fingerprint}" in fault.text


async def test_a_journal_cut_after_the_close_is_seen_twice(sitting: Sitting) -> None:
    lines = sitting.path.read_bytes().splitlines(keepends=True)
    sitting.path.write_bytes(b"".join(lines[:-1]))
    wrong = await faults(sitting)
    assert [fault.kind for fault in wrong] == ["open", "ledger"]
    assert "`latitude recover` does not touch it. Restore the journal" in wrong[0].text
    assert [found.kind for found in await recover(sitting.home, sitting.repository)] == ["refused"]


async def test_a_journal_torn_after_the_close_is_not_for_recovery(sitting: Sitting) -> None:
    with sitting.path.open("ab") as file:
        file.write(b'{"v":1')
    [fault] = await faults(sitting)
    assert (fault.kind, fault.line) == ("broken", 12)
    assert "`latitude recover` does not touch it" in fault.text
    assert [found.kind for found in await recover(sitting.home, sitting.repository)] == ["refused"]


async def test_a_changed_blob_and_a_missing_one_are_named(sitting: Sitting) -> None:
    [blob] = (sitting.recorder.folder / "blobs").iterdir()
    blob.write_bytes(b"other bytes")
    [fault] = await faults(sitting)
    assert fault.kind == "blob"
    assert f"{blob} is not as it was stored" in fault.text
    assert f"{sitting.path}, line 6" in fault.text
    blob.unlink()
    [fault] = await faults(sitting)
    assert f"{blob} cannot be read" in fault.text


async def test_a_lost_object_of_git_is_named_with_its_commit(sitting: Sitting) -> None:
    tip = await sitting.repository.tip(sitting.session)
    blob = git(sitting.home, "rev-parse", f"{tip}:files/poem.txt")
    lose(sitting.home, blob)
    again = await Repository.open(sitting.home.artifacts)
    verdict = await verify(sitting.home, again)
    await again.close()
    [fault] = verdict.findings
    assert fault.kind == "commit"
    assert f"commit {tip} (named in {sitting.path}, line 7)" in fault.text
    assert "poem.txt" in fault.text


async def test_a_branch_that_was_moved_is_named(sitting: Sitting) -> None:
    branch = f"refs/heads/session/{sitting.session}"
    other = git(sitting.home, "rev-parse", "main")
    git(sitting.home, "update-ref", branch, other)
    [fault] = await faults(sitting)
    assert fault.kind == "commit"
    assert f"its branch ends at {other}" in fault.text


async def test_a_request_that_does_not_match_is_named(sitting: Sitting) -> None:
    relink(sitting.path, b"What would you like to do?", b"What would you like to eat?")
    kinds = [(fault.kind, fault.line) for fault in await faults(sitting, requests=True)]
    assert kinds == [("ledger", 11), ("request", 3), ("request", 8)]


async def test_torn_bytes_that_nobody_accounts_for_are_named(sitting: Sitting) -> None:
    torn = sitting.recorder.folder / "torn.bin"
    torn.write_bytes(b"123")
    [fault] = await faults(sitting)
    assert fault.kind == "torn"
    assert f"{torn} has 3 bytes, but session.closed knows of none" in fault.text


async def test_what_does_not_belong_is_noted_and_not_condemned(sitting: Sitting) -> None:
    folder = sitting.recorder.folder
    (folder / "notes.txt").touch()
    (folder / "annotations.jsonl").touch()
    (folder / "blobs" / ("0" * 64)).touch()
    (folder / "transcript.md").write_text("The model chose to go on.")
    (sitting.home.sessions / "old").mkdir()
    (sitting.home.sessions / "index.sqlite-wal").touch()
    verdict = await verify(sitting.home, sitting.repository)
    assert verdict.ok
    notes = [finding.text for finding in verdict.findings]
    assert len(notes) == 4
    for words in ("notes.txt is not part", "no line names it", "transcript.md is not the page"):
        assert sum(words in note for note in notes) == 1
    assert f"{sitting.home.sessions / 'old'} is not a session." in notes


async def test_an_open_session_is_wrong_until_it_is_recovered(
    home: Home, repository: Repository
) -> None:
    sitting = await Sitting.begin(home, repository)
    await sitting.turn()
    await sitting.recorder.close()
    [fault] = await faults(sitting)
    assert (fault.kind, fault.line) == ("open", 5)
    await recover(home, repository)
    assert await faults(sitting, requests=True) == []


async def test_a_session_that_vanished_is_missing(sitting: Sitting) -> None:
    sitting.recorder.folder.rename(sitting.home.root / "elsewhere")
    [fault] = await faults(sitting)
    assert (fault.kind, fault.session) == ("missing", FIRST)
    assert sitting.recorder.fingerprint in fault.text
    assert await faults(sitting, sessions=[FIRST]) == [fault]


async def test_a_session_that_is_named_and_gone_is_answered_from_the_ledger(
    sitting: Sitting,
) -> None:
    await forget(sitting.home, sitting.repository, FIRST, "asked to")
    verdict = await verify(sitting.home, sitting.repository, [FIRST])
    assert verdict.ok
    [note] = verdict.findings
    assert (note.kind, note.text) == ("forgotten", f"{FIRST} was forgotten: asked to")
    assert verdict.sessions == (), "nothing of it could be looked at"
    with pytest.raises(UnknownName, match=f"There is no session {SECOND}"):
        await verify(sitting.home, sitting.repository, [FIRST, SECOND])


async def test_a_session_in_another_ones_folder_is_named(sitting: Sitting) -> None:
    sitting.recorder.folder.rename(sitting.home.session(SECOND))
    kinds = {(fault.kind, fault.session) for fault in await faults(sitting)}
    assert ("broken", SECOND) in kinds
    assert ("missing", FIRST) in kinds


async def test_only_the_sessions_that_were_named_are_checked(sitting: Sitting) -> None:
    other = await Sitting.begin(sitting.home, sitting.repository, SECOND)
    await other.turn()
    await other.recorder.close()
    seen: list[tuple[int, int]] = []
    told = await faults(sitting, sessions=[FIRST], tell=lambda *at: seen.append(at))
    assert told == []
    assert seen == [(1, 1)]


async def test_an_earlier_tip_is_an_ancestor_of_todays(sitting: Sitting) -> None:
    noted = await sitting.repository.ledger_tip()
    other = await Sitting.begin(sitting.home, sitting.repository, SECOND)
    await other.turn()
    await other.end()
    assert await faults(sitting, against=noted) == []
    with pytest.raises(UsageError, match="is not a tip"):
        await faults(sitting, against="last week")


async def test_a_home_rewritten_as_a_whole_does_not_go_back_to_the_noted_tip(
    sitting: Sitting,
) -> None:
    """Everything fits everything else; only what was kept elsewhere tells."""
    noted = await sitting.repository.ledger_tip()
    relink(sitting.path, b"There it is.", b"There I am.")
    git(sitting.home, "update-ref", "-d", "refs/heads/ledger")
    (sitting.recorder.folder / "transcript.md").unlink()
    again = await Repository.open(sitting.home.artifacts)
    await recover(sitting.home, again)
    assert (await verify(sitting.home, again, requests=False)).ok
    verdict = await verify(sitting.home, again, against=noted)
    await again.close()
    assert [finding.kind for finding in verdict.findings] == ["against"]
    assert f"does not go back to {noted}" in verdict.findings[0].text


async def test_what_ends_while_others_are_checked_is_no_fault(
    home: Home, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger is read first; a session may be closed, and another forgotten, after that."""
    closing = await Sitting.begin(home, repository, FIRST)
    going = await Sitting.begin(home, repository, SECOND)
    await going.end()
    ledger_tip = repository.ledger_tip

    async def meanwhile() -> str | None:
        tip = await ledger_tip()
        await closing.end()
        return tip

    def listed(sessions: Path) -> list[str]:
        shutil.rmtree(home.session(SECOND))
        return [SECOND, FIRST]

    monkeypatch.setattr(repository, "ledger_tip", meanwhile)
    assert (await verify(home, repository)).findings == ()
    monkeypatch.undo()
    ledger = repository.ledger

    async def before_it_was_forgotten() -> tuple[LedgerEntry, ...]:
        monkeypatch.setattr(repository, "ledger", ledger)
        entries = await ledger()
        await repository.forget(SECOND, "asked to", datetime.now(UTC))
        return entries

    monkeypatch.setattr(repository, "ledger", before_it_was_forgotten)
    monkeypatch.setattr("latitude.custody.verify.session_ids", listed)
    assert [one.kind for one in (await verify(home, repository)).findings] == ["forgotten"]

"""What a dead process left open is closed truly; what is not ours to mend is only told."""

from pathlib import Path

import pytest

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import (
    BlockRecorded,
    ExitTaken,
    ResponseFailed,
    SessionClosed,
    WorkspaceCommitted,
)
from latitude.core.stream import TextDelta, ThinkingDelta, ToolArgsDelta
from latitude.custody.recover import recover
from latitude.custody.verify import verify
from latitude.journal.reader import read, survey
from tests.custody.sitting import FIRST, SECOND, Sitting
from tests.journal.killing import kill_after
from tests.journal.samples import called, finished, replied, said

pytestmark = pytest.mark.promise("record-complete")


async def recovered(sitting: Sitting) -> SessionClosed:
    """Let the process die here, recover, and return how the session was closed."""
    await sitting.recorder.close()
    [finding] = await recover(sitting.home, sitting.repository)
    assert (finding.kind, finding.ok) == ("closed", True), finding.text
    verdict = await verify(sitting.home, sitting.repository, requests=True)
    assert verdict.ok, verdict.findings
    *_, last = read(sitting.path)
    assert isinstance(last.event, SessionClosed)
    assert (sitting.recorder.folder / "transcript.md").exists()
    assert not sitting.workspace.root.exists()
    return last.event


def events(path: Path, kind: type) -> list:
    return [record.event for record in read(path) if isinstance(record.event, kind)]


@pytest.fixture
async def sitting(home: Home, repository: Repository) -> Sitting:
    return await Sitting.begin(home, repository)


async def test_a_session_that_never_got_an_answer_is_interrupted(sitting: Sitting) -> None:
    await sitting.record(said(1))
    closed = await recovered(sitting)
    assert (closed.end, closed.torn_bytes) == ("interrupted", None)
    assert "ended without closing it" in closed.detail


async def test_what_was_streaming_is_kept_as_partial_blocks(sitting: Sitting) -> None:
    turn, step = await sitting.ask()
    recorder = sitting.recorder
    for delta in (
        ThinkingDelta(0, "Let me "),
        ThinkingDelta(0, "see."),
        TextDelta(1, "The sea"),
        ToolArgsDelta(2, '{"path"', "call-9", "write_file"),
    ):
        await recorder.stream(turn, step, delta)
    await sitting.record(replied(turn, step, "Let me see.", index=0))
    await recorder.stream(turn, step, TextDelta(1, " is"))
    closed = await recovered(sitting)
    assert closed.end == "interrupted"
    whole, text, call = events(sitting.path, BlockRecorded)
    assert not whole.partial
    assert (text.kind, text.text, text.partial) == ("text", "The sea is", True)
    assert (call.name, call.call_id, call.arguments) == ("write_file", "call-9", '{"path"')
    [failed] = events(sitting.path, ResponseFailed)
    assert (failed.error, failed.retried, failed.attempt) == ("interrupted", False, 1)
    assert not (recorder.folder / "inflight.jsonl").exists()


async def test_recovery_that_dies_half_way_is_taken_up(sitting: Sitting) -> None:
    turn, step = await sitting.ask()
    await sitting.recorder.stream(turn, step, TextDelta(0, "The sea"))
    await sitting.record(
        BlockRecorded(turn=turn, step=step, index=0, kind="text", text="The sea", partial=True)
    )
    closed = await recovered(sitting)
    assert closed.end == "interrupted"
    assert [block.text for block in events(sitting.path, BlockRecorded)] == ["The sea"]
    assert len(events(sitting.path, ResponseFailed)) == 1


@pytest.mark.promise("exit-honoured")
async def test_an_exit_that_was_said_is_sealed_as_the_models(sitting: Sitting) -> None:
    await sitting.turn("It was good to be here.\n\nStopping now.")
    closed = await recovered(sitting)
    assert (closed.end, closed.detail) == ("model-exit", "recovered")
    [taken] = events(sitting.path, ExitTaken)
    assert (taken.by, taken.phrase, taken.recovered) == ("phrase", "stopping now", True)
    assert taken.evidence == "Stopping now."


@pytest.mark.promise("exit-honoured")
async def test_an_exit_by_tool_is_sealed_as_the_models(sitting: Sitting) -> None:
    turn, step = await sitting.ask()
    await sitting.record(called(turn, step, "end_session"))
    await sitting.record(finished(turn, step))
    closed = await recovered(sitting)
    assert closed.end == "model-exit"
    assert events(sitting.path, ExitTaken)[0].by == "tool"


@pytest.mark.promise("exit-honoured")
async def test_an_exit_that_was_recorded_only_wants_its_close(sitting: Sitting) -> None:
    await sitting.turn("Stopping now.")
    await sitting.record(
        ExitTaken(turn=1, step=1, by="phrase", evidence="Stopping now.", rule="alone")
    )
    closed = await recovered(sitting)
    assert (closed.end, closed.detail) == ("model-exit", "recovered")
    assert len(events(sitting.path, ExitTaken)) == 1


async def test_words_of_the_exit_that_were_only_mentioned_close_nothing(sitting: Sitting) -> None:
    await sitting.turn('If I ever want to leave I can say "stopping now", but not yet.')
    closed = await recovered(sitting)
    assert closed.end == "interrupted"
    assert events(sitting.path, ExitTaken) == []


async def test_half_an_exit_is_no_choice(sitting: Sitting) -> None:
    turn, step = await sitting.ask()
    await sitting.recorder.stream(turn, step, TextDelta(0, "Stopping now."))
    closed = await recovered(sitting)
    assert closed.end == "interrupted"


@pytest.mark.promise("work-kept")
async def test_work_that_was_not_committed_is(sitting: Sitting) -> None:
    await sitting.work({"poem.txt": b"Sea\n"})
    sitting.workspace.write("late.txt", b"written by a tool that never returned\n")
    closed = await recovered(sitting)
    *_, last = events(sitting.path, WorkspaceCommitted)
    assert [(file.path, file.status) for file in last.files] == [("late.txt", "added")]
    assert closed.summary.files == 2
    tip = await sitting.repository.tip(sitting.session)
    assert tip == last.commit
    assert (await sitting.repository.read(tip, "poem.txt")) == b"Sea\n"


@pytest.mark.promise("work-kept")
async def test_a_commit_that_the_journal_missed_is_written_down(sitting: Sitting) -> None:
    turn, step = await sitting.ask()
    await sitting.record(called(turn, step, "write_file"))
    await sitting.record(finished(turn, step))
    sitting.workspace.write("poem.txt", b"Sea\n")
    await sitting.answer(turn, step, "ok")
    await sitting.commit(write_down=False)
    await recovered(sitting)
    [commit] = events(sitting.path, WorkspaceCommitted)
    assert commit.commit == await sitting.repository.tip(sitting.session)
    assert [file.path for file in commit.files] == ["poem.txt"]


async def test_a_torn_line_is_put_aside_and_counted(sitting: Sitting) -> None:
    await sitting.turn()
    torn = b'{"v":1,"seq":5,"at":"2026-11-20T23:1'
    with sitting.path.open("ab") as file:
        file.write(torn)
    closed = await recovered(sitting)
    assert closed.torn_bytes == len(torn)
    assert (sitting.recorder.folder / "torn.bin").read_bytes() == torn


async def test_a_closed_session_that_missed_the_ledger_is_added_late(sitting: Sitting) -> None:
    await sitting.work({"poem.txt": b"Sea\n"})
    await sitting.close()
    await sitting.recorder.close()
    verdict = await verify(sitting.home, sitting.repository)
    assert [finding.kind for finding in verdict.findings] == ["unledgered"]
    [finding] = await recover(sitting.home, sitting.repository)
    assert finding.kind == "late"
    [entry] = await sitting.repository.ledger()
    assert entry.late
    assert (await verify(sitting.home, sitting.repository)).ok
    assert await recover(sitting.home, sitting.repository) == ()


async def test_a_missing_page_is_written_again(sitting: Sitting) -> None:
    await sitting.turn()
    await sitting.end()
    page = sitting.recorder.folder / "transcript.md"
    before = page.read_bytes()
    page.unlink()
    [finding] = await recover(sitting.home, sitting.repository)
    assert finding.kind == "finished"
    assert page.read_bytes() == before


async def test_a_running_session_is_left_alone(sitting: Sitting) -> None:
    await sitting.turn("Stopping now.")
    before = sitting.path.read_bytes()
    [finding] = await recover(sitting.home, sitting.repository)
    assert finding.kind == "running"
    assert sitting.path.read_bytes() == before
    verdict = await verify(sitting.home, sitting.repository)
    assert [note.kind for note in verdict.findings] == ["running"]
    assert verdict.ok
    await sitting.recorder.close()


async def test_a_broken_journal_is_told_and_never_touched(
    home: Home, repository: Repository, sitting: Sitting
) -> None:
    await sitting.turn("I will think about it.")
    await sitting.recorder.close()
    data = sitting.path.read_bytes().replace(b"I will think", b"I will sleep")
    sitting.path.write_bytes(data)
    other = await Sitting.begin(home, repository, SECOND)
    await other.turn()
    await other.recorder.close()
    broken, closed = await recover(home, repository)
    assert (broken.session, broken.kind, broken.ok) == (FIRST, "failed", False)
    assert f"{sitting.path}, line 4: it or line 5, the last, was changed" in broken.text
    assert sitting.path.read_bytes() == data
    assert (closed.session, closed.kind) == (SECOND, "closed"), "one does not hold up another"


async def test_what_the_ledger_closed_is_not_closed_again(sitting: Sitting) -> None:
    await sitting.turn()
    fingerprint = await sitting.end()
    lines = sitting.path.read_bytes().splitlines(keepends=True)
    sitting.path.write_bytes(b"".join(lines[:-1]))
    [finding] = await recover(sitting.home, sitting.repository)
    assert (finding.kind, finding.ok) == ("refused", False)
    assert fingerprint in finding.text
    assert survey(sitting.path).last_sha256 in finding.text
    assert sitting.path.read_bytes() == b"".join(lines[:-1])


async def test_another_ending_than_the_ledgers_is_refused(sitting: Sitting) -> None:
    await sitting.turn()
    fingerprint = await sitting.end()
    sitting.path.write_bytes(sitting.path.read_bytes().replace(b"person-end", b"model-exit"))
    [finding] = await recover(sitting.home, sitting.repository)
    assert finding.kind == "refused"
    assert fingerprint in finding.text
    assert survey(sitting.path).last_sha256 in finding.text
    verdict = await verify(sitting.home, sitting.repository)
    assert {finding.kind for finding in verdict.findings if not finding.ok} == {"ledger"}


async def test_left_over_folders_are_swept(home: Home, repository: Repository) -> None:
    left = home.sessions / f".opening-{FIRST}-00ff"
    left.mkdir()
    (left / "journal.jsonl").write_bytes(b'{"v":1,"seq"')
    [finding] = await recover(home, repository)
    assert finding.kind == "swept"
    assert not left.exists()


async def test_a_home_where_nothing_can_be_written_is_told_so(
    sitting: Sitting,
) -> None:
    await sitting.turn()
    torn = b'{"v":1,"seq":5,"at'
    with sitting.path.open("ab") as file:
        file.write(torn)
    await sitting.recorder.close()
    before = sitting.path.read_bytes()
    (sitting.recorder.folder / "torn.bin").mkdir()
    [finding] = await recover(sitting.home, sitting.repository)
    assert finding.kind == "failed"
    assert "Nothing was lost. Make the home writable" in finding.text
    assert sitting.path.read_bytes() == before


@pytest.mark.slow
async def test_killed_at_any_moment_it_is_recovered_whole(
    home: Home, repository: Repository
) -> None:
    shown = {}
    for number in range(8):
        session = f"20261120-231502-{number:06d}"
        shown[session] = kill_after(home.session(session), 7 * number + 1)
    findings = await recover(home, repository)
    assert [finding.kind for finding in findings] == ["closed"] * 8
    assert (await verify(home, repository)).ok
    for session, seen in shown.items():
        records = tuple(read(home.session(session) / "journal.jsonl"))
        assert set(seen.records) <= {record.sha256 for record in records}
        kept = {
            (record.event.turn, record.event.step, record.event.index): record.event.text
            for record in records
            if isinstance(record.event, BlockRecorded)
        }
        for place, text in seen.texts.items():
            assert kept[place].startswith(text)

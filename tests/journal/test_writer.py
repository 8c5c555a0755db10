"""What the writer promises: whole lines, one writer, nothing after the end, shown last."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path

import pytest

from latitude.core.stream import TextDelta, ThinkingDelta, ToolArgsDelta
from latitude.errors import HomeUnusable, RecordBroken, SessionBusy, SessionSealed, UsageError
from latitude.journal.inflight import read_inflight, still_open
from latitude.journal.lock import Hold
from latitude.journal.paths import JOURNAL, is_running
from latitude.journal.reader import read, survey
from latitude.journal.writer import Recorder
from tests.journal.samples import ID, closed, finished, opened, replied, said, started


async def test_a_session_appears_with_its_first_line(recorder: Recorder, folder: Path) -> None:
    line = json.loads((folder / JOURNAL).read_text())
    assert list(line)[:5] == ["v", "seq", "at", "type", "prev"]
    assert (line["v"], line["seq"], line["prev"]) == (1, 0, "0" * 64)
    assert line["type"] == "session.opened"
    assert line["at"] == "2026-11-20T23:15:02.005Z"
    assert [entry.name for entry in folder.parent.iterdir()] == [ID]


async def test_each_line_names_the_hash_of_the_one_before(recorder: Recorder, folder: Path) -> None:
    record = await recorder.append(said(1))
    first, second = (folder / JOURNAL).read_bytes().splitlines()
    assert json.loads(second)["prev"] == sha256(first).hexdigest()
    assert record.sha256 == sha256(second).hexdigest() == recorder.fingerprint


async def test_watchers_are_told_after_the_line_is_in_the_file(
    recorder: Recorder, folder: Path
) -> None:
    seen: list[tuple[int, int]] = []
    recorder.watch(
        lambda record: seen.append((record.seq, (folder / JOURNAL).read_bytes().count(b"\n")))
    )
    await recorder.append(said(1))
    await recorder.append(said(2))
    assert seen == [(1, 2), (2, 3)]


async def test_what_is_closed_stays_closed(recorder: Recorder, folder: Path) -> None:
    await recorder.append(closed())
    with pytest.raises(SessionSealed, match=ID):
        await recorder.append(said(1))
    assert [record.seq for record in read(folder / JOURNAL)] == [0, 1]


async def test_a_second_writer_is_told_who_has_it(recorder: Recorder, folder: Path) -> None:
    assert is_running(folder)
    with pytest.raises(SessionBusy, match=f"Session {ID} is being written"):
        await asyncio.to_thread(Hold.take, folder / JOURNAL)
    await recorder.close()
    assert not is_running(folder)
    Hold.take(folder / JOURNAL).release()


async def test_asking_who_runs_does_not_keep_a_writer_out(folder: Path) -> None:
    recorder = await Recorder.create(folder, opened())
    await recorder.close()
    stop = asyncio.Event()

    async def ask() -> None:
        while not stop.is_set():
            await asyncio.to_thread(is_running, folder)

    asking = [asyncio.create_task(ask()) for _ in range(4)]
    for _ in range(30):
        (await asyncio.to_thread(Hold.take, folder / JOURNAL)).release()
    stop.set()
    await asyncio.gather(*asking)


async def test_a_session_is_not_opened_twice(recorder: Recorder, folder: Path) -> None:
    with pytest.raises(UsageError, match="already"):
        await Recorder.create(folder, opened())
    assert [entry.name for entry in folder.parent.iterdir()] == [ID]


async def test_where_nothing_can_be_written_nothing_begins(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("a file where the folder should be")
    with pytest.raises(HomeUnusable, match="Nothing was recorded and nothing was sent"):
        await Recorder.create(tmp_path / "sessions" / ID, opened())


async def test_sync_and_close_leave_a_journal_that_can_be_resumed(
    recorder: Recorder, folder: Path
) -> None:
    await recorder.append(said(1))
    await recorder.sync()
    await recorder.close()
    with pytest.raises(SessionSealed):
        await recorder.append(said(2))
    with Hold.take(folder / JOURNAL) as hold:
        again = Recorder.resume(hold, survey(folder / JOURNAL))
        await again.append(said(2))
        await again.close()
    assert [record.seq for record in read(folder / JOURNAL)] == [0, 1, 2]


async def test_resuming_puts_a_torn_line_aside(five_lines: Path) -> None:
    torn = b'{"v":1,"seq":5,"at":"2026'
    with five_lines.open("ab") as file:
        file.write(torn)
    with Hold.take(five_lines) as hold:
        again = Recorder.resume(hold, survey(five_lines))
        await again.append(said(5))
        await again.close()
    assert [record.seq for record in read(five_lines)] == [0, 1, 2, 3, 4, 5]
    assert (five_lines.parent / "torn.bin").read_bytes() == torn


async def test_resuming_never_touches_a_changed_line(five_lines: Path) -> None:
    data = five_lines.read_bytes().replace(b"Message 2.", b"Message X.")
    five_lines.write_bytes(data)
    with Hold.take(five_lines) as hold, pytest.raises(RecordBroken, match="line 3"):
        Recorder.resume(hold, survey(five_lines))
    assert five_lines.read_bytes() == data


async def test_blobs_come_back_exactly_or_not_at_all(recorder: Recorder, folder: Path) -> None:
    data = bytes(range(256)) * 400
    name = await recorder.store(data)
    assert name == sha256(data).hexdigest()
    assert await recorder.store(data) == name
    assert recorder.load(name) == data
    assert [path.name for path in (folder / "blobs").iterdir()] == [name]
    (folder / "blobs" / name).write_bytes(data[:-1] + b"!")
    with pytest.raises(RecordBroken, match=f"blobs/{name} is not as it was stored"):
        recorder.load(name)
    with pytest.raises(RecordBroken, match="no name of a blob"):
        recorder.load("../journal.jsonl")
    assert await recorder.store(data) == name
    assert recorder.load(name) == data


@pytest.mark.promise("record-complete")
async def test_deltas_are_shown_once_they_are_in_the_file(recorder: Recorder, folder: Path) -> None:
    seen: list[str] = []
    all_shown = asyncio.Event()

    def check(turn: int, step: int, delta: object) -> None:
        assert isinstance(delta, ThinkingDelta | TextDelta)
        seen.append(delta.text)
        lines = read_inflight(folder / "inflight.jsonl")
        assert "".join(line.text for line in lines).startswith("".join(seen))
        if delta.text == "Here":
            all_shown.set()

    recorder.watch_deltas(check)
    await recorder.append(said(1))
    await recorder.append(started(1, 1))
    await recorder.stream(1, 1, ThinkingDelta(0, "Let "))
    await the_loop_is_free()
    assert seen == ["Let "], "the first piece is shown as soon as the loop is free"
    for word in ("me ", "see."):
        await recorder.stream(1, 1, ThinkingDelta(0, word))
    await recorder.stream(1, 1, TextDelta(1, "Here"))
    await asyncio.wait_for(all_shown.wait(), 30)
    assert seen == ["Let ", "me see.", "Here"], "the others are gathered for a moment"


@pytest.mark.promise("record-complete")
async def test_a_block_that_is_whole_at_once_is_shown_after_its_own_line(
    recorder: Recorder, folder: Path
) -> None:
    seen: list[str] = []

    def check(turn: int, step: int, delta: object) -> None:
        assert isinstance(delta, TextDelta)
        assert delta.text in (folder / JOURNAL).read_text(encoding="utf-8")
        seen.append(delta.text)

    recorder.watch_deltas(check)
    recorder.watch(lambda record: seen.append(type(record.event).__name__))
    await recorder.append(said(1))
    await recorder.stream(1, 1, TextDelta(0, "All of "))
    await recorder.stream(1, 1, TextDelta(0, "it."))
    await recorder.append(replied(1, 1, "All of it."))
    assert seen == ["MessageSent", "All of it.", "BlockRecorded"]
    assert not (folder / "inflight.jsonl").exists()


async def the_loop_is_free() -> None:
    """Return once everything that was due on the loop has run."""
    await asyncio.sleep(0)


async def test_inflight_goes_with_the_blocks(recorder: Recorder, folder: Path) -> None:
    inflight = folder / "inflight.jsonl"
    await recorder.append(said(1))
    await recorder.append(started(1, 1))
    await recorder.stream(1, 1, TextDelta(0, "One "))
    await the_loop_is_free()
    await recorder.stream(1, 1, TextDelta(0, "two."))
    await recorder.stream(1, 1, ToolArgsDelta(1, '{"pa', "call-1", "list_files"))
    await recorder.append(replied(1, 1, "One two."))
    lines = read_inflight(inflight)
    assert [(line.kind, line.text) for line in lines] == [
        ("text", "One "),
        ("tool_call", '{"pa'),
    ], "what the block does not hold is written before it"
    open_lines = still_open(lines, read(folder / JOURNAL))
    assert [(line.index, line.call_id, line.name) for line in open_lines] == [
        (1, "call-1", "list_files")
    ]
    await recorder.append(replied(1, 1, "…", index=1))
    assert still_open(lines, read(folder / JOURNAL)) == (), "the journal has every block"
    await recorder.append(finished(1, 1))
    assert inflight.read_bytes() == b""


async def test_a_half_written_delta_and_stale_ones_are_left_out(
    recorder: Recorder, folder: Path
) -> None:
    inflight = folder / "inflight.jsonl"
    await recorder.append(said(1))
    await recorder.append(started(1, 1))
    await recorder.stream(1, 1, TextDelta(0, "shown"))
    await the_loop_is_free()
    kept = inflight.read_bytes()
    await recorder.close()
    inflight.write_bytes(kept + kept[:-9])
    assert [line.text for line in read_inflight(inflight)] == ["shown"]
    with Hold.take(folder / JOURNAL) as hold:
        again = Recorder.resume(hold, survey(folder / JOURNAL))
        await again.append(replied(1, 1, "shown and more"))
        await again.close()
    assert still_open(read_inflight(inflight), read(folder / JOURNAL)) == ()

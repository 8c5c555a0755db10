"""Processes die and disks fill: what was shown is on record, and the record stays whole."""

import asyncio
import os
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from latitude.core.events import BlockRecorded
from latitude.core.stream import TextDelta
from latitude.errors import HomeUnusable
from latitude.journal.inflight import read_inflight, still_open
from latitude.journal.linefile import LineFile
from latitude.journal.paths import JOURNAL, is_running
from latitude.journal.reader import read, survey
from latitude.journal.writer import Recorder
from tests.journal.killing import kill_after
from tests.journal.samples import closed, finished, replied, said, started

pytestmark = pytest.mark.promise("record-complete")


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow past ``size`` bytes, as on a disk that is full (a real limit: EFBIG)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_nothing_that_was_shown(folder: Path) -> None:
    moments = random.Random(20261120)
    for number in range(18):
        session = folder.with_name(f"20261120-231502-{number:06d}")
        shown = kill_after(session, moments.randrange(1, 60))
        assert not is_running(session)
        found = survey(session / JOURNAL)
        assert found.faults == ()
        assert found.torn == b""
        assert set(shown.records) <= {record.sha256 for record in found.records}
        kept: dict[tuple[int, int, int], str] = {}
        for line in still_open(read_inflight(session / "inflight.jsonl"), found.records):
            place = (line.turn, line.step, line.index)
            kept[place] = kept.get(place, "") + line.text
        for record in found.records:
            if isinstance(record.event, BlockRecorded):
                event = record.event
                kept[event.turn, event.step, event.index] = event.text
        for place, text in shown.texts.items():
            assert kept[place].startswith(text)


async def test_a_full_disk_leaves_whole_lines_and_says_so(recorder: Recorder, folder: Path) -> None:
    journal = folder / JOURNAL
    seen: list[int] = []
    recorder.watch(lambda record: seen.append(record.seq))
    await recorder.append(said(1))
    size = journal.stat().st_size
    with (
        room_for(size + 100),
        pytest.raises(HomeUnusable, match=r"Every line before is kept.*Make room"),
    ):
        await recorder.append(said(2, "x" * 5000))
    assert journal.stat().st_size == size, "the part that went in was taken back"
    assert seen == [1]
    await recorder.append(said(2, "There is room again."))
    await recorder.append(closed())
    assert [record.seq for record in read(journal)] == [0, 1, 2, 3]


async def test_a_full_disk_shows_no_delta_that_is_not_on_it(
    recorder: Recorder, folder: Path
) -> None:
    seen: list[str] = []
    recorder.watch_deltas(lambda turn, step, delta: seen.append(delta.text))
    await recorder.append(said(1))
    await recorder.append(started(1, 1))
    with room_for(200):
        await recorder.stream(1, 1, TextDelta(0, "x" * 500))
        await asyncio.sleep(0)  # It is written as soon as the loop is free.
        with pytest.raises(HomeUnusable):
            await recorder.stream(1, 1, TextDelta(0, "after a hole"))
    assert seen == []
    assert read_inflight(folder / "inflight.jsonl") == ()
    await recorder.append(replied(1, 1, "the whole block"))
    await recorder.append(finished(1, 1))
    await recorder.append(started(1, 2))
    await recorder.stream(1, 2, TextDelta(0, "a new response"))
    await asyncio.sleep(0)
    assert seen == ["a new response"]


async def test_a_blob_that_does_not_fit_leaves_nothing_behind(
    recorder: Recorder, folder: Path
) -> None:
    with room_for(1000), pytest.raises(HomeUnusable, match="could not be written"):
        await recorder.store(b"x" * 5000)
    assert list((folder / "blobs").iterdir()) == []
    name = await recorder.store(b"x" * 5000)
    assert recorder.load(name) == b"x" * 5000


def test_a_disk_that_refuses_the_cut_is_asked_again(tmp_path: Path) -> None:
    """``/dev/full`` refuses both, as a dying disk does; no line may follow a half one."""
    full = os.open("/dev/full", os.O_WRONLY)
    path = tmp_path / "lines"
    whole = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(whole, b"first\nhal")
    file = LineFile(path, full, len(b"first\n"))
    with pytest.raises(HomeUnusable, match="No space left"):
        file.append(b"half\n")
    file.fd = whole
    file.append(b"second\n")
    assert path.read_bytes() == b"first\nsecond\n"
    os.close(full)
    os.close(whole)

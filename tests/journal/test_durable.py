"""Many sessions wait for one disk together, and each hears of its own trouble."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from latitude.errors import HomeUnusable
from latitude.journal.durable import MANY, Durability, OnDisk
from latitude.journal.writer import Recorder
from tests.journal.samples import opened, said


@pytest.mark.parametrize("many", [1, MANY - 1, 4 * MANY])
async def test_every_session_hears_that_its_lines_are_on_the_disk(
    tmp_path: Path, many: int
) -> None:
    recorders = [
        await Recorder.create(tmp_path / f"20261120-231502-{number:06}", opened())
        for number in range(many)
    ]
    for recorder in recorders:
        await recorder.append(said(1))
    await asyncio.wait_for(asyncio.gather(*(recorder.sync() for recorder in recorders)), 30)
    for recorder in recorders:
        await recorder.close()


async def test_one_files_trouble_is_not_anothers(tmp_path: Path) -> None:
    disk = Durability()
    with (tmp_path / "whole").open("wb") as whole, (tmp_path / "gone").open("wb") as gone:
        closed = OnDisk.of(gone.fileno())
        gone.close()
        waits = [disk.reach(OnDisk.of(whole.fileno())) for _ in range(MANY)]
        *fine, failed = await asyncio.gather(*waits, disk.reach(closed), return_exceptions=True)
    assert fine == [None] * MANY
    assert isinstance(failed, OSError)


async def test_who_no_longer_waits_is_not_told(tmp_path: Path) -> None:
    disk = Durability()
    with (tmp_path / "whole").open("wb") as whole:
        waiting = asyncio.ensure_future(disk.reach(OnDisk.of(whole.fileno())))
        await asyncio.sleep(0)
        waiting.cancel()
        await disk.reach(OnDisk.of(whole.fileno()))
    assert waiting.cancelled()


def test_it_outlives_the_loop_it_was_first_used_on(tmp_path: Path) -> None:
    disk = Durability()
    with (tmp_path / "whole").open("wb") as whole:
        for _ in range(2):
            asyncio.run(disk.reach(OnDisk.of(whole.fileno())))


async def test_a_disk_that_fails_is_told_with_what_was_kept(
    recorder: Recorder, folder: Path
) -> None:
    await recorder.append(said(1))
    recorder._disk = replace(recorder._disk, fd=10**6)
    with pytest.raises(HomeUnusable, match="may not outlive a power cut"):
        await recorder.sync()

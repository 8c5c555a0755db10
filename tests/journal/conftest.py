from pathlib import Path

import pytest

from latitude.journal.paths import JOURNAL
from latitude.journal.writer import Recorder
from tests.journal.samples import ID, opened, said


class Ticks:
    """A clock that moves on by 5 ms each time it is read."""

    def __init__(self, start: float = 1795216502.0) -> None:
        self.now = start

    def __call__(self) -> float:
        self.now += 0.005
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions" / ID


@pytest.fixture
async def recorder(folder: Path):
    recorder = await Recorder.create(folder, opened(), Ticks())
    yield recorder
    await recorder.close()


@pytest.fixture
async def five_lines(recorder: Recorder, folder: Path) -> Path:
    """A journal of five lines that nobody is writing any more; returns its path."""
    for turn in range(1, 5):
        await recorder.append(said(turn, f"Message {turn}."))
    await recorder.close()
    return folder / JOURNAL

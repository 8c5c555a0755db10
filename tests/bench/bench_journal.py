"""The journal against gathering a turn in memory: one write and one fdatasync per turn.

``python -m tests.bench.bench_journal``. A turn is 61 events, 60 of about 150 bytes and one of
1.5 KB. The floor writes bare events, half as many bytes, without envelope or chain; "same lines"
writes what the journal writes. Both lose a turn when the process dies; the journal loses nothing
that was appended. All wait for the disk on another thread, as anything must that has 64 sessions
on one loop.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import uvloop

from latitude.core.events import KnownEvent
from latitude.journal.clock import Stamps
from latitude.journal.durable import DISK
from latitude.journal.line import FIRST_PREV, encode_line
from latitude.journal.writer import Recorder
from tests.bench.measure import Row, row
from tests.journal.samples import opened, said

TURNS = 200
ROUNDS = 9
GOAL = 1.5
SESSIONS = 64
TOGETHER = 0.25
EVENTS: tuple[KnownEvent, ...] = (*[said(1, "x" * 110)] * 60, said(1, "x" * 1460))

Work = Callable[[Path], Awaitable[None]]


def rows() -> list[Row]:
    """CPU and wall of an event, the least of rounds taken in turns in one run."""
    works = {"ours": journal, "floor": floor, "same lines": same_lines}
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as place:
        for number in range(ROUNDS + 1):
            for name, work in works.items():
                folder = Path(place) / name / f"20261120-000000-{number:06}"
                figures = uvloop.run(_measured(work, folder))
                if number:
                    spent[name].append(figures)
        together = asyncio.run(_together(Path(place) / "together"))
    figures = [
        _row(f"journal / {name}, {what} per event", spent["ours"], spent[name], column)
        for name in ("floor", "same lines")
        for column, what in enumerate(("CPU", "wall"))
    ]
    at_once, one_by_one = together
    what = f"{SESSIONS} sessions reach the disk, wall"
    return [*figures, row(what, at_once, one_by_one, TOGETHER)]


async def journal(folder: Path) -> None:
    """What a session does: append each event, sync at the end of each turn."""
    recorder = await Recorder.create(folder, opened(folder.name))
    for _ in range(TURNS):
        for event in EVENTS:
            await recorder.append(event)
        await recorder.sync()
    await recorder.close()


async def floor(folder: Path) -> None:
    """Gather a turn, write it at once, sync."""
    folder.mkdir(parents=True)
    fd = os.open(folder / "journal.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    encoder = msgspec.json.Encoder()
    loop = asyncio.get_running_loop()
    for _ in range(TURNS):
        os.write(fd, b"\n".join([encoder.encode(event) for event in EVENTS]) + b"\n")
        await loop.run_in_executor(None, os.fdatasync, fd)
    os.close(fd)


async def same_lines(folder: Path) -> None:
    """Gather the journal's very lines, chain included, and write a turn of them at once."""
    folder.mkdir(parents=True)
    fd = os.open(folder / "journal.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    stamps, seq, prev = Stamps(), 0, FIRST_PREV
    for _ in range(TURNS):
        lines = []
        for event in EVENTS:
            line = encode_line(seq, stamps.now(), prev, event)
            seq, prev = seq + 1, sha256(line).hexdigest()
            lines.append(line)
        os.write(fd, b"\n".join(lines) + b"\n")
        await DISK.reach(fd)
    os.close(fd)


async def _together(sessions: Path) -> tuple[float, float]:
    """Seconds until 64 sessions are on the disk: through the recorders, and one by one."""
    recorders = [
        await Recorder.create(sessions / f"20261120-000000-{number:06}", opened())
        for number in range(SESSIONS)
    ]
    spent: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * ROUNDS):
        for recorder in recorders:
            for event in EVENTS:
                await recorder.append(event)
        began = time.perf_counter()
        if number % 2:
            await asyncio.gather(*(recorder.sync() for recorder in recorders))
        else:
            for recorder in recorders:
                await recorder.sync()
        spent[bool(number % 2)].append(time.perf_counter() - began)
    for recorder in recorders:
        await recorder.close()
    return min(spent[True]), min(spent[False])


async def _measured(work: Work, folder: Path) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    await work(folder)
    events = TURNS * len(EVENTS)
    return (time.process_time() - cpu) / events, (time.perf_counter() - wall) / events


def _row(
    what: str, ours: list[tuple[float, float]], theirs: list[tuple[float, float]], column: int
) -> Row:
    own, other = (min(costs[column] for costs in each) for each in (ours, theirs))
    return Row(what, f"{own * 1e6:.2f} µs", f"{other * 1e6:.2f} µs", own / other, GOAL)


if __name__ == "__main__":
    for line in rows():
        print(f"{line.what}: {line.ours} / {line.theirs} = {line.ratio:.2f} (goal {line.goal})")

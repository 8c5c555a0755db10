"""The journal against its floor: one write and one fdatasync per turn, without chain or envelope.

``python -m tests.bench.bench_journal``. Two kinds of turn: one as sessions have them (a message, a
response of thinking, text and a call, an answer: seven lines), and a dense one of 61 events, 60 of
about 150 bytes and one of 1.5 KB, as if each delta were a line. The floor loses a turn when the
process dies; the journal loses nothing that was appended. Both wait for the disk on another thread,
as anything must that has 64 sessions on one loop.
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
from latitude.journal.durable import DISK, OnDisk
from latitude.journal.line import FIRST_PREV, encode_line
from latitude.journal.writer import Recorder
from tests.bench.measure import Row, row
from tests.journal.samples import (
    answered,
    called,
    finished,
    opened,
    replied,
    said,
    started,
    thought,
)

TURNS = 200
ROUNDS = 9
GOAL = 1.5
SESSIONS = 64
TOGETHER = 0.25
Events = tuple[KnownEvent, ...]
DENSE: Events = (*[said(1, "x" * 110)] * 60, said(1, "x" * 1460))
REAL: Events = (
    said(1, "This message is automatic; no person sent it."),
    started(1, 1),
    thought(1, 1, "x" * 1200),
    replied(1, 1, "x" * 800, index=1),
    called(1, 1, "write_file", '{"path": "a.md", "content": "' + "x" * 2000 + '"}', index=2),
    finished(1, 1),
    answered(1, 1, "call-1", "Wrote a.md."),
)

Work = Callable[[Path, Events], Awaitable[None]]


def rows() -> list[Row]:
    """CPU and wall of an event, the least of rounds taken in turns in one run."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as place:
        real = _in_turns(Path(place) / "real", REAL)
        dense = _in_turns(Path(place) / "dense", DENSE)
        together = asyncio.run(_together(Path(place) / "together"))
    figures = [
        *_rows("a turn of seven lines", real, "floor", len(REAL), GOAL),
        # No session writes such turns: each event is a line with a hash there, and it shows.
        *_rows("an event of a dense turn", dense, "floor", 1, None),
        *_rows("an event of a dense turn", dense, "same lines", 1, None),
    ]
    at_once, one_by_one = together
    what = f"{SESSIONS} sessions reach the disk, wall"
    return [*figures, row(what, at_once, one_by_one, TOGETHER)]


def _in_turns(place: Path, events: Events) -> dict[str, list[tuple[float, float]]]:
    works: dict[str, Work] = {"ours": journal, "floor": floor, "same lines": same_lines}
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for number in range(ROUNDS + 1):
        for name, work in works.items():
            folder = place / name / f"20261120-000000-{number:06}"
            figures = uvloop.run(_measured(work, folder, events))
            if number:
                spent[name].append(figures)
    return spent


async def journal(folder: Path, events: Events) -> None:
    """What a session does: append each event, sync at the end of each turn."""
    recorder = await Recorder.create(folder, opened(folder.name))
    for _ in range(TURNS):
        for event in events:
            await recorder.append(event)
        await recorder.sync()
    await recorder.close()


async def floor(folder: Path, events: Events) -> None:
    """Gather a turn, write it at once, sync."""
    folder.mkdir(parents=True)
    fd = os.open(folder / "journal.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    encoder = msgspec.json.Encoder()
    loop = asyncio.get_running_loop()
    for _ in range(TURNS):
        os.write(fd, b"\n".join([encoder.encode(event) for event in events]) + b"\n")
        await loop.run_in_executor(None, os.fdatasync, fd)
    os.close(fd)


async def same_lines(folder: Path, events: Events) -> None:
    """Gather the journal's very lines, chain included, and write a turn of them at once."""
    folder.mkdir(parents=True)
    fd = os.open(folder / "journal.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    stamps, seq, prev = Stamps(), 0, FIRST_PREV
    for _ in range(TURNS):
        lines = []
        for event in events:
            line = encode_line(seq, stamps.now(), prev, event)
            seq, prev = seq + 1, sha256(line).hexdigest()
            lines.append(line)
        os.write(fd, b"\n".join(lines) + b"\n")
        await DISK.reach(OnDisk.of(fd))
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
            for event in DENSE:
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


async def _measured(work: Work, folder: Path, events: Events) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    await work(folder, events)
    number = TURNS * len(events)
    return (time.process_time() - cpu) / number, (time.perf_counter() - wall) / number


def _rows(
    what: str,
    spent: dict[str, list[tuple[float, float]]],
    other: str,
    events: int,
    goal: float | None,
) -> list[Row]:
    """CPU and wall of so many events, the least of the rounds."""
    against = {"floor": "one plain write a turn", "same lines": "one write a turn, same bytes"}
    found = []
    for column, unit in enumerate(("CPU", "wall")):
        own, theirs = (
            events * min(costs[column] for costs in spent[name]) for name in ("ours", other)
        )
        cells = [f"{seconds * 1e6:.3g} µs" for seconds in (own, theirs)]
        found.append(
            Row(f"journal, {what}, {unit}, over {against[other]}", *cells, own / theirs, goal)
        )
    return found


if __name__ == "__main__":
    for line in rows():
        print(f"{line.what}: {line.ours} / {line.theirs} = {line.ratio:.2f} (goal {line.goal})")

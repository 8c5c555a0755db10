"""Listing 10,000 sessions against reading the headers of as many logs of inspect-ai.

``python -m tests.bench.bench_listing``. Ours opens the index, asks whether a session was added or
has changed, and makes a row of every session, newest first. inspect-ai reads headers only, all of
them in one call, which takes a third of the time of one call each. Of its logs there are 500, and
what they take is multiplied; the processes are counted with their start, and that only once.
"""

import importlib.util
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from latitude.index.filters import Filter
from latitude.index.follow import open_index
from latitude.index.listing import newest
from latitude.journal.listed import Listed
from tests.bench.index_texts import Texts, settle, shelve, spoken
from tests.bench.measure import ROOT, Row, cpu_of, milliseconds, python, row, surroundings

SESSIONS, TURNS = 10_000, 2
TIMES = 20
LOGS, LOG_TURNS = SESSIONS // TIMES, 10
ROUNDS = 5
GOAL = 0.02
MISSING = "not measured: inspect-ai is not installed"


def rows() -> list[Row]:
    """CPU, medians of five in turns: of the reading alone, and of whole processes."""
    with tempfile.TemporaryDirectory(prefix="bench") as place:
        os.environ["LATITUDE_STATE"] = place
        home, logs = Path(place) / "home", Path(place) / "logs"
        _fill(home / "sessions")
        there = importlib.util.find_spec("inspect_ai") is not None
        if there:
            _copy_log(logs)
        return list(_rows(home, logs, there=there))


def _rows(home: Path, logs: Path, *, there: bool) -> Iterator[Row]:
    read, process, theirs, their_start = [], [], [], []
    for _ in range(ROUNDS):
        read.append(_timed(home / "sessions"))
        process.append(cpu_of(python("-m", "latitude", "--home", str(home), "list", "--json")))
        if there:
            theirs.append(TIMES * _headers(logs))
            their_start.append(cpu_of(python("-m", "tests.bench.listing_inspect", str(logs), "0")))
    ours, whole = statistics.median(read), statistics.median(process)
    for name, took in (("", ours), (", whole process", whole)):
        what = f"list of {SESSIONS:,} sessions{name}, over inspect-ai's headers ({TIMES} × {LOGS})"
        if there:
            start = statistics.median(their_start) if name else 0
            yield row(what, took, start + statistics.median(theirs), GOAL)
        else:
            yield Row(what, milliseconds(took), "", None, GOAL, MISSING)


def _fill(sessions: Path) -> None:
    texts = Texts()
    for number in range(SESSIONS):
        talk = spoken([texts.text(1)] * TURNS, [texts.text(2)] * TURNS)
        shelve(sessions, number, TURNS, talk)
    settle(sessions)


def _copy_log(logs: Path) -> None:
    cpu_of(python("-m", "tests.bench.engine_inspect", str(logs), "1", str(LOG_TURNS)))
    [log] = logs.glob("*.eval")
    for number in range(1, LOGS):
        log.with_stem(f"{log.stem}{number}").write_bytes(log.read_bytes())


def _timed(sessions: Path) -> float:
    began = time.process_time()
    assert len(_listed(sessions)) == SESSIONS
    return time.process_time() - began


def _listed(sessions: Path) -> list[Listed]:
    index = open_index(sessions)
    try:
        return list(newest(index.connection, sessions, Filter()))
    finally:
        index.close()


def _headers(logs: Path) -> float:
    done = subprocess.run(
        python("-m", "tests.bench.listing_inspect", str(logs), str(LOGS)),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=surroundings(),
    )
    return float(done.stdout)


if __name__ == "__main__":
    for line in rows():
        print(line)

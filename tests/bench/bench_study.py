"""A study of 1,000 rehearsal sessions of ten turns: whether it takes more memory than one of 250.

``python -m tests.bench.bench_study``. The script says ten things, two of them in one turn with a
file written between, and stops. ``latitude study run`` is a process of its own, with as many
sessions at once as rehearsals are given, and every journal and commit reaches the disk. Memory is
the most that the process, or any one that it started, ever held.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from latitude.core.events import SessionClosed
from latitude.journal.paths import JOURNAL, session_ids
from latitude.journal.reader import read_ends
from tests.bench.measure import ROOT, Row, cpu_of, python, row, surroundings

FEW, MANY = 250, 1_000
TURNS = 10
ROUNDS = 2
GOAL = 1.15
WRITES_AT = 4
SCRIPT = """\
name: ten
summary: Says ten things, writes a file, and stops.
steps:
"""
SAID = """\
  - text: |
      This is thing {} of ten that this script says; no model wrote it.
"""
WROTE = """\
    calls:
      - name: write_file
        arguments:
          path: note.txt
          content: |
            The script wrote this.
"""
STOPPED = """\
  - text: |
      That was all.

      Stopping now.
"""
STUDY = """\
name: many
version: 1
question: How much memory does a study take?
models: [rehearsal/ten]
repeats: {}
seed: 1
limits: {{turns: 20}}
outcomes: [turns]
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a whole study took."""

    peak: int
    """Bytes."""
    cpu: float
    """Seconds a session."""
    wall: float
    """Seconds a session."""


def rows() -> list[Row]:
    """The most that the large study took over the least that the small one did, of two each."""
    few, many = [], []
    for _ in range(ROUNDS):
        few.append(_run(FEW))
        many.append(_run(MANY))
    peaks = max(one.peak for one in many), min(one.peak for one in few)
    cpu = min(one.cpu for one in many), min(one.cpu for one in few)
    rates = tuple(1 / min(one.wall for one in some) for some in (many, few))
    sessions = f"study of {MANY:,} sessions of {TURNS} turns"
    return [
        Row(
            f"{sessions}, peak memory, over one of {FEW}",
            *(f"{peak / 1e6:.3g} MB" for peak in peaks),
            peaks[0] / peaks[1],
            GOAL,
        ),
        row(f"{sessions}, CPU a session, over one of {FEW}", *cpu, None),
        Row(
            f"{sessions}, wall a session, over one of {FEW}",
            *(f"{rate:.3g} a second" for rate in rates),
            rates[1] / rates[0],
        ),
    ]


def _run(sessions: int) -> Spent:
    with tempfile.TemporaryDirectory(prefix="bench") as place:
        home = _home(Path(place), sessions)
        os.environ["LATITUDE_STATE"] = str(home / "state")
        study = python("-m", "latitude", "--home", str(home), "study")
        cpu_of([*study, "plan", "many"])
        began = time.perf_counter()
        process = subprocess.Popen(
            [*study, "run", "many"], stdout=subprocess.DEVNULL, cwd=ROOT, env=surroundings()
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        assert process.returncode == 0, process.returncode
        assert _turns(home / "sessions") == [TURNS] * sessions
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = used.ru_utime + used.ru_stime
    return Spent(used.ru_maxrss * unit, cpu / sessions, wall / sessions)


def _turns(sessions: Path) -> list[int]:
    ends = (read_ends(sessions / name / JOURNAL)[1] for name in session_ids(sessions))
    closed = [last.event for last in ends if last is not None]
    return [event.summary.turns for event in closed if isinstance(event, SessionClosed)]


def _home(home: Path, sessions: int) -> Path:
    for folder in ("prompts/studies", "prompts/rehearsals", "sessions", "artifacts"):
        (home / folder).mkdir(parents=True)
    shutil.copy(ROOT / "prompts" / "open.yaml", home / "prompts")
    said = [SAID.format(number) for number in range(1, TURNS + 1)]
    said[WRITES_AT] += WROTE
    script = "".join([SCRIPT, *said, STOPPED])
    (home / "prompts" / "rehearsals" / "ten.yaml").write_text(script, encoding="utf-8")
    (home / "prompts" / "studies" / "many.yaml").write_text(
        STUDY.format(sessions), encoding="utf-8"
    )
    return home


if __name__ == "__main__":
    for line in rows():
        print(line)

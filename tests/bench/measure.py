"""What all benchmarks share: CPU of a child process, and a ratio that a reader can check.

Only ratios of one run are kept. Times on a busy machine drift; two things measured in turns, in
the same minute, drift together.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    ours: str
    theirs: str
    ratio: float | None
    """``None`` where it was not measured; then ``why`` says so."""
    goal: float | None = None
    """The ratio must not be above it; without one the row is there to be known."""
    why: str = ""

    @property
    def verdict(self) -> str:
        if self.ratio is None or self.goal is None:
            return self.why
        return "met" if self.ratio <= self.goal else "**missed**"


def cpu_of(arguments: Sequence[str], environ: dict[str, str] | None = None) -> float:
    """Run a command and return its user and system CPU in seconds, its children's included.

    Raises ``RuntimeError`` with its output when it fails.
    """
    before = _children()
    done = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=surroundings(environ),
    )
    after = _children()
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return after - before


def surroundings(environ: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of every process that is measured.

    Its modules are compiled once and kept, as on anybody's machine; where that is turned off, ours
    would be compiled anew in each process, and those that pip installed would not.
    """
    known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    compiled = str(Path(tempfile.gettempdir()) / "latitude-bench-compiled")
    return {
        **known,
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": compiled,
        **(environ or {}),
    }


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def in_turns(commands: dict[str, Sequence[str]], rounds: int = 5) -> dict[str, float]:
    """Median CPU seconds of each command, run A B A B … after one warm-up each."""
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for arguments in commands.values():
        cpu_of(arguments)
    for _ in range(rounds):
        for name, arguments in commands.items():
            spent[name].append(cpu_of(arguments))
    return {name: statistics.median(times) for name, times in spent.items()}


def python(*arguments: str) -> list[str]:
    """A command line for this interpreter."""
    return [sys.executable, *arguments]


def row(what: str, ours: float, theirs: float, goal: float | None) -> Row:
    """A row of two times in seconds."""
    return Row(what, milliseconds(ours), milliseconds(theirs), ours / theirs, goal)


def milliseconds(seconds: float) -> str:
    """As a cell of the table."""
    return f"{seconds * 1000:.3g} ms"

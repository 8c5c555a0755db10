"""``make fuzz``: each target for a while, then what it did in a table.

``python -m tests.fuzz [SECONDS [NAME ...]]``. An input that breaks a law stands in a file of its
own, which the last lines name; kept in ``tests/fuzz/found/NAME``, it is held to the laws by the
ordinary tests from then on.
"""

import hashlib
import importlib
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import TARGETS

SECONDS = 300
LONGEST = 16_384
"""Bytes of an input."""
MEMORY = Path("/dev/shm")
FOUND = Path(__file__).parent / "found"

_REACHED = re.compile(r"^#\d+\s+\w+\s+cov: (\d+) ft: (\d+)", re.MULTILINE)
_STARTED = re.compile(r"INITED\s+cov: (\d+) ft: (\d+)")
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Run:
    """What one fuzzer did."""

    name: str
    executions: int
    seeds: int
    branches: tuple[int, int]
    """With the seeds alone, and at the end."""
    features: tuple[int, int]
    corpus: int
    seconds: float
    findings: tuple[Path, ...]
    log: Path

    def __str__(self) -> str:
        return (
            f"| {self.name} | {self.executions:,} | {self.seeds:,} | "
            f"{self.branches[0]:,} → {self.branches[1]:,} | "
            f"{self.features[0]:,} → {self.features[1]:,} | {self.corpus:,} | {self.seconds:.0f} | "
            f"{len(self.findings)} |"
        )


def main() -> int:
    """Run the fuzzers; 1 when one of them found something."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    place = Path(tempfile.mkdtemp(prefix="latitude-fuzz-"))
    runs = [fuzz(name, seconds, place / name) for name in sys.argv[2:] or TARGETS]
    print("| target | executions | seeds | branches | features | corpus | seconds | findings |")
    print("|---|---|---|---|---|---|---|---|")
    for run in runs:
        print(run)
    for run in runs:
        for finding in run.findings:
            print(f"{finding} breaks a law; {run.log} says which.")
    return any(run.findings for run in runs)


def fuzz(name: str, seconds: int, place: Path) -> Run:
    """Fuzz one target from its seeds, in ``place``."""
    corpus, findings, log = place / "corpus", place / "findings", place / "log"
    for folder in (corpus, findings):
        folder.mkdir(parents=True)
    seeds = {hashlib.sha256(seed).hexdigest(): seed for seed in all_seeds(name)}
    for digest, seed in seeds.items():
        (corpus / digest).write_bytes(seed)
    limits = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        "-timeout=60",
        "-report_slow_units=60",
    ]
    command = [sys.executable, "-m", "tests.fuzz.child", name, *limits]
    more = ["-print_final_stats=1", f"-artifact_prefix={findings}/", str(corpus)]
    began = time.monotonic()
    # Where no disk is in the way; libFuzzer ends a process without letting it clean up.
    memory = MEMORY if MEMORY.is_dir() else None
    with log.open("wb") as file, tempfile.TemporaryDirectory(dir=memory) as scratch:
        subprocess.run(
            [*command, *more],
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
            env={**os.environ, "TMPDIR": scratch},
        )
    spent = time.monotonic() - began
    said = log.read_text(encoding="utf-8", errors="replace")
    started, executed = _STARTED.search(said), _EXECUTED.search(said)
    if started is None or executed is None:
        raise RuntimeError(f"the fuzzer of {name} did not run to its end:\n{said[-2_000:]}")
    reached = _REACHED.findall(said)[-1]
    return Run(
        name=name,
        executions=int(executed[1]),
        seeds=len(seeds),
        branches=(int(started[1]), int(reached[0])),
        features=(int(started[2]), int(reached[1])),
        corpus=len(list(corpus.iterdir())),
        seconds=spent,
        findings=tuple(sorted(findings.iterdir())),
        log=log,
    )


def all_seeds(name: str) -> list[bytes]:
    """The seeds of a target, and what was found with it before."""
    kept = sorted((FOUND / name).glob("*"))
    return [*importlib.import_module(f"tests.fuzz.{name}").seeds(), *(p.read_bytes() for p in kept)]


if __name__ == "__main__":
    sys.exit(main())

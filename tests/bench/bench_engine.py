"""The engine against inspect-ai with mockllm, and against writing the same journal bare."""

import statistics
import tempfile
from pathlib import Path

from tests.bench.measure import Row, cpu_of, python, row

SESSIONS, TURNS, ROUNDS = 200, 10, 7


def rows() -> list[Row]:
    """CPU per turn, medians of seven; start-up is taken off each.

    inspect-ai's mock hands over whole replies, so ours does too in that row; the other row streams
    sixty deltas a turn on both sides.
    """
    whole, inspect, streamed, bare = [], [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="bench") as folder:
            place = Path(folder)
            whole.append(_cpu("engine_ours", place / "whole", "--whole"))
            inspect.append(_cpu("engine_inspect", place / "inspect"))
            streamed.append(_cpu("engine_ours", place / "streamed"))
            bare.append(_cpu("engine_ours", place / "streamed", "--bare"))
    names = ("whole", "inspect", "streamed", "bare")
    cpu = {
        name: statistics.median(times) / (SESSIONS * TURNS)
        for name, times in zip(names, (whole, inspect, streamed, bare), strict=True)
    }
    return [
        row("engine over inspect-ai with mockllm, CPU a turn", cpu["whole"], cpu["inspect"], 0.1),
        row("engine over a bare loop, same journal, CPU a turn", cpu["streamed"], cpu["bare"], 2),
    ]


def _cpu(module: str, place: Path, *more: str) -> float:
    """CPU of the whole run less that of a run of one session of one turn."""
    command = python("-m", f"tests.bench.{module}")
    whole = cpu_of([*command, str(place), str(SESSIONS), str(TURNS), *more])
    with tempfile.TemporaryDirectory(prefix="bench") as other:
        if "--bare" in more:
            cpu_of([*command, other, "1", "1"])
        empty = cpu_of([*command, other, "1", "1", *more])
    return whole - empty


if __name__ == "__main__":
    for line in rows():
        print(line)

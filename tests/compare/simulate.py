"""How often the shipped tests find something where there is nothing, and where there is.

``python -m tests.compare.simulate 2000`` prints the tables of ``docs/methods.md``, from as many
simulated studies for each line.
"""

import math
import sys
from collections.abc import Sequence
from random import Random

from tests.compare.covers import COVERS, Cover
from tests.compare.scenarios import SHIPPED, TRAPS, Scenario

LEVEL = 0.05
RELABELINGS = 199
_ROUNDING = 1e-12


def rejections(scenario: Scenario, differ: bool, runs: int, m: int = RELABELINGS) -> int:
    """Return in how many of ``runs`` studies p is at most the level."""
    return sum(
        scenario.p(_draw(scenario.test, scenario.setting, differ, run), differ, m)
        <= LEVEL + _ROUNDING
        for run in range(runs)
    )


def covered(cover: Cover, runs: int) -> tuple[int, int]:
    """Return in how many studies the interval held the truth, and in how many there was one."""
    truth = cover.truth()
    found = [cover.draw(_draw(cover.interval, cover.setting, run)) for run in range(runs)]
    told = [interval for interval in found if interval is not None]
    return sum(interval.low <= truth <= interval.high for interval in told), len(told)


def most_hits(runs: int, rate: float, chance: float = 0.001) -> int:
    """Return the hits of ``runs`` that a true ``rate`` exceeds with less than ``chance``."""
    mass, above, hits = (1 - rate) ** runs, 1 - (1 - rate) ** runs, 0
    while above >= chance:
        hits += 1
        mass *= (runs - hits + 1) / hits * rate / (1 - rate)
        above -= mass
    return hits


def _draw(*names: object) -> Random:
    return Random(", ".join(map(str, names)))


def _table_of_tests(scenarios: Sequence[Scenario], runs: int) -> None:
    print("| test | setting | nothing there: p ≤ .05 | something there: p ≤ .05 |")
    print("|---|---|---|---|")
    for scenario in scenarios:
        false, true = (rejections(scenario, differ, runs) / runs for differ in (False, True))
        print(f"| {scenario.test} | {scenario.setting} | {false:.3f} | {true:.2f} |", flush=True)


def _table_of_covers(covers: Sequence[Cover], runs: int) -> None:
    print("| interval, 95 % | setting | holds the truth | not told |")
    print("|---|---|---|---|")
    for cover in covers:
        held, told = covered(cover, runs)
        print(
            f"| {cover.interval} | {cover.setting} | {held / told:.3f} | {1 - told / runs:.3f} |",
            flush=True,
        )


def main(runs: int) -> None:
    error = 2 * math.sqrt(LEVEL * (1 - LEVEL) / runs)
    print(f"{runs} studies a line, {RELABELINGS} relabelings; .050 is known to ± {error:.3f}.\n")
    _table_of_tests(SHIPPED, runs)
    print()
    _table_of_tests(TRAPS, runs)
    print()
    _table_of_covers(COVERS, runs)


if __name__ == "__main__":
    main(int(sys.argv[1]))

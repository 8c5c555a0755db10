"""``make bench``: every comparison in one run, printed and kept in ``docs/benchmarks.md``.

``python -m tests.bench sandbox workspace`` measures some of them anew.
"""

import importlib
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.bench.measure import ROOT, Row

BENCHES = (
    *("startup", "engine", "streaming", "journal", "artifacts", "workspace", "sandbox", "app"),
    *("index", "search", "logs", "listing", "study", "publish"),
)
PAGE = ROOT / "docs" / "benchmarks.md"

TABLE = "| what | ours | theirs | ratio | goal | |\n|---|---|---|---|---|---|"

INTRODUCTION = """\
# Benchmarks

Written by `make bench`; do not edit by hand. Each row compares two things that were measured in
turns in the same run, so a ratio carries over to other machines where the times do not; two rows
may come from two runs. Times are CPU (user and system) unless the row says wall. How each row is
measured stands in `tests/bench/bench_*.py`.
"""


def main() -> int:
    """Run the benches that are named, or all. The rows of some replace their own in the page."""
    chosen = tuple(sys.argv[1:]) or BENCHES
    print(TABLE)
    lines = dict(_lines(chosen))
    if chosen != BENCHES:
        lines = _kept() | lines
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    where = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    head = f"{INTRODUCTION}\nLast run: {when}, {where}.\n\n{TABLE}\n"
    PAGE.write_text(head + "\n".join(lines.values()) + "\n", encoding="utf-8")
    return 0


def _kept() -> dict[str, str]:
    """The page's lines by what they measure."""
    rows = PAGE.read_text(encoding="utf-8").partition(TABLE)[2].strip().splitlines()
    return {row.split(" | ")[0].removeprefix("| "): row for row in rows}


def _lines(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        rows: list[Row] = importlib.import_module(f"tests.bench.bench_{name}").rows()
        for row in rows:
            goal = "" if row.goal is None else f"≤ {row.goal:g}"
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            line = f"| {row.what} | {row.ours} | {row.theirs} | {ratio} | {goal} | {row.verdict} |"
            print(line, flush=True)
            yield row.what, line


if __name__ == "__main__":
    sys.exit(main())

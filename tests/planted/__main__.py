"""``python -m tests.planted [N]``: so many studies with a known truth, and how often it is found.

Written to ``docs/planted-truth.md``. A hundred take about ten minutes on two cores.
"""

import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from latitude.compare.estimators.proportions import wilson
from tests.cli.person import latitude
from tests.planted.truth import LEVEL, RELABELINGS, REPEATS, TURNS, Verdict, verdicts

PAGE = Path(__file__).parents[2] / "docs" / "planted-truth.md"

TEXT = """\
# A planted truth

Written by `python -m tests.planted {studies}`; do not edit by hand.

{studies} studies were planned, run and reported by the command line, each with another seed: three
rehearsals under two wordings, {repeats} sessions an arm of {turns} turns at most, {relabelings}
relabelings a test. Two of the rehearsals draw the same lots; the third leaves far more often, and
writes a file far more often under the second wording. Tests are those that the plan names, after
Holm's correction, at {level}.

| what | n | found | share | 95 % |
|---|---|---|---|---|
{rows}
| studies with anything found that is not there | {studies} | {wrong} | {share} | {interval} |

A correction at {level} lets a false find into one study of twenty at most; a report that never had
one would be a report that finds too little.
"""


def one(seed: int) -> list[Verdict]:
    """The verdicts of one study, in a home of its own."""
    with tempfile.TemporaryDirectory(prefix="latitude-planted-") as folder:
        os.environ["LATITUDE_STATE"] = f"{folder}/state"
        home = Path(folder) / "home"
        latitude(home, "init", str(home))
        return verdicts(home, seed)


def main() -> int:
    """Run them, two at a time, and write the page."""
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    asked: Counter[tuple[str, bool]] = Counter()
    found: Counter[tuple[str, bool]] = Counter()
    wrong = 0
    with ProcessPoolExecutor(2) as pool:
        for done, study in enumerate(pool.map(one, range(1, studies + 1)), start=1):
            told = [verdict for verdict in study if verdict.truth is not None]
            for verdict in told:
                key = (
                    f"{verdict.outcome}, arms that differ in {verdict.differs_in}",
                    bool(verdict.truth),
                )
                asked[key] += 1
                found[key] += verdict.found
            wrong += any(verdict.found and not verdict.truth for verdict in told)
            print(f"{done} of {studies}; {wrong} with a false find", flush=True)
    rows = [
        _row(f"{name}: {'planted' if truth else 'absent'}", found[name, truth], asked[name, truth])
        for name, truth in sorted(asked, key=lambda key: (not key[1], key[0]))
    ]
    PAGE.write_text(
        TEXT.format(
            studies=studies,
            repeats=REPEATS,
            turns=TURNS,
            relabelings=RELABELINGS,
            level=LEVEL,
            rows="\n".join(rows),
            wrong=wrong,
            share=f"{wrong / studies:.1%}",
            interval=_interval(wrong, studies),
        ),
        encoding="utf-8",
    )
    return 0


def _row(name: str, k: int, n: int) -> str:
    return f"| {name} | {n} | {k} | {k / n:.1%} | {_interval(k, n)} |"


def _interval(k: int, n: int) -> str:
    interval = wilson(k, n)
    return f"{interval.low:.1%} to {interval.high:.1%}"


if __name__ == "__main__":
    sys.exit(main())

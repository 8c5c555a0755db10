"""``latitude search`` against ``llm logs list -q``, both as processes, on the same texts.

``python -m tests.bench.bench_logs``. 10,000 conversations of ten turns: here as journals of
sessions that came a thousand at a time, each time with a look at the index, as somebody's home
grows; there in the log of llm, response by response, through its own code. llm ranks what it finds
and prints the whole texts; ours shows the newest first with a piece of each, or ranks them when it
is asked to. Each of our searches asks first whether a session was added or has changed.
"""

import importlib.util
import os
import statistics
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from latitude.index.database import FILE
from latitude.index.follow import open_index
from tests.bench.index_texts import OURS, RARE, REPLY, Texts, conversations, settle, shelve, spoken
from tests.bench.measure import Row, cpu_of, in_turns, milliseconds, python, row

SESSIONS, TURNS = 10_000, 10
AT_A_TIME = 1_000
SHARE = 0.09
"""Of the turns: those that hold the common word."""
MOST = "20"
MISSING = "not measured: llm is not installed"


def rows() -> list[Row]:
    """CPU of whole processes, medians of five, in turns; and what the two files take."""
    with tempfile.TemporaryDirectory(prefix="bench") as place:
        return list(_rows(Path(place)))


def _rows(place: Path) -> Iterator[Row]:
    home, log = place / "home", place / "llm" / "logs.db"
    os.environ["LATITUDE_STATE"], os.environ["LLM_USER_PATH"] = str(place), str(log.parent)
    _fill(home / "sessions")
    common = Texts().in_share(SHARE, OURS + REPLY)
    search = python("-m", "latitude", "--home", str(home), "search", "--most", MOST)
    works = {"rare": [*search, RARE], "common": [*search, common]}
    works["ranked"] = [*works["common"], "--ranked"]
    if _llm():
        log.parent.mkdir()
        cpu_of(python("-m", "tests.bench.logs_llm", str(log), str(SESSIONS), str(TURNS)))
        logs = python("-m", "llm", "logs", "list", "-n", MOST, "-q")
        works |= {"llm rare": [*logs, RARE], "llm common": [*logs, common]}
    took = in_turns(works)
    what = f"search of {SESSIONS * TURNS:,} turns for a {{}}, over llm logs -q"
    yield _row(what.format("rare word"), took["rare"], took.get("llm rare"), 0.1)
    yield _row(what.format("common word"), took["common"], took.get("llm common"), 0.1)
    yield _row(what.format("common word, ranked"), took["ranked"], took.get("llm common"), None)
    yield row(
        f"the same search when one of {SESSIONS:,} sessions is new, over when none is",
        statistics.median(_after_one_more(home, works["rare"])),
        took["rare"],
        None,
    )
    yield _sizes(home / "sessions" / FILE, log)


def _llm() -> bool:
    return importlib.util.find_spec("llm") is not None


def _fill(sessions: Path) -> None:
    texts = Texts()
    talks = enumerate(conversations(texts, SESSIONS, TURNS))
    while some := list(islice(talks, AT_A_TIME)):
        for number, (ours, replies) in some:
            shelve(sessions, number, TURNS, spoken(ours, replies))
        open_index(sessions).close()
    settle(sessions)


def _after_one_more(home: Path, search: list[str]) -> Iterator[float]:
    texts = Texts()
    for number in range(SESSIONS, SESSIONS + 5):
        talk = spoken([texts.text(OURS)] * TURNS, [texts.text(REPLY)] * TURNS)
        shelve(home / "sessions", number, TURNS, talk)
        yield cpu_of(search)


def _row(what: str, ours: float, theirs: float | None, goal: float | None) -> Row:
    if theirs is None:
        return Row(what, milliseconds(ours), "", None, goal, MISSING)
    return row(what, ours, theirs, goal)


def _sizes(ours: Path, theirs: Path) -> Row:
    what = f"index file of {SESSIONS * TURNS:,} turns, over llm's database"
    held = ours.stat().st_size
    if not theirs.exists():
        return Row(what, _megabytes(held), "", None, 0.5, MISSING)
    there = sum(one.stat().st_size for one in theirs.parent.glob(f"{theirs.name}*"))
    return Row(what, _megabytes(held), _megabytes(there), held / there, 0.5)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.3g} MB"


if __name__ == "__main__":
    for line in rows():
        print(line)

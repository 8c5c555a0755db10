"""Searching a million turns, newest first, in a process that has the index open.

``python -m tests.bench.bench_search`` shows each search. 100,000 sessions of ten turns, 1.5 KB of
text a turn, go into the index through its own writer, but without journals, of which there would be
gigabytes. Each search is what ``latitude search`` asks for: the newest 20 turns, what their
sessions are, and a piece of text from each column. Warm is the third time and later; the file is
larger than any cache of SQLite's own. The slowest of the searches is held against 5 ms.
"""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec import structs

from latitude.index.database import Fill, make_file, open_file
from latitude.index.entry import Entry, read_entry
from latitude.index.search import Query, expression, search
from latitude.index.write import put
from tests.bench.index_texts import RARE, RARE_IN, Texts, begun, name_of, shelve, worked
from tests.bench.measure import Row, milliseconds

SESSIONS, TURNS = 100_000, 10
WARM, ROUNDS = 2, 31
SLOW = 3
"""Rounds of those that take a second."""
GOAL = 0.005
"""Seconds."""
COLUMNS: Mapping[str, int] = {"ours": 2, "thinking": 10, "reply": 8, "files": 5}
"""Sentences in each column of a turn."""
ALL = sum(COLUMNS.values())


@dataclass(frozen=True, slots=True)
class Timed:
    """A search, and what it took."""

    name: str
    query: Query
    seconds: float
    matches: int
    """Turns that hold the words."""

    @property
    def by_goal(self) -> bool:
        """Ranking weighs every match, and a beginning is put together from every word with it."""
        return not self.query.ranked and not self.query.words.endswith("*")

    @property
    def how(self) -> str:
        """Which are shown."""
        return "best" if self.query.ranked else "newest"

    @property
    def why(self) -> str:
        """What it is about, in place of a verdict."""
        return f"{self.matches:,} turns match"


def rows() -> list[Row]:
    """The slowest of the searches for the newest, by the goal; then those that take longer."""
    found = list(measured())
    newest = [one.seconds for one in found if one.by_goal]
    many = f"{SESSIONS * TURNS:,} turns"
    worst = f"newest 20 of {many} with words, the slowest of {len(newest)} searches, by 5 ms"
    return [
        _by_goal(worst, max(newest), 1),
        *(
            _by_goal(f"{one.how} 20 of {many} with {one.name}, by 5 ms", one.seconds, None, one.why)
            for one in found
            if not one.by_goal
        ),
    ]


def _by_goal(what: str, took: float, goal: float | None, why: str = "") -> Row:
    return Row(what, milliseconds(took), milliseconds(GOAL), took / GOAL, goal, why)


def measured() -> Iterator[Timed]:
    """Make the index and search it in every way."""
    with tempfile.TemporaryDirectory(prefix="bench") as place:
        texts, sessions = Texts(), Path(place) / "sessions"
        sessions.mkdir()
        example = read_entry(shelve(Path(place) / "one", 0, TURNS, worked(texts, TURNS)))
        make_file(sessions, filling(texts, example))
        database = open_file(sessions)
        assert database is not None
        for name, query in asked(texts):
            yield _timed(database.connection, name, query)
        database.close()


def filling(texts: Texts, example: Entry) -> Fill:
    """Puts in sessions that are as long as ``example``, one after the other in time."""

    def fill(connection: sqlite3.Connection) -> None:
        for number in range(SESSIONS):
            put(connection, _entry(texts, example, number))

    return fill


def _entry(texts: Texts, example: Entry, number: int) -> Entry:
    listed = structs.replace(
        example.look.listed,
        id=name_of(number),
        opened=f"{begun(number):%Y-%m-%dT%H:%M:%S}.000Z",
        closed=f"{begun(number):%Y-%m-%dT%H:%M:%S}.900Z",
    )
    turns = [
        {**turn, "tools": "", **{name: texts.text(count) for name, count in COLUMNS.items()}}
        for turn in example.turns
    ]
    if number == RARE_IN:
        turns[0]["reply"] = f"{turns[0]['reply']} {RARE}"
    return replace(example, look=replace(example.look, listed=listed), turns=tuple(turns))


def asked(texts: Texts) -> Iterator[tuple[str, Query]]:
    """What is looked for. Words are chosen by the share of turns that they stand in."""
    common, very = texts.in_share(0.09, ALL), texts.in_share(0.46, ALL)
    newest = {
        "a rare word": RARE,
        "a common word": common,
        "a very common word": very,
        "two words": f"{texts.in_share(0.067, ALL)} {texts.in_share(0.066, ALL)}",
        "a phrase": f'"{common} {texts.after(common)}"',
        "a phrase of very common words": f'"{texts.in_share(0.4, ALL)} {texts.in_share(0.5, ALL)}"',
        "a rare word and a common one": f"{RARE} {texts.words[0]}",
        "either of two words": f"{common} OR {very}",
        "a beginning of words": f"{common[:3]}*",
    }
    for name, words in newest.items():
        yield name, Query(words)
    for name in ("a common word", "a very common word"):
        yield name, Query(newest[name], ranked=True)


def _timed(connection: sqlite3.Connection, name: str, query: Query) -> Timed:
    spent: list[float] = []
    for _ in range(WARM + (SLOW if query.ranked or "*" in query.words else ROUNDS)):
        began = time.process_time()
        hits = list(search(connection, query))
        spent.append(time.process_time() - began)
    matches: tuple[int] = connection.execute(
        "SELECT count(*) FROM turn_fts WHERE turn_fts MATCH ?", (expression(query.words),)
    ).fetchone()
    assert len(hits) == min(matches[0], query.limit)
    return Timed(name, query, statistics.median(spent[WARM:]), matches[0])


if __name__ == "__main__":
    for one in measured():
        print(f"{one.how} with {one.name}: {milliseconds(one.seconds)} ({one.why})")

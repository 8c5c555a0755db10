"""Making the index, against the least that could: SQLite's own ``executemany`` of the same rows.

``python -m tests.bench.bench_index``. 5,000 sessions of ten turns, 1.5 KB of text a turn, a file in
every second one. Both sides make the same tables with the same indexes in a new file that nobody
else reads yet, put the same rows in, and build the full text at once. Ours begins with what was
read from the journals; how long it takes from the journals themselves is a row without a goal,
for the floor reads none.
"""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from latitude.index import database
from latitude.index.database import FILE, make_file
from latitude.index.entry import Entry, read_entry
from latitude.index.follow import rebuild
from latitude.index.write import put
from latitude.journal.paths import session_ids
from tests.bench.index_texts import Texts, shelve, worked
from tests.bench.measure import Row, row

SESSIONS, TURNS, ROUNDS = 5_000, 10, 3
GOAL = 1.3
TABLES = ("session", "turn", "work", "tag", "code", "meta")

Tuples = dict[str, list[tuple[object, ...]]]


def rows() -> list[Row]:
    """CPU of the whole load, medians of three in turns."""
    with tempfile.TemporaryDirectory(prefix="bench") as place:
        journals, empty = Path(place) / "journals", Path(place) / "empty"
        empty.mkdir()
        texts = Texts()
        for number in range(SESSIONS):
            shelve(journals, number, TURNS, worked(texts, TURNS))
        entries = [read_entry(journals / name) for name in reversed(session_ids(journals))]
        make_file(empty, _putting(entries))
        same = _tuples(empty / FILE)
        spent = _in_turns(
            {
                "ours": lambda: make_file(empty, _putting(entries)),
                "raw": lambda: raw(Path(place) / "raw.sqlite", same),
                "journals": lambda: rebuild(journals),
            }
        )
        assert _tuples(Path(place) / "raw.sqlite") == same == _tuples(empty / FILE)
    turns = f"{SESSIONS * TURNS:,} turns"
    return [
        row(f"index, {turns} put in, over executemany", spent["ours"], spent["raw"], GOAL),
        row(f"index, {turns} from journals, over executemany", *_known(spent), None),
    ]


def _known(spent: dict[str, float]) -> tuple[float, float]:
    return spent["journals"], spent["raw"]


def _putting(entries: list[Entry]) -> database.Fill:
    def fill(connection: sqlite3.Connection) -> None:
        for entry in entries:
            put(connection, entry)

    return fill


def raw(path: Path, tuples: Tuples) -> None:
    """The same file without us: rows by ``executemany``, then the full text."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA page_size = 16384")
    schema = Path(database.__file__).with_name("schema.sql").read_text(encoding="utf-8")
    connection.executescript(schema.partition("CREATE TRIGGER")[0])
    connection.execute("BEGIN")
    for table, found in tuples.items():
        if found:
            places = ", ".join("?" * len(found[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", found)
    connection.execute("INSERT INTO turn_fts(turn_fts) VALUES ('rebuild')")
    connection.execute("COMMIT")
    connection.close()


def _tuples(path: Path) -> Tuples:
    connection = sqlite3.connect(path)
    try:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    finally:
        connection.close()


def _in_turns(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    spent: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            began = time.process_time()
            work()
            spent[name].append(time.process_time() - began)
    return {name: statistics.median(times) for name, times in spent.items()}


if __name__ == "__main__":
    for line in rows():
        print(line)

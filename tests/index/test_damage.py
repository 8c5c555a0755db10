"""An index that is not as it was written is made anew, whoever finds it out."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from latitude.errors import SessionBusy
from latitude.index.database import FILE
from latitude.index.filters import Filter
from latitude.index.follow import ask_index, open_index
from latitude.index.listing import newest
from latitude.index.observing import observe
from latitude.index.search import Query, search
from tests.index.journals import Growing, left, wrote
from tests.journal.samples import closed

QUERIES = {
    "a list": lambda index, sessions: [row.id for row in newest(index, sessions, Filter())],
    "a search": lambda index, _: [hit.session for hit in search(index, Query("tide"))],
    "a comparison": lambda index, _: [one.session for one in observe(index, Filter())],
}
TABLES = {"a list": "session", "a search": "turn", "a comparison": "work"}


def overwrite(index: Path, table: str) -> None:
    """Put other bytes in the place of the first page of ``table``."""
    with closing(sqlite3.connect(index)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with index.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


@pytest.fixture
def ended(sessions: Path) -> Growing:
    """Nothing of it is looked at to find that the index is up to date."""
    session = Growing(sessions, "a")
    session.turn(1, "tide", *wrote(1, "sea.md", "grey"))
    session.add(left(1), closed("model-exit"))
    for _ in range(3):
        # As if nothing had changed lately: the index makes files of its own there at first.
        os.utime(sessions, (1, 1))
        open_index(sessions).close()
    return session


@pytest.mark.parametrize("asked", QUERIES)
def test_damage_that_only_a_query_meets_is_mended(
    sessions: Path, ended: Growing, asked: str
) -> None:
    overwrite(sessions / FILE, TABLES[asked])
    with closing(open_index(sessions)) as index, pytest.raises(sqlite3.DatabaseError):
        QUERIES[asked](index.connection, sessions)
    found = ask_index(sessions, lambda index: QUERIES[asked](index, sessions))
    assert found == [ended.id]
    with closing(sqlite3.connect(sessions / FILE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_index_that_another_process_keeps_is_left_to_it(sessions: Path, ended: Growing) -> None:
    before = (sessions / FILE).stat().st_ino

    def asked(index: sqlite3.Connection) -> None:
        with closing(sqlite3.connect(sessions / FILE, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            index.execute("PRAGMA busy_timeout = 0")
            index.execute("SELECT * FROM session").fetchall()

    with pytest.raises(SessionBusy, match="Another process keeps the index"):
        ask_index(sessions, asked)
    assert (sessions / FILE).stat().st_ino == before

"""Lists from the index: the rows that the journals' first and last lines would give."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from latitude.index.filters import Filter
from latitude.journal.listed import OPEN, RUNNING, UNREADABLE, Listed
from latitude.journal.paths import is_running

_PLAIN = (
    *("id", "end", "how", "model", "protocol", "network", "opened", "closed", "turns", "steps"),
    *("files", "tokens", "cost", "detail", "fingerprint", "problem"),
    *("study", "arm", "repeat", "parent"),
)
"""Fields of ``Listed`` that are held as they are listed."""
_TAGS = (
    "(SELECT group_concat(tag, char(10)) FROM "
    "(SELECT tag FROM tag WHERE tag.session = session.key ORDER BY rowid))"
)
_SELECTED = ", ".join([*(f'session."{name}"' for name in _PLAIN), "rehearsal", "attended", _TAGS])
_NEWEST = "substr(id, 1, 15) DESC, opened DESC, id DESC"
"""There is an index of this order (``tables.py``)."""


def newest(
    connection: sqlite3.Connection, sessions: Path, which: Filter, limit: int | None = None
) -> Iterator[Listed]:
    """Yield the sessions that ``which`` lets through, newest first, ``limit`` at most.

    Whether an open one is running is looked up as it is yielded.
    """
    words, values = which.sql()
    rows = connection.execute(
        f"SELECT {_SELECTED} FROM session WHERE {words} ORDER BY {_NEWEST} LIMIT ?",
        [*values, -1 if limit is None else limit],
    )
    for row in rows:
        yield _listed(sessions, row)


def _listed(sessions: Path, row: tuple[object, ...]) -> Listed:
    *plain, rehearsal, attended, tags = row
    found = dict(zip(_PLAIN, plain, strict=True))
    found["opened"] = found["opened"] or None
    if found["end"] is None:
        found["end"], found["how"] = _unended(sessions / str(found["id"]), found)
    return Listed(
        **found,  # type: ignore[arg-type]
        rehearsal=None if rehearsal is None else bool(rehearsal),
        attended=None if attended is None else bool(attended),
        tags=tuple(str(tags).split("\n")) if tags else (),
    )


def _unended(folder: Path, found: dict[str, object]) -> tuple[str, object]:
    if found["opened"] is None:
        return UNREADABLE, found["how"]
    if is_running(folder):
        return RUNNING, "running"
    return OPEN, "not closed"

"""Lists from the index: the rows that the journals' first and last lines would give."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from latitude.index.filters import Filter
from latitude.journal.listed import OPEN, RUNNING, UNREADABLE, Listed
from latitude.journal.paths import is_running

_COLUMNS = (
    "id, end, how, model, protocol, network, opened, closed, rehearsal, attended, turns, steps, "
    "files, tokens, cost, detail, fingerprint, problem"
)
_TAGS = (
    "(SELECT group_concat(tag, char(10)) FROM "
    "(SELECT tag FROM tag WHERE tag.session = session.key ORDER BY rowid))"
)


def newest(
    connection: sqlite3.Connection, sessions: Path, which: Filter, limit: int | None = None
) -> Iterator[Listed]:
    """Yield the sessions that ``which`` lets through, newest first, ``limit`` at most.

    Whether an open one is running is looked up as it is yielded.
    """
    words, values = which.sql()
    quoted = _COLUMNS.replace("end,", '"end",')
    rows = connection.execute(
        f"SELECT {quoted}, {_TAGS} FROM session WHERE {words} "
        "ORDER BY substr(id, 1, 15) DESC, opened DESC, id DESC LIMIT ?",
        [*values, -1 if limit is None else limit],
    )
    for row in rows:
        yield _listed(sessions, row)


def _listed(sessions: Path, row: tuple[object, ...]) -> Listed:
    *fields, tags = row
    found = dict(zip(_COLUMNS.split(", "), fields, strict=True))
    found["tags"] = tuple(str(tags).split("\n")) if tags else ()
    for name in ("rehearsal", "attended"):
        found[name] = None if found[name] is None else bool(found[name])
    found["opened"] = found["opened"] or None
    if found["end"] is None:
        found["end"], found["how"] = _unended(sessions / str(found["id"]), found)
    return Listed(**found)  # type: ignore[arg-type]


def _unended(folder: Path, found: dict[str, object]) -> tuple[str, object]:
    if found["opened"] is None:
        return UNREADABLE, found["how"]
    if is_running(folder):
        return RUNNING, "running"
    return OPEN, "not closed"

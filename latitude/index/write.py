"""Writes entries into an open index. The caller holds the transaction."""

import sqlite3
from collections.abc import Sequence
from functools import cache

from latitude.index.entry import Entry, Row, fitting, session_row
from latitude.index.measures import CODER, TurnCounts, codes_of, kind_of, language_of

FIRST_OPEN = 1 << 40
"""Turns of sessions that are still open have ids from here on: a block for each session. Below,
the ids of closed sessions count up without gaps, which keeps the full text small."""
_BLOCK = 20
"""Bits; a session with more than a million turns would run into the next one's block."""


def put(connection: sqlite3.Connection, entry: Entry) -> None:
    """Write ``entry``: the session as a whole, and of its turns those that are in it."""
    key = _put_session(connection, session_row(entry))
    if entry.whole:
        _forget_parts(connection, key)
    _put_turns(connection, key, entry.turns, closed=entry.look.closed is not None)
    _put_works(connection, key, entry)
    put_tags(connection, key, entry.tags)
    if entry.look.closed is not None:
        _put_codes(connection, key)


def put_tags(connection: sqlite3.Connection, key: int, tags: Sequence[str]) -> None:
    """Let the session have these tags and no others."""
    connection.execute("DELETE FROM tag WHERE session = ?", (key,))
    connection.executemany("INSERT INTO tag VALUES (?, ?)", [(key, tag) for tag in tags])


def remove(connection: sqlite3.Connection, session: str) -> None:
    """Take a session out, with everything of it."""
    for (key,) in connection.execute("SELECT key FROM session WHERE id = ?", (session,)).fetchall():
        _forget_parts(connection, key)
        connection.execute("DELETE FROM code WHERE session = ?", (key,))
        connection.execute("DELETE FROM tag WHERE session = ?", (key,))
        connection.execute("DELETE FROM session WHERE key = ?", (key,))


def _forget_parts(connection: sqlite3.Connection, key: int) -> None:
    for table in ("turn", "work"):
        connection.execute(f"DELETE FROM {table} WHERE session = ?", (key,))


def _put_session(connection: sqlite3.Connection, row: Row) -> int:
    found: tuple[int] = connection.execute(_upsert(tuple(row)), tuple(row.values())).fetchone()
    return found[0]


def _put_turns(
    connection: sqlite3.Connection, key: int, turns: Sequence[Row], *, closed: bool
) -> None:
    if turns:
        connection.execute(
            "DELETE FROM turn WHERE id = (SELECT max(id) FROM turn WHERE session = ?) AND turn = ?",
            (key, turns[0]["turn"]),
        )
    if closed:
        # Those that were read while it was open move down, to where closed sessions stand.
        known = connection.execute(
            "SELECT id FROM turn WHERE session = ? ORDER BY id", (key,)
        ).fetchall()
        first = _next_id(connection)
        moved = [(first + place, old) for place, (old,) in enumerate(known)]
        connection.executemany("UPDATE turn SET id = ? WHERE id = ?", moved)
        first += len(known)
    else:
        # Counted, and not made from the numbers of turns, which a journal may have twice.
        (last,) = connection.execute(
            "SELECT max(id) FROM turn WHERE session = ?", (key,)
        ).fetchone()
        first = FIRST_OPEN + (key << _BLOCK) if last is None else last + 1
    if turns:
        connection.executemany(
            _insert("turn", ("id", "session", *turns[0])),
            [(number, key, *turn.values()) for number, turn in enumerate(turns, start=first)],
        )


def _next_id(connection: sqlite3.Connection) -> int:
    found: tuple[int | None] = connection.execute(
        "SELECT max(id) FROM turn WHERE id < ?", (FIRST_OPEN,)
    ).fetchone()
    return (found[0] or 0) + 1


def _put_works(connection: sqlite3.Connection, key: int, entry: Entry) -> None:
    for commit, change in entry.changes:
        if change.status == "deleted":
            connection.execute(
                "DELETE FROM work WHERE session = ? AND path = ?", (key, change.path)
            )
            continue
        row: Row = {
            "session": key,
            "path": change.path,
            "kind": kind_of(change.path),
            "language": language_of(change.path),
            "size": change.size,
            "sha256": change.sha256,
            "commit": commit.commit,
            "first_turn": commit.turn,
            "last_turn": commit.turn,
        }
        connection.execute(
            f"{_insert('work', tuple(row))} ON CONFLICT (session, path) DO UPDATE SET "
            'size = excluded.size, sha256 = excluded.sha256, "commit" = excluded."commit", '
            "last_turn = excluded.last_turn",
            tuple(fitting(row).values()),
        )


def _put_codes(connection: sqlite3.Connection, key: int) -> None:
    turns = [
        TurnCounts(*row)
        for row in connection.execute(
            "SELECT turn, questions, first_call, changed, length(thinking), length(reply) "
            "FROM turn WHERE session = ? ORDER BY turn",
            (key,),
        )
    ]
    works = [
        path for (path,) in connection.execute("SELECT path FROM work WHERE session = ?", (key,))
    ]
    connection.execute("DELETE FROM code WHERE session = ? AND kind = 'automatic'", (key,))
    connection.executemany(
        "INSERT INTO code (session, name, value, number, kind, coder) "
        "VALUES (?, ?, ?, ?, 'automatic', ?)",
        [(key, code.name, code.value, code.number, CODER) for code in codes_of(turns, works)],
    )


@cache
def _upsert(names: tuple[str, ...]) -> str:
    """Put together once for all rows: with so many columns that takes longer than to insert one."""
    fresh = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in names)
    return f"{_insert('session', names)} ON CONFLICT (id) DO UPDATE SET {fresh} RETURNING key"


@cache
def _insert(table: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(map(_quoted, names))
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))})"


def _quoted(name: str) -> str:
    return f'"{name}"'

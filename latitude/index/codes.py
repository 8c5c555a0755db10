"""The codes of sessions, as rows for a file that somebody else reads."""

import sqlite3
from collections.abc import Iterator, Sequence

CodeRow = tuple[str, int | None, str, str | float, str, str]
"""Session, turn (``None`` is the whole session), name, value, kind, coder."""


def codes_of_sessions(connection: sqlite3.Connection, sessions: Sequence[str]) -> Iterator[CodeRow]:
    """Yield the codes of each of ``sessions``, in this order; a person's tags are codes too."""
    for session in sessions:
        yield from connection.execute(
            "SELECT session.id, turn, name, coalesce(value, number), kind, coder "
            "FROM code JOIN session ON session.key = code.session "
            "WHERE session.id = ? ORDER BY name, turn, coder",
            (session,),
        )
        yield from connection.execute(
            "SELECT session.id, NULL, 'tag', tag, 'person', 'tag' "
            "FROM tag JOIN session ON session.key = tag.session "
            "WHERE session.id = ? ORDER BY tag",
            (session,),
        )

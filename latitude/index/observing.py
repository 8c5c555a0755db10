"""Reads sessions from the index as comparisons see them."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session as Reading
from sqlmodel import col, create_engine, select

from latitude.index.filters import Filter
from latitude.index.observation import WORD, Observation, WorkSeen
from latitude.index.tables import Code, Session, Work

_AT_ONCE = 500
"""Sessions whose rows are asked for together; SQLite takes a few thousand parameters."""


def observe(connection: sqlite3.Connection, which: Filter) -> tuple[Observation, ...]:
    """Read the sessions that ``which`` lets through from an open index, oldest first."""
    words, values = which.sql()
    named = {f"v{place}": value for place, value in enumerate(values)}
    for name in named:
        words = words.replace("?", f":{name}", 1)
    condition = text(words).bindparams(**named)
    try:
        with Reading(_engine(connection)) as reading:
            rows = reading.exec(select(Session).where(condition).order_by(text("opened, id"))).all()
            return tuple(
                observation
                for start in range(0, len(rows), _AT_ONCE)
                for observation in _observed(reading, rows[start : start + _AT_ONCE])
            )
    except DBAPIError as error:
        # Whoever opened the connection knows SQLite's own errors.
        raise (error.orig or error) from error


def _engine(connection: sqlite3.Connection) -> Engine:
    """SQLAlchemy on a connection that is open already, and stays its owner's."""
    return create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)


def _observed(reading: Reading, rows: Sequence[Session]) -> Iterable[Observation]:
    keys = [row.key for row in rows]
    codes: dict[int, list[Code]] = {}
    for code in reading.exec(
        select(Code).where(col(Code.session).in_(keys), Code.kind == "automatic")
    ):
        codes.setdefault(code.session, []).append(code)
    works: dict[int, list[WorkSeen]] = {}
    for work in reading.exec(select(Work).where(col(Work.session).in_(keys)).order_by(Work.path)):
        works.setdefault(work.session, []).append(
            WorkSeen(work.path, work.kind, work.language, work.size, work.sha256, work.commit)
        )
    for row in rows:
        key = row.key or 0
        yield Observation(
            session=row.id,
            opened=row.opened,
            model=row.returned or row.model,
            asked=row.model,
            given=row.given,
            protocol=row.protocol,
            attended=bool(row.attended),
            rehearsal=bool(row.rehearsal),
            end=row.end,
            came_back=row.returned is not None,
            settings=row.settings,
            parent=row.parent,
            study=row.study,
            plan=row.plan,
            arm=row.arm,
            repeat=row.repeat,
            turns=row.turns or 0,
            turn_limit=row.turn_limit,
            files=row.files or 0,
            cost=row.cost,
            words={code.name: code.value for code in codes.get(key, ()) if code.value is not None},
            numbers={
                code.name: code.number for code in codes.get(key, ()) if code.number is not None
            },
            works=tuple(works.get(key, ())),
        )


def vocabularies(
    connection: sqlite3.Connection, sessions: Sequence[str], column: Literal["said", "files"]
) -> list[frozenset[str]]:
    """The words of 3 letters or more that each of ``sessions`` used, without their case.

    ``said`` is what it thought and replied, ``files`` what it wrote into files.
    """
    texts = "thinking || ' ' || reply" if column == "said" else "turn.files"
    asked = (
        f"SELECT {texts} FROM turn JOIN session ON session.key = turn.session WHERE session.id = ?"
    )
    return [
        frozenset(
            word
            for (written,) in connection.execute(asked, (session,))
            for word in WORD.findall(written.casefold())
        )
        for session in sessions
    ]

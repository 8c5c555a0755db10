"""Sessions as comparisons see them: one value each, read from the index."""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session as Reading
from sqlmodel import col, create_engine, select

from latitude.index.filters import Filter
from latitude.index.tables import Code, Session, Work

WORD = re.compile(r"[^\W_]{3,}")
"""A word, as likeness takes it."""
_AT_ONCE = 500
"""Sessions whose rows are asked for together; SQLite takes a few thousand parameters."""


@dataclass(frozen=True, slots=True)
class WorkSeen:
    """A file that a session left."""

    path: str
    kind: str
    language: str | None
    size: int
    """Bytes."""
    sha256: str
    commit: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One session that has been closed, or that has not."""

    session: str
    opened: str
    model: str
    """As last returned; as asked where none came back."""
    asked: str
    """As a list names it, ``provider/name``."""
    given: str
    protocol: str
    attended: bool
    rehearsal: bool
    end: str | None
    """``None`` while it is open."""
    came_back: bool = True
    """Whether a model was returned: one that fails before its first response has none."""
    settings: str = ""
    """Parameters that the provider was asked with, as JSON with sorted keys; the seed aside."""
    parent: str | None = None
    """The session that this one carries on."""
    study: str | None = None
    plan: str | None = None
    arm: str | None = None
    repeat: int | None = None
    turns: int = 0
    turn_limit: int = 0
    files: int = 0
    cost: float | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    """Automatic codes that are words, such as ``first_action``."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Automatic codes that are numbers, such as ``questions``."""
    works: tuple[WorkSeen, ...] = ()

    @property
    def exited(self) -> bool:
        """Whether the model chose to stop."""
        return self.end == "model-exit"

    def counts(self, prefix: str) -> dict[str, float]:
        """The numbers whose names begin with ``prefix``, by the rest of their names."""
        return {
            name.removeprefix(prefix): number
            for name, number in self.numbers.items()
            if name.startswith(prefix)
        }


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

"""The tables: what SQLModel says of them is what the file that lies beside them makes."""

from pathlib import Path

from sqlmodel import Session as Connection
from sqlmodel import create_engine, select

from latitude.index.database import FILE
from latitude.index.tables import SCHEMA, Session, Turn, Work, schema
from tests.index.conftest import Opens
from tests.index.journals import Growing, left, wrote
from tests.journal.samples import closed


def test_the_schema_is_made_from_the_tables() -> None:
    """``python -m latitude.index.tables`` makes it anew."""
    assert SCHEMA.read_text(encoding="utf-8") == schema()


def test_rows_are_read_as_values(sessions: Path, opens: Opens) -> None:
    session = Growing(sessions, "a")
    session.turn(1, "Shall we?", *wrote(1, "sea.html", "<p>Tide.</p>"))
    session.add(left(1), closed("model-exit"))
    opens()
    with Connection(create_engine(f"sqlite:///{sessions / FILE}")) as connection:
        [row] = connection.exec(select(Session)).all()
        assert (row.id, row.end, row.rehearsal) == (session.id, "model-exit", True)
        [turn] = connection.exec(select(Turn).where(Turn.session == row.key)).all()
        assert (turn.reply, turn.questions, turn.first_call) == ("Shall we?", 1, "write_file")
        [work] = connection.exec(select(Work)).all()
        assert (work.path, work.kind, work.language) == ("sea.html", "page", "HTML")

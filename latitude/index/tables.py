"""The tables of the index, and the one place that describes them.

``schema.sql`` is made from these classes (``python -m latitude.index.tables``) and lies beside
them, so that lists and searches, which read and write with the standard library, need not load
SQLModel. The suite holds the two equal.
"""

from pathlib import Path

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import Field, SQLModel

SCHEMA = Path(__file__).with_name("schema.sql")

TEXTS = ("ours", "thinking", "reply", "tools", "files")
"""The columns of a turn that are searched."""


def _of_session(*, key: bool = False) -> Column[int]:
    """The session that a row belongs to; the row goes with it."""
    owner = ForeignKey("session.key", ondelete="CASCADE")
    return Column("session", Integer, owner, primary_key=key, index=not key, nullable=False)


class Session(SQLModel, table=True):
    """One session: what a list shows, what a filter asks for, and how far its journal was read."""

    # Newest first: ids tell seconds apart, and the first lines know the order within one.
    __table_args__ = (Index("ix_session_newest", text("substr(id, 1, 15)"), "opened", "id"),)

    key: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    opened: str = ""
    """RFC 3339, UTC; empty where the first line cannot be read."""
    closed: str | None = Field(default=None, index=True)
    """Whoever opens the index asks for those that are open."""
    end: str | None = None
    """The journal's word; ``None`` while it is open."""
    how: str = ""
    """How it ended, in a few words for a person."""
    detail: str | None = None
    fingerprint: str | None = None
    problem: str | None = None
    """Why the journal cannot be read."""
    provider: str = ""
    model: str = "?"
    """As asked, ``provider/name``."""
    returned: str | None = None
    """The model as last returned."""
    protocol: str = "?"
    version: int = 0
    given: str = ""
    settings: str = ""
    """The parameters that the provider was asked with, as JSON with sorted keys; the seed aside."""
    network: str = "off"
    study: str | None = Field(default=None, index=True)
    plan: str | None = None
    arm: str | None = None
    repeat: int | None = None
    seed: int | None = None
    attended: bool | None = None
    rehearsal: bool | None = None
    parent: str | None = None
    turns: int | None = None
    steps: int | None = None
    files: int | None = None
    read: int | None = None
    """Tokens that the model was sent."""
    tokens: int | None = None
    """Tokens that the model wrote, thinking included."""
    thought: int | None = None
    """Tokens of its thinking, as the provider counts them."""
    cost: float | None = None
    """US dollars."""
    seconds: float | None = None
    turn_limit: int = 0
    journal_bytes: int = 0
    journal_changed: int = 0
    """Nanoseconds since the epoch."""
    journal_file: int = 0
    """Its inode."""
    annotations_changed: int = 0
    read_to: int = 0
    """Bytes: where the last turn that was read begins."""
    read_seq: int = 0
    """The number of the line there."""
    read_prev: str = ""
    """The hash that this line names for the one before it."""


class Turn(SQLModel, table=True):
    """One turn of a session, and the texts of it that are searched."""

    id: int = Field(primary_key=True)
    """Follows time, so that the newest are found first: those of closed sessions count up in the
    order of their ends, and those of open ones stand above all of them."""
    session: int = Field(sa_column=_of_session())
    turn: int
    at: str = ""
    steps: int = 0
    questions: int = 0
    """Questions in the reply."""
    first_call: str | None = None
    """The first tool that was called in it."""
    changed: int = 0
    """Files that were added or changed."""
    ours: str = ""
    thinking: str = ""
    reply: str = ""
    tools: str = ""
    """Calls and answers, but for what was written into files."""
    files: str = ""
    """Paths of what was made, and what was written through the file tools."""


class Work(SQLModel, table=True):
    """One file that a session left."""

    session: int = Field(sa_column=_of_session(key=True))
    path: str = Field(primary_key=True)
    kind: str
    language: str | None = None
    size: int
    """Bytes."""
    sha256: str
    commit: str
    """The commit that changed it last."""
    first_turn: int
    last_turn: int


class Tag(SQLModel, table=True):
    """A person's tag on a session."""

    session: int = Field(sa_column=_of_session(key=True))
    tag: str = Field(primary_key=True, index=True)


class Code(SQLModel, table=True):
    """What somebody, or something, says of a session or of one turn of it."""

    id: int | None = Field(default=None, primary_key=True)
    session: int = Field(sa_column=_of_session())
    turn: int | None = None
    """``None`` is the whole session."""
    name: str = Field(index=True)
    value: str | None = None
    number: float | None = None
    kind: str
    """Who gives such codes: ``automatic``, ``person`` or ``model``."""
    coder: str
    """Who gave this one; of automatic codes the rules and their version."""
    at: str | None = None


class Meta(SQLModel, table=True):
    """What the index knows of itself."""

    name: str = Field(primary_key=True)
    value: str


def statements() -> list[str]:
    """Every statement that makes an empty index, in order."""
    made: list[str] = []
    for table in SQLModel.metadata.sorted_tables:
        made.append(_compiled(CreateTable(table)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [_compiled(CreateIndex(index)) for index in indexes]
    return [*made, *_full_text(SQLModel.metadata.tables["turn"])]


def _compiled(statement: CreateTable | CreateIndex) -> str:
    text = str(statement.compile(dialect=sqlite.dialect()))
    return "\n".join(line.rstrip() for line in text.replace("\t", "  ").strip().splitlines())


def _full_text(turn: Table) -> list[str]:
    """FTS5 with its text in ``turn`` (https://sqlite.org/fts5.html, external content tables)."""
    names = ", ".join(TEXTS)
    new = ", ".join(f"new.{name}" for name in TEXTS)
    old = ", ".join(f"old.{name}" for name in TEXTS)
    table = f"{turn.name}_fts"
    add = f"INSERT INTO {table}(rowid, {names}) VALUES (new.id, {new});"
    take = f"INSERT INTO {table}({table}, rowid, {names}) VALUES ('delete', old.id, {old});"
    search = (
        f"CREATE VIRTUAL TABLE {table} USING fts5(\n"
        f"  {names},\n  content='{turn.name}', content_rowid='id',\n"
        "  tokenize='unicode61 remove_diacritics 2'\n)"
    )
    return [
        search,
        f"CREATE TRIGGER turn_added AFTER INSERT ON turn BEGIN\n  {add}\nEND",
        f"CREATE TRIGGER turn_gone AFTER DELETE ON turn BEGIN\n  {take}\nEND",
        f"CREATE TRIGGER turn_changed AFTER UPDATE ON turn BEGIN\n  {take}\n  {add}\nEND",
    ]


def schema() -> str:
    """The text of ``schema.sql``."""
    head = "-- Made from tables.py by `python -m latitude.index.tables`; do not edit by hand.\n"
    return head + "\n".join(f"\n{statement};" for statement in statements()) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema(), encoding="utf-8")

"""Journals that grow line by line, as those of running sessions do."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from latitude.core.events import (
    ExitTaken,
    FileChange,
    KnownEvent,
    WorkspaceCommitted,
)
from latitude.core.spec import ModelAsked
from latitude.index.follow import open_index
from latitude.journal.line import FIRST_PREV, encode_line
from latitude.journal.paths import JOURNAL
from tests.journal.samples import called, closed, finished, opened, replied, said, started, thought

START = datetime(2026, 11, 20, 23, 15, 2, tzinfo=UTC)


class Growing:
    """One session's journal."""

    def __init__(
        self,
        sessions: Path,
        name: str,
        model: str = "first",
        provider: str = "rehearsal",
        begun: datetime = START,
        asked: ModelAsked | None = None,
        **fields: object,
    ) -> None:
        """``fields`` stand in the first line in place of the usual ones."""
        self.id = f"{begun:%Y%m%d-%H%M%S}-{name:a>6}"
        self.folder = sessions / self.id
        self.folder.mkdir(parents=True)
        self.path = self.folder / JOURNAL
        self.now = begun
        self._prev, self._seq = FIRST_PREV, 0
        first = opened(self.id, provider, model)
        self.add(replace(first, model=asked or first.model, **fields))

    def line(self, event: KnownEvent) -> bytes:
        """The next line, with its newline."""
        self.now += timedelta(seconds=1)
        at = f"{self.now:%Y-%m-%dT%H:%M:%S}.000Z"
        line = encode_line(self._seq, at, self._prev, event)
        self._prev, self._seq = sha256(line).hexdigest(), self._seq + 1
        return line + b"\n"

    def add(self, *events: KnownEvent) -> None:
        with self.path.open("ab") as journal:
            for event in events:
                journal.write(self.line(event))

    def turn(self, number: int, reply: str, *more: KnownEvent, ours: str = "Go on.") -> None:
        """A whole turn of one step."""
        self.add(
            said(number, ours),
            started(number, number),
            replied(number, number, reply),
            *more,
            finished(number, number),
        )


def wrote(turn: int, path: str, content: str) -> list[KnownEvent]:
    """A call that writes a file, and the commit that holds it."""
    arguments = f'{{"path": "{path}", "content": "{content}"}}'
    change = FileChange(path=path, status="added", size=len(content), sha256="4" * 64)
    return [
        called(turn, turn, "write_file", arguments, index=1),
        WorkspaceCommitted(turn=turn, step=turn, commit="5" * 40, tree="6" * 40, files=(change,)),
    ]


def left(turn: int) -> ExitTaken:
    return ExitTaken(turn=turn, step=turn, by="phrase", evidence="Stopping now.", rule="own-line")


WORDS = ("harbour", "tide", "loom", "moth", "stone", "why?", "stopping now", "Ærø", "x" * 200)


def any_events(seed: int, turns: int) -> Iterator[KnownEvent]:
    """What a session of so many turns may write, in an order that it may have."""
    chance = random.Random(seed)
    for turn in range(1, turns + 1):
        text = " ".join(chance.choices(WORDS, k=8))
        yield said(turn, text)
        yield started(turn, turn)
        if chance.random() < 0.5:
            yield thought(turn, turn, f"I think of {text}", index=2)
        yield replied(turn, turn, text)
        if chance.random() < 0.4:
            yield from wrote(turn, f"{chance.choice(WORDS[:4])}.html", text)
        yield finished(turn, turn)
    if chance.random() < 0.7:
        yield left(turns)
        yield closed("model-exit")


TABLES: dict[str, str] = {
    "session": "SELECT * FROM session",
    "turn": "SELECT session.id, turn.* FROM turn JOIN session ON session.key = turn.session",
    "work": "SELECT session.id, work.* FROM work JOIN session ON session.key = work.session",
    "tag": "SELECT session.id, tag FROM tag JOIN session ON session.key = tag.session",
    "code": "SELECT session.id, code.* FROM code JOIN session ON session.key = code.session",
}
NUMBERS = ("key", "session")
"""Columns that only count rows."""


def held(sessions: Path, words: Sequence[str] = WORDS) -> dict[str, object]:
    """Everything that the index says, opened as anybody would, without the numbers of its rows."""
    index = open_index(sessions)
    try:
        found: dict[str, object] = {}
        for table, select in TABLES.items():
            cursor = index.connection.execute(select)
            names = [column[0] for column in cursor.description]
            kept = [
                place
                for place, name in enumerate(names)
                if name not in NUMBERS and not (name == "id" and place > 0 and table != "session")
            ]
            found[table] = sorted(repr([row[place] for place in kept]) for row in cursor)
        for word in words:
            rows = index.connection.execute(
                "SELECT session.id, turn.turn FROM turn_fts JOIN turn ON turn.id = turn_fts.rowid "
                "JOIN session ON session.key = turn.session WHERE turn_fts MATCH ? "
                "ORDER BY turn_fts.rowid DESC",
                (f'"{word}"',),
            )
            found[word] = rows.fetchall()
        index.connection.execute("INSERT INTO turn_fts(turn_fts) VALUES ('integrity-check')")
        return found
    finally:
        index.close()

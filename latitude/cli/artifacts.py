"""Finding the commit that a person means: a session, a turn of it, or its last state."""

import msgspec

from latitude.artifacts.repository import Repository
from latitude.cli.turns import check_turn
from latitude.config import Home
from latitude.core.events import SessionClosed, SessionOpened
from latitude.custody.lineage import inherited_state
from latitude.errors import RecordBroken, UnknownName, UsageError
from latitude.journal.endings import model_label
from latitude.journal.paths import JOURNAL, resolve
from latitude.journal.reader import read_ends, survey


class Maker(msgspec.Struct, frozen=True, kw_only=True):
    """A session that made something."""

    session: str
    model: str
    files: int | None
    """At the end; ``None`` while it runs."""
    commit: str


class Shelf:
    """A home's artifacts, by the names that people type."""

    def __init__(self, home: Home, repository: Repository) -> None:
        self.repository = repository
        self._home = home

    def resolve(self, short: str) -> str:
        """The session that ``short`` means."""
        return resolve(self._home.sessions, short)

    async def commit_of(self, short: str, turn: int | None) -> str:
        """The session's last commit, or the one that stood after ``turn``.

        Raises ``UsageError`` when the session has no such turn or had made nothing by then.
        """
        session = self.resolve(short)
        if turn is not None:
            commit = await self._commit_of_turn(session, turn)
            what = f"{session} had made nothing by turn {turn}."
        else:
            commit = await self.repository.tip(session)
            what = f"{session} made nothing."
        if commit is None:
            raise UnknownName(what)
        return commit

    async def commit_at(self, place: str) -> str:
        """The commit of ``ID`` or ``ID:TURN``."""
        short, turn = split_place(place)
        if turn is not None and not turn.isdigit():
            raise UsageError(f"In {place!r}, what follows the colon is not the number of a turn.")
        return await self.commit_of(short, None if turn is None else int(turn))

    async def makers(self) -> list[Maker]:
        """Every session with a branch, newest first."""
        tips = await self.repository.tips()
        return [self._maker(session, tips[session]) for session in sorted(tips, reverse=True)]

    async def _commit_of_turn(self, session: str, turn: int) -> str | None:
        found = survey(self._home.session(session) / JOURNAL)
        # Of a record that is not right, the commits may know more turns than can be read.
        if not found.faults:
            check_turn(session, found.records, turn)
        commit = await self.repository.commit_of_turn(session, turn)
        if commit is not None or found.opened is None:
            return commit
        # It had made nothing by then: its files are those that it began with, if there were any.
        inherited = inherited_state(self._home, found.opened)
        return inherited.last_commit if inherited is not None else None

    def _maker(self, session: str, commit: str) -> Maker:
        try:
            first, last = read_ends(self._home.session(session) / JOURNAL)
        except (RecordBroken, OSError):
            return Maker(session=session, model="?", files=None, commit=commit)
        opened = first.event
        assert isinstance(opened, SessionOpened)
        closed = last.event if last is not None else None
        return Maker(
            session=session,
            model=model_label(opened.model.provider, opened.model.name),
            files=closed.summary.files if isinstance(closed, SessionClosed) else None,
            commit=commit,
        )


def split_place(place: str) -> tuple[str, str | None]:
    """Split ``ID:REST`` at the first colon; without one the rest is ``None``."""
    name, colon, rest = place.partition(":")
    return name, rest if colon else None

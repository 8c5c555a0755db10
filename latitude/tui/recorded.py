"""A recorded session, read for the app; knows nothing of the terminal."""

from dataclasses import dataclass

from latitude.config import Home
from latitude.core.events import SessionOpened
from latitude.core.fold import SessionState
from latitude.custody.lineage import inherited_state
from latitude.errors import RecordBroken
from latitude.journal.paths import JOURNAL, is_running
from latitude.journal.reader import survey
from latitude.tui.view_state import ViewState


@dataclass(frozen=True, slots=True)
class Recorded:
    """A session as its record shows it."""

    id: str
    view: ViewState
    problem: str | None
    """The first thing that is wrong with the record, with file and line."""
    running: bool

    @property
    def state(self) -> SessionState:
        """The session at its end, as far as the record can be read."""
        assert self.view.session is not None
        return self.view.session


def commit_at(state: SessionState, turn: int) -> str | None:
    """The commit that the workspace stood at after ``turn``; ``None`` before the first."""
    newest = None
    for known in state.turns:
        if known.number > turn:
            break
        for step in known.steps:
            if step.commit is not None:
                newest = step.commit.commit
    return newest


def read_session(home: Home, session: str) -> Recorded:
    """Read session ``session`` (a whole id).

    Raises ``RecordBroken``, naming file and line, when not even its first line can be read, or a
    session that it carries on is not as it was written.
    """
    folder = home.session(session)
    found = survey(folder / JOURNAL)
    opened = found.records[0].event if found.records else None
    inherited = inherited_state(home, opened) if isinstance(opened, SessionOpened) else None
    view = ViewState("The person", inherited)
    for record in found.records:
        view.take(record)
    running = is_running(folder)
    problem = None if running else found.problem()
    if view.session is None:
        raise RecordBroken(problem or f"{folder / JOURNAL} has no whole line.")
    return Recorded(session, view, problem, running)

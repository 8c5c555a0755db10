"""A session and the sessions it carries on: one history, folded parents first."""

from dataclasses import dataclass
from pathlib import Path

from latitude.config import Home
from latitude.core.events import MessageSent, Record, SessionClosed, SessionOpened
from latitude.core.fold import FoldError, SessionState, Step, fold
from latitude.core.spec import ExitTerms, Parent
from latitude.errors import RecordBroken, SessionBusy, UsageError
from latitude.journal.paths import JOURNAL, is_running, resolve
from latitude.journal.reader import read
from latitude.session.leaving import holds_exit


@dataclass(frozen=True, slots=True)
class Lineage:
    """A session as it was read."""

    state: SessionState
    """Folded with all that its parents hand down."""
    records: tuple[Record, ...]
    """Its own lines only."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the last line; the session's fingerprint if it is closed."""
        return self.records[-1].sha256


def load_state(home: Home, session: str) -> Lineage:
    """Read session ``session`` (a whole id) and fold it onto its parents.

    Raises ``RecordBroken``, naming file and line, when a journal of the line is not as it was
    written, is gone, or is not the one that was carried on.
    """
    path = home.session(session) / JOURNAL
    records = tuple(read(path))
    opened = records[0].event
    assert isinstance(opened, SessionOpened)
    return Lineage(fold_on(inherited_state(home, opened), records, path), records)


def inherited_state(home: Home, opened: SessionOpened) -> SessionState | None:
    """What ``opened`` begins with: the state of its parent at the line where it was taken up.

    ``None`` for a session that carries on nothing. Raises as :func:`load_state`.
    """
    if opened.parent is None:
        return None
    generations: list[tuple[Path, list[Record]]] = []
    child, seen = opened, {opened.id}
    while (parent := child.parent) is not None:
        if parent.id in seen:
            raise RecordBroken(f"Session {child.id} says that it carries on itself.")
        seen.add(parent.id)
        path = home.session(parent.id) / JOURNAL
        records = _handed_down(path, parent, child.id)
        generations.append((path, records))
        first = records[0].event
        assert isinstance(first, SessionOpened)
        child = first
    state: SessionState | None = None
    for path, records in reversed(generations):
        state = fold_on(state, records, path)
    return state


def fold_on(
    inherited: SessionState | None, records: list[Record] | tuple[Record, ...], path: Path
) -> SessionState:
    """Fold ``records`` of the journal at ``path``. Raises ``RecordBroken`` with file and line."""
    state = inherited
    for record in records:
        try:
            state = fold(state, record.event, record.sha256)
        except FoldError as error:
            raise RecordBroken(f"{path}, line {record.seq + 1}: {error}.") from error
    if state is None:
        raise RecordBroken(f"{path}, line 1: the journal has no whole line.")
    return state


def parent_for(home: Home, place: str) -> tuple[Parent, SessionState]:
    """What ``--from ID[:TURN]`` means: the parent to record, and the state to go on from.

    Raises ``UnknownName`` (no such session), ``UsageError`` (it was not closed, holds an exit, or
    has no such turn), ``SessionBusy`` (it is running) or ``RecordBroken``.
    """
    short, _, wanted = place.partition(":")
    session = resolve(home.sessions, short)
    if is_running(home.session(session)):
        raise SessionBusy(
            f"Session {session} is still running. Nothing was begun. Wait until it ends."
        )
    whole = load_state(home, session)
    if whole.state.closed is None:
        raise UsageError(
            f"Session {session} was never closed. Nothing was begun. Run `latitude recover` first."
        )
    if _contains_exit(whole.state):
        raise UsageError(
            f"The model left session {session}, and an exit is final: it is not carried on. "
            "Nothing was begun. Begin a new session instead."
        )
    turn = _turn(session, wanted, whole) if ":" in place else whole.state.turn
    history = [record for record in whole.records if not isinstance(record.event, SessionClosed)]
    if turn < whole.state.turn:
        history = _until(history, turn)
    opened = whole.state.opened
    state = fold_on(inherited_state(home, opened), history, home.session(session) / JOURNAL)
    parent = Parent(id=session, fingerprint=whole.fingerprint, seq=history[-1].seq, turn=state.turn)
    return parent, state


def _handed_down(path: Path, parent: Parent, child: str) -> list[Record]:
    if not path.exists():
        raise RecordBroken(
            f"Session {child} carries on {parent.id}, and {path} is gone, so its history is not "
            "whole."
        )
    records = list(read(path))
    if records[-1].sha256 != parent.fingerprint:
        raise RecordBroken(
            f"{path} has the fingerprint {records[-1].sha256}, but session {child} carried on "
            f"{parent.fingerprint}."
        )
    if parent.seq >= len(records):
        raise RecordBroken(
            f"Session {child} carries on {parent.id} from line {parent.seq + 1}, and {path} has "
            f"{len(records)} lines."
        )
    return records[: parent.seq + 1]


def _turn(session: str, wanted: str, whole: Lineage) -> int:
    own = [r.event.turn for r in whole.records if isinstance(r.event, MessageSent)]
    if not wanted.isdecimal() or int(wanted) not in own:
        has = f"It has turns {own[0]} to {own[-1]}." if own else "It has no turns of its own."
        raise UsageError(f"Session {session} has no turn {wanted!r}. {has}")
    return int(wanted)


def _until(records: list[Record], turn: int) -> list[Record]:
    kept: list[Record] = []
    for record in records:
        if getattr(record.event, "turn", 0) > turn:
            break
        kept.append(record)
    return kept


def _contains_exit(state: SessionState) -> bool:
    if state.exit is not None or (state.closed is not None and state.closed.end == "model-exit"):
        return True
    terms = state.opened.exit
    return any(_said_in(step, terms) for turn in state.turns for step in turn.steps)


def _said_in(step: Step, terms: ExitTerms) -> bool:
    replies = [step.blocks, *(attempt.blocks for attempt in step.broken)]
    return any(holds_exit(blocks, terms) for blocks in replies)

"""The turns of a session, as people number them on the command line."""

from collections.abc import Iterable

from latitude.core.events import Record
from latitude.errors import UsageError


def turn_of(record: Record) -> int | None:
    """The turn that a line belongs to; ``None`` for one that belongs to the whole session."""
    turn = getattr(record.event, "turn", None)
    return turn if isinstance(turn, int) else None


def check_turn(session: str, records: Iterable[Record], turn: int) -> None:
    """Raise ``UsageError``, naming the turns there are, when ``records`` have no line of this."""
    turns = {number for record in records if (number := turn_of(record)) is not None}
    if turn in turns:
        return
    first, last = min(turns, default=0), max(turns, default=0)
    there = f"It has turns {first} to {last}." if first != last else f"It has turn {last} only."
    raise UsageError(f"{session} has no turn {turn}. {there if turns else 'It has none.'}")

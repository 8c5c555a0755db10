"""What the index holds of a journal, whatever stands in it."""

from pathlib import Path

from tests.index.journals import Growing, held
from tests.journal.samples import replied, said, started


def test_a_turn_of_two_messages_is_read_on_from_the_first(sessions: Path) -> None:
    session = Growing(sessions, "a")
    session.turn(1, "loom")
    session.add(said(2, "harbour"), said(2, "moth"), started(2, 2))
    held(sessions)
    session.add(replied(2, 2, "tide"))
    now = held(sessions)
    assert now["harbour"] == now["moth"] == now["tide"] == [(session.id, 2)]

"""What the index holds of a journal, whatever stands in it."""

from pathlib import Path

import pytest

from tests.index.journals import Growing, held
from tests.journal.samples import called, replied, said, started


def test_a_turn_of_two_messages_is_read_on_from_the_first(sessions: Path) -> None:
    session = Growing(sessions, "a")
    session.turn(1, "loom")
    session.add(said(2, "harbour"), said(2, "moth"), started(2, 2))
    held(sessions)
    session.add(replied(2, 2, "tide"))
    now = held(sessions)
    assert now["harbour"] == now["moth"] == now["tide"] == [(session.id, 2)]


@pytest.mark.parametrize("deep", [500, 900, 960, 5_000, 100_000])
def test_arguments_that_are_nested_without_end_are_held(sessions: Path, deep: int) -> None:
    session = Growing(sessions, "a")
    nested = "[" * deep + '"moth"' + "]" * deep
    call = called(1, 1, "read_file", f'{{"path": "tide", "more": [{nested}, "loom"]}}', index=1)
    session.turn(1, "Well.", call)
    now = held(sessions)
    assert now["tide"] == now["moth"] == now["loom"] == [(session.id, 1)]

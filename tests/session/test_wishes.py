"""Wishes about showing and signing: recorded as they are said, and carried on."""

from pathlib import Path

import pytest

from latitude.core.events import Wish, WishRecorded
from latitude.core.fold import fold, fold_records
from latitude.journal.reader import read
from tests.session.stage import Stage, types

pytestmark = pytest.mark.promise("wishes-carried")

TWO = """
- calls:
    - {name: wish, arguments: {publish: "no", words: Not yet.}}
    - {name: wish, arguments: {publish: perhaps}}
- text: Go on.
- calls: [{name: wish, arguments: {signature: "a tide"}}]
- text: Stopping now.
"""


async def test_each_wish_is_recorded_before_its_answer(tmp_path: Path) -> None:
    stage = Stage(tmp_path, TWO, tools=("files", "wish"))
    events = await stage.play()
    kinds = types(events)
    assert kinds.count("tool.returned") == 3
    assert [kinds[at + 1] for at, kind in enumerate(kinds) if kind == "wish.recorded"] == [
        "tool.returned",
        "tool.returned",
    ]
    first, second = [event for event in events if isinstance(event, WishRecorded)]
    assert (first.publish, first.signature, first.words) == ("no", None, "Not yet.")
    assert (first.turn, first.step, second.turn, second.step) == (1, 1, 2, 3)
    assert WishRecorded.of(Wish(signature="a tide"), 2, 3, second.call_id) == second


async def test_a_session_that_carries_on_carries_the_wishes_on(tmp_path: Path) -> None:
    stage = Stage(tmp_path, TWO, tools=("files", "wish"))
    events = await stage.play()
    state = fold_records(read(stage.journal))
    assert [wish.signature for wish in state.wishes] == [None, "a tide"]
    assert fold(state, events[0]).wishes == state.wishes


async def test_where_no_wish_is_offered_none_is_taken(tmp_path: Path) -> None:
    events = await Stage(tmp_path, TWO).play()
    assert "wish.recorded" not in types(events)

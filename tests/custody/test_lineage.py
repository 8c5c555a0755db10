"""Carrying on: the whole history comes along, and an exit is final."""

import pytest

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import BlockRecorded, ExitTaken
from latitude.core.history import conversation
from latitude.core.stream import TextDelta
from latitude.custody.lineage import load_state, parent_for
from latitude.custody.recover import recover
from latitude.custody.verify import verify
from latitude.errors import RecordBroken, SessionBusy, UnknownName, UsageError
from tests.custody.sitting import FIRST, SECOND, THIRD, Sitting


@pytest.fixture
async def parent(home: Home, repository: Repository) -> Sitting:
    """A closed session of three turns, with work and a blob in the second."""
    sitting = await Sitting.begin(home, repository)
    await sitting.turn("One.")
    await sitting.work({"poem.txt": b"Sea\n"}, answer="long " * 500)
    await sitting.turn("Three.")
    await sitting.end()
    return sitting


def said_in(home: Home, session: str) -> list[str]:
    state = load_state(home, session).state
    return [block.text for turn in state.turns for step in turn.steps for block in step.blocks]


async def test_a_session_goes_on_where_its_parent_ended(
    home: Home, repository: Repository, parent: Sitting
) -> None:
    found, state = parent_for(home, "last")
    assert (found.id, found.fingerprint, found.turn) == (FIRST, parent.recorder.fingerprint, 3)
    assert found.seq == len(load_state(home, FIRST).records) - 2, "all but session.closed"
    assert state.exit is None
    assert state.closed is None
    child = await Sitting.begin(home, repository, SECOND, (found, state))
    await child.turn("Four.")
    await child.end()
    assert said_in(home, SECOND) == ["One.", "", "There it is.", "Three.", "Four."]
    verdict = await verify(home, repository, requests=True)
    assert verdict.ok, verdict.findings
    assert [checked.requests for checked in verdict.sessions] == [4, 1]
    grown, state = parent_for(home, SECOND)
    assert (grown.turn, state.turn) == (4, 4)
    grandchild = await Sitting.begin(home, repository, THIRD, (grown, state))
    await grandchild.turn("Five.")
    await grandchild.recorder.close()
    [finding] = await recover(home, repository)
    assert finding.kind == "closed"
    assert said_in(home, THIRD)[-1] == "Five."
    assert (await verify(home, repository, requests=True)).ok


async def test_an_earlier_turn_leaves_the_later_ones_out(home: Home, parent: Sitting) -> None:
    found, state = parent_for(home, f"{FIRST}:2")
    assert (found.turn, state.turn) == (2, 2)
    replies = conversation(state, parent.recorder.load).history
    assert len(replies) == 6
    found, state = parent_for(home, f"{FIRST[:15]}:1")
    assert (found.turn, found.seq, state.turn) == (1, 4, 1)


async def test_a_turn_that_is_not_there_is_a_wrong_order(
    home: Home, repository: Repository, parent: Sitting
) -> None:
    for wanted in ("0", "4", "x", ""):
        with pytest.raises(UsageError, match="It has turns 1 to 3"):
            parent_for(home, f"{FIRST}:{wanted}")
    child = await Sitting.begin(home, repository, SECOND, parent_for(home, FIRST))
    await child.turn()
    await child.end()
    with pytest.raises(UsageError, match="It has turns 4 to 4"):
        parent_for(home, f"{SECOND}:2")
    with pytest.raises(UnknownName):
        parent_for(home, "2031:1")


async def test_what_runs_or_was_never_closed_is_no_parent(
    home: Home, repository: Repository
) -> None:
    sitting = await Sitting.begin(home, repository)
    await sitting.turn()
    with pytest.raises(SessionBusy, match="still running"):
        parent_for(home, FIRST)
    await sitting.recorder.close()
    with pytest.raises(UsageError, match=r"never closed.*latitude recover"):
        parent_for(home, FIRST)


@pytest.mark.promise("exit-honoured")
class TestAnExitIsFinal:
    async def _refused(self, sitting: Sitting, end: str, turn: str = "") -> None:
        await sitting.end(end)
        with pytest.raises(UsageError, match="an exit is final"):
            parent_for(sitting.home, f"{FIRST}{turn}")

    async def test_when_it_was_taken(self, home: Home, repository: Repository) -> None:
        sitting = await Sitting.begin(home, repository)
        await sitting.turn("Stopping now.")
        taken = ExitTaken(turn=1, step=1, by="phrase", evidence="Stopping now.", rule="alone")
        await sitting.record(taken)
        await self._refused(sitting, "model-exit")

    async def test_when_it_was_said_and_the_session_ended_otherwise(
        self, home: Home, repository: Repository
    ) -> None:
        sitting = await Sitting.begin(home, repository)
        await sitting.turn("One.")
        await sitting.turn("All is done. Stopping now.")
        await self._refused(sitting, "harness-failed", ":1")

    async def test_when_it_stands_in_a_reply_that_broke_off(
        self, home: Home, repository: Repository
    ) -> None:
        sitting = await Sitting.begin(home, repository)
        turn, step = await sitting.ask()
        await sitting.recorder.stream(turn, step, TextDelta(0, "Stopping now."))
        await sitting.recorder.close()
        await recover(home, repository)
        blocks = [r.event for r in load_state(home, FIRST).records]
        assert any(isinstance(block, BlockRecorded) and block.partial for block in blocks)
        with pytest.raises(UsageError, match="an exit is final"):
            parent_for(home, FIRST)

    async def test_but_a_mention_is_none(self, home: Home, repository: Repository) -> None:
        sitting = await Sitting.begin(home, repository)
        await sitting.turn('I could say "stopping now", but I would like to go on.')
        await sitting.end()
        assert parent_for(home, FIRST)[0].turn == 1


async def test_a_parent_that_was_changed_or_is_gone_breaks_the_line(
    home: Home, repository: Repository, parent: Sitting
) -> None:
    child = await Sitting.begin(home, repository, SECOND, parent_for(home, FIRST))
    await child.turn()
    await child.end()
    data = parent.path.read_bytes()
    parent.path.write_bytes(data.replace(b"person-end", b"turn-limit"))
    with pytest.raises(RecordBroken, match=f"{SECOND} carried on {parent.recorder.fingerprint}"):
        load_state(home, SECOND)
    parent.path.unlink()
    with pytest.raises(RecordBroken, match="is gone, so its history is not whole"):
        load_state(home, SECOND)

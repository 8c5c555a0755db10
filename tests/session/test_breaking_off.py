"""Replies that break off, and sessions that are stopped: what came is kept, nothing is made up."""

import asyncio
from pathlib import Path

import pytest

from latitude.core.events import (
    BlockRecorded,
    ExitTaken,
    PersonChose,
    Record,
    ResponseFailed,
    ResponseStarted,
    SessionClosed,
    WorkspaceCommitted,
)
from latitude.core.spec import Limits
from latitude.core.stream import Delta, Failed
from latitude.session.retry import LONGEST_WAIT, MOST_RETRIES, wait_before_retry
from latitude.session.seams import Committed, StepMark
from tests.session.stage import NobodyCommits, Somebody, Stage

BREAKS_OFF = """
- text: The tide comes in slowly
  fail: {kind: connection, message: The connection was lost., after: 3, times: 1}
- text: Stopping now.
"""


def closing(events: list[object]) -> SessionClosed:
    closed = events[-1]
    assert isinstance(closed, SessionClosed)
    return closed


@pytest.mark.promise("record-complete")
async def test_what_arrived_of_a_broken_reply_is_kept_as_partial(tmp_path: Path) -> None:
    events = await Stage(tmp_path, BREAKS_OFF).play()
    partial = [event for event in events if isinstance(event, BlockRecorded)]
    assert [(block.text, block.partial) for block in partial] == [("The tide come"[:13], True)]
    failed = next(event for event in events if isinstance(event, ResponseFailed))
    assert not failed.retried
    assert closing(events).end == "provider-failed"


async def test_nobody_there_means_no_second_sample(tmp_path: Path) -> None:
    events = await Stage(tmp_path, BREAKS_OFF).play()
    assert sum(isinstance(event, ResponseStarted) for event in events) == 1


async def test_a_person_may_ask_again_and_the_choice_is_recorded(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BREAKS_OFF, attended=True)
    events = await stage.play(Somebody(says=["Go on."], again=[True]))
    choices = [event.choice for event in events if isinstance(event, PersonChose)]
    assert choices == ["try-again"]
    assert closing(events).end == "model-exit"


async def test_a_person_may_end_it_there(tmp_path: Path) -> None:
    events = await Stage(tmp_path, BREAKS_OFF, attended=True).play(Somebody(again=[False]))
    assert [event.choice for event in events if isinstance(event, PersonChose)] == ["end"]
    assert closing(events).end == "provider-failed"


@pytest.mark.promise("exit-honoured")
@pytest.mark.parametrize("attended", [False, True])
async def test_a_broken_reply_that_held_the_exit_is_never_asked_again(
    tmp_path: Path, attended: bool
) -> None:
    stage = Stage(
        tmp_path,
        """
        - text: Stopping now.
          fail: {kind: connection, message: The connection was lost., after: 5}
        """,
        attended=attended,
    )
    person = Somebody(again=[True, True])
    events = await stage.play(person)
    assert person.asked == []
    assert "words of the exit" in closing(events).detail
    assert closing(events).end == "provider-failed"


async def test_five_retries_and_no_more(tmp_path: Path) -> None:
    events = await Stage(
        tmp_path,
        "[{text: Hm., fail: {kind: rate_limit, message: Slow down., retry_after: 0.001}}]",
    ).play()
    failures = [event for event in events if isinstance(event, ResponseFailed)]
    assert [event.retried for event in failures] == [True] * MOST_RETRIES + [False]
    assert closing(events).end == "provider-failed"


@pytest.mark.parametrize("kind", ["auth", "bad_request", "not_found", "context_full"])
def test_what_cannot_get_better_is_not_retried(kind: str) -> None:
    assert wait_before_retry(Failed(kind=kind, message=""), 1, arrived=False) is None


def test_waits_grow_stay_bounded_and_heed_the_provider() -> None:
    overloaded = Failed(kind="overloaded", message="")
    waits = [wait_before_retry(overloaded, attempt, arrived=False) for attempt in range(1, 6)]
    assert all(wait is not None and 0 < wait <= 30 for wait in waits)
    asked = Failed(kind="rate_limit", message="", retry_after=7)
    assert wait_before_retry(asked, 1, arrived=False) == 7
    endless = Failed(kind="rate_limit", message="", retry_after=LONGEST_WAIT + 1)
    assert wait_before_retry(endless, 1, arrived=False) is None
    assert wait_before_retry(overloaded, 1, arrived=True) is None


async def test_a_wait_for_a_retry_can_be_interrupted(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path, "[{text: Hm., fail: {kind: rate_limit, message: Wait., retry_after: 100}}]"
    )

    def stop_at_failure(record: Record) -> None:
        if isinstance(record.event, ResponseFailed):
            stage.stop.request("person-end")

    stage.settings["watchers"] = (stop_at_failure,)
    assert closing(await stage.play()).end == "person-end"


async def test_limits_hold_between_retries_too(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path,
        "[{text: Hm., fail: {kind: rate_limit, message: Wait., retry_after: 60}}]",
        limits=Limits(minutes=0.001),
    )
    events = await stage.play()
    assert closing(events).end == "time-limit"
    assert sum(isinstance(event, ResponseFailed) for event in events) == 1


@pytest.mark.promise("exit-honoured")
@pytest.mark.parametrize("reason", ["person-end", "interrupted"])
async def test_a_stop_after_the_exit_does_not_rewrite_how_it_ended(
    tmp_path: Path, reason: str
) -> None:
    stage = Stage(
        tmp_path,
        """
        - text: Stopping now.
          calls: [{name: write_file, arguments: {path: a, content: b}}]
        """,
    )

    def stop_after_the_exit(record: Record) -> None:
        if isinstance(record.event, ExitTaken):
            stage.stop.request(reason)

    stage.settings["watchers"] = (stop_after_the_exit,)
    assert closing(await stage.play()).end == "model-exit"


@pytest.mark.promise("work-kept")
async def test_a_stop_during_a_commit_still_records_it(tmp_path: Path) -> None:
    """The commit is made by a thread, which does not stop; its line must come too."""
    stage = Stage(
        tmp_path,
        "[{calls: [{name: write_file, arguments: {path: a, content: b}}]}, {text: Stopping now.}]",
    )

    class SlowKeeper(NobodyCommits):
        async def commit(self, step: StepMark) -> Committed | None:
            if self.asked:
                return None
            self.asked.append(step)
            stage.stop.request("person-end")
            await asyncio.to_thread(str)
            return Committed(commit="c" * 40, tree="t" * 40, files=())

    stage.keeper_class = SlowKeeper
    events = await stage.play()
    assert [event.commit for event in events if isinstance(event, WorkspaceCommitted)] == ["c" * 40]
    assert closing(events).end == "person-end"


@pytest.mark.parametrize("reason", ["person-end", "interrupted"])
async def test_stopping_in_mid_stream_keeps_what_came(tmp_path: Path, reason: str) -> None:
    stage = Stage(tmp_path, "[{text: A long slow reply about the sea., delay: 0.02}]")
    shown: list[str] = []

    def stop_at_the_second_piece(_turn: int, _step: int, delta: Delta) -> None:
        shown.append(delta.text)
        if len(shown) == 2:
            stage.stop.request(reason)

    stage.settings["delta_watchers"] = (stop_at_the_second_piece,)
    events = await stage.play()
    assert closing(events).end == reason
    kept = [event for event in events if isinstance(event, BlockRecorded)]
    assert kept[0].partial
    assert "A long slow reply about the sea.".startswith(kept[0].text)
    assert kept[0].text.startswith("".join(shown))
    assert not (stage.journal.parent / "inflight.jsonl").exists()


async def test_a_second_request_to_stop_changes_the_word(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "[{text: A long slow reply., delay: 0.02}]")

    def stop_twice(record: Record) -> None:
        if isinstance(record.event, ResponseStarted):
            stage.stop.request("person-end")
            stage.stop.request("interrupted")

    stage.settings["watchers"] = (stop_twice,)
    assert closing(await stage.play()).end == "interrupted"


async def test_a_stop_before_the_start_sends_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "[{text: Hello.}]")
    stage.stop.request("interrupted")
    events = await stage.play()
    assert closing(events).end == "interrupted"
    assert not any(isinstance(event, ResponseStarted) for event in events)

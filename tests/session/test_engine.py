"""Sessions from the first line to the last, each ending with its own word."""

from pathlib import Path

import pytest

from latitude.core.events import (
    AnyEvent,
    BlockRecorded,
    ExitMentioned,
    ExitTaken,
    MessageSent,
    Record,
    ResponseFailed,
    ResponseFinished,
    ResponseStarted,
    SessionClosed,
    ToolReturned,
)
from latitude.core.spec import Limits
from tests.session.stage import Somebody, Stage, offer_at, types


def closing(events: list[AnyEvent]) -> SessionClosed:
    assert isinstance(events[-1], SessionClosed)
    return events[-1]


def only(events: list[AnyEvent], kind: type) -> list[AnyEvent]:
    return [event for event in events if isinstance(event, kind)]


async def test_a_reply_that_leaves_ends_the_session(tmp_path: Path) -> None:
    events = await Stage(tmp_path, "[{thinking: Hm., text: Stopping now.}]").play()
    assert types(events) == [
        "session.opened",
        "message.sent",
        "response.started",
        "block",
        "block",
        "response.finished",
        "exit.taken",
        "session.closed",
    ]
    assert (closing(events).end, closing(events).detail) == ("model-exit", "by phrase")
    assert closing(events).summary.turns == 1


async def test_tool_calls_chain_steps_within_one_turn(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path,
        """
        - calls: [{name: write_file, arguments: {path: a.txt, content: tide}}]
        - text: Written.
        - text: Stopping now.
        """,
    )
    events = await stage.play()
    assert [(event.turn, event.step) for event in only(events, ResponseFinished)] == [
        (1, 1),
        (1, 2),
        (2, 3),
    ]
    assert stage.workspace.read("a.txt") == b"tide"
    assert [mark.step for mark in stage.keeper.asked] == [1, 3]


async def test_nobody_there_and_nothing_to_say_is_no_choice_of_the_model(tmp_path: Path) -> None:
    events = await Stage(tmp_path, "[{text: Here is a poem.}]", between="").play()
    assert closing(events).end == "no-next-message"


async def test_the_protocols_words_come_in_their_order(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path,
        "[{text: Yes.}]",
        repeat=True,
        script=("Second.", "Third."),
        offer=offer_at(2, "You may leave."),
        limits=Limits(turns=6),
    )
    said = only(await stage.play(), MessageSent)
    assert [message.text for message in said] == [
        "What would you like to do?",
        "Second.",
        "Third.",
        "You may leave.",
        "This message is automatic.",
        "This message is automatic.",
    ]
    assert {message.author for message in said} == {"protocol"}


@pytest.mark.parametrize(
    ("limits", "end"),
    [
        (Limits(turns=3), "turn-limit"),
        (Limits(steps=2), "step-limit"),
        (Limits(tokens=3), "token-limit"),
        (Limits(minutes=1e-9), "time-limit"),
        (Limits(cost=1e-9), None),
    ],
)
async def test_each_limit_has_its_own_word(tmp_path: Path, limits: Limits, end: str | None) -> None:
    stage = Stage(tmp_path, "[{text: One two three four.}]", repeat=True, limits=limits)
    # A rehearsal costs nothing, so its cost limit is never reached and the turns are.
    assert closing(await stage.play()).end == (end or "turn-limit")


async def test_limits_are_looked_at_before_a_request_and_never_inside_one(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "[{text: One two three four.}]", limits=Limits(tokens=1))
    events = await stage.play()
    assert only(events, ResponseFinished)[0].tokens.output == 4
    assert len(only(events, MessageSent)) == 1


@pytest.mark.parametrize(
    ("stop", "end"),
    [("refusal", "refused"), ("context_full", "context-full")],
)
async def test_the_providers_endings_are_not_the_models(
    tmp_path: Path, stop: str, end: str
) -> None:
    events = await Stage(tmp_path, f"[{{text: I, stop: {stop}}}]").play()
    assert closing(events).end == end
    assert len(only(events, ResponseStarted)) == 1


async def test_an_exit_goes_before_a_refusal(tmp_path: Path) -> None:
    events = await Stage(tmp_path, "[{text: Stopping now., stop: refusal}]").play()
    assert closing(events).end == "model-exit"


async def test_a_reply_cut_by_the_output_limit_ends_the_turn_only(tmp_path: Path) -> None:
    events = await Stage(tmp_path, "[{text: A long, stop: length}, {text: Stopping now.}]").play()
    assert [event.stop for event in only(events, ResponseFinished)] == ["length", "end"]
    assert closing(events).end == "model-exit"


async def test_a_pause_is_another_step_without_a_message(tmp_path: Path) -> None:
    events = await Stage(tmp_path, "[{text: Wait, stop: pause}, {text: Stopping now.}]").play()
    assert len(only(events, MessageSent)) == 1
    assert [event.step for event in only(events, ResponseFinished)] == [1, 2]


async def test_an_unknown_ending_runs_no_tool_and_ends_the_turn(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path,
        """
        - {stop: unknown, calls: [{name: write_file, arguments: {path: a, content: b}}]}
        - {text: Stopping now.}
        """,
    )
    events = await stage.play()
    answer = only(events, ToolReturned)[0]
    assert not answer.ok
    assert "was not run" in (answer.result[0].text or "")
    assert stage.workspace.scan() == []


async def test_a_call_cut_by_the_output_limit_does_not_run(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path,
        """
        - stop: length
          calls: [{name: write_file, arguments: '{"path": "a", "content": "half'}]
        - {text: Stopping now.}
        """,
    )
    answer = only(await stage.play(), ToolReturned)[0]
    assert not answer.ok
    assert stage.workspace.scan() == []


async def test_an_unknown_tool_keeps_its_payload_and_gets_the_list(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path, "[{calls: [{name: publish, arguments: {essay: kept}}]}, {text: Stopping now.}]"
    )
    events = await stage.play()
    call = next(event for event in only(events, BlockRecorded) if event.kind == "tool_call")
    assert "kept" in call.arguments
    assert "write_file" in (only(events, ToolReturned)[0].result[0].text or "")


async def test_long_answers_are_kept_as_blobs_before_their_line(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path,
        """
        - calls:
          - {name: write_file, arguments: {path: big.txt, content: CONTENT}}
        - calls: [{name: read_file, arguments: {path: big.txt}}]
        - text: Stopping now.
        """.replace("CONTENT", "x" * 70_000),
    )
    part = only(await stage.play(), ToolReturned)[1].result[0]
    assert part.text is None
    assert part.blob is not None
    blob = stage.journal.parent / "blobs" / part.blob
    assert blob.read_text().count("x") == 70_000


async def test_an_empty_reply_is_recorded_and_the_protocol_goes_on(tmp_path: Path) -> None:
    events = await Stage(tmp_path, "[{text: ''}, {text: Stopping now.}]").play()
    assert [event.turn for event in only(events, ResponseFinished)] == [1, 2]
    assert closing(events).end == "model-exit"


async def test_what_is_shown_is_on_disk_already(tmp_path: Path) -> None:
    behind: list[int] = []

    def on_disk(record: Record) -> None:
        lines = (stage.journal).read_bytes().splitlines()
        behind.append(record.seq - (len(lines) - 1))

    stage = Stage(tmp_path, "[{text: Stopping now.}]", watchers=(on_disk,))
    await stage.play()
    assert behind
    assert all(lag <= 0 for lag in behind)


async def test_a_fault_of_ours_is_a_line_and_not_a_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, "[{text: Hello.}]")

    def broken(*_: object) -> bytes:
        raise KeyError("no such thing")

    monkeypatch.setattr(stage.provider, "body", broken)
    closed = closing(await stage.play())
    assert closed.end == "harness-failed"
    assert "KeyError" in closed.detail


async def test_a_person_is_a_person_in_the_record(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path,
        "[{text: Hello.}]",
        repeat=True,
        attended=True,
        offer=offer_at(2, "You may leave."),
    )
    events = await stage.play(Somebody(says=["How are the tides?", None]))
    assert [(event.turn, event.author) for event in only(events, MessageSent)] == [
        (1, "protocol"),
        (2, "protocol"),
        (2, "person"),
    ]
    assert closing(events).end == "person-end"


async def test_a_mention_is_recorded_and_ends_nothing(tmp_path: Path) -> None:
    events = await Stage(
        tmp_path,
        """
        - text: I could say "stopping now" at some point, and will not yet.
        - text: Stopping now.
        """,
    ).play()
    assert [event.step for event in only(events, ExitMentioned)] == [1]
    assert [event.step for event in only(events, ExitTaken)] == [2]


async def test_failures_before_the_first_delta_are_retried_visibly(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path,
        "[{text: Stopping now., fail: {kind: overloaded, message: Busy., times: 2, "
        "retry_after: 0.001}}]",
    )
    events = await stage.play()
    failures = only(events, ResponseFailed)
    assert [(event.attempt, event.retried) for event in failures] == [(1, True), (2, True)]
    assert only(events, ResponseStarted)[0].attempt == 3
    assert closing(events).end == "model-exit"

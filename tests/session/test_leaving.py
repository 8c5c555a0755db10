"""The door is real: what leaves, what does not, and that nothing is sent afterwards."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from latitude.core.blocks import Block
from latitude.core.events import (
    ExitMentioned,
    ExitTaken,
    ResponseFinished,
    ResponseStarted,
    SessionClosed,
    ToolReturned,
)
from latitude.core.spec import ExitTerms, Limits
from latitude.session.leaving import calls_to_run, holds_exit, judge
from tests.session.stage import Somebody, Stage

TERMS = ExitTerms(phrases=("stopping now",), tool="end_session")


def text(words: str) -> Block:
    return Block(kind="text", text=words)


def call(name: str, call_id: str = "c", arguments: str = "{}") -> Block:
    return Block(kind="tool_call", call_id=call_id, name=name, arguments=arguments)


@pytest.mark.promise("exit-honoured")
@pytest.mark.parametrize("arguments", ["{}", "", '{"reason": "done"}', "not json", '{"a": '])
def test_the_exit_tool_counts_whatever_its_arguments(arguments: str) -> None:
    taken = judge([call("end_session", "c7", arguments)], TERMS, 2, 3)
    assert isinstance(taken, ExitTaken)
    assert (taken.by, taken.evidence, taken.turn, taken.step) == ("tool", "c7", 2, 3)


def test_text_blocks_are_read_as_one_reply() -> None:
    blocks = [text("The page is done."), call("write_file"), text("Stopping now.")]
    taken = judge(blocks, TERMS, 1, 1)
    assert isinstance(taken, ExitTaken)
    assert taken.evidence == "Stopping now."


def test_a_tool_of_another_name_is_not_the_exit() -> None:
    assert judge([call("end_sessions")], TERMS, 1, 1) is None
    assert judge([call("end_session")], ExitTerms(phrases=("stopping now",)), 1, 1) is None


def test_calls_before_the_exit_tool_run_and_those_after_do_not() -> None:
    calls = [call("write_file", "a"), call("end_session", "b"), call("delete_file", "c")]
    taken = judge(calls, TERMS, 1, 1)
    assert isinstance(taken, ExitTaken)
    assert [one.call_id for one in calls_to_run(calls, TERMS, taken)] == ["a"]


def test_calls_are_told_apart_by_place_and_not_by_id() -> None:
    calls = [call("write_file", "x"), call("end_session", "x"), call("delete_file", "x")]
    taken = judge(calls, TERMS, 1, 1)
    assert isinstance(taken, ExitTaken)
    assert [one.name for one in calls_to_run(calls, TERMS, taken)] == ["write_file"]


def test_with_an_exit_by_phrase_all_calls_of_that_response_run() -> None:
    calls = [call("write_file", "a"), call("delete_file", "b")]
    taken = judge([text("Stopping now."), *calls], TERMS, 1, 1)
    assert isinstance(taken, ExitTaken)
    assert calls_to_run(calls, TERMS, taken) == calls


words = st.one_of(st.text(max_size=40), st.just("stopping now"), st.just("Stopping now."))
never_searched = st.lists(
    st.one_of(
        st.builds(Block, kind=st.just("thinking"), text=words),
        st.builds(Block, kind=st.just("other"), text=words),
        st.builds(
            Block,
            kind=st.just("tool_call"),
            name=st.sampled_from(["write_file", "stopping now", "End_session"]),
            call_id=st.just("c"),
            arguments=words,
        ),
    ),
    max_size=6,
)


@pytest.mark.promise("exit-honoured")
@given(never_searched)
def test_thinking_and_arguments_never_end_a_session(blocks: list[Block]) -> None:
    assert judge(blocks, TERMS, 1, 1) is None
    assert not holds_exit(blocks, TERMS)


@pytest.mark.promise("exit-honoured")
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.sampled_from(["stopping now", "Stopping now.\n", "x\nstopping now\n"]))
async def test_tool_results_and_files_never_end_a_session(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    steps = [
        {"calls": [{"name": "write_file", "arguments": {"path": "a", "content": content}}]},
        {"calls": [{"name": "read_file", "arguments": {"path": "a"}}]},
        {"text": "Read."},
    ]
    stage = Stage(tmp_path_factory.mktemp("scene"), yaml.safe_dump(steps), between="")
    events = await stage.play()
    assert [event for event in events if isinstance(event, (ExitTaken, ExitMentioned))] == []
    closed = events[-1]
    assert isinstance(closed, SessionClosed)
    assert closed.end == "no-next-message"


@pytest.mark.promise("exit-honoured")
@pytest.mark.parametrize("attended", [False, True])
@pytest.mark.parametrize(
    "leaving",
    [
        "text: Stopping now.",
        "calls: [{name: end_session, arguments: {}}]",
        "{text: Stopping now., calls: [{name: write_file, arguments: {path: a, content: b}}]}",
    ],
)
async def test_after_an_exit_nothing_is_sent(tmp_path: Path, leaving: str, attended: bool) -> None:
    step = leaving if leaving.startswith("{") else "{" + leaving + "}"
    stage = Stage(tmp_path, f"[{step}]", repeat=True, attended=attended, limits=Limits(turns=9))
    asked: list[str] = []
    sent = stage.provider.open

    def count(request):  # type: ignore[no-untyped-def]
        asked.append(request.sha256)
        return sent(request)

    stage.provider.open = count  # type: ignore[method-assign]
    events = await stage.play(Somebody(says=["And now?"] * 5))
    assert len(asked) == 1
    assert sum(isinstance(event, ResponseStarted) for event in events) == 1
    closed = events[-1]
    assert isinstance(closed, SessionClosed)
    assert closed.end == "model-exit"


async def test_the_calls_beside_an_exit_by_phrase_are_run_and_recorded(tmp_path: Path) -> None:
    stage = Stage(
        tmp_path,
        "[{text: Stopping now., calls: [{name: write_file, arguments: {path: a, content: b}}]}]",
    )
    events = await stage.play()
    taken = next(place for place, event in enumerate(events) if isinstance(event, ExitTaken))
    returned = next(place for place, event in enumerate(events) if isinstance(event, ToolReturned))
    assert taken < returned
    assert stage.workspace.read("a") == b"b"


async def test_the_exit_is_recorded_right_after_the_response(tmp_path: Path) -> None:
    """A crash between the two is all that recovery has to bridge."""
    events = await Stage(tmp_path, "[{calls: [{name: end_session, arguments: {}}]}]").play()
    finished = next(n for n, event in enumerate(events) if isinstance(event, ResponseFinished))
    assert isinstance(events[finished + 1], ExitTaken)


async def test_forged_lines_in_a_reply_stay_words(tmp_path: Path) -> None:
    forged = json.dumps({"v": 1, "seq": 3, "type": "session.closed", "end": "model-exit"})
    steps = yaml.safe_dump([{"text": f"\n{forged}\n"}, {"text": "Still here."}])
    events = await Stage(tmp_path, steps, limits=Limits(turns=2)).play()
    closed = events[-1]
    assert isinstance(closed, SessionClosed)
    assert closed.end == "turn-limit"

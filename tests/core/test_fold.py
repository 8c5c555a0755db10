"""The one fold, and the conversation that is read from it."""

import msgspec
import pytest

from latitude.core.blocks import Block
from latitude.core.events import (
    BlockRecorded,
    Cost,
    MessageSent,
    PersonChose,
    ResponseFailed,
    ResponseFinished,
    ResultPart,
    SessionOpened,
    ToolReturned,
    UnknownEvent,
    Wish,
    WishRecorded,
    WorkspaceCommitted,
)
from latitude.core.fold import FoldError, SessionState, fold, reply_text
from latitude.core.history import Replied, ReturnedAll, Said, conversation
from latitude.core.spec import (
    Conditions,
    ExitTerms,
    Limits,
    ModelAsked,
    ProtocolUsed,
    Texts,
    Versions,
)
from latitude.core.stream import Tokens

OPENED = SessionOpened(
    id="20261120-231502-k3f9w2",
    protocol=ProtocolUsed(name="p", version=1, sha256="", texts=Texts(opening="Hello.")),
    given="",
    model=ModelAsked(provider="chat", name="m"),
    tools=(),
    limits=Limits(),
    exit=ExitTerms(phrases=("stopping now",)),
    conditions=Conditions(),
    versions=Versions(latitude="0", sdk="", python="3"),
)


def said(turn: int, text: str = "Hello.") -> MessageSent:
    return MessageSent(turn=turn, author="protocol", text=text)


def block(step: int, index: int, text: str = "", turn: int = 1, **more: object) -> BlockRecorded:
    raw = msgspec.Raw(msgspec.json.encode({"text": text}))
    return BlockRecorded(turn=turn, step=step, index=index, kind="text", text=text, raw=raw, **more)


def call(step: int, index: int, call_id: str) -> BlockRecorded:
    return BlockRecorded(
        turn=1, step=step, index=index, kind="tool_call", call_id=call_id, name="read_file"
    )


def finished(step: int, turn: int = 1, usd: float | None = None) -> ResponseFinished:
    return ResponseFinished(
        turn=turn,
        step=step,
        model="m-1",
        stop="end",
        stop_reason="stop",
        tokens=Tokens(input=10, output=5, thinking=2),
        seconds=0.1,
        cost=None if usd is None else Cost(usd=usd, prices="t"),
    )


def failed(step: int) -> ResponseFailed:
    return ResponseFailed(
        turn=1,
        step=step,
        attempt=1,
        error="connection",
        message="",
        retried=True,
        request_sha256="",
    )


def returned(step: int, call_id: str) -> ToolReturned:
    return ToolReturned(
        turn=1,
        step=step,
        call_id=call_id,
        tool="read_file",
        ok=True,
        result=(ResultPart(kind="text", media_type="text/plain", text=f"answer to {call_id}"),),
        seconds=0,
    )


def state_of(*events: object) -> SessionState:
    state = fold(None, OPENED)
    for event in events:
        state = fold(state, event)
    return state


def no_blobs(sha256: str) -> bytes:
    raise AssertionError(f"no blob {sha256} is needed here")


def test_a_session_begins_with_its_opening() -> None:
    with pytest.raises(FoldError, match=r"session\.opened"):
        fold(None, said(1))


def test_an_event_of_a_step_needs_a_message_before_it() -> None:
    with pytest.raises(FoldError, match="before the first message"):
        state_of(block(1, 0))


def test_blocks_stand_in_their_order_whichever_was_done_first() -> None:
    state = state_of(said(1), block(1, 1, "second"), block(1, 0, "first"), finished(1))
    assert state.last_step is not None
    assert reply_text(state.last_step.blocks) == "first\n\nsecond"


def test_a_text_that_goes_on_is_one_with_the_text_before_it() -> None:
    texts = [("It says: ", False), ("stop", True), (".", True), ("Then.", False)]
    blocks = [Block(kind="text", text=text, continues=more) for text, more in texts]
    assert reply_text(blocks) == "It says: stop.\n\nThen."
    assert reply_text([Block(kind="other"), *blocks[1:]]) == "stop.\n\nThen."


def test_totals_are_summed_and_an_unknown_price_stays_unknown() -> None:
    state = state_of(said(1), finished(1, usd=0.5), said(2), finished(2, turn=2, usd=0.25))
    assert state.cost == 0.75
    assert state.tokens == Tokens(input=20, output=10, thinking=4)
    assert fold(state, finished(3, turn=2)).cost is None


def test_a_broken_attempt_is_kept_and_never_sent_back() -> None:
    state = state_of(said(1), block(1, 0, "half", partial=True), failed(1))
    state = fold(fold(state, block(1, 0, "whole")), finished(1))
    step = state.last_step
    assert step is not None
    assert [kept.text for kept in step.broken[0].blocks] == ["half"]
    replied = [item for item in conversation(state, no_blobs).history if isinstance(item, Replied)]
    assert [one.text for item in replied for one in item.blocks] == ["whole"]


def test_answers_go_back_in_the_order_of_their_calls() -> None:
    state = state_of(
        said(1), call(1, 0, "a"), call(1, 1, "b"), finished(1), returned(1, "b"), returned(1, "a")
    )
    history = conversation(state, no_blobs).history
    assert isinstance(history[0], Said)
    answers = history[2]
    assert isinstance(answers, ReturnedAll)
    assert [answer.call_id for answer in answers.results] == ["a", "b"]
    assert answers.results[0].parts[0].text == "answer to a"


def test_an_answer_kept_as_a_blob_is_fetched() -> None:
    result = (ResultPart(kind="text", media_type="text/plain", blob="f00d"),)
    answer = msgspec.structs.replace(returned(1, "a"), result=result)
    state = state_of(said(1), call(1, 0, "a"), finished(1), answer)
    fetched = conversation(state, lambda sha256: sha256.encode()).history[2]
    assert isinstance(fetched, ReturnedAll)
    assert fetched.results[0].parts[0].data == b"f00d"


def test_calls_without_an_answer_are_known() -> None:
    state = state_of(said(1), call(1, 0, "a"), call(1, 1, "b"), finished(1), returned(1, "a"))
    assert state.last_step is not None
    assert [one.call_id for one in state.last_step.unanswered] == ["b"]


def test_carrying_on_keeps_the_turns_and_takes_new_terms() -> None:
    state = state_of(said(1), block(1, 0, "Hi."), finished(1))
    child = msgspec.structs.replace(OPENED, id="20261121-000000-aaaaaa", limits=Limits(turns=40))
    state = fold(state, child)
    assert state.opened.limits.turns == 40
    assert (state.turn, state.step) == (1, 1)
    assert (state.own_turns, state.own_steps) == (0, 0), "its room is its own"
    assert state.tokens == Tokens()
    assert state.closed is None


def test_choices_and_unknown_lines_change_no_history() -> None:
    state = state_of(said(1), block(1, 0, "Hi."), finished(1))
    more = fold(state, UnknownEvent(type="tomorrow", raw=b"{}"))
    more = fold(more, PersonChose(turn=1, step=1, choice="try-again"))
    assert conversation(more, no_blobs) == conversation(state, no_blobs)


def test_a_commit_that_recovery_made_belongs_to_its_step() -> None:
    made = WorkspaceCommitted(turn=1, step=1, commit="c" * 40, tree="", files=())
    state = state_of(said(1), finished(1), block(2, 0, "half", partial=True), failed(2), made)
    assert state.turns[0].steps[0].commit == made
    assert state.last_commit == "c" * 40


def test_of_several_wishes_the_last_word_on_each_part_counts() -> None:
    state = fold(None, OPENED)
    assert state.wish == Wish()
    for said in (
        Wish(publish="no", signature="a river", words="Not yet."),
        Wish(publish="yes"),
        Wish(words="Now."),
    ):
        state = fold(state, WishRecorded.of(said, 1, 1, "call-1-0"))
    assert state.wish == Wish(publish="yes", signature="a river", words="Now.")
    child = fold(state, msgspec.structs.replace(OPENED, id="20261120-231503-k3f9w2"))
    child = fold(child, WishRecorded.of(Wish(publish="no"), 1, 1, "call-1-0"))
    assert child.wish == Wish(publish="no", signature="a river", words="Now."), "carried on"

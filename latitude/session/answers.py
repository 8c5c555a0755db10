"""Running the calls of a response, and recording what is sent back for each."""

import asyncio
import time
from collections.abc import Sequence

from latitude.core.blocks import Block
from latitude.core.events import ResultPart, ToolReturned, WishRecorded
from latitude.core.fold import SessionState, Step
from latitude.session.progress import RUNS_NO_TOOLS
from latitude.session.seams import Hands, RecordEvent, Sink
from latitude.tools.base import Picture

LONGEST_INLINE = 64 * 1024
"""Bytes of text that stand in the journal's line; longer answers are blobs."""


async def answer_calls(
    sink: Sink, hands: Hands, record: RecordEvent, turn: int, step: Step, calls: Sequence[Block]
) -> None:
    """Run ``calls`` one after another and record each answer before the next one runs."""
    assert step.finished is not None
    if step.finished.stop in RUNS_NO_TOOLS:
        reason = f"the response ended with {step.finished.stop_reason or 'no reason'}"
        for call in calls:
            await record(_not_run(turn, step.number, call, reason))
        return
    for call in calls:
        began = time.monotonic()
        try:
            answer = await hands.call(call.name, call.arguments)
        except asyncio.CancelledError:
            seconds = round(time.monotonic() - began, 4)
            await record(_stopped(turn, step.number, call, seconds))
            raise
        if answer.wish is not None:
            await record(WishRecorded.of(answer.wish, turn, step.number, call.call_id))
        await record(
            ToolReturned(
                turn=turn,
                step=step.number,
                call_id=call.call_id,
                tool=call.name,
                ok=answer.ok,
                result=(
                    await _text_part(sink, answer.text),
                    *[await _picture_part(sink, picture) for picture in answer.pictures],
                ),
                seconds=round(time.monotonic() - began, 4),
                cut=answer.cut,
            )
        )


async def leave_unanswered(state: SessionState, record: RecordEvent) -> None:
    """Give each call that a parent session left open a recorded "not run" answer."""
    step = state.last_step
    if step is None:
        return
    for call in step.unanswered:
        reason = "the session stopped before it could be"
        await record(_not_run(state.turn, step.number, call, reason))


def _not_run(turn: int, step: int, call: Block, reason: str) -> ToolReturned:
    return _unfinished(turn, step, call, f"This call was not run: {reason}.", 0.0)


def _stopped(turn: int, step: int, call: Block, seconds: float) -> ToolReturned:
    text = "This call was stopped: the session ended while it ran."
    return _unfinished(turn, step, call, text, seconds)


def _unfinished(turn: int, step: int, call: Block, text: str, seconds: float) -> ToolReturned:
    return ToolReturned(
        turn=turn,
        step=step,
        call_id=call.call_id,
        tool=call.name,
        ok=False,
        result=(ResultPart(kind="text", media_type="text/plain", text=text),),
        seconds=seconds,
    )


async def _picture_part(sink: Sink, picture: Picture) -> ResultPart:
    blob = await sink.store(picture.data)
    return ResultPart(kind="image", media_type=picture.media_type, blob=blob)


async def _text_part(sink: Sink, text: str) -> ResultPart:
    data = text.encode("utf-8")
    if len(data) <= LONGEST_INLINE:
        return ResultPart(kind="text", media_type="text/plain", text=text)
    return ResultPart(kind="text", media_type="text/plain", blob=await sink.store(data))

"""A session from its first line to its last: turns, steps, tools, exits, limits, endings.

The engine keeps no state of its own but the fold of what it wrote: each event is appended through
the sink, folded, and only then acted upon. So what is on disk is always at least as far as what
was done.
"""

import asyncio
import contextlib
from dataclasses import dataclass

from latitude.core.events import (
    ExitTaken,
    KnownEvent,
    MessageSent,
    Record,
    SessionClosed,
)
from latitude.core.fold import SessionState, fold
from latitude.core.uninterrupted import uninterrupted
from latitude.errors import LatitudeError
from latitude.providers.base import Provider
from latitude.session.answers import answer_calls, leave_unanswered
from latitude.session.companion import due_offer
from latitude.session.exchange import Exchange
from latitude.session.leaving import calls_to_run, judge
from latitude.session.limits import Ending, Room
from latitude.session.progress import turn_is_over
from latitude.session.seams import Companion, Hands, Keeper, Sink, StepMark
from latitude.session.stop import Stop


@dataclass(frozen=True, slots=True)
class Parts:
    """What a session runs on."""

    sink: Sink
    provider: Provider
    hands: Hands
    keeper: Keeper
    companion: Companion
    stop: Stop


class Engine:
    """Runs one session. The journal already holds ``session.opened`` when it starts."""

    def __init__(self, parts: Parts, opened: Record, inherited: SessionState | None = None) -> None:
        self._parts = parts
        self._state = fold(inherited, opened.event, opened.sha256)
        self._room = Room(self._state.opened.limits)
        self._exchange = Exchange(
            parts.sink, parts.provider, parts.companion, self._room, self.record, self.now
        )

    def now(self) -> SessionState:
        """The session as recorded so far."""
        return self._state

    async def run(self) -> SessionState:
        """Run until the session ends, and return it closed.

        Raises only what kept the end from being recorded (``HomeUnusable``): the journal then
        has no last line, and ``latitude recover`` closes it.
        """
        task = asyncio.current_task()
        assert task is not None
        self._parts.stop.watch(task)
        ending = await self._live()
        self._parts.stop.release()
        while task.uncancel():
            pass
        # An exit that was said is kept, whatever stopped the session after it.
        with contextlib.suppress(asyncio.CancelledError):
            await uninterrupted(self._seal(_exit_ending(self._state) or ending))
        return self._state

    async def record(self, event: KnownEvent) -> Record:
        """Append one event and fold it."""
        record = await self._parts.sink.append(event)
        # What was written, which may have been mended, and not what was meant.
        self._state = fold(self._state, record.event, record.sha256)
        return record

    async def _live(self) -> Ending:
        try:
            await leave_unanswered(self._state, self.record)
            # A cancellation is only delivered where the session waits, so Stop is asked as well.
            while self._parts.stop.reason is None:
                ending = await (self._turn() if turn_is_over(self._state) else self._step())
                if ending is not None:
                    return ending
        except asyncio.CancelledError:
            pass
        except LatitudeError:
            raise
        except Exception as error:  # noqa: BLE001  (the one boundary: it becomes an event)
            return Ending("harness-failed", _describe(error))
        # Nobody but Stop cancels a session on purpose; anything else is an interruption.
        return Ending(self._parts.stop.reason or "interrupted", "stopped while it ran")

    async def _turn(self) -> Ending | None:
        """Say the next words, if there are any and there is room for them."""
        state, companion = self._state, self._parts.companion
        if state.turn:
            await self._parts.sink.sync()
        attended = state.opened.conditions.attended
        if attended and (ending := self._room.before_message(self._state)):
            return ending
        turn = state.turn + 1
        if turn == 1:
            return await self._say(MessageSent(turn=1, author="protocol", text=_opening(state)))
        text = await companion.next_message(state)
        if text is None:
            if attended:
                return Ending("person-end", "the person ended the session")
            return Ending("no-next-message", "the protocol had nothing more to send")
        if not attended:
            return await self._say(MessageSent(turn=turn, author="protocol", text=text))
        if offer := due_offer(state):
            await self.record(MessageSent(turn=turn, author="protocol", text=offer))
        return await self._say(MessageSent(turn=turn, author="person", text=text))

    async def _say(self, message: MessageSent) -> Ending | None:
        if message.author != "person" and (ending := self._room.before_message(self._state)):
            return ending
        await self.record(message)
        return None

    async def _step(self) -> Ending | None:
        """One request, its response, and what follows from it."""
        if ending := self._room.before_request(self._state):
            return ending
        if ending := await self._exchange.run():
            return ending
        step = self._state.last_step
        assert step is not None
        assert step.finished is not None
        turn = self._state.turn
        # The door comes before everything else that the response may ask for.
        judged = judge(step.blocks, self._state.opened.exit, turn, step.number)
        if judged is not None:
            await self.record(judged)
        taken = judged if isinstance(judged, ExitTaken) else None
        calls = calls_to_run(step.calls, self._state.opened.exit, taken)
        await answer_calls(self._parts.sink, self._parts.hands, self.record, turn, step, calls)
        if step.calls:
            await self._commit()
        if taken is not None:
            return _exit_ending(self._state)
        match step.finished.stop:
            case "refusal":
                return Ending("refused", step.finished.stop_reason or "refusal")
            case "context_full":
                return Ending("context-full", step.finished.stop_reason or "context full")
            case _:
                return None

    async def _commit(self) -> None:
        step = self._state.last_step
        mark = StepMark.of(step) if step is not None else None
        if mark is not None and mark.step > self._state.steps_before:
            # Before the first own response the workspace is as it was laid out.
            await uninterrupted(self._keep(mark))

    async def _keep(self, mark: StepMark) -> None:
        committed = await self._parts.keeper.commit(mark)
        if committed is not None:
            await self.record(committed.event(mark))

    async def _seal(self, ending: Ending) -> None:
        await self._commit()
        seconds = round(self._room.elapsed, 3)
        summary = self._state.summary(await self._parts.keeper.count_files(), seconds)
        await self.record(SessionClosed(end=ending.end, detail=ending.detail, summary=summary))
        await self._parts.sink.sync()


def _exit_ending(state: SessionState) -> Ending | None:
    return None if state.exit is None else Ending("model-exit", f"by {state.exit.by}")


def _opening(state: SessionState) -> str:
    return state.opened.protocol.texts.opening


def _describe(error: Exception) -> str:
    """Type, message and place of a fault of ours, on one line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}: {error}{place}"

"""One step's request, sent until there is a whole response or a reason to stop asking."""

import asyncio
from collections.abc import Callable

from latitude.core.events import (
    PersonChose,
    ResponseFailed,
    ResponseFinished,
)
from latitude.core.fold import SessionState
from latitude.core.history import History
from latitude.core.stream import Failed, Finished
from latitude.providers.base import Provider, Request
from latitude.session.leaving import holds_exit
from latitude.session.limits import Ending, Room
from latitude.session.response import Place, Response
from latitude.session.retry import person_may_retry, wait_before_retry
from latitude.session.seams import Companion, RecordEvent, Sink

HELD_EXIT = "the reply that broke off held the words of the exit"


class Exchange:
    """Gets whole responses into the record, one a step; a session has one of these."""

    def __init__(
        self,
        sink: Sink,
        provider: Provider,
        companion: Companion,
        room: Room,
        record: RecordEvent,
        state: Callable[[], SessionState],
    ) -> None:
        self._sink = sink
        self._provider = provider
        self._companion = companion
        self._room = room
        self._record = record
        self._state = state
        self._history = History(sink.load)

    async def run(self) -> Ending | None:
        """Return ``None`` once a whole response is recorded, else why the session ends."""
        while True:
            place, request = self._next_attempt()
            response = Response(self._sink, self._record, place, request)
            try:
                ending = await response.receive(self._provider)
            except asyncio.CancelledError:
                await self._record(_stopped(place, request))
                raise
            if isinstance(ending, Finished):
                await self._record(self._finished(place, response, ending))
                return None
            if result := await self._after_failure(place, request, response, ending):
                return result

    def _next_attempt(self) -> tuple[Place, Request]:
        state = self._state()
        last = state.turns[-1].steps[-1] if state.turns[-1].steps else None
        open_step = last is not None and last.finished is None
        place = Place(
            turn=state.turn,
            step=state.step if open_step else state.step + 1,
            attempt=len(last.broken) + 1 if last is not None and open_step else 1,
        )
        asked = self._history.conversation(state)
        return place, Request(conversation=asked, body=self._provider.body(asked))

    def _finished(self, place: Place, response: Response, ending: Finished) -> ResponseFinished:
        first = response.first_token_seconds
        return ResponseFinished(
            turn=place.turn,
            step=place.step,
            model=ending.model,
            stop=ending.stop,
            stop_reason=ending.stop_reason,
            tokens=ending.tokens,
            seconds=round(response.seconds, 4),
            first_token_seconds=None if first is None else round(first, 4),
            cost=self._provider.price(ending.model, ending.usage, ending.searches),
            usage=ending.usage,
            detail=ending.detail,
        )

    async def _after_failure(
        self, place: Place, request: Request, response: Response, failed: Failed
    ) -> Ending | None:
        wait = wait_before_retry(failed, place.attempt, arrived=response.arrived)
        event = ResponseFailed(
            turn=place.turn,
            step=place.step,
            attempt=place.attempt,
            error=failed.kind,
            message=failed.message,
            retried=wait is not None,
            request_sha256=request.sha256,
            provider_type=failed.provider_type,
            status=failed.status,
            request_id=failed.request_id,
            wait_seconds=None if wait is None else round(wait, 3),
        )
        await self._record(event)
        if wait is not None:
            await asyncio.sleep(min(wait, self._room.seconds_left))
            return self._room.before_request(self._state())
        if failed.kind == "context_full":
            return Ending("context-full", failed.message)
        if holds_exit(response.blocks, self._state().opened.exit):
            return Ending("provider-failed", f"{failed.message}; {HELD_EXIT}")
        return await self._ask_person(event, failed)

    async def _ask_person(self, event: ResponseFailed, failed: Failed) -> Ending | None:
        again = None
        if person_may_retry(failed):
            again = await self._companion.try_again(self._state(), event)
        if again is None:
            return Ending("provider-failed", failed.message)
        await self._record(
            PersonChose(turn=event.turn, step=event.step, choice="try-again" if again else "end")
        )
        return None if again else Ending("provider-failed", failed.message)


def _stopped(place: Place, request: Request) -> ResponseFailed:
    return ResponseFailed(
        turn=place.turn,
        step=place.step,
        attempt=place.attempt,
        error="interrupted",
        message="The session was stopped while the reply was coming.",
        retried=False,
        request_sha256=request.sha256,
    )

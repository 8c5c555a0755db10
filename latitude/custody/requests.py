"""Rebuilds every request of a session from its journal and compares it with what was sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from latitude.core.events import Record, ResponseFailed, ResponseStarted, SessionOpened
from latitude.core.fold import FoldError, SessionState, fold
from latitude.core.history import LoadBlob, conversation
from latitude.errors import LatitudeError
from latitude.providers.base import Wire
from latitude.providers.registry import wire_of


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One request, by the line that holds the hash of the body that was sent."""

    line: int
    problem: str | None
    """``None`` when the rebuilt body has the same hash."""


def rebuild_requests(
    records: tuple[Record, ...], inherited: SessionState | None, load: LoadBlob
) -> Iterator[Rebuilt]:
    """Rebuild the body of each request of a journal's ``records``, in order.

    ``inherited`` is what the session began with when it carries on another one. Nothing is sent.
    """
    state = inherited
    wire: Wire | None = None
    asked: tuple[int, str] | None = None
    for record in records:
        event = record.event
        if isinstance(event, SessionOpened):
            try:
                wire = wire_of(event.model.provider)
            except LatitudeError as error:
                yield Rebuilt(record.seq + 1, f"no request can be rebuilt: {error}")
                return
        if isinstance(event, ResponseStarted | ResponseFailed) and event.request_sha256:
            assert wire is not None
            # The attempts at one step all send the same body, so it is built once.
            if asked is None or asked[0] != event.step:
                asked = (event.step, _hash_of(wire, state, load))
            yield _compare(record.seq + 1, asked[1], event.request_sha256)
        try:
            state = fold(state, event, record.sha256)
        except FoldError as error:
            yield Rebuilt(record.seq + 1, f"no session writes this line here: {error}")
            return


def _hash_of(wire: Wire, state: SessionState | None, load: LoadBlob) -> str:
    assert state is not None
    try:
        return sha256(wire.body(conversation(state, load))).hexdigest()
    except LatitudeError as error:
        return f"cannot be built: {error}"


def _compare(line: int, rebuilt: str, sent: str) -> Rebuilt:
    if rebuilt == sent:
        return Rebuilt(line, None)
    return Rebuilt(line, f"the request was sent as {sent}, and rebuilt it is {rebuilt}")

"""Which limit has been reached. Checked before each request, never in mid-stream."""

from dataclasses import dataclass

from latitude.core.events import End
from latitude.core.fold import SessionState
from latitude.core.spec import Limits


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a session ends, in one of the contract's words and in a few plain ones."""

    end: End
    detail: str


def turn_limit(state: SessionState, limits: Limits) -> Ending | None:
    """The ending if one more message would go over the limit."""
    if state.turn >= limits.turns:
        return Ending("turn-limit", f"{limits.turns} messages from our side")
    return None


def request_limit(state: SessionState, limits: Limits, elapsed: float) -> Ending | None:
    """The ending if no further request may be sent; ``elapsed`` is seconds since the start."""
    if state.finished_steps >= limits.steps:
        return Ending("step-limit", f"{limits.steps} responses")
    if limits.tokens is not None and state.tokens.output >= limits.tokens:
        return Ending("token-limit", f"{state.tokens.output} of {limits.tokens} tokens written")
    if limits.cost is not None and (state.cost is None or state.cost >= limits.cost):
        spent = "an unknown amount" if state.cost is None else f"${state.cost:.4f}"
        return Ending("cost-limit", f"{spent} of ${limits.cost:g}")
    if limits.minutes is not None and elapsed >= limits.minutes * 60:
        return Ending("time-limit", f"{limits.minutes:g} minutes")
    return None

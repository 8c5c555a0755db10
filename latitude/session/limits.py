"""Which limit has been reached. Checked before each request, never in mid-stream.

A session that carries on another one has its own room: what its parents used does not count.
"""

import time
from dataclasses import dataclass

from latitude.core.events import End
from latitude.core.fold import SessionState
from latitude.core.spec import Limits


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a session ends, in one of the contract's words and in a few plain ones."""

    end: End
    detail: str


class Room:
    """What is left of a session's limits, on the monotonic clock."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._began = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the session began."""
        return time.monotonic() - self._began

    @property
    def seconds_left(self) -> float:
        """Until the time limit; infinite without one."""
        if self._limits.minutes is None:
            return float("inf")
        return max(0.0, self._limits.minutes * 60 - self.elapsed)

    def before_message(self, state: SessionState) -> Ending | None:
        """The ending if one more message would go over a limit."""
        if state.own_turns >= self._limits.turns:
            return Ending("turn-limit", f"{self._limits.turns} messages from our side")
        return self.before_request(state)

    def before_request(self, state: SessionState) -> Ending | None:
        """The ending if no further request may be sent."""
        limits = self._limits
        if state.own_steps >= limits.steps:
            return Ending("step-limit", f"{limits.steps} responses")
        if limits.tokens is not None and state.tokens.output >= limits.tokens:
            written = f"{state.tokens.output} of {limits.tokens} tokens written"
            return Ending("token-limit", written)
        if limits.cost is not None and (state.cost is None or state.cost >= limits.cost):
            spent = "an unknown amount" if state.cost is None else f"${state.cost:.4f}"
            return Ending("cost-limit", f"{spent} of ${limits.cost:g}")
        if not self.seconds_left:
            return Ending("time-limit", f"{limits.minutes:g} minutes")
        return None

"""Where in a turn a session stands, read from its state alone, so that it can be taken up."""

from latitude.core.fold import SessionState
from latitude.core.stream import StopKind

RUNS_NO_TOOLS: frozenset[StopKind] = frozenset({"refusal", "context_full", "unknown"})
"""Endings after which calls of the same response are not run."""


def turn_is_over(state: SessionState) -> bool:
    """Say whether the next thing is a message from our side, rather than a request.

    A response without tool calls ends the turn; a pause, or answered calls, ask for another step.
    """
    if not state.turns:
        return True
    steps = state.turns[-1].steps
    if not steps or steps[-1].finished is None:
        return False
    step, stop = steps[-1], steps[-1].finished.stop
    if stop == "pause":
        return False
    return not step.calls or stop in RUNS_NO_TOOLS

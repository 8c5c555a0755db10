"""The one line of numbers of a session; knows nothing of the terminal."""

from dataclasses import dataclass

from latitude.core.clean import clean_line
from latitude.core.fold import SessionState
from latitude.core.text import counted
from latitude.journal.circumstances import protocol_label
from latitude.journal.endings import model_label


@dataclass(frozen=True, slots=True)
class Moment:
    """What a session is doing."""

    doing: str
    """In a word or two: ``streaming``, ``waiting for you``, ``over``."""
    seconds: float
    """Since it began."""


def status_line(state: SessionState, moment: Moment) -> str:
    """What is happening, model as returned, turn, step, tokens, cost, time.

    The first is what somebody waits for: a narrow window cuts the end.
    """
    limits = state.opened.limits
    parts = [
        moment.doing,
        clean_line(state.model or _asked_for(state), 40),
        f"turn {state.own_turns} of {limits.turns}",
        f"step {state.step - state.steps_before}",
        _tokens(state),
        _cost(state),
        _time(state, moment.seconds),
    ]
    return " · ".join(part for part in parts if part)


def title_line(state: SessionState) -> str:
    """Protocol and model."""
    return clean_line(f"{_protocol(state)} · {_asked_for(state)}", 100)


def door_line(state: SessionState) -> str:
    """The ways out that the model has, or that it has taken one."""
    if state.exit is not None:
        left = "the script" if state.opened.model.provider == "rehearsal" else "the model"
        return f"{left} has left"
    if state.closed is not None:
        return "closed"
    terms = state.opened.exit
    ways = [f'"{phrase}"' for phrase in terms.phrases[:2]]
    if terms.tool:
        ways.append(terms.tool)
    return clean_line(f"the door is open: {' or '.join(ways)}", 80)


def _protocol(state: SessionState) -> str:
    return protocol_label(state.opened.protocol, state.opened.conditions)


def _asked_for(state: SessionState) -> str:
    model = state.opened.model
    return model_label(model.provider, model.name)


def _tokens(state: SessionState) -> str:
    tokens, limit = state.tokens, state.opened.limits.tokens
    if not tokens.output:
        return ""
    said = f"{tokens.output:,} of {limit:,} tokens" if limit else counted(tokens.output, "token")
    return f"{said} ({tokens.thinking:,} thinking)" if tokens.thinking else said


def _cost(state: SessionState) -> str:
    limit = state.opened.limits.cost
    if state.opened.model.provider == "rehearsal" or not state.own_steps:
        return ""
    if state.cost is None:
        return "cost not known"
    return f"${state.cost:.3f} of ${limit:g}" if limit else f"${state.cost:.3f}"


def _time(state: SessionState, seconds: float) -> str:
    limit = state.opened.limits.minutes
    said = f"{seconds:.0f} s" if seconds < 60 else f"{seconds // 60:.0f} min"
    return f"{said} of {limit:g} min" if limit else said

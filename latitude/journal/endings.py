"""How a session ended, in one plain sentence: the same words wherever an ending is shown."""

from collections.abc import Mapping

from latitude.core.events import End, SessionClosed, SessionOpened
from latitude.core.spec import Limits

REHEARSAL = "rehearsal, not a model"

ENDINGS: Mapping[End, str] = {
    "model-exit": "{who} chose to stop.",
    "no-next-message": "The protocol had nothing more to say. The model did not choose this end.",
    "person-end": "{person} ended the session.",
    "turn-limit": "The limit of {turns} was reached.",
    "step-limit": "The limit of {steps} was reached.",
    "token-limit": "The limit of {tokens} was reached.",
    "cost-limit": "The limit of {cost} was reached.",
    "time-limit": "The limit of {minutes} was reached.",
    "refused": "The provider refused the request or the answer. What came before is kept.",
    "context-full": "The conversation grew past what the model can read at once.",
    "provider-failed": "The provider gave no whole answer. What came is kept.",
    "interrupted": "latitude was stopped while the session ran. What came is kept.",
    "harness-failed": "latitude itself failed. What came is kept.",
}
"""One sentence for each end. None says that the model chose an end that it did not choose."""

SCRIPT_EXIT = "The script took the exit ({rehearsal})."


def model_label(provider: str, name: str) -> str:
    """How a model is named to a person; a rehearsal never passes for a model."""
    if provider == "rehearsal":
        return f"{name or 'rehearsal'} ({REHEARSAL})"
    return f"{provider}/{name}"


def ending_sentence(
    closed: SessionClosed, opened: SessionOpened | None, person: str = "You"
) -> str:
    """Return the sentence for how ``closed`` ended.

    ``opened`` gives the limits and says whether a model answered at all; ``person`` is the word
    for the attending person: "You" to themselves, "The person" to anybody else.
    """
    if opened is not None and opened.model.provider == "rehearsal" and closed.end == "model-exit":
        sentence = SCRIPT_EXIT.format(rehearsal=REHEARSAL)
    else:
        who = closed.summary.model or (opened.model.name if opened else "The model")
        limits = _figures(opened.limits if opened else Limits())
        sentence = ENDINGS[closed.end].format(who=who, person=person, **limits)
    if closed.end == "model-exit" and closed.detail == "recovered":
        return f"{sentence} The close was written by recovery, afterwards."
    return sentence


def _figures(limits: Limits) -> dict[str, str]:
    return {
        "turns": _count(limits.turns, "message"),
        "steps": _count(limits.steps, "response"),
        "tokens": _count(limits.tokens or 0, "token"),
        "minutes": _count(limits.minutes or 0, "minute"),
        "cost": f"{limits.cost or 0:.2f} US dollars",
    }


def _count(number: float, noun: str) -> str:
    return f"{number:,.10g} {noun}{'' if number == 1 else 's'}"

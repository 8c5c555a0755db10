"""The register of the five promises: what each says, and when a session's settings keep it.

Code keeps the promises; settings can only make one untrue, by telling the model of a thing that
this session does not have. A protocol lists the promises that it tells, and a session whose
settings do not keep one of them is refused before the first word. Each promise has tests of its
own, marked ``promise("…")``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from latitude.core.spec import Limits, ToolSchema
from latitude.prompts.protocol import TOOL_SETS, Protocol

DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings of a session that is about to begin."""

    protocol: Protocol
    tools: Sequence[ToolSchema]
    """As really offered, the exit tool among them."""
    limits: Limits = DEFAULT_LIMITS
    attended: bool = False

    def offers(self, *names: str) -> bool:
        """Say whether one of the tools ``names`` is offered."""
        return any(tool.name in names for tool in self.tools)

    def offers_files(self) -> bool:
        """Say whether the model can write in the workspace."""
        return self.offers("write_file", *TOOL_SETS["run"])


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a session would not keep a promise, and what to change."""

    what: str
    cure: str


@dataclass(frozen=True, slots=True)
class Promise:
    """One of the five."""

    name: str
    says: str
    lacks: Callable[[Terms], Lack | None]
    """``None`` when a session of these settings keeps the promise."""


def _exit_honoured(terms: Terms) -> Lack | None:
    """By phrase the engine can always honour it; a tool must really be there to be called."""
    leave = terms.protocol.exit
    if leave.tool is not None and not terms.offers(leave.tool):
        return Lack(
            f"the exit tool '{leave.tool}' is not offered in this session.",
            "Choose a protocol without an exit tool, or a model that takes tools.",
        )
    if leave.tool is None and not leave.phrases:
        return Lack("there is no exit.", "Give exit.phrases or exit.tool.")
    return None


def _no_hidden_words(terms: Terms) -> Lack | None:
    """Our words are hashed and recorded whatever the settings; a tool must be what it says."""
    names = [tool.name for tool in terms.tools]
    for tool in terms.tools:
        if names.count(tool.name) > 1:
            return Lack(f"two tools are called '{tool.name}'.", "Offer one of them.")
        if not tool.description.strip():
            return Lack(f"the tool '{tool.name}' says nothing about itself.", "Describe it.")
    return None


def _record_complete(_terms: Terms) -> Lack | None:
    """No setting turns the record off, or down."""
    return None


def _work_kept(terms: Terms) -> Lack | None:
    if not terms.offers_files():
        return Lack(
            "no tool is offered that can write a file, so there is no work to keep.",
            "Offer the file tools, or choose a protocol that speaks of no files.",
        )
    return None


def _wishes_carried(terms: Terms) -> Lack | None:
    if not terms.offers(*TOOL_SETS["wish"]):
        return Lack(
            "the tool 'wish' is not offered, so no wish can be recorded.",
            "Offer 'wish', or choose a protocol that speaks of no audience.",
        )
    return None


_ALL = (
    Promise(
        "exit-honoured",
        "The model can leave on any turn, by each way it is told; leaving is immediate and final.",
        _exit_honoured,
    ),
    Promise(
        "no-hidden-words",
        "Every word the model is given by us stands in the record, with who wrote it.",
        _no_hidden_words,
    ),
    Promise(
        "record-complete",
        "The record is complete and append-only, and an ending is never dressed as a choice.",
        _record_complete,
    ),
    Promise(
        "work-kept",
        "Every change to the workspace is kept as a commit in the model's name.",
        _work_kept,
    ),
    Promise(
        "wishes-carried",
        "What the model says about signing and showing its work stays with the work.",
        _wishes_carried,
    ),
)

PROMISES: Mapping[str, Promise] = {promise.name: promise for promise in _ALL}
"""By name, in the order of the design."""

"""What a session is opened with: everything that stands in its first line."""

from typing import Any, Literal

import msgspec

LimitName = Literal["turns", "steps", "tokens", "minutes", "cost"]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much room a session has; ``None`` is no limit. Checked before each request."""

    turns: int = 20
    """Messages from our side."""
    steps: int = 200
    """Responses."""
    tokens: int | None = None
    """Tokens the model wrote, hidden thinking included."""
    minutes: float | None = None
    """Wall time on the monotonic clock."""
    cost: float | None = None
    """US dollars."""

    def finite(self) -> dict[LimitName, int | float]:
        """The limits that are set, in a fixed order."""
        every: dict[LimitName, int | float | None] = {
            "turns": self.turns,
            "steps": self.steps,
            "tokens": self.tokens,
            "minutes": self.minutes,
            "cost": self.cost,
        }
        return {name: value for name, value in every.items() if value is not None}


class ToolSchema(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tool exactly as it is offered to the model."""

    name: str
    description: str
    parameters: dict[str, Any]
    """JSON Schema of the arguments, an object."""
    provided: dict[str, Any] | None = None
    """Of a tool that the provider itself runs: its entry in each request, in the provider's own
    shape. Nothing else of such a tool is sent; ``description`` is for people then."""


class ModelAsked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The model as asked for, with every parameter that a request carries beside the words."""

    provider: str
    name: str
    parameters: dict[str, Any] = {}
    """Fields of each request body, such as ``max_tokens`` and ``thinking``, in the provider's
    own shape, settled once before the first request."""
    host: str = ""
    """``host[:port]`` of the endpoint; empty for a rehearsal."""
    takes_tools: bool | None = None
    """Whether the model takes tools; ``None`` where nobody says."""
    takes_pictures: bool | None = None
    """Whether it can be sent pictures; ``None`` where nobody says, and then none is sent."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """How the exit is told when it is not told in the opening."""

    text: str
    turn: int
    """The turn with which it is due (2 or later)."""


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """Every word the protocol can give the model, rendered."""

    opening: str
    """The exact first message, with the exit's offer when it is told there."""
    script: tuple[str, ...] = ()
    offer: Offer | None = None
    between: str = ""
    """What is said after a turn when nobody is there; empty says nothing."""


class ProtocolUsed(msgspec.Struct, frozen=True, kw_only=True):
    """The protocol of a session: its name, its file's hash and its words."""

    name: str
    version: int
    sha256: str
    """Of the protocol file's bytes."""
    texts: Texts


class ExitTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The ways out: phrases said in the reply, a tool, or both."""

    phrases: tuple[str, ...] = ()
    tool: str | None = None


class SandboxUsed(msgspec.Struct, frozen=True, kw_only=True):
    """What held the model's commands."""

    name: str
    """With its version, such as ``bubblewrap 0.8.0``."""
    held: tuple[str, ...]
    """Limits that the kernel holds."""
    watched: tuple[str, ...]
    """Limits that latitude looks at while a command runs; they can be gone over for a moment."""


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """A group of tools that was asked for, and that this machine or provider does not have."""

    tool: str
    why: str
    cure: str


class StudyMark(msgspec.Struct, frozen=True, kw_only=True):
    """Which cell of which study a session is."""

    study: str
    """The study's name."""
    plan: str | None
    """SHA-256 (hex) of its plan file; ``None`` before there is one, and then nothing is run."""
    arm: str
    """The arm's label."""
    repeat: int
    """From 1."""
    seed: int


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """Circumstances that may matter to what the model does."""

    attended: bool = False
    disclosed: tuple[LimitName, ...] = ()
    """The limits the model was told."""
    promises: tuple[str, ...] = ()
    """The promises the protocol tells."""
    memory: str | None = None
    """What memory of earlier sessions was given; ``None`` is none."""
    study: str | None = None
    arm: str | None = None
    repeat: int | None = None
    seed: int | None = None
    network: Literal["off", "allow"] = "off"
    """Whether the model's commands could reach the network."""
    sandbox: SandboxUsed | None = None
    """``None`` where no tool runs commands."""
    withheld: tuple[Withheld, ...] = ()
    """What the protocol names and the model was not offered."""
    plan: str | None = None
    """SHA-256 (hex) of the study's plan file."""


class Parent(msgspec.Struct, frozen=True, kw_only=True):
    """The session that this one carries on, and where it was taken up."""

    id: str
    fingerprint: str
    seq: int
    """The last line of the parent that belongs to this session's history."""
    turn: int


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """The software that ran the session."""

    latitude: str
    sdk: str
    """Name and version of the provider's SDK, such as ``anthropic 2.11.0``; empty for none."""
    python: str

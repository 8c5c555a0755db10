"""A session as a list shows it: a plain value, quick to load, for whoever lists or shows lists."""

from typing import Literal

import msgspec

OPEN = "not closed; latitude recover closes it"
RUNNING = "running"
UNREADABLE = "cannot be read; latitude verify says why"
"""What stands in ``Listed.end`` of a session that has no ending, or none that can be read."""

SHORT_NETWORK = "+network"
"""For a column of a list: the model's commands could reach the network."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One session as the list shows it; ``None`` where it has not ended or cannot be read."""

    id: str
    end: str
    """The journal's word, or what stands in its place."""
    how: str
    """How it ended, in a few words for a person."""
    model: str = "?"
    protocol: str = "?"
    network: Literal["off", "allow"] = "off"
    """Whether the model's commands could reach the network."""
    opened: str | None = None
    closed: str | None = None
    rehearsal: bool | None = None
    attended: bool | None = None
    study: str | None = None
    arm: str | None = None
    repeat: int | None = None
    parent: str | None = None
    """The session that this one carries on."""
    turns: int | None = None
    steps: int | None = None
    files: int | None = None
    tokens: int | None = None
    cost: float | None = None
    detail: str | None = None
    fingerprint: str | None = None
    problem: str | None = None
    """Why the journal cannot be read."""
    tags: tuple[str, ...] | None = ()
    """``None`` when they cannot be read."""

    @property
    def protocol_label(self) -> str:
        """The protocol, and that commands could reach the network where they could."""
        return self.protocol if self.network == "off" else f"{self.protocol} {SHORT_NETWORK}"

    @property
    def interrupted(self) -> bool:
        """Whether nobody is writing it and nobody closed it."""
        return self.end == OPEN

"""Sessions as comparisons see them: one value each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

WORD = re.compile(r"[^\W_]{3,}")
"""A word, as likeness takes it."""


@dataclass(frozen=True, slots=True)
class WorkSeen:
    """A file that a session left."""

    path: str
    kind: str
    language: str | None
    size: int
    """Bytes."""
    sha256: str
    commit: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One session that has been closed, or that has not."""

    session: str
    opened: str
    model: str
    """As last returned; as asked where none came back."""
    asked: str
    """As a list names it, ``provider/name``."""
    given: str
    protocol: str
    attended: bool
    rehearsal: bool
    end: str | None
    """``None`` while it is open."""
    came_back: bool = True
    """Whether a model was returned: one that fails before its first response has none."""
    settings: str = ""
    """Parameters that the provider was asked with, as JSON with sorted keys; the seed aside."""
    parent: str | None = None
    """The session that this one carries on."""
    study: str | None = None
    plan: str | None = None
    arm: str | None = None
    repeat: int | None = None
    turns: int = 0
    turn_limit: int = 0
    files: int = 0
    cost: float | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    """Automatic codes that are words, such as ``first_action``."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Automatic codes that are numbers, such as ``questions``."""
    works: tuple[WorkSeen, ...] = ()

    @property
    def exited(self) -> bool:
        """Whether the model chose to stop."""
        return self.end == "model-exit"

    def counts(self, prefix: str) -> dict[str, float]:
        """The numbers whose names begin with ``prefix``, by the rest of their names."""
        return {
            name.removeprefix(prefix): number
            for name, number in self.numbers.items()
            if name.startswith(prefix)
        }

"""The small openings through which the engine reaches the outside; ``bootstrap`` fills them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from latitude.core.events import FileChange, KnownEvent, Record, ResponseFailed, WorkspaceCommitted
from latitude.core.fold import SessionState, Step
from latitude.core.stream import Delta
from latitude.tools.base import ToolAnswer

RecordEvent = Callable[[KnownEvent], Awaitable[object]]
"""Appends one event and folds it: how the parts of the engine write."""


class Sink(Protocol):
    """Appends, then shows. What it could not append it does not show: it raises."""

    async def append(self, event: KnownEvent) -> Record:
        """Write one line and return it as recorded.

        Raises ``HomeUnusable`` when it cannot be written and ``SessionSealed`` after the close.
        """
        ...

    async def stream(self, turn: int, step: int, delta: Delta) -> None:
        """Take a piece of a block that is still streaming (held back 50 ms at most)."""
        ...

    async def store(self, data: bytes) -> str:
        """Keep ``data`` as a blob, on disk before this returns; return its SHA-256."""
        ...

    def load(self, sha256: str) -> bytes:
        """Return the bytes of a blob that was stored before."""
        ...

    async def sync(self) -> None:
        """Return when everything appended so far has reached the disk."""
        ...


@dataclass(frozen=True, slots=True)
class StepMark:
    """The step that a commit belongs to."""

    turn: int
    step: int
    record: str
    """SHA-256 of the journal line that finished the response."""
    model: str
    """As returned: the author of the commit."""

    @classmethod
    def of(cls, step: Step) -> "StepMark | None":
        """The mark of a step; ``None`` while its response is not whole."""
        if step.finished is None:
            return None
        return cls(
            turn=step.finished.turn,
            step=step.number,
            record=step.finished_record or "",
            model=step.finished.model,
        )


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit that stands in the repository."""

    commit: str
    tree: str
    files: tuple[FileChange, ...]

    def event(self, mark: StepMark) -> WorkspaceCommitted:
        """The line that records it."""
        return WorkspaceCommitted(
            turn=mark.turn, step=mark.step, commit=self.commit, tree=self.tree, files=self.files
        )


class Keeper(Protocol):
    """Keeps what the model made."""

    async def commit(self, step: StepMark) -> Committed | None:
        """Commit the workspace if it changed since the last commit; ``None`` if it did not."""
        ...

    async def count_files(self) -> int:
        """How many files the workspace holds."""
        ...


class Hands(Protocol):
    """The tools the model was offered."""

    async def call(self, name: str, arguments: str) -> ToolAnswer:
        """Do what the model asked; ``arguments`` is its JSON text. Never raises for bad input."""
        ...


class Companion(Protocol):
    """Who answers the model: a person, the protocol's own words, or nobody."""

    async def next_message(self, state: SessionState) -> str | None:
        """The next message, or ``None`` when there is none: then the session ends."""
        ...

    async def try_again(self, state: SessionState, failure: ResponseFailed) -> bool | None:
        """After a reply that broke off: send it again? ``None`` when nobody is there to choose."""
        ...

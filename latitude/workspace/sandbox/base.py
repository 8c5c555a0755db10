"""What a sandbox is to the tools that use one, and what comes back from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Missing:
    """Why something is not to be had on this machine, in words for a person."""

    why: str
    cure: str


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended, and everything it started with it."""

    status: int | None
    """As a shell counts it, over 128 for a signal; ``None`` when it was stopped."""
    stopped: str | None
    """Which bound it went over, in words for the model; ``None`` when it ended by itself."""
    output: bytes
    """What it printed, both streams as they came; its middle is left out when it is long."""
    printed: int
    """Bytes it printed in all."""
    left_out: int
    """Bytes that are missing in the middle of ``output``."""
    left_out_at: int
    """Where in ``output`` they are missing."""


class Sandbox(Protocol):
    """Runs commands that nobody trusts."""

    @property
    def name(self) -> str:
        """What holds the commands, with its version."""
        ...

    @property
    def held(self) -> tuple[str, ...]:
        """The limits that the kernel holds, in words for a person and for the model."""
        ...

    @property
    def watched(self) -> tuple[str, ...]:
        """The limits that are looked at while a command runs, in such words too."""
        ...

    def adopt(self, folder: Path) -> None:
        """Let commands use ``folder``, in which none has run yet."""
        ...

    def release(self, folder: Path) -> None:
        """Let go of ``folder``, in which no command will run any more."""
        ...

    async def run(
        self, command: Sequence[str], folder: Path, seconds: int, *, network: bool = False
    ) -> Ran:
        """Run ``command`` with ``folder`` as the only place it can keep something in.

        Raises ``ToolFailed`` when it cannot be started. When the task is cancelled, nothing of
        the command is left.
        """
        ...

"""Ending a session from outside: Ctrl-C, a second one, SIGTERM, a person's ``end``."""

import asyncio
from typing import Literal

OutsideEnd = Literal["person-end", "interrupted"]


class Stop:
    """Cancels a running session once for each request, and remembers the last reason."""

    def __init__(self) -> None:
        self.reason: OutsideEnd | None = None
        self._task: asyncio.Task[object] | None = None

    def request(self, reason: OutsideEnd) -> None:
        """Ask the session to end; what came so far is kept."""
        self.reason = reason
        if self._task is not None:
            self._task.cancel()

    def watch(self, task: "asyncio.Task[object]") -> None:
        """Name the task that runs the session."""
        self._task = task
        if self.reason is not None:
            task.cancel()

    def release(self) -> None:
        """The session is closing: a further request no longer changes how it ended."""
        self._task = None

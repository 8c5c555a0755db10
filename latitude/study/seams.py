"""What a study needs from outside: sessions that are prepared, and sessions that are run."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from latitude.core.events import SessionClosed, SessionOpened
from latitude.core.spec import StudyMark
from latitude.session.stop import Stop
from latitude.study.design import Arm, Study


class Ready(Protocol):
    """An arm that has been looked at: its sessions can begin."""

    @property
    def opened(self) -> SessionOpened:
        """The first line of its sessions, but for id, repeat and seed."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What is otherwise than a person may expect, in words for them."""
        ...

    def price(self, read: int, written: int) -> float | None:
        """US dollars for so many tokens; ``None`` where no price is known."""
        ...


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that has ended and lies in the ledger."""

    session: str
    closed: SessionClosed


Prepare = Callable[[Study, Arm], Awaitable[Ready]]
"""Looks at all that can be refused before the first word. Raises ``UsageError`` (also for words
that would not be true), ``UnknownName`` or ``ProviderUnavailable``."""

RunSession = Callable[[Ready, StudyMark, Stop], Awaitable[Ended]]
"""Runs one session of an arm to its end. Raises ``HomeUnusable`` and the like when the end cannot
be recorded."""

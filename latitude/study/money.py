"""What a study will cost as far as that can be told, and a purse that is never overdrawn."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from latitude.core.events import SessionClosed, SessionOpened
from latitude.core.spec import Limits, ModelAsked
from latitude.errors import RecordBroken
from latitude.journal.paths import JOURNAL, session_ids
from latitude.journal.reader import read_ends
from latitude.study.seams import Ready

RESPONSES_A_TURN = 2
WRITTEN = 700
"""Tokens a response."""
READ_AT_FIRST = 1_500
"""Tokens of our words and the tools, read with every request."""
ASSUMED = (
    f"assumed: every turn is used, with {RESPONSES_A_TURN} responses of {WRITTEN} tokens, all that "
    "was said before read again with each, nothing cached"
)

_A_HAIR = 1e-9
"""US dollars; sums of prices are not exact."""


class ModelKey(NamedTuple):
    """What sessions that cost the same have in common."""

    provider: str
    name: str
    host: str

    @property
    def label(self) -> str:
        """``PROVIDER/NAME``."""
        return f"{self.provider}/{self.name}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one session may cost."""

    usd: float | None
    """US dollars; ``None`` where no price is known."""
    why: str
    """Where the figure comes from."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What earlier sessions of one model cost."""

    n: int = 0
    total: float = 0.0

    @property
    def mean(self) -> float:
        """US dollars a session; there must be one."""
        return self.total / self.n

    def and_one(self, closed: SessionClosed) -> "Seen":
        """With one session more; one without a response or a known cost tells nothing."""
        cost = closed.summary.cost
        if cost is None or not closed.summary.steps:
            return self
        return Seen(self.n + 1, self.total + cost)


NOTHING_SEEN = Seen()


def key_of(model: ModelAsked) -> ModelKey:
    """The key of ``model``."""
    return ModelKey(model.provider, model.name, model.host)


def costs_seen(sessions: Path, models: Iterable[ModelKey]) -> Mapping[ModelKey, Seen]:
    """Return what the sessions of each of ``models`` in this home cost, as far as it is known."""
    seen = {model: Seen() for model in models}
    for session in session_ids(sessions):
        try:
            first, last = read_ends(sessions / session / JOURNAL)
        except RecordBroken:
            continue
        opened, closed = first.event, None if last is None else last.event
        assert isinstance(opened, SessionOpened)
        key = key_of(opened.model)
        if key in seen and isinstance(closed, SessionClosed) and closed.end != "interrupted":
            seen[key] = seen[key].and_one(closed)
    return seen


def estimate(ready: Ready, seen: Seen) -> Estimate:
    """Return what a session of ``ready`` may cost: by earlier ones, else by its limits."""
    if not seen.n:
        return _by_limits(ready)
    return Estimate(seen.mean, f"mean of {seen.n} earlier session{'s' if seen.n > 1 else ''}")


def needs(limits: Limits, estimate: Estimate | None, seen: Seen = NOTHING_SEEN) -> float:
    """Return what a session with ``limits`` may cost, in US dollars; 0 without an estimate.

    ``seen`` are those that ended since the estimate was made.
    """
    if estimate is None or not estimate.usd:
        return 0.0
    if limits.cost is not None:
        return limits.cost
    return max(estimate.usd, seen.mean if seen.n else 0.0)


def _by_limits(ready: Ready) -> Estimate:
    limits = ready.opened.limits
    responses = _responses(limits)
    written = responses * WRITTEN
    read = sum(READ_AT_FIRST + before * WRITTEN for before in range(responses))
    usd = ready.price(read, written)
    if usd is None:
        return Estimate(None, "its price is not known")
    if not usd:
        return Estimate(0.0, "free")
    if limits.cost is not None and limits.cost < usd:
        return Estimate(limits.cost, "its limit")
    return Estimate(usd, ASSUMED)


def _responses(limits: Limits) -> int:
    most = min(limits.steps, limits.turns * RESPONSES_A_TURN)
    return most if limits.tokens is None else min(most, -(-limits.tokens // WRITTEN))


class Purse:
    """A budget that sessions take from before they begin, so that it holds whatever they cost."""

    def __init__(self, budget: float | None, spent: float) -> None:
        """``budget`` and ``spent`` are US dollars; without a budget everything fits."""
        self.spent = spent
        self._budget = budget
        self._reserved = 0.0
        self._running = 0
        self._given_back = asyncio.Condition()

    async def take(self, amount: float) -> bool:
        """Reserve ``amount``; ``False`` where it does not fit although nothing is running.

        While sessions run that may leave some of theirs, it waits for them.
        """
        async with self._given_back:
            while not self._fits(amount):
                if not self._running:
                    return False
                await self._given_back.wait()
            self._reserved += amount
            # What is free takes nothing and leaves nothing: nobody waits for it.
            self._running += amount > 0
            return True

    async def give_back(self, amount: float, cost: float) -> None:
        """The session that took ``amount`` is over, and did cost ``cost``."""
        async with self._given_back:
            self._reserved -= amount
            self._running -= amount > 0
            self.spent += cost
            self._given_back.notify_all()

    def _fits(self, amount: float) -> bool:
        if self._budget is None or not amount:
            return True
        return self.spent + self._reserved + amount <= self._budget + _A_HAIR

"""What several sessions of one run came to, in a few plain words."""

from collections import Counter

from latitude.bootstrap import Outcome
from latitude.core.fold import add_tokens
from latitude.core.stream import Tokens
from latitude.core.text import counted


class Tally:
    """Counts sessions as they end. Those that never began, or got no last line, count too."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._ends: Counter[str] = Counter()
        self._unfinished = 0
        self._rehearsals = 0
        self._with_files = 0
        self._tokens = Tokens()

    def ended(self, outcome: Outcome) -> None:
        """Count a session by the journal's word for its end."""
        summary = outcome.closed.summary
        self._ends[outcome.closed.end] += 1
        self._rehearsals += outcome.opened.model.provider == "rehearsal"
        self._with_files += summary.files > 0
        self._tokens = add_tokens(self._tokens, summary.tokens)

    def broke_off(self) -> None:
        """Count a session that could not be brought to its end; why was said already."""
        self._unfinished += 1

    @property
    def sentences(self) -> str:
        """How many there were, how they ended, how many left files, and all their tokens."""
        often_first = sorted(self._ends.items(), key=lambda counted: (-counted[1], counted[0]))
        ends = [f"{number:,} {end}" for end, number in often_first]
        if self._unfinished:
            ends.append(f"{self._unfinished:,} not finished")
        if never := self._wanted - self._ends.total() - self._unfinished:
            ends.append(f"{never:,} not begun")
        label = (
            f" ({counted(self._rehearsals, 'rehearsal')}, not a model)" if self._rehearsals else ""
        )
        read, written = self._tokens.input, self._tokens.output
        return (
            f"{counted(self._wanted, 'session')}{label}: {', '.join(ends)}. "
            f"{self._with_files:,} left files. {counted(read, 'token')} read, {written:,} written."
        )

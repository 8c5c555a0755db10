"""Wall-clock stamps of journal lines."""

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Returns Unix time in seconds."""


class Stamps:
    """Formats a clock's time as RFC 3339, UTC, milliseconds, ``Z``.

    What has not changed since the last call is kept: formatting it anew took longer than writing
    the line. Time may go backwards when the clock does.
    """

    def __init__(self, clock: Clock = time.time) -> None:
        self._clock = clock
        self._ms = -1
        self._second = -1
        self._stem = ""
        self._stamp = ""

    def now(self) -> str:
        """The stamp of this moment, such as ``2026-11-20T23:15:02.125Z``."""
        ms = int(self._clock() * 1000)
        if ms != self._ms:
            self._ms = ms
            second, rest = divmod(ms, 1000)
            if second != self._second:
                self._second = second
                self._stem = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            self._stamp = f"{self._stem}.{rest:03d}Z"
        return self._stamp

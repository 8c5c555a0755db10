"""Wall-clock stamps of journal lines."""

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Returns Unix time in seconds."""


class Stamps:
    """Formats a clock's time as RFC 3339, UTC, milliseconds, ``Z``.

    The part up to the second is kept between calls: formatting it anew took longer than writing
    the line. Time may go backwards when the clock does.
    """

    def __init__(self, clock: Clock = time.time) -> None:
        self._clock = clock
        self._second = -1
        self._stem = ""

    def now(self) -> str:
        """The stamp of this moment, such as ``2026-11-20T23:15:02.125Z``."""
        second, ms = divmod(int(self._clock() * 1000), 1000)
        if second != self._second:
            self._second = second
            self._stem = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._stem}.{ms:03d}Z"

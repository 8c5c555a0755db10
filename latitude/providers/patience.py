"""A limit to the wait for the next bytes of an answer, behind the transport's own.

aiohttp forgets its time-out, and whoever waits, once it has met a chunk that it cannot parse
(3.14): such a session would wait for ever.
"""

import asyncio
from collections.abc import AsyncIterator


class Overdue(Exception):
    """The next bytes did not come in time."""


class _Watch:
    """Cancels a wait that was too long; one timer a stream, for one a chunk would be dear."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self._waiting: asyncio.Task[object] | None = None
        self._over = False
        self._timer = self._loop.call_later(seconds, self._look)

    def begin(self) -> None:
        """The wait begins."""
        self._since = self._loop.time()
        self._waiting = asyncio.current_task()

    def end(self) -> None:
        """The wait is over."""
        self._waiting = None

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.cancel()

    def ended_it(self) -> bool:
        """Whether a cancellation is this watch's, and nobody else's; it is then taken back."""
        return self._over and self._waiting is not None and self._waiting.uncancel() == 0

    def _look(self) -> None:
        left = self._since + self._seconds - self._loop.time()
        if self._waiting is not None and left <= 0:
            self._over = True
            self._waiting.cancel()
        else:
            self._timer = self._loop.call_later(left if left > 0 else self._seconds, self._look)


async def patiently(chunks: AsyncIterator[bytes], seconds: float) -> AsyncIterator[bytes]:
    """Yield ``chunks``; raise :class:`Overdue` when one does not come within ``seconds``."""
    watch = _Watch(seconds)
    try:
        while True:
            watch.begin()
            try:
                chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except asyncio.CancelledError:
                if watch.ended_it():
                    raise Overdue from None
                raise
            watch.end()
            yield chunk
    finally:
        watch.stop()

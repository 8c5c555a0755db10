"""The signals by which a person or the system asks running sessions to end."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator

WATCHED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def watching(heard: Callable[[signal.Signals], None]) -> Iterator[None]:
    """Tell ``heard`` of each of these signals while inside, in the running event loop."""
    loop = asyncio.get_running_loop()
    for number in WATCHED:
        loop.add_signal_handler(number, heard, number)
    try:
        yield
    finally:
        for number in WATCHED:
            loop.remove_signal_handler(number)

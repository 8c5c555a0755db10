"""The event loop of verbs that wait: uvloop where there is one (a third of asyncio's CPU)."""

import asyncio
from collections.abc import Callable, Coroutine


def run_async(main: Coroutine[object, object, int]) -> int:
    """Run ``main`` on a fresh loop and return its exit status."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(main)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # Windows has none; asyncio's own loop serves there.
        return None
    return uvloop.new_event_loop

"""Work that is finished even when the session is stopped in the middle of it."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def uninterrupted(work: Coroutine[object, object, T]) -> T:
    """Run ``work`` to its end; a cancellation that came meanwhile goes on its way afterwards.

    A commit and the line that names it must both be there or neither: a thread goes on with the
    commit whoever waits for it.
    """
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    result = task.result()
    if cancelled:
        raise asyncio.CancelledError
    return result

"""Brings journals to the disk: one thread for the whole process, and one wait for many sessions.

Sixty-four sessions that end their turns together would wait 64 times one after the other. Linux
can bring a whole file system to the disk at once, in a seventh of that time; it is asked to when
several are waiting, and not for one or two, for it writes what other programs have open as well.
"""

import asyncio
import contextlib
import os
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

MANY = 6
"""Waiting journals from which one ``syncfs`` is cheaper than an ``fdatasync`` each."""

# macOS has no fdatasync.
_fdatasync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class _Waiting:
    fd: int
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[None]"


class Durability:
    """Takes open files and says when what was written to them is on the disk."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    async def reach(self, fd: int) -> None:
        """Return when everything written to ``fd`` so far is on the disk. Raises ``OSError``."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        if self._thread is None:
            self._start()
        self._waiting.put(_Waiting(fd, loop, done))
        await done

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="durability", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            if len(batch) < MANY or not _sync_all([waiting.fd for waiting in batch]):
                for waiting in batch:
                    _settle(waiting, _sync_one(waiting.fd))
            else:
                for waiting in batch:
                    _settle(waiting, None)


def _sync_one(fd: int) -> OSError | None:
    try:
        _fdatasync(fd)
    except OSError as error:
        return error
    return None


def _sync_all(fds: list[int]) -> bool:
    """Sync each file system that holds one of ``fds``; false where that cannot be done."""
    if sys.platform != "linux":
        return False
    import ctypes  # 4 ms that a single session need not pay

    syncfs = getattr(ctypes.CDLL(None), "syncfs", None)
    if syncfs is None:
        return False
    try:
        devices = {os.fstat(fd).st_dev: fd for fd in fds}
    except OSError:
        return False
    return all(syncfs(fd) == 0 for fd in devices.values())


def _settle(waiting: _Waiting, error: OSError | None) -> None:
    def tell() -> None:
        if waiting.done.done():
            return
        if error is None:
            waiting.done.set_result(None)
        else:
            waiting.done.set_exception(error)

    # A loop that was closed meanwhile has nobody left to tell.
    with contextlib.suppress(RuntimeError):
        waiting.loop.call_soon_threadsafe(tell)


DISK = Durability()
"""The process has one. Its thread begins with the first journal that is synced."""

"""Brings journals to the disk: one thread for the whole process, and one wait for many sessions.

Sixty-four sessions that end their turns together would wait 64 times one after the other. Linux
can bring a whole file system to the disk at once, in a seventh of that time; it is asked to when
several are waiting, and not for one or two, for it writes what other programs have open as well.
"""

import asyncio
import os
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

MANY = 6
"""Waiting journals from which one ``syncfs`` is cheaper than an ``fdatasync`` each."""

# macOS has no fdatasync.
_fdatasync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one event loop waits for together."""

    loop: asyncio.AbstractEventLoop
    waiting: "list[tuple[int, asyncio.Future[None]]]" = field(default_factory=list)


class Durability:
    """Takes open files and says when what was written to them is on the disk.

    While a batch of a loop is at the disk, the loop gathers the next one: handing each session
    over by itself cost more than all else that a turn does.
    """

    def __init__(self) -> None:
        self._batches: queue.SimpleQueue[_Batch] = queue.SimpleQueue()
        self._gathering: dict[asyncio.AbstractEventLoop, _Batch] = {}
        """By loop, what waits for the batch that is at the disk; none where none is."""
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    async def reach(self, fd: int) -> None:
        """Return when everything written to ``fd`` so far is on the disk. Raises ``OSError``."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        gathering = self._gathering.get(loop)
        if gathering is None:
            self._send(_Batch(loop, [(fd, done)]))
        else:
            gathering.waiting.append((fd, done))
        await done

    def _send(self, batch: _Batch) -> None:
        if self._thread is None:
            self._start()
        self._gathering[batch.loop] = _Batch(batch.loop)
        self._batches.put(batch)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="durability", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            batch = self._batches.get()
            fds = [fd for fd, _ in batch.waiting]
            if len(fds) < MANY or not _sync_all(fds):
                errors = [_sync_one(fd) for fd in fds]
            else:
                errors = [None] * len(fds)
            try:
                batch.loop.call_soon_threadsafe(self._settle, batch, errors)
            except RuntimeError:
                # A loop that was closed meanwhile has nobody left to tell.
                self._gathering.pop(batch.loop, None)

    def _settle(self, batch: _Batch, errors: list[OSError | None]) -> None:
        for (_, done), error in zip(batch.waiting, errors, strict=True):
            if done.done():
                continue
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)
        following = self._gathering.pop(batch.loop)
        if following.waiting:
            self._send(following)


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


DISK = Durability()
"""The process has one. Its thread begins with the first journal that is synced."""

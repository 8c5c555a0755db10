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
from functools import cache

MANY = 6
"""Waiting journals from which one ``syncfs`` is cheaper than an ``fdatasync`` each."""

Bring = Callable[[int], None]
"""Brings one open file to the disk: ``os.fsync`` for folders and new files."""

# macOS has no fdatasync.
_fdatasync: Bring = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class OnDisk:
    """An open file, and what the disk thread must know of it."""

    fd: int
    device: int
    bring: Bring

    @classmethod
    def of(cls, fd: int, bring: Bring = _fdatasync) -> "OnDisk":
        """Look ``fd`` up once: in the thread each look would wait for the interpreter's lock."""
        return cls(fd, os.fstat(fd).st_dev, bring)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one event loop waits for together."""

    loop: asyncio.AbstractEventLoop
    waiting: "list[tuple[OnDisk, asyncio.Future[None]]]" = field(default_factory=list)


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

    async def reach(self, file: OnDisk) -> None:
        """Return when everything written to ``file`` so far is on the disk. Raises ``OSError``.

        Whoever is cancelled here may close it: what becomes of it then is told to nobody.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        gathering = self._gathering.get(loop)
        if gathering is None:
            self._send(_Batch(loop, [(file, done)]))
        else:
            gathering.waiting.append((file, done))
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
            files = [file for file, _ in batch.waiting]
            if len(files) < MANY or not _sync_all(files):
                errors = [_sync_one(file) for file in files]
            else:
                errors = [None] * len(files)
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


def _sync_one(file: OnDisk) -> OSError | None:
    try:
        file.bring(file.fd)
    except OSError as error:
        return error
    return None


def _sync_all(files: list[OnDisk]) -> bool:
    """Sync each file system that holds one of ``files``; false where that cannot be done."""
    syncfs = _syncfs()
    if syncfs is None:
        return False
    devices = {file.device: file.fd for file in files}
    return all(syncfs(fd) == 0 for fd in devices.values())


@cache
def _syncfs() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    import ctypes  # 4 ms that a single session need not pay

    return getattr(ctypes.CDLL(None), "syncfs", None)


DISK = Durability()
"""The process has one. Its thread begins with the first journal that is synced."""

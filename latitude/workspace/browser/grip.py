"""A hold on everything that one preview started, so that nothing of it is left."""

import os
import re
import select
import signal
import time
from contextlib import suppress
from pathlib import Path

from latitude.workspace.browser.launcher import PID, TOLD

_CHILD = re.compile(r'"child-pid": (\d+)')


class Grip:
    """The worker's process group and the sandbox, which left that group.

    The sandbox is held by descriptors of its processes, whatever becomes of their numbers. When
    the first process of its namespace dies, so do all in it.
    """

    def __init__(self, worker: int, folder: Path) -> None:
        """Take the worker's pid, which leads its group, and the launcher's folder."""
        self._worker = worker
        self._folder = folder
        self._held: dict[str, int] = {}

    def look(self) -> None:
        """Take hold of the sandbox as soon as there is one."""
        if PID not in self._held:
            self._hold(PID, self._read(PID).strip())
        if TOLD not in self._held and (child := _CHILD.search(self._read(TOLD))) is not None:
            self._hold(TOLD, child.group(1))

    def kill(self) -> None:
        """End all of it. Nothing that is killed can start anything new."""
        with suppress(ProcessLookupError):
            os.killpg(self._worker, signal.SIGKILL)
        self.look()
        for descriptor in self._held.values():
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)

    def close(self, seconds: float = 5.0) -> None:
        """Wait until all that was killed is gone, and let go."""
        deadline = time.monotonic() + seconds
        for descriptor in self._held.values():
            waiting = select.poll()
            waiting.register(descriptor, select.POLLIN)
            waiting.poll(max(0.0, deadline - time.monotonic()) * 1000)
            os.close(descriptor)
        self._held.clear()

    def _read(self, name: str) -> str:
        try:
            return (self._folder / name).read_text(encoding="ascii")
        except FileNotFoundError:
            return ""

    def _hold(self, name: str, pid: str) -> None:
        if pid:
            # Gone already is as good as killed.
            with suppress(ProcessLookupError):
                self._held[name] = os.pidfd_open(int(pid))

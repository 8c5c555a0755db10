"""A hold on everything that one preview started, so that nothing of it is left."""

import os
import re
import select
import signal
import time
from contextlib import suppress
from pathlib import Path

from latitude.workspace.browser.launcher import PID, TOLD
from latitude.workspace.sandbox.processes import running, with_all_below

_SAYS = {PID: re.compile(r"(\d+)\n"), TOLD: re.compile(r'"child-pid": (\d+)')}
_ROUNDS = 10
"""How often what is below a process is looked for, before all of it is killed."""


class Grip:
    """The worker, its driver and the sandbox, held by descriptors, whatever becomes of their
    numbers. When the first process of the sandbox's namespace dies, so do all in it.
    """

    def __init__(self, worker: int, folder: Path) -> None:
        """Take the worker's pid, which leads its group, and the launcher's folder."""
        self._worker = worker
        self._folder = folder
        self._held: dict[int, int] = {}

    def look(self) -> None:
        """Take hold of the sandbox as soon as there is one: it may lose its parents."""
        for name, pattern in _SAYS.items():
            if (found := pattern.search(self._read(name))) is not None:
                self._hold(int(found.group(1)))

    def kill(self) -> None:
        """End all of it.

        First all of it is stopped: of a parent that is killed while it starts a child, the child
        would be left, and nobody could tell whose it was.
        """
        self.look()
        for _ in range(_ROUNDS):
            new = [pid for pid in self._family() if self._hold(pid)]
            if not new:
                break
            self._signal(signal.SIGSTOP)
        self._signal(signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.killpg(self._worker, signal.SIGKILL)

    def close(self, seconds: float = 5.0) -> None:
        """Wait until all that was killed is gone, and let go."""
        deadline = time.monotonic() + seconds
        for descriptor in self._held.values():
            waiting = select.poll()
            waiting.register(descriptor, select.POLLIN)
            waiting.poll(max(0.0, deadline - time.monotonic()) * 1000)
            os.close(descriptor)
        self._held.clear()

    def _family(self) -> list[int]:
        """Return the worker's group, and all that is below it."""
        every = list(running())
        group = (one.pid for one in every if one.group == self._worker)
        return [one.pid for one in with_all_below(group, every)]

    def _signal(self, number: signal.Signals) -> None:
        for descriptor in self._held.values():
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(descriptor, number)

    def _read(self, name: str) -> str:
        try:
            return (self._folder / name).read_text(encoding="ascii")
        except FileNotFoundError:
            return ""

    def _hold(self, pid: int) -> bool:
        """Say whether this process is held only now."""
        if pid in self._held:
            return False
        try:
            self._held[pid] = os.pidfd_open(pid)
        except OSError:
            # Gone already is as good as killed. Where no descriptor is to be had, its group is
            # killed, and bubblewrap ends with its parent.
            return False
        return True

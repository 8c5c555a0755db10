"""A program in a real pseudo-terminal of 120 by 40, and the moment when words reach it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from collections.abc import Sequence
from time import perf_counter

from tests.bench.measure import surroundings

ROWS, COLUMNS = 40, 120
PATIENCE = 60.0
"""Seconds after which a program that shows nothing is given up."""

_ESCAPE = re.compile(
    rb"\x1b\[[0-9;:?<>=]*[ -/]*[@-~]|\x1b[P\]_][^\x1b\x07]*(?:\x1b\\|\x07)|\x1b[()][0-9A-B]|\x1b."
)


class Terminal:
    """Starts ``command`` at once; its clock runs from then on."""

    def __init__(self, command: Sequence[str], environ: dict[str, str] | None = None) -> None:
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        settings = surroundings({**terminal, **(environ or {})})
        self.began = perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execvpe(command[0], list(command), settings)
        self._command = " ".join(command)
        self._came = b""

    def press(self, keys: str) -> float:
        """Type ``keys``; return when that was. Only what comes after it is looked at then."""
        self._came = b""
        os.write(self._fd, keys.encode())
        return perf_counter()

    def seen(self, words: str) -> float:
        """When ``words`` had come. Raises ``RuntimeError`` when they do not come at all."""
        wanted = words.encode()
        while wanted not in _ESCAPE.sub(b"", self._came):
            ready, _, _ = select.select([self._fd], [], [], PATIENCE)
            if not ready or not self._read():
                raise RuntimeError(f"{self._command} never showed {words!r}:\n{self._shown()}")
        return perf_counter()

    def wait(self) -> None:
        """Take everything it writes until it ends of itself.

        Raises ``RuntimeError`` when it fails.
        """
        while self._read():
            self._came = self._came[-4_000:]
        os.close(self._fd)
        _, status, _ = os.wait4(self._pid, 0)
        if status:
            raise RuntimeError(f"{self._command} failed:\n{self._shown()}")

    def kill(self) -> float:
        """End it; return the CPU that it had used, in seconds."""
        os.kill(self._pid, signal.SIGKILL)
        _, _, used = os.wait4(self._pid, 0)
        os.close(self._fd)
        return used.ru_utime + used.ru_stime

    def _read(self) -> bool:
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:  # What Linux says when the last one has closed the other side.
            return False
        self._came += data
        return bool(data)

    def _shown(self) -> str:
        return _ESCAPE.sub(b"", self._came).decode(errors="replace")[-2_000:]

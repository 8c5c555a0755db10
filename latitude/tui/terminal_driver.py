"""The app's terminal, which can go away while the app still has a record to finish."""

import contextlib
from typing import IO, Any, cast

from textual.drivers.linux_driver import LinuxDriver


class TerminalDriver(LinuxDriver):
    """Textual's driver for a terminal; it goes on where that was closed.

    Textual writes from a thread. An error there ends the thread, its queue fills up, and the app
    waits for ever with a session open.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        terminal = self._file
        assert terminal is not None
        self._file = cast("Any", _Closeable(terminal))


class _Closeable:
    """A terminal as a file to write to, whether it is still there or not."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()

    def isatty(self) -> bool:
        return self._file.isatty()

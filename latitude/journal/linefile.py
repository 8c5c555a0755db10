"""A file that only ever holds whole lines, as far as the disk lets it."""

import os
from pathlib import Path

from latitude.errors import HomeUnusable


class LineFile:
    """Appends whole lines to an open file; what was cut short is taken back."""

    def __init__(self, path: Path, fd: int, length: int) -> None:
        """``fd`` is open with ``O_APPEND``; ``length`` is where its last whole line ends."""
        self.path = path
        self.fd = fd
        self.length = length
        self._cut_short = False

    def append(self, data: bytes) -> None:
        """Hand ``data``, whole lines with their newlines, to the operating system.

        Raises ``HomeUnusable`` when it does not take all of it; the file then ends with the last
        whole line again, or is cut back to it before the next one.
        """
        try:
            if self._cut_short:
                self._cut_back()
            written = os.write(self.fd, data)
            while written < len(data):
                self._cut_short = True
                written += os.write(self.fd, data[written:])
        except OSError as error:
            self._take_back()
            raise HomeUnusable(
                f"{self.path} could not be written: {error.strerror}. Every line before is kept, "
                "and nothing was shown that is not on record. Make room or make it writable; "
                "`latitude recover` closes what was left open."
            ) from error
        self._cut_short = False
        self.length += len(data)

    def empty(self) -> None:
        """Drop all lines; they must mean nothing any more, for a disk in trouble may keep them."""
        if self.length:
            self.length = 0
            self._take_back()

    def _take_back(self) -> None:
        self._cut_short = True
        try:
            self._cut_back()
        except OSError:
            # The disk that refused the line refuses the cut: it is tried again before the next
            # line, and the reader knows a torn last line for what it is.
            return

    def _cut_back(self) -> None:
        os.ftruncate(self.fd, self.length)
        self._cut_short = False

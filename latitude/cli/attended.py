"""The person at the terminal, as the companion of one session."""

import asyncio
import errno
import os
import re
import sys

from latitude.cli.output import Style
from latitude.cli.screen import Screen
from latitude.core.events import ResponseFailed
from latitude.core.fold import SessionState

LONGEST_LINE = 4095
"""Bytes that a terminal holds of one line; it drops the rest without a word."""
TOO_LONG = (
    f"(The terminal holds {LONGEST_LINE:,} bytes of a line and dropped the rest, so nothing was "
    "sent. Write it in shorter lines that end in \\.)"
)
_KEYS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1bO.|[\x00-\x08\x0b-\x1f\x7f]")
HINT = "(Enter sends; a line that ends in \\ goes on; Ctrl-D ends the session)"


class Person:
    """Reads messages from the terminal, one line each."""

    def __init__(self, style: Style, screen: Screen) -> None:
        self._style = style
        self._screen = screen
        self._hinted = False

    async def next_message(self, state: SessionState) -> str | None:  # noqa: ARG002
        """The next line the person types that is not empty; ``None`` at Ctrl-D."""
        self._say("\n")
        if not self._hinted:
            self._hinted = True
            self._say(self._style.dim(HINT) + "\n\n")
        lines: list[str] = []
        while True:
            line = await self._read_line("▏ you: " if not lines else "▏      ")
            if line is None:
                self._say("\n")
                return None
            if line.endswith("\\"):
                lines.append(line[:-1])
                continue
            if len(line.encode("utf-8")) >= LONGEST_LINE:
                self._say(TOO_LONG + "\n")
                lines.clear()
                continue
            lines.append(line)
            if text := "\n".join(lines).strip():
                return text
            lines.clear()

    async def try_again(self, state: SessionState, failure: ResponseFailed) -> bool | None:  # noqa: ARG002
        """Ask whether to send the same request again; anything but yes ends the session."""
        answer = await self._read_line("▏ The reply broke off. Send the same request again? [y/N] ")
        return (answer or "").strip().lower() in ("y", "yes")

    async def _read_line(self, prompt: str) -> str | None:
        """One line from the terminal; ``None`` at Ctrl-D.

        Without a thread, so that Ctrl-C can end the wait.
        """
        self._say(prompt)
        descriptor = sys.stdin.fileno()
        chunks = b""
        while not chunks.endswith(b"\n"):
            await _readable(descriptor)
            piece = await self._read(descriptor)
            if not piece:
                break
            chunks += piece
        if not chunks:
            return None
        # Arrow keys and the like arrive as bytes that nobody meant to say.
        return _KEYS.sub("", chunks.decode("utf-8", "replace").rstrip("\n"))

    async def _read(self, descriptor: int) -> bytes:
        try:
            piece = os.read(descriptor, 65536)
        except OSError as error:
            return await self._gone(error)
        if not piece and not os.isatty(descriptor):
            # A window that was closed reads like Ctrl-D, but nobody pressed that.
            return await self._gone(OSError(errno.EIO, "the terminal went away"))
        return piece

    async def _gone(self, error: OSError) -> bytes:
        self._screen.lose(error)
        # The session is being interrupted, and learns of it here.
        learns: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        return await learns

    def _say(self, text: str) -> None:
        with self._screen.showing():
            print(text, end="", flush=True)


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)

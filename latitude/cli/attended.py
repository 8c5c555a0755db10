"""The person at the terminal, as the companion of one session."""

import asyncio
import os
import sys

from latitude.cli.output import Style
from latitude.core.events import ResponseFailed
from latitude.core.fold import SessionState

HINT = "(Enter sends; a line that ends in \\ goes on; Ctrl-D ends the session)"


class Person:
    """Reads messages from the terminal, one line each."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._hinted = False

    async def next_message(self, state: SessionState) -> str | None:  # noqa: ARG002
        """The next line the person types that is not empty; ``None`` at Ctrl-D."""
        if not self._hinted:
            self._hinted = True
            print("\n" + self._style.dim(HINT))
        lines: list[str] = []
        while True:
            line = await _read_line("▏ you: " if not lines else "▏      ")
            if line is None:
                print()
                return None
            if line.endswith("\\"):
                lines.append(line[:-1])
                continue
            lines.append(line)
            if text := "\n".join(lines).strip():
                return text
            lines.clear()

    async def try_again(self, state: SessionState, failure: ResponseFailed) -> bool | None:  # noqa: ARG002
        """Ask whether to send the same request again; anything but yes ends the session."""
        answer = await _read_line("▏ The reply broke off. Send the same request again? [y/N] ")
        return (answer or "").strip().lower() in ("y", "yes")


async def _read_line(prompt: str) -> str | None:
    """One line from the terminal; ``None`` at Ctrl-D.

    Without a thread, so that Ctrl-C can end the wait.
    """
    print(prompt, end="", flush=True)
    descriptor = sys.stdin.fileno()
    chunks = b""
    while not chunks.endswith(b"\n"):
        await _readable(descriptor)
        piece = os.read(descriptor, 65536)
        if not piece:
            break
        chunks += piece
    return chunks.decode("utf-8", "replace").rstrip("\n") if chunks else None


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)

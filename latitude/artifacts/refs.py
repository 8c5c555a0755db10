"""Moving refs: compare-and-swap through one ``git update-ref --stdin`` that stays.

A process for each move would cost as much as all the rest of a commit.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from latitude.artifacts.door import Door, GitFailed
from latitude.artifacts.reader import Reader
from latitude.errors import SessionBusy

NOTHING = "0" * 40
MAIN = "refs/heads/main"
LEDGER = "refs/heads/ledger"
SESSIONS = "refs/heads/session/"


def branch(session: str) -> str:
    """Return the full name of a session's branch."""
    return f"{SESSIONS}{session}"


@dataclass(frozen=True, slots=True)
class Move:
    """A ref, where it was, and where it goes; ``None`` is nowhere."""

    ref: str
    old: str | None
    new: str | None


class Refs:
    """Writes refs. The caller holds the repository's lock."""

    def __init__(self, door: Door, reader: Reader) -> None:
        self._door = door
        self._reader = reader
        self._process: Any = None

    def move(self, moves: Sequence[Move]) -> None:
        """Move all refs, or none.

        Raises ``SessionBusy`` when one is not where it was said to be, and ``GitFailed``.
        """
        for _ in range(2):
            said = self._try(moves)
            if said is None:
                return
            # Git may have died before or after it moved them: only the refs themselves know.
            now = {move.ref: self._reader.tip(move.ref) for move in moves}
            if all(now[move.ref] == move.new for move in moves):
                return
            for move in moves:
                if now[move.ref] != move.old:
                    raise SessionBusy(
                        f"{move.ref} was moved by another process from {move.old} to "
                        f"{now[move.ref]}. Nothing was changed by this one. Try again."
                    )
        raise GitFailed(("update-ref",), 128, said or "")

    def all(self, prefix: str) -> Mapping[str, str]:
        """Return the refs whose names begin with ``prefix``, and where they point."""
        out = self._door.run("for-each-ref", "--format=%(refname) %(objectname)", prefix)
        return dict(line.split(" ") for line in out.decode().splitlines())

    def restart(self) -> None:
        """End the process; the next move starts a new one."""
        if self._process is not None:
            self._process.__del__()
            self._process = None

    def _try(self, moves: Sequence[Move]) -> str | None:
        if self._process is None:
            self._process = self._door.start("update-ref", "--stdin")
        lines = ["start"]
        for move in moves:
            if move.new is None:
                lines.append(f"delete {move.ref} {move.old or NOTHING}")
            else:
                lines.append(f"update {move.ref} {move.new} {move.old or NOTHING}")
        lines.append("commit")
        with suppress(BrokenPipeError):
            self._process.stdin.write(("\n".join(lines) + "\n").encode())
            self._process.stdin.flush()
            answers = (self._process.stdout.readline(), self._process.stdout.readline())
            if answers == (b"start: ok\n", b"commit: ok\n"):
                return None
        said = self._process.stderr.read().decode("utf-8", "replace")
        self.restart()
        return said or "it ended"

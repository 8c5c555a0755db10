"""Reading objects and refs through one ``git cat-file`` that stays."""

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from latitude.artifacts.door import Door, GitFailed
from latitude.errors import RecordBroken


def object_id(kind: bytes, data: bytes) -> bytes:
    """Return the 20-byte id that git gives to ``data`` as an object of ``kind``."""
    # SHA-1 is git's format here, not a safeguard: the manifest holds SHA-256 of each file.
    sha = hashlib.sha1(b"%s %d\0" % (kind, len(data)), usedforsecurity=False)
    sha.update(data)
    return sha.digest()


@dataclass(frozen=True, slots=True)
class Header:
    """What an object is."""

    id: str
    kind: str
    size: int


_WHOLE_ID = re.compile(r"[0-9a-f]{40}(?![0-9a-zA-Z])")
_KEPT = 2_000_000
"""Bytes of answers that are kept: many times what one session's pages ask for twice."""


class Reader:
    """Names in, objects out; a name is an id, a full ref, or ``<commit>:<path>``."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._check: Any = None
        self._batch: Any = None
        self._answers: OrderedDict[str, tuple[Header, bytes]] = OrderedDict()
        self._room = _KEPT

    def header(self, name: str) -> Header | None:
        """Return what ``name`` is, or ``None`` when there is no such thing."""
        for _ in range(2):
            if self._check is None:
                self._check = self._door.start("cat-file", "--batch-check")
            line = _ask(self._check, name)
            if line.endswith(b"\n"):
                return _parse(line)
            self.restart()
        raise _dead(name)

    def tip(self, ref: str) -> str | None:
        """Return the commit that a full ref name points to."""
        found = self.header(ref)
        return found.id if found else None

    def read(self, name: str) -> tuple[Header, bytes] | None:
        """Return an object whole, or ``None``; raises ``RecordBroken`` when it is damaged."""
        for _ in range(2):
            if self._batch is None:
                self._batch = self._door.start("cat-file", "--batch")
            line = _ask(self._batch, name)
            if not line.endswith(b"\n"):
                self.restart()
                continue
            header = _parse(line)
            if header is None:
                return None
            data = bytes(self._batch.stdout.read(header.size + 1))[:-1]
            if object_id(header.kind.encode(), data).hex() != header.id:
                self.restart()
                raise RecordBroken(
                    f"The object {header.id} in the repository of artifacts is damaged. "
                    "Everything else there is kept. Restore it from a clone or a copy."
                )
            return header, data
        raise _dead(name)

    def recall(self, name: str) -> tuple[Header, bytes] | None:
        """Like :meth:`read`, but what was answered lately is answered again without asking.

        That goes for names that begin with a whole id, for these always mean the same. Who looks
        for damage reads.
        """
        if _WHOLE_ID.match(name) is None:
            return self.read(name)
        known = self._answers.get(name)
        if known is not None:
            self._answers.move_to_end(name)
            return known
        found = self.read(name)
        if found is not None and len(found[1]) <= _KEPT // 10:
            self._answers[name] = found
            self._room -= len(found[1])
            while self._room < 0:
                self._room += len(self._answers.popitem(last=False)[1][1])
        return found

    def forget(self) -> None:
        """Keep no answers: the next question of each name is asked."""
        self._answers.clear()
        self._room = _KEPT

    def restart(self) -> None:
        """End the processes; the next question starts new ones.

        After packs were gathered the old ones would keep the deleted files open.
        """
        self.forget()
        for process in (self._check, self._batch):
            if process is not None:
                process.__del__()
        self._check = self._batch = None


def _ask(process: Any, name: str) -> bytes:
    if "\n" in name:
        raise ValueError(f"no object of git is called {name!r}")
    try:
        process.stdin.write(name.encode() + b"\n")
        process.stdin.flush()
        return bytes(process.stdout.readline())
    except BrokenPipeError:
        return b""


def _parse(line: bytes) -> Header | None:
    parts = line.decode("utf-8", "replace").rsplit(" ", 2)
    if len(parts) != 3 or len(parts[0]) != 40 or not parts[2].strip().isdigit():
        return None
    return Header(id=parts[0], kind=parts[1], size=int(parts[2]))


def _dead(name: str) -> GitFailed:
    return GitFailed(("cat-file",), 128, f"it ended while it was asked for {name}")

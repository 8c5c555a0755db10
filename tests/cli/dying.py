"""``latitude run`` in a process that ends itself at one point, as a power cut would.

``python -m tests.cli.dying POINT HOME run …``. A point is ``after:TYPE`` (of the event with that
type, the last one with ``after-last:TYPE:COUNT``), ``at:STEP`` (of the repository), or
``before:NAME`` (a step of the close).
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import latitude.bootstrap
import latitude.custody.closing
from latitude.artifacts.repository import Repository
from latitude.cli.main import main
from latitude.core.events import KnownEvent, Record
from latitude.journal.writer import Recorder

CLOSING = ("enter_ledger", "write_transcript", "remove_workspace")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_after(wanted: str, count: int) -> None:
    """Die when the ``count``-th event of type ``wanted`` was written."""
    append = Recorder.append
    left = [count]

    async def dying_append(self: Recorder, event: KnownEvent) -> Record:
        record = await append(self, event)
        if event.__struct_config__.tag == wanted:
            left[0] -= 1
            if not left[0]:
                die()
        return record

    Recorder.append = dying_append  # type: ignore[method-assign]


def die_at(step: str, count: int) -> None:
    """Die at the ``count``-th time that the repository passes ``step``."""
    open_repository = Repository.open
    left = [count]

    def at_step(name: str) -> None:
        if name == step:
            left[0] -= 1
            if not left[0]:
                die()

    async def opened(root: Path) -> Repository:
        return await open_repository(root, at_step=at_step)

    Repository.open = opened  # type: ignore[method-assign,assignment]


def die_before(name: str) -> None:
    """Die when the close comes to ``name``."""
    assert name in CLOSING

    async def dying(*_: object, **__: object) -> None:
        die()

    setattr(latitude.custody.closing, name, dying)


POINTS: dict[str, Callable[..., None]] = {"after": die_after, "at": die_at, "before": die_before}


def die_when(point: str) -> None:
    """Die when ``point`` is passed."""
    kind, name, count = f"{point}:1".split(":")[:3]
    POINTS[kind](*([name] if kind == "before" else [name, int(count)]))


if __name__ == "__main__":
    die_when(sys.argv[1])
    sys.exit(main(sys.argv[2:]))

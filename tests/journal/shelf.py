"""Puts sessions into a home as their journals would lie there, without playing them."""

from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from latitude.core.events import KnownEvent
from latitude.journal.line import FIRST_PREV, encode_line
from latitude.journal.paths import JOURNAL


def shelve(folder: Path, *lines: KnownEvent, at: str = "2026-11-20T23:15:02.125Z") -> Path:
    """Write a journal of ``lines`` in ``folder``; return the folder."""
    folder.mkdir(parents=True)
    prev, data = FIRST_PREV, b""
    for seq, event in enumerate(lines):
        line = encode_line(seq, at, prev, event)
        prev = sha256(line).hexdigest()
        data += line + b"\n"
    (folder / JOURNAL).write_bytes(data)
    return folder


def copy_many(folder: Path, count: int) -> None:
    """Lay ``count`` older copies of the session in ``folder`` beside it, each with its own id."""
    data, old = (folder / JOURNAL).read_bytes(), folder.name.encode()
    newest = datetime.strptime(folder.name[:15] + "Z", "%Y%m%d-%H%M%S%z")
    for number in range(1, count + 1):
        when = newest - timedelta(minutes=37 * number)
        copy = folder.with_name(f"{when:%Y%m%d-%H%M%S}-{number:06}")
        copy.mkdir()
        (copy / JOURNAL).write_bytes(data.replace(old, copy.name.encode()))

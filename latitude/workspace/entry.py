"""One thing in a workspace, and the caps of a workspace."""

from dataclasses import dataclass
from typing import Literal

import msgspec

Kind = Literal["file", "folder", "link", "special"]
"""``special`` is a FIFO, a socket or a device."""

MIB = 1024 * 1024


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A file, folder, link or special file as it was when it was looked at.

    A ``Struct``, because a scan makes one for each of 25,000 files.
    """

    path: str
    """``/``-separated, relative to the workspace, in ``os.fsdecode`` form: bytes that are not
    UTF-8 stand as surrogates U+DC80 to U+DCFF."""
    kind: Kind
    size: int
    """Bytes of a file; 0 otherwise."""
    executable: bool
    """Whether a file may be executed by its owner."""
    stamp: tuple[int, int, int, int]
    """Inode, size, mtime_ns and ctime_ns: equal stamps mean equal bytes."""
    target: str | None
    """Where a link points, in ``os.fsdecode`` form."""
    omitted: str | None
    """Why its bytes (of a folder: its contents) are not taken; ``None`` when they are."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How much the file tools put into a workspace."""

    file_bytes: int = 64 * MIB
    """In one file, written or read."""
    total_bytes: int = 256 * MIB
    """In all files together."""
    files: int = 25_000
    """Files, links and special files."""
    folders: int = 25_000
    depth: int = 32
    """Parts of a path, the file's own name included."""
    path_bytes: int = 1_000
    name_bytes: int = 200
    """Bytes of one part of a path."""


USUAL_CAPS = Caps()

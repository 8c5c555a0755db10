"""Writing objects in this process: everything of one commit goes into one pack.

GitPython 3.2 starts a process for each object that it stores, and each would be a file of its own;
a pack costs two files however many objects there are.
"""

import os
import secrets
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from latitude.artifacts.packs import write_pack
from latitude.artifacts.reader import object_id
from latitude.errors import HomeUnusable

FULL = 64 * 1024 * 1024
"""Bytes that may wait in memory before they are written."""


class Objects:
    """New objects, waiting to be written."""

    def __init__(self, git_dir: Path) -> None:
        self.folder = git_dir / "objects" / "pack"
        """Git makes it with the repository."""
        self._helpers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="artifacts-sync")
        self._new: dict[bytes, tuple[bytes, bytes]] = {}
        self._waiting = 0

    def put(self, kind: bytes, data: bytes, known: AbstractSet[bytes] = frozenset()) -> bytes:
        """Return the id of an object; it waits to be written unless ``known`` has it."""
        new = object_id(kind, data)
        if new not in known and new not in self._new:
            self._new[new] = (kind, data)
            self._waiting += len(data)
        return new

    @property
    def full(self) -> bool:
        """Whether enough waits that it should be written now."""
        return self._waiting > FULL

    def discard(self) -> None:
        """Forget what waits."""
        self._new.clear()
        self._waiting = 0

    def flush(self, *beside: int) -> None:
        """Write what waits as one pack, on disk before this returns; so are the files ``beside``.

        The caller holds the repository's lock: a repack beside it would drop objects that no ref
        reaches yet. Raises ``HomeUnusable``, with nothing visible and nothing waiting.
        """
        if not self._new:
            self._sync(*beside)
            return
        objects = self._new
        self._new = {}
        self.discard()
        # Git reads every name that ends in .idx, and prunes what begins with tmp_.
        names = [f"tmp_{end}_{secrets.token_hex(8)}" for end in ("pack", "idx")]
        written: list[Path] = []
        try:
            pack, index = (self.folder / name for name in names)
            with _new_file(pack, written) as body, _new_file(index, written) as table:
                checksum = write_pack(objects, body.write, table.write)
                body.flush()
                table.flush()
                self._sync(body.fileno(), table.fileno(), *beside)
            # The index comes last: it is what makes the pack visible.
            pack.rename(self.folder / f"pack-{checksum}.pack")
            index.rename(self.folder / f"pack-{checksum}.idx")
        except OSError as error:
            for path in written:
                path.unlink(missing_ok=True)
            raise HomeUnusable(
                f"The repository of artifacts cannot be written: {error.strerror}. What was "
                "committed before is kept, and so are the files in the workspace. Make room or "
                "make the home writable; then latitude recover commits them."
            ) from error

    def close(self) -> None:
        """End the threads that help to write."""
        self._helpers.shutdown()

    def _sync(self, *descriptors: int) -> None:
        # Side by side they share a commit of the file system's journal: half the waiting, and less
        # on a busy disk.
        waiting = [self._helpers.submit(os.fsync, descriptor) for descriptor in descriptors[1:]]
        try:
            for descriptor in descriptors[:1]:
                os.fsync(descriptor)
        finally:
            wait(waiting)
        for done in waiting:
            done.result()


def _new_file(path: Path, written: list[Path]) -> Any:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
    written.append(path)
    return open(descriptor, "wb")

"""How much more a workspace may hold, known without looking at all of it for each new file."""

from latitude.workspace.entry import Caps
from latitude.workspace.scan import Found


class Room:
    """What the last scan found, and what was added after it.

    What was deleted is not taken off: too high a count only brings the next scan sooner.
    """

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._found: Found | None = None
        self._files = self._folders = self._bytes = 0

    @property
    def is_known(self) -> bool:
        """Whether there was a scan that still counts."""
        return self._found is not None

    def count(self, found: Found | None) -> None:
        """Begin anew with what a scan found; with ``None``, forget what the last one did."""
        self._found = found
        self._files = self._folders = self._bytes = 0

    def add(self, files: int, folders: int, size: int) -> None:
        """Count what is about to be added; ``size`` in bytes may be negative."""
        self._files += files
        self._folders += folders
        self._bytes += size

    def excess(self, files: int, folders: int, size: int) -> str | None:
        """Say which cap would be passed: ``at most 25,000 files``; ``None`` if none, or unknown."""
        found, caps = self._found, self._caps
        if found is None:
            return None
        if files and found.files + self._files + files > caps.files:
            return f"at most {caps.files:,} files"
        if folders and found.folders + self._folders + folders > caps.folders:
            return f"at most {caps.folders:,} folders"
        if size > 0 and found.bytes + self._bytes + size > caps.total_bytes:
            return f"at most {caps.total_bytes:,} bytes in all"
        return None

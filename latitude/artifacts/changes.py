"""What changed between two commits, told from their manifests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from latitude.artifacts.manifest import ManifestEntry
from latitude.artifacts.names import readable_path
from latitude.core.events import FileChange


@dataclass(frozen=True, slots=True)
class Version:
    """What a change of a file is told by."""

    sha256: str
    size: int
    executable: bool


def versions_of(entries: Sequence[ManifestEntry]) -> dict[bytes, Version]:
    """Return the files of a manifest by their true paths."""
    return {
        entry.true: Version(entry.sha256 or "", entry.size or 0, entry.executable)
        for entry in entries
        if entry.place is not None
    }


def changes_between(
    old: Mapping[bytes, Version], new: Mapping[bytes, Version]
) -> tuple[FileChange, ...]:
    """Return which files differ, sorted by the bytes of their true paths."""
    changes = []
    for path in sorted(old.keys() | new.keys()):
        before, now = old.get(path), new.get(path)
        if before == now:
            continue
        changes.append(
            FileChange(
                path=readable_path(path)[0],
                status="deleted" if now is None else "added" if before is None else "modified",
                size=None if now is None else now.size,
                sha256=None if now is None else now.sha256,
            )
        )
    return tuple(changes)

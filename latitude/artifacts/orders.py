"""The values that cross the room's border. Nothing here needs git."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from latitude.core.events import FileChange
from latitude.session.seams import StepMark

StoredKind = Literal["file", "folder", "link", "omitted"]


@dataclass(frozen=True, slots=True)
class CommitOrder:
    """A wish to commit what lies in a workspace."""

    session: str
    mark: StepMark
    time: datetime
    """Aware; becomes author and committer date, in UTC."""
    parent: str | None = None
    """The commit that a session carried on with ``--from`` starts at; ``None`` starts empty."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the ledger: a session that was closed, or one that was forgotten."""

    session: str
    fingerprint: str
    """SHA-256 of the journal's last line; ``"none"`` on a tombstone of an unsealed session."""
    tip: str | None
    """The last commit of its branch; ``None`` when it made nothing."""
    model: str
    """As returned; the name of its folder in ``main`` is made from it."""
    closed: datetime
    """Aware; the ledger keeps whole seconds."""
    late: bool = False
    """True when recovery added it after the fact."""
    forgotten: str | None = None
    """The reason, on a tombstone."""


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """One commit of a session."""

    commit: str
    tree: str
    session: str
    turn: int
    step: int
    record: str
    """SHA-256 of the journal line that finished the response."""
    author: str
    when: datetime
    changes: tuple[FileChange, ...]
    parent: str | None = None
    """The commit before it; ``None`` where a session began with nothing."""


@dataclass(frozen=True, slots=True)
class CommitRead:
    """A commit as it lies in the repository, with some of its files."""

    commit: bytes
    """The commit object."""
    manifest: bytes
    """Its ``manifest.json``."""
    files: Mapping[str, bytes]
    """By path."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What one commit holds of one name in the workspace."""

    path: str
    """The true name; where that is not UTF-8, its escaped form (see ``names.py``)."""
    kind: StoredKind
    executable: bool = False
    size: int | None = None
    """Bytes, of a file."""
    sha256: str | None = None
    target: str | None = None
    """Where a link points."""
    omitted: str | None = None
    """Why the bytes were not taken."""
    stored: str | None = None
    """Where a file's bytes lie in the tree, below ``files/``."""


@dataclass(frozen=True, slots=True)
class FileDiff:
    """How one file differs between two commits."""

    path: str
    status: Literal["added", "modified", "deleted"]
    text: str | None
    """Unified hunks; ``None`` when either side is not text. Untrusted: clean before showing."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something an export could not lay out under its true name."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote."""

    files: int
    left_out: tuple[LeftOut, ...]
    renamed: tuple[tuple[str, str], ...]
    """True name and the other name it was written under: a ``.git``, or what the disk refuses."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a forget did."""

    tip: str
    """The ledger's new tip, with the tombstone."""
    kept_by: tuple[str, ...]
    """Refs that still reach the commits; empty when the content is gone."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a commit."""

    commit: str
    what: str

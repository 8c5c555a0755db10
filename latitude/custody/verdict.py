"""What ``latitude verify`` says: findings, each with its place, and one answer."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "broken",  # a line of the journal is not as it was written, or the last one is torn
    "open",  # neither running nor closed: wrong until it is recovered
    "blob",  # bytes that a line names are missing or other bytes
    "commit",  # a commit, a tree or a file in it is missing or not what the line says
    "ledger",  # the ledger says something else than the journal
    "unledgered",  # closed, but not in the ledger: recovery adds it
    "missing",  # in the ledger, and there is no such session
    "request",  # a request rebuilt from the journal is not the one that was sent
    "torn",  # torn.bin is not what the close says it is
    "against",  # the ledger does not go back to the tip that was kept elsewhere
    "running",  # being written right now; what is there so far was checked
    "forgotten",  # in the ledger as forgotten, and gone
    "stray",  # something that the record does not know
]
NOTES: frozenset[Kind] = frozenset({"running", "forgotten", "stray"})
"""Kinds that do not make a home wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found."""

    kind: Kind
    session: str | None
    """``None`` where it concerns the home as a whole."""
    text: str
    """A sentence that names the file and the line, or the commit."""
    line: int | None = None
    """Of the journal, counted from 1."""

    @property
    def ok(self) -> bool:
        """Whether this is a note, not a fault."""
        return self.kind in NOTES


def say_unnamed(number: int) -> str:
    """The sentence on commits that a session's branch holds and its closed journal cannot name."""
    commits = "1 commit" if number == 1 else f"{number} commits"
    return f"Its branch holds {commits} that the journal does not name."


@dataclass(frozen=True, slots=True)
class Checked:
    """One session that was looked at."""

    session: str
    fingerprint: str | None
    """``None`` when it is not closed."""
    lines: int
    """Lines that were read, up to the first fault."""
    requests: int
    """Request bodies that were rebuilt; 0 unless that was asked for."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found."""

    sessions: tuple[Checked, ...]
    """Oldest first."""
    findings: tuple[Finding, ...]
    """Everything, those of the sessions first, then those of the home."""
    ledger_tip: str | None

    @property
    def ok(self) -> bool:
        """True when everything that was looked at is as it was written."""
        return all(finding.ok for finding in self.findings)

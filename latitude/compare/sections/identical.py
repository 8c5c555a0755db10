"""The same bytes made in several sessions, told by their SHA-256."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from latitude.compare.cohort import Cohort
from latitude.compare.figures import Column, Row, Table
from latitude.index.observation import WorkSeen

MOST_LISTED = 40
"""Works that are listed; the others are counted."""


@dataclass(slots=True)
class _Same:
    """Files with the same bytes."""

    first: WorkSeen
    groups: dict[str, list[str]] = field(default_factory=dict)
    """By label, the sessions."""

    @property
    def sessions(self) -> tuple[str, ...]:
        return tuple(session for sessions in self.groups.values() for session in sessions)


def identical_tables(cohort: Cohort) -> tuple[Table, Table]:
    """How often two sessions left the same bytes, and which."""
    same = _shared(cohort)
    return _counted(cohort, same), _listed(same)


def _shared(cohort: Cohort) -> dict[str, _Same]:
    every: dict[str, _Same] = {}
    for group in cohort.groups:
        for member in group.members:
            for sha256, work in {work.sha256: work for work in member.works if work.size}.items():
                found = every.setdefault(sha256, _Same(work))
                found.groups.setdefault(group.label, []).append(member.session)
    return {sha256: same for sha256, same in every.items() if len(same.sessions) > 1}


def _counted(cohort: Cohort, same: Mapping[str, _Same]) -> Table:
    rows = []
    for group in cohort.groups:
        files = within = beyond = 0
        for member in group.members:
            shared = [same[work.sha256] for work in member.works if work.sha256 in same]
            files += len(shared)
            within += any(len(one.groups[group.label]) > 1 for one in shared)
            beyond += any(len(one.groups) > 1 for one in shared)
        values = (group.label, group.n, files, within, beyond)
        rows.append(Row(values, group.sessions))
    columns = (
        Column("group", "group"),
        Column("n", "n", "count"),
        Column("files", "such files", "count"),
        Column("within", "sessions that share one in the group", "count"),
        Column("beyond", "sessions that share one with another group", "count"),
    )
    notes = (_AUTOMATIC,)
    return Table("identical", "Files that two sessions made alike", columns, tuple(rows), notes)


def _listed(same: Mapping[str, _Same]) -> Table:
    ordered = sorted(
        same.values(), key=lambda one: (-len(one.sessions), -one.first.size, one.first.path)
    )
    rows = tuple(
        Row(
            (one.first.path, one.first.kind, one.first.size, len(one.sessions), _named(one)),
            one.sessions,
        )
        for one in ordered[:MOST_LISTED]
    )
    columns = (
        Column("path", "file"),
        Column("kind", "kind"),
        Column("bytes", "bytes", "count"),
        Column("n", "n", "count"),
        Column("groups", "groups"),
    )
    left = len(ordered) - MOST_LISTED
    notes = ["The name is the one that it has in the first of them."]
    if left > 0:
        notes.append(f"{left:,} more are counted above and not listed.")
    return Table("identical-files", "Which files these are", columns, rows, tuple(notes))


def _named(same: _Same) -> str:
    labels = list(same.groups)
    return labels[0] if len(labels) == 1 else f"{len(labels):,} groups"


_AUTOMATIC = (
    "Automatic: the same bytes, by SHA-256, whatever their names; empty files are left out. A "
    "session counts once."
)

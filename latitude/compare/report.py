"""From sessions to a report: the one road that every comparison takes."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from latitude import __version__
from latitude.compare.cohort import Cohort, Planned, flow_table, gather
from latitude.compare.figures import Column, Report, Row, Section, Standing, Table
from latitude.compare.findings import Drawing, Findings
from latitude.compare.likeness import by_session
from latitude.compare.sections.endings import endings
from latitude.compare.sections.likeness import Distances, likeness
from latitude.compare.sections.made import made
from latitude.compare.sections.manner import manner
from latitude.compare.sections.times import times
from latitude.compare.sections.works import contact_sheet, works
from latitude.compare.works.looking import Looked
from latitude.index.filters import Filter
from latitude.index.follow import Progress
from latitude.index.observing import observe, vocabularies

MOST_ALIKE = 1_000
"""Sessions of which every two are held against each other; the time for it grows with the square
of their number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """All that the index says of the sessions to compare; it need not stay open for the rest."""

    which: Filter
    cohort: Cohort
    said: Distances
    """How far apart the sessions are by the words that they thought and said."""
    wrote: Distances
    """Likewise by those that they wrote into files."""


def ask(
    index: sqlite3.Connection,
    which: Filter,
    *,
    rehearsals: bool = False,
    planned: Planned | None = None,
) -> Asked:
    """Ask an open index for the sessions that ``which`` lets through.

    ``rehearsals`` count only where asked for. Of a study, ``planned`` is what was fixed before its
    first session.
    """
    cohort = gather(observe(index, which), rehearsals=rehearsals, planned=planned)
    return Asked(
        which,
        cohort,
        said=_distances(index, cohort, "said"),
        wrote=_distances(index, cohort, "files"),
    )


def report_of(
    asked: Asked,
    drawing: Drawing,
    looked: Looked | None = None,
    warnings: Iterable[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Compare the sessions, and tell.

    ``looked`` is what stands in the files that the same sessions left, and how it looks;
    ``warnings`` are what else must be said before anything; ``progress`` is told of the tests.
    """
    cohort = asked.cohort
    findings = Findings(cohort, asked.said, drawing, progress)
    counts: dict[Standing, int] = {
        "planned": findings.counted("planned"),
        "exploratory": findings.counted("exploratory"),
    }
    sections = [_flow(cohort)]
    if cohort.groups:
        sections += [
            endings(cohort, findings, counts),
            times(cohort, findings, counts),
            made(cohort, findings, counts),
            *(() if looked is None else (works(cohort, looked),)),
            manner(cohort, findings, counts),
            likeness(cohort, findings, counts, asked.said, asked.wrote, drawing),
        ]
    if looked is not None and (sheet := contact_sheet(looked)) is not None:
        sections.append(sheet)
    sections.append(_sessions(cohort))
    return Report(
        title=_title(cohort),
        warnings=(*cohort.warnings, *_chosen_by_outcome(asked.which), *warnings),
        facts=tuple(_facts(cohort, asked.which, drawing, counts)),
        sections=tuple(sections),
    )


def _distances(
    index: sqlite3.Connection, cohort: Cohort, column: Literal["said", "files"]
) -> Distances:
    """Between all sessions that wrote anything; none where there are too many."""
    members = [member.session for member in cohort.members]
    if len(members) > MOST_ALIKE:
        return {}
    words = vocabularies(index, members, column)
    table = by_session(members, words)
    wrote = {session for session, used in zip(members, words, strict=True) if used}
    return {session: row for session, row in table.items() if session in wrote}


def _chosen_by_outcome(which: Filter) -> Iterable[str]:
    if which.end is not None or which.made is not None:
        by = "how they ended" if which.end is not None else "whether they left files"
        yield (
            f"These sessions were chosen by {by}, so what is told here of that, and of all that "
            "goes with it, follows from the choice."
        )


def _title(cohort: Cohort) -> str:
    if cohort.planned is not None:
        return f"The study {cohort.planned.study}"
    return "Sessions compared"


def _facts(
    cohort: Cohort, which: Filter, drawing: Drawing, counts: Mapping[Standing, int]
) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    if cohort.planned is not None:
        facts += [
            ("asked", cohort.planned.question),
            ("plan", cohort.planned.plan),
            ("planned", ", ".join(cohort.planned.outcomes) or "nothing: all is exploratory"),
        ]
    elif not which.is_empty:
        facts.append(("chosen by", which.words()))
    dates = [one.opened for one in cohort.members if one.opened]
    if dates:
        facts.append(("begun", f"{min(dates)[:10]} to {max(dates)[:10]} (UTC)"))
    n, left = len(cohort.members), sum(map(len, cohort.left_out.values()))
    facts += [
        ("sessions", f"{n:,} compared in {len(cohort.groups):,} groups, {left:,} left out"),
        ("tests", f"{counts['planned']:,} planned, {counts['exploratory']:,} exploratory"),
        ("relabelings", f"at most {drawing.m:,}, seed {drawing.seed}"),
        ("made", f"{datetime.now(UTC):%Y-%m-%d %H:%M} (UTC), latitude {__version__}"),
    ]
    return facts


def _flow(cohort: Cohort) -> Section:
    words = (
        "Sessions are pooled only where the model as returned, its settings and all that it was "
        "given are the same. The session is the unit: whatever it holds counts once."
    )
    return Section("flow", "Which sessions", (words,), (flow_table(cohort),))


def _sessions(cohort: Cohort) -> Section:
    columns = (
        Column("session", "session"),
        Column("group", "group"),
        Column("end", "ended"),
        Column("turns", "turns", "count"),
        Column("files", "files", "count"),
    )
    rows = tuple(
        Row((m.session, group.label, m.end, m.turns, m.files), (m.session,))
        for group in cohort.groups
        for m in group.members
    )
    table = Table("sessions", "Every session that was compared", columns, rows)
    words = "latitude show ID reads one of them whole."
    return Section("sessions", "The sessions", (words,), (table,))

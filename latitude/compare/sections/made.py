"""What sessions made: whether anything, how much, of which kinds and in which languages."""

from collections import Counter

from latitude.compare.cohort import Cohort
from latitude.compare.figures import (
    Column,
    Profile,
    Profiles,
    Row,
    Section,
    Standing,
    Table,
)
from latitude.compare.findings import MEANS, NOTHING, SHARES, Findings, kinds_of
from latitude.compare.sections.means import ns, points_of_shares, table_of_means, table_of_shares
from latitude.compare.sections.tests import table_of_tests
from latitude.index.measures import KINDS

_AUTOMATIC = (
    "Automatic: kinds and languages are told by the endings of names, and nothing was judged."
)


def made(cohort: Cohort, findings: Findings, counts: dict[Standing, int]) -> Section:
    """What was left at the end of each session."""
    shares = points_of_shares(cohort, "share of sessions", SHARES["made"])
    return Section(
        name="made",
        title="What was made",
        words=(
            "Files that a session left when it ended. To leave nothing is an outcome like others.",
        ),
        tables=(*_how_many(cohort, findings, counts), *_which(cohort, findings, counts)),
        plots=(
            (f"Sessions that left files, with 95 % intervals; {ns(cohort)}.", shares),
            (f"Kinds of file, each session's files as one whole; {ns(cohort)}.", _profiles(cohort)),
        ),
    )


def _how_many(cohort: Cohort, findings: Findings, counts: dict[Standing, int]) -> tuple[Table, ...]:
    return (
        table_of_shares(cohort, "made", "Sessions that left files", SHARES["made"]),
        *table_of_tests(
            "made-tests",
            "Leaving files against each other",
            findings.of("made"),
            "share",
            ("Difference of the shares with Newcombe's interval; Fisher's exact test.",),
            counts,
        ),
        table_of_means(cohort, "files", "Files a session", MEANS["files"]),
        *table_of_tests(
            "files-tests",
            "Files against each other",
            findings.of("files"),
            "number",
            (_RELABELLED,),
            counts,
        ),
        table_of_means(
            cohort,
            "first-file",
            "Turn of the first file",
            lambda one: one.numbers.get("first_file_turn"),
            notes=("Only of sessions that wrote one.",),
        ),
    )


def _which(cohort: Cohort, findings: Findings, counts: dict[Standing, int]) -> tuple[Table, ...]:
    return (
        _counted(cohort, "kinds", "Kinds of file", "files:"),
        _counted(cohort, "languages", "Languages", "language:"),
        *table_of_tests(
            "kinds-tests",
            "Kinds of file against each other",
            findings.of("kinds"),
            "number",
            (_DIVERGENCE,),
            counts,
        ),
    )


_DIVERGENCE = (
    "Jensen-Shannon divergence of the profiles, in bits, less what relabelled sessions give; each "
    "session weighs the same."
)
_RELABELLED = (
    "Difference of the means with Welch's interval; the p is of relabelling sessions, and leans "
    "on no distribution."
)


def _profiles(cohort: Cohort) -> Profiles:
    names = (*KINDS, NOTHING)
    rows = {member.session: kinds_of(member) for member in cohort.members}
    there = [place for place in range(len(names)) if any(row[place] for row in rows.values())]
    profiles = tuple(
        Profile(
            group.label,
            group.n,
            tuple(
                sum(rows[session][place] for session in group.sessions) / group.n for place in there
            ),
        )
        for group in cohort.groups
    )
    kinds = tuple(names[place] for place in there)
    return Profiles("share of what a session left", kinds, profiles)


def _counted(cohort: Cohort, name: str, title: str, prefix: str) -> Table:
    """Files of each kind, and how many sessions they come from."""
    rows = []
    for group in cohort.groups:
        files: Counter[str] = Counter()
        sessions: dict[str, list[str]] = {}
        for member in group.members:
            for kind, number in member.counts(prefix).items():
                files[kind] += int(number)
                sessions.setdefault(kind, []).append(member.session)
        rows += [
            Row(
                (group.label, kind, group.n, len(sessions[kind]), number),
                tuple(sessions[kind]),
            )
            for kind, number in sorted(files.items(), key=lambda one: (-one[1], one[0]))
        ]
    columns = (
        Column("group", "group"),
        Column("kind", title.split(maxsplit=1)[0].lower()),
        Column("n", "n", "count"),
        Column("sessions", "sessions with one", "count"),
        Column("files", "files", "count"),
    )
    return Table(name, title, columns, tuple(rows), (_AUTOMATIC,))

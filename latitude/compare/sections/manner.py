"""How sessions went: the first thing done, thinking, and questions asked of us."""

from collections import Counter

from latitude.compare.cohort import Cohort
from latitude.compare.figures import Column, Profile, Profiles, Row, Section, Standing, Table
from latitude.compare.findings import MEANS, Findings
from latitude.compare.sections.means import ns, table_of_means
from latitude.compare.sections.tests import table_of_tests

_METHOD = ("Difference of the means with Welch's interval; the p is of relabelling sessions.",)


def manner(cohort: Cohort, findings: Findings, counts: dict[Standing, int]) -> Section:
    """First action, share of thinking, questions."""
    return Section(
        name="manner",
        title="How sessions went",
        words=(
            (
                "All of it is automatic: counted by rules that a reader could apply by hand, and "
                "judged by nobody."
            ),
        ),
        tables=(
            _first_actions(cohort),
            table_of_means(
                cohort,
                "thinking",
                "Share of thinking in what was written",
                MEANS["thinking"],
                "share",
                (
                    (
                        "In characters of what can be read; thinking that a provider withholds or "
                        "sums up counts as it came."
                    ),
                ),
            ),
            *table_of_tests(
                "thinking-tests",
                "Thinking against each other",
                findings.of("thinking"),
                "share",
                _METHOD,
                counts,
            ),
            table_of_means(
                cohort,
                "questions",
                "Questions asked of us, a turn",
                MEANS["questions"],
                notes=("Question marks in replies, outside of code, quotes and addresses.",),
            ),
            *table_of_tests(
                "questions-tests",
                "Questions against each other",
                findings.of("questions"),
                "number",
                _METHOD,
                counts,
            ),
        ),
        plots=((f"The first thing done; {ns(cohort)}.", _profiles(cohort)),),
    )


def _actions(cohort: Cohort) -> list[str]:
    often = Counter(member.words.get("first_action", "nothing") for member in cohort.members)
    return [name for name, _ in sorted(often.items(), key=lambda one: (-one[1], one[0]))]


def _profiles(cohort: Cohort) -> Profiles:
    names = _actions(cohort)
    profiles = []
    for group in cohort.groups:
        counted = Counter(member.words.get("first_action", "nothing") for member in group.members)
        shares = tuple(counted[name] / group.n for name in names)
        profiles.append(Profile(group.label, group.n, shares))
    return Profiles("share of sessions", tuple(names), tuple(profiles))


def _first_actions(cohort: Cohort) -> Table:
    rows = []
    for group in cohort.groups:
        for name in _actions(cohort):
            sessions = tuple(
                member.session
                for member in group.members
                if member.words.get("first_action", "nothing") == name
            )
            if sessions:
                rows.append(
                    Row(
                        (group.label, name, group.n, len(sessions), len(sessions) / group.n),
                        sessions,
                    )
                )
    columns = (
        Column("group", "group"),
        Column("action", "first action"),
        Column("n", "n", "count"),
        Column("sessions", "sessions", "count"),
        Column("share", "share", "share"),
    )
    note = "The first tool that was called in the first turn, or talk where none was."
    return Table("first-actions", "The first thing done", columns, tuple(rows), (note,))

"""How sessions ended, and how often by the model's own choice."""

from collections import Counter

from latitude.compare.cohort import Cohort
from latitude.compare.figures import Column, Row, Section, Standing, Table
from latitude.compare.findings import SHARES, Findings
from latitude.compare.sections.means import ns, points_of_shares, table_of_shares
from latitude.compare.sections.tests import table_of_tests


def endings(cohort: Cohort, findings: Findings, counts: dict[Standing, int]) -> Section:
    """End reasons and exit rates, with every two groups that differ in one thing only."""
    words = (
        "An exit is a choice that the model stated, by phrase or by tool. A limit, the end of the "
        "protocol, a refusal and a failure are none, and stand apart."
    )
    method = "Difference of the shares with Newcombe's interval; Fisher's exact test, two-sided."
    unit = "share of sessions that ended by an exit"
    return Section(
        name="endings",
        title="How sessions ended",
        words=(words,),
        tables=(
            _reasons(cohort),
            table_of_shares(cohort, "exits", "Exits", SHARES["exit"]),
            *table_of_tests(
                "exit-tests",
                "Exits against each other",
                findings.of("exit"),
                "share",
                (method,),
                counts,
            ),
        ),
        plots=(
            (
                f"Exits, with 95 % intervals; {ns(cohort)}.",
                points_of_shares(cohort, unit, SHARES["exit"]),
            ),
        ),
    )


def _reasons(cohort: Cohort) -> Table:
    ends = [Counter(member.end or "" for member in group.members) for group in cohort.groups]
    names = sorted({name for counted in ends for name in counted})
    columns = (
        Column("group", "group"),
        Column("n", "n", "count"),
        *(Column(name.replace("-", "_"), name, "count") for name in names),
    )
    rows = tuple(
        Row((group.label, group.n, *(counted[name] for name in names)), group.sessions)
        for group, counted in zip(cohort.groups, ends, strict=True)
    )
    return Table("endings", "Endings, in sessions", columns, rows)

"""The table of an outcome's tests, which all sections share."""

from collections.abc import Mapping, Sequence
from typing import Literal

from latitude.compare.figures import Column, ColumnKind, Row, Standing, Table
from latitude.compare.findings import Finding

Unit = Literal["share", "number"]

_NOTES: Mapping[Standing, str] = {
    "planned": "Planned: named in the plan before the first session. Corrected by Holm, together "
    "with all planned tests of the study ({planned}).",
    "exploratory": "Exploratory: looked for afterwards. Corrected by Benjamini and Hochberg, "
    "together with all other exploratory tests of this report ({exploratory}).",
    "descriptive": "The noise floor: arms that are the same on purpose. What differs between them "
    "is chance.",
}


def table_of_tests(
    name: str,
    title: str,
    findings: Sequence[Finding],
    unit: Unit,
    notes: Sequence[str],
    counts: dict[Standing, int],
) -> tuple[Table, ...]:
    """The tests of one outcome as one table; none where no two groups differ in one thing only.

    ``counts`` is how many tests of each standing were corrected together.
    """
    if not findings:
        return ()
    difference: ColumnKind = unit
    standings = dict.fromkeys(finding.standing for finding in findings)
    known: dict[str, int] = {name: counts.get(name, 0) for name in _NOTES}
    columns = (
        Column("one", "one"),
        Column("n_one", "n", "count"),
        Column("other", "other"),
        Column("n_other", "n", "count"),
        Column("differs_in", "differ in"),
        Column("difference", "difference", difference),
        Column("interval", "95 %", "interval"),
        Column("p", "p", "p"),
        Column("corrected", "corrected", "p"),
        Column("floor", "least p", "p"),
        Column("standing", "standing"),
    )
    rows = tuple(
        Row(
            (
                finding.one.label,
                finding.ns[0],
                finding.other.label,
                finding.ns[1],
                finding.differs_in,
                finding.difference,
                finding.interval,
                finding.p,
                finding.corrected,
                finding.floor,
                "noise floor" if finding.standing == "descriptive" else finding.standing,
            ),
            (*finding.one.sessions, *finding.other.sessions),
        )
        for finding in findings
    )
    said = tuple(_NOTES[standing].format(**known) for standing in standings)
    standing: Standing = "planned" if "planned" in standings else "exploratory"
    return (Table(name, title, columns, rows, (*notes, *said), standing),)

"""The table of an outcome's tests, which all sections share."""

from collections.abc import Mapping, Sequence
from typing import Literal

from latitude.compare.cohort import NOISE_FLOOR
from latitude.compare.figures import Column, ColumnKind, Row, Standing, Table
from latitude.compare.findings import SHARES, Finding

Unit = Literal["share", "number"]

_NOTES: Mapping[Standing, str] = {
    "planned": "Planned: named in the plan before the first session. Corrected by Holm, together "
    "with all planned tests of the study ({planned}).",
    "exploratory": "Exploratory: looked for afterwards. Corrected by Benjamini and Hochberg, "
    "together with all other exploratory tests of this report ({exploratory}).",
    "descriptive": "The noise floor: arms that are the same on purpose. What differs between them "
    "is chance.",
}
_RELABELLED = (
    "Sessions are relabelled: in all ways, where there are no more than the relabelings named at "
    "the head of the report, else in so many drawn ones."
)


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
    constant = _constant(findings)
    known: dict[str, int] = {name: counts.get(name, 0) for name in _NOTES}
    # Several tests give no interval: then the column would say nothing.
    spread = any(finding.interval is not None for finding in findings)
    columns = (
        Column("differs_in", "differ in"),
        Column("one", "one"),
        Column("n_one", "n", "count"),
        Column("other", "other"),
        Column("n_other", "n", "count"),
        Column("alike_in", "alike in"),
        Column("difference", "difference", difference),
        *((Column("interval", "95 %", "interval"),) if spread else ()),
        Column("p", "p", "p"),
        Column("p_floor", "least p", "p"),
        Column("corrected", "corrected", "p"),
    )
    rows = tuple(
        Row(
            (
                *_sides(finding, constant),
                finding.difference,
                *((finding.interval,) if spread else ()),
                finding.p,
                finding.floor,
                finding.corrected,
            ),
            (*finding.one.sessions, *finding.other.sessions),
        )
        for finding in findings
    )
    said = tuple(_NOTES[standing].format(**known) for standing in standings)
    if findings[0].outcome not in SHARES:
        said = (_RELABELLED, *said)
    standing: Standing = "planned" if "planned" in standings else "exploratory"
    return (Table(name, title, columns, rows, (*notes, *said), standing),)


def _constant(findings: Sequence[Finding]) -> frozenset[str]:
    """The traits that are the same in every group, and so tell nothing."""
    traits = [group.traits for finding in findings for group in (finding.one, finding.other)]
    names = {name for each in traits for name in each}
    return frozenset(name for name in names if len({each.get(name) for each in traits}) == 1)


def _sides(
    finding: Finding, constant: frozenset[str]
) -> tuple[str, str, int, str, int, str | None]:
    """In what the groups differ, each side with its sessions, and what they have in common."""
    one, other, name = finding.one, finding.other, finding.differs_in
    sides = (one.traits.get(name, ""), other.traits.get(name, ""))
    if name == NOISE_FLOOR:
        sides = ("first", "again")
    alike = [
        value
        for trait, value in one.traits.items()
        if other.traits.get(trait) == value and trait not in constant
    ]
    return name, sides[0], finding.ns[0], sides[1], finding.ns[1], " · ".join(alike) or None

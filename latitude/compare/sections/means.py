"""Tables of means over sessions, which several sections share."""

from collections.abc import Callable

from latitude.compare.cohort import Cohort
from latitude.compare.estimators.means import mean, t_interval
from latitude.compare.estimators.proportions import wilson
from latitude.compare.figures import Column, ColumnKind, Estimate, Estimates, Interval, Row, Table
from latitude.index.observation import Observation

T_NOTE = (
    "Each session gives one value. Student's interval of their mean, which leans on means being "
    "nearly normal; none where nothing varied."
)


def table_of_means(
    cohort: Cohort,
    name: str,
    title: str,
    value: Callable[[Observation], float | None],
    kind: ColumnKind = "number",
    notes: tuple[str, ...] = (),
) -> Table:
    """One mean a group, of the sessions for which the value can be told."""
    within = Interval(0.0, 1.0) if kind == "share" else None
    rows = []
    for group in cohort.groups:
        told = [(v, m.session) for m in group.members if (v := value(m)) is not None]
        values = [v for v, _ in told]
        rows.append(
            Row(
                (group.label, len(values), mean(values), t_interval(values, within=within)),
                tuple(session for _, session in told),
            )
        )
    columns = (
        Column("group", "group"),
        Column("n", "n", "count"),
        Column("mean", "mean", kind),
        Column("interval", "95 %", "interval"),
    )
    return Table(name, title, columns, tuple(rows), (*notes, T_NOTE))


def table_of_shares(
    cohort: Cohort, name: str, title: str, holds: Callable[[Observation], bool]
) -> Table:
    """One share of sessions a group."""
    rows = []
    for group in cohort.groups:
        k = sum(map(holds, group.members))
        rows.append(Row((group.label, group.n, k, k / group.n, wilson(k, group.n)), group.sessions))
    columns = (
        Column("group", "group"),
        Column("n", "n", "count"),
        Column("sessions", "sessions that did", "count"),
        Column("share", "share", "share"),
        Column("interval", "95 %", "interval"),
    )
    note = "Wilson's interval of the share of sessions. Each session counts once."
    return Table(name, title, columns, tuple(rows), (note,))


def points_of_shares(cohort: Cohort, unit: str, holds: Callable[[Observation], bool]) -> Estimates:
    """The same shares as points with whiskers."""
    points = []
    for group in cohort.groups:
        k = sum(map(holds, group.members))
        points.append(Estimate(group.label, group.n, k / group.n, wilson(k, group.n)))
    return Estimates(unit, tuple(points))


def ns(cohort: Cohort) -> str:
    """How many sessions stand behind a figure, for its caption."""
    total = sum(group.n for group in cohort.groups)
    groups = len(cohort.groups)
    return f"n = {total:,} session{'' if total == 1 else 's'} in {groups} group" + (
        "" if groups == 1 else "s"
    )

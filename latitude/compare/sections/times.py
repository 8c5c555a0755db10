"""When sessions ended: turns until an exit, with every other way to end competing."""

from collections.abc import Callable

from latitude.compare.cohort import Cohort, Group
from latitude.compare.estimators.survival import (
    area,
    at,
    incidences,
    kaplan_meier,
    median,
    restricted_mean,
    restricted_mean_interval,
)
from latitude.compare.figures import Column, Curve, Curves, Row, Section, Standing, Step, Table
from latitude.compare.findings import Findings, cause_of
from latitude.compare.sections.tests import table_of_tests

EXIT = "model-exit"
CurveOf = Callable[[Group], Curve]


def times(cohort: Cohort, findings: Findings, counts: dict[Standing, int]) -> Section:
    """Survival and cumulative incidence over turns."""
    horizon = max((float(m.turn_limit or m.turns) for m in cohort.members), default=1.0)
    longest = max((float(m.turns) for m in cohort.members), default=1.0)
    horizon = min(horizon, max(longest, 1.0))
    limits = {m.turn_limit for m in cohort.members}
    words = [
        (
            "Time is counted in turns. A session that came to its limit of turns is lost from "
            "sight there; every other end competes with the exit, so that the shares of causes "
            "and of sessions still going sum to one (Aalen and Johansen)."
        ),
    ]
    if len(limits) > 1:
        shown = ", ".join(map(str, sorted(limits)))
        words.append(
            f"Not all of these sessions had the same limit of turns ({shown}). What is said of "
            "times leans on the limit having nothing to do with the group."
        )
    return Section(
        name="times",
        title="Turns until the end",
        words=tuple(words),
        tables=(
            _table(cohort, horizon),
            _causes(cohort, horizon),
            *table_of_tests(
                "turns-tests",
                "Turns until an exit against each other",
                findings.of("turns"),
                "number",
                (
                    (
                        "The difference is of the turns that exits took before the limit. "
                        "Log-rank test of exits by relabelling sessions; other ends are taken as "
                        "censored for it, which compares the hazards of an exit."
                    ),
                ),
                counts,
            ),
        ),
        plots=(
            (
                f"Share of sessions that an exit has ended, by turn; {_ns(cohort)}.",
                _curves(cohort, horizon, "share of sessions ended by an exit", _exits),
            ),
            (
                f"Share of sessions still going, by turn; {_ns(cohort)}.",
                _curves(cohort, horizon, "share of sessions still going", _going),
            ),
        ),
    )


def _ns(cohort: Cohort) -> str:
    return "n = " + ", ".join(str(group.n) for group in cohort.groups)


def _seen(group: Group) -> tuple[list[float], list[str | None]]:
    return (
        [float(member.turns) for member in group.members],
        [cause_of(member.end) for member in group.members],
    )


def _going(group: Group) -> Curve:
    turns, causes = _seen(group)
    steps = kaplan_meier(turns, [cause is not None for cause in causes])
    return Curve(group.label, group.n, steps, _censored(turns, causes))


def _exits(group: Group) -> Curve:
    turns, causes = _seen(group)
    # Where nobody left, the curve lies at nought, and no band can be told.
    steps = incidences(turns, causes).get(EXIT, (Step(0.0, 0.0),))
    return Curve(group.label, group.n, steps, _censored(turns, causes))


def _censored(turns: list[float], causes: list[str | None]) -> tuple[float, ...]:
    return tuple(sorted(turn for turn, cause in zip(turns, causes, strict=True) if cause is None))


def _curves(cohort: Cohort, horizon: float, unit: str, curve_of: CurveOf) -> Curves:
    curves = tuple(curve_of(group) for group in cohort.groups)
    return Curves("turns", unit, horizon, curves)


def _table(cohort: Cohort, horizon: float) -> Table:
    rows = []
    for group in cohort.groups:
        turns, causes = _seen(group)
        ended = [cause is not None for cause in causes]
        steps = kaplan_meier(turns, ended)
        rows.append(
            Row(
                (
                    group.label,
                    group.n,
                    causes.count(None),
                    median(steps),
                    restricted_mean(turns, ended, horizon),
                    restricted_mean_interval(turns, ended, horizon),
                ),
                group.sessions,
            )
        )
    columns = (
        Column("group", "group"),
        Column("n", "n", "count"),
        Column("censored", "at their limit", "count"),
        Column("median", "median turns", "number"),
        Column("mean", f"mean of {horizon:g}", "number"),
        Column("interval", "95 %", "interval"),
    )
    notes = (
        (
            f"The mean is restricted: turns up to {horizon:g}. The median is told only where half "
            "of the sessions had ended."
        ),
    )
    return Table("turns", "Turns that sessions went on", columns, tuple(rows), notes)


def _causes(cohort: Cohort, horizon: float) -> Table:
    rows = []
    for group in cohort.groups:
        turns, causes = _seen(group)
        for cause, steps in incidences(turns, causes).items():
            last = at(steps, horizon)
            sessions = tuple(
                member.session for member in group.members if cause_of(member.end) == cause
            )
            rows.append(
                Row(
                    (group.label, cause, group.n, len(sessions), last.level, area(steps, horizon)),
                    sessions,
                )
            )
    columns = (
        Column("group", "group"),
        Column("cause", "ended by"),
        Column("n", "n", "count"),
        Column("ends", "ends", "count"),
        Column("incidence", f"by turn {horizon:g}", "share"),
        Column("lost", "turns it took", "number"),
    )
    notes = (
        (
            "Cumulative incidence of each cause, the others competing. The turns it took are the "
            "mean time between such an end and the last turn looked at."
        ),
    )
    return Table("causes", "What ended them", columns, tuple(rows), notes)

"""How alike sessions are: over repeats, between models, and under other words of ours."""

from collections.abc import Iterator, Mapping, Sequence

from latitude.compare.cohort import Cohort
from latitude.compare.estimators.correction import benjamini_hochberg
from latitude.compare.estimators.permutation import Permutation
from latitude.compare.estimators.persistence import persistence, robustness
from latitude.compare.figures import Column, Matrix, Row, Section, Standing, Table
from latitude.compare.findings import Drawing, Findings
from latitude.compare.likeness import mean_likeness
from latitude.compare.sections.means import ns
from latitude.compare.sections.tests import table_of_tests

Distances = Mapping[str, Sequence[float]]
"""Distances by session, in the order of the cohort."""


def likeness(
    cohort: Cohort,
    findings: Findings,
    counts: dict[Standing, int],
    said: Distances,
    wrote: Distances,
    drawing: Drawing,
) -> Section:
    """Likeness of what was said and of what was written into files."""
    return Section(
        name="likeness",
        title="How alike sessions are",
        words=(
            (
                "Two sessions are alike by the words they share: one is the same words, nought "
                "is none in common. Persistence asks whether repeats of one model under the same "
                "words of ours are nearer to each other than to other models; robustness asks the "
                "same of pairs under different words of ours."
            ),
        ),
        tables=(
            _asked(cohort, said, wrote, drawing),
            *table_of_tests(
                "likeness-tests",
                "What was said, against each other",
                findings.of("likeness"),
                "number",
                (
                    (
                        "Mean distance between the two groups less that within them, beyond what "
                        "relabelled sessions give."
                    ),
                ),
                counts,
            ),
        ),
        plots=(
            (f"Mean likeness of what was thought and said; {ns(cohort)}.", _matrix(cohort, said)),
            (
                f"Mean likeness of what was written into files; {ns(cohort)}.",
                _matrix(cohort, wrote),
            ),
        ),
    )


def _matrix(cohort: Cohort, table: Distances) -> Matrix:
    order = {member.session: place for place, member in enumerate(cohort.members)}
    told = [[s for s in group.sessions if s in table] for group in cohort.groups]
    values = tuple(
        tuple(mean_likeness(table, order, ours, theirs) for theirs in told) for ours in told
    )
    return Matrix(
        "mean likeness of pairs of sessions", tuple(g.label for g in cohort.groups), values
    )


def _asked(cohort: Cohort, said: Distances, wrote: Distances, drawing: Drawing) -> Table:
    asked: list[tuple[str, str, tuple[str, ...], Permutation | None]] = []
    for what, table in (("what was said", said), ("what was written into files", wrote)):
        members = [
            (member, group)
            for group in cohort.groups
            for member in group.members
            if member.session in table
        ]
        order = {member.session: place for place, member in enumerate(cohort.members)}
        places = [order[member.session] for member, _ in members]
        square = [[table[m.session][place] for place in places] for m, _ in members]
        models = [group.traits.get("model", member.model) for member, group in members]
        prompts = [group.wording for _, group in members]
        sessions = tuple(member.session for member, _ in members)
        for question, test in _tests(square, models, prompts, drawing):
            asked.append((question, what, sessions, test))
    corrected = iter(benjamini_hochberg([test.p for *_, test in asked if test is not None]))
    rows = tuple(
        Row((question, what, len(sessions), *_told(test, corrected)), sessions)
        for question, what, sessions, test in asked
    )
    columns = (
        Column("question", "question"),
        Column("of", "of"),
        Column("n", "n", "count"),
        Column("difference", "between less within", "number"),
        Column("p", "p", "p"),
        Column("p_floor", "least p", "p"),
        Column("corrected", "corrected", "p"),
    )
    notes = (
        (
            "Models change places within the words of ours (persistence), or whole models within "
            "them (robustness). One-sided: above nought means that a model is like itself."
        ),
        "Exploratory: corrected together (Benjamini and Hochberg), apart from all other tests.",
    )
    return Table("persistence", "Persistence and robustness", columns, rows, notes, "exploratory")


def _tests(
    square: Sequence[Sequence[float]],
    models: Sequence[str],
    prompts: Sequence[str],
    drawing: Drawing,
) -> list[tuple[str, Permutation | None]]:
    if len(set(models)) < 2:
        return []
    return [
        ("persistence", persistence(square, models, prompts, m=drawing.m, seed=drawing.seed)),
        ("robustness", robustness(square, models, prompts, m=drawing.m, seed=drawing.seed)),
    ]


def _told(test: Permutation | None, corrected: Iterator[float]) -> tuple[float | None, ...]:
    if test is None:
        return None, None, None, None
    return test.statistic, test.p, test.floor, next(corrected)

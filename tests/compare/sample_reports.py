"""Reports such as comparisons give, made up from a seed: what the shown pages are held against."""

import random
from dataclasses import replace
from functools import cache

from latitude.compare.figures import (
    Curves,
    Estimates,
    Matrix,
    Profiles,
    Report,
    Row,
    Section,
    Sheet,
    Step,
)
from tests.compare import sample_sections as sections

MODELS = (
    "claude-opus-5-5",
    "gpt-6-mini-2026-09-30",
    "qwen3.5-72b-instruct-q4_k_m-gguf-unsloth-dynamic-2026-10-01b",
)
WORDINGS = ("open", "open-plain")
DIGEST = "5f0c" * 16


@cache
def study(
    models: tuple[str, ...] = MODELS,
    wordings: tuple[str, ...] = WORDINGS,
    repeats: int = 20,
    seed: int = 5,
) -> Report:
    """A whole report of models × wordings × repeats."""
    chance = random.Random(seed)
    arms = [(model, wording) for model in models for wording in wordings]
    made = {f"{model} · {wording}": sections.arm(chance, repeats) for model, wording in arms}
    return Report(
        title="Open time in two wordings",
        warnings=(),
        facts=(
            (
                "question",
                "Does the wording of the exit change how often, and when, a model leaves?",
            ),
            ("plan", DIGEST),
            ("sessions", f"{len(arms) * repeats} analysed of {len(arms) * repeats + 3} begun"),
            ("dates", "2026-11-18 to 2026-11-21"),
            ("latitude", "0.5.0"),
        ),
        sections=(
            sections.flow(made),
            sections.exits(made),
            sections.times(chance, made),
            sections.causes(chance, made),
            sections.pairs(chance, made),
            sections.profiles(chance, made),
            sections.likeness(chance, made),
            sections.sheet(chance, made),
        ),
    )


@cache
def with_one_session() -> Report:
    """Three models, of which one was sat with once."""
    whole = study(wordings=("open",), repeats=12)
    return replace(
        whole,
        title="A first look",
        warnings=(
            "12 of these 25 sessions are rehearsals: scripts, not models.",
            "The study is still running: 25 of 60 sessions have ended.",
        ),
        sections=tuple(map(_with_one_anecdote, whole.sections)),
    )


def empty() -> Report:
    """What is left when no session was chosen."""
    whole = study(repeats=2)
    sections = tuple(
        replace(
            section,
            tables=tuple(replace(table, rows=()) for table in section.tables),
            plots=tuple((caption, _emptied(plot)) for caption, plot in section.plots),
        )
        for section in whole.sections
    )
    return replace(whole, title="Nothing chosen", sections=sections)


@cache
def many() -> Report:
    """Twelve models."""
    return study(models=tuple(f"model-{number:02}-instruct" for number in range(1, 13)), repeats=10)


def _with_one_anecdote(section: Section) -> Section:
    """Cut the last line of each table and plot down to one session."""
    tables = []
    for table in section.tables:
        if table.rows:
            last = table.rows[-1]
            values = tuple(
                1 if column.name in ("n", "n_second") else value
                for column, value in zip(table.columns, last.values, strict=True)
            )
            table = replace(table, rows=(*table.rows[:-1], Row(values, last.sessions[:1])))
        tables.append(table)
    return replace(
        section,
        tables=tuple(tables),
        plots=tuple((caption, _cut(plot)) for caption, plot in section.plots),
    )


def _cut(plot):
    if isinstance(plot, Estimates) and plot.estimates:
        last = replace(plot.estimates[-1], n=1, point=1.0, interval=sections.wilson(1, 1))
        return replace(plot, estimates=(*plot.estimates[:-1], last))
    if isinstance(plot, Curves):
        last = replace(plot.curves[-1], n=1, steps=(Step(0, 1.0), Step(4, 0.0)), censored=())
        return replace(plot, curves=(*plot.curves[:-1], last))
    if isinstance(plot, Profiles):
        return replace(plot, profiles=(*plot.profiles[:-1], replace(plot.profiles[-1], n=1)))
    return plot


def _emptied(plot):
    match plot:
        case Estimates():
            return replace(plot, estimates=())
        case Curves():
            return replace(plot, curves=())
        case Profiles():
            return replace(plot, profiles=())
        case Matrix():
            return replace(plot, labels=(), values=())
        case Sheet():
            return Sheet(())

"""A report on a terminal: words and tables, and plots where somebody looks.

Piped, it is words and whole tables: no line is broken and nothing is drawn. The width and the
attributes are the caller's to find out; all text is cleaned here.
"""

from collections.abc import Iterator, Sequence

from latitude.compare.figures import (
    Curve,
    Curves,
    Estimates,
    Matrix,
    Plot,
    Profiles,
    Report,
    Section,
    Sheet,
)
from latitude.compare.svg.curves import TOGETHER
from latitude.compare.svg.parts import tick_words, ticks
from latitude.compare.terminal.plots import (
    estimate_lines,
    matrix_lines,
    profile_lines,
    sheet_lines,
    strip_lines,
)
from latitude.compare.terminal.table import table_lines
from latitude.compare.terminal.text import WIDEST, Plain, Style, broken, fit, left, right
from latitude.compare.words import NO_SESSIONS, is_empty, label, passage, sessions
from latitude.core.text import cells

_TALL = 14
"""Lines of the panel that curves are drawn in."""
_DASHES = ((1, 0), (6, 2), (1, 3))
"""Points drawn and left out: so that curves differ without colour."""
_PLAIN = Plain()


def lines(report: Report, width: int | None, style: Style = _PLAIN) -> Iterator[str]:
    """Yield the lines of ``report`` for a terminal of ``width`` cells, or ``None`` for a pipe."""
    words = None if width is None else min(width, WIDEST)
    for line in broken(label(report.title), words):
        yield style.bold(line)
    for warning in report.warnings:
        for line in broken(f"! {passage(warning)}", words):
            yield style.warn(line)
    yield ""
    yield from _facts(report, words, style)
    for section in report.sections:
        yield from _section(section, width, style)


def _facts(report: Report, words: int | None, style: Style) -> Iterator[str]:
    longest = max((cells(label(named)) for named, _ in report.facts), default=0)
    longest = longest if words is None else min(longest, words // 3)
    room = None if words is None else words - longest - 2
    for named, value in report.facts:
        for at, line in enumerate(broken(passage(value), room)):
            shown = "" if at else fit(label(named), longest)
            yield f"{style.dim(left(shown, longest))}  {line}"


def _section(section: Section, width: int | None, style: Style) -> Iterator[str]:
    words = None if width is None else min(width, WIDEST)
    yield ""
    yield ""
    for line in broken(label(section.title), words):
        yield style.bold(line)
    for paragraph in section.words:
        yield from broken(passage(paragraph), words)
    for caption, plot in section.plots:
        if width is None:
            continue
        yield ""
        yield from _plot_lines(plot, width)
        for line in broken(passage(caption), words):
            yield style.dim(line)
    for table in section.tables:
        yield ""
        yield from table_lines(table, width, style)
        for note in table.notes:
            for line in broken(passage(note), words):
                yield style.dim(line)


def _plot_lines(plot: Plot, width: int) -> Iterator[str]:
    if is_empty(plot):
        yield NO_SESSIONS
        return
    match plot:
        case Estimates():
            yield from estimate_lines(plot, width)
        case Curves() if _fits_one_panel(plot, width):
            yield from _panel_lines(plot, width)
        case Curves():
            yield from strip_lines(plot, width)
        case Profiles():
            yield from profile_lines(plot, width)
        case Matrix():
            yield from matrix_lines(plot, width)
        case Sheet():
            yield from sheet_lines(plot, width)


def _fits_one_panel(plot: Curves, width: int) -> bool:
    few = len(plot.curves) <= TOGETHER and plot.horizon > 0
    return few and width >= 40 + max(map(cells, map(_named, plot.curves)))


def _panel_lines(plot: Curves, width: int) -> Iterator[str]:
    """Draw few curves in one panel, each named at its end."""
    names = [_named(curve) for curve in plot.curves]
    gutter = max(map(cells, names)) + 2
    drawn = _canvas(plot, min(width, 110) - gutter)
    yield fit(label(plot.level_unit), width)
    ends = [curve.steps[-1].level if curve.steps else 0.0 for curve in plot.curves]
    beside = _places(ends, len(drawn) - 2)
    for at, line in enumerate(drawn):
        named = names[beside[at]] if at in beside else ""
        yield f"{line}  {named}".rstrip()
    yield right(fit(label(plot.time_unit), cells(drawn[-1])), cells(drawn[-1]))


def _named(curve: Curve) -> str:
    return f"{label(curve.label, 30)}, {sessions(curve.n)}"


def _places(ends: Sequence[float], rows: int) -> dict[int, int]:
    """Give each curve the row at which it ends, or the next that is free."""
    places: dict[int, int] = {}
    for curve in sorted(range(len(ends)), key=lambda at: -ends[at]):
        row = min(round((1 - min(max(ends[curve], 0.0), 1.0)) * (rows - 1)), rows - 1)
        free = [other for other in range(rows) if other not in places]
        places[min(free, key=lambda other: (abs(other - row), other))] = curve
    return places


def _canvas(plot: Curves, width: int) -> list[str]:
    import plotext  # type: ignore[import-untyped]

    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plot_size(width, _TALL)
    for curve, (drawn, left_out) in zip(plot.curves, _DASHES, strict=False):
        points = _points(curve, plot.horizon, width * 2)
        kept = [at for number, at in enumerate(points) if number % (drawn + left_out) < drawn]
        plotext.scatter([time for time, _ in kept], [level for _, level in kept], marker="braille")
    plotext.xlim(0, plot.horizon)
    plotext.ylim(0, 1)
    plotext.yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    places = ticks(0, plot.horizon, 8)
    plotext.xticks(places, tick_words(places, shares=False))
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    built: str = plotext.uncolorize(plotext.build())
    plotext.clear_figure()
    return [line.rstrip().ljust(width) for line in built.split("\n") if line.strip()]


def _points(curve: Curve, horizon: float, many: int) -> list[tuple[float, float]]:
    """Return points along a curve, about as far from each other as dots on the canvas."""
    points: list[tuple[float, float]] = []
    before: float | None = None
    ends = [*(step.time for step in curve.steps[1:]), horizon]
    for step, end in zip(curve.steps, ends, strict=False):
        if before is not None:
            rise = max(round(abs(step.level - before) * _TALL * 4), 1)
            points += [
                (step.time, before + (step.level - before) * at / rise) for at in range(rise)
            ]
        run = max(round((end - step.time) / horizon * many), 1) if horizon else 1
        points += [(step.time + (end - step.time) * at / run, step.level) for at in range(run)]
        before = step.level
    return points

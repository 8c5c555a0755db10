"""Points with whiskers: one line each, named beside it, its value and n at its end."""

from latitude.compare.figures import Estimate, Estimates
from latitude.compare.html.markup import Markup
from latitude.compare.svg.parts import (
    LINE,
    Drawing,
    Scale,
    fit,
    lines_of,
    tick_words,
    ticks,
    widest,
    width_of,
)
from latitude.compare.words import ANECDOTE, NOT_TOLD, estimate, is_told, measure

_GAP = 14.0
_ROW = 26.0
_CAP = 4.5


def draw_estimates(plot: Estimates, title: str, name: str, width: float) -> Markup:
    """Return ``plot`` as a drawing of ``width`` pixels."""
    drawing = Drawing(width, name)
    values = [_value(told, plot) for told in plot.estimates]
    counts = [f"{told.n:,}" for told in plot.estimates]
    tail = max(widest([*counts, "n"]), width_of(ANECDOTE) if _has_anecdote(plot) else 0.0)
    named = widest([told.label for told in plot.estimates])
    above = named > width * 0.34
    left = width_of("−100") / 2 if above else named + _GAP
    scale = Scale(
        plot.low, plot.high, left, max(width - tail - _GAP - widest(values) - _GAP, left + 40)
    )
    top = LINE + 10
    names = [lines_of(told.label, width, 2 if above else 1) for told in plot.estimates]
    rows = [_ROW + (LINE * len(lines) + 6 if above else 0) for lines in names]
    bottom = top + sum(rows) + 4
    drawing.text(width, LINE - 4, "n", at="end", kind="dim")
    _axis(drawing, plot, scale, top - 4, bottom)
    y = top - _ROW / 2
    for at, told in enumerate(plot.estimates):
        y += rows[at]
        for line, words in enumerate(reversed(names[at])):
            drawing.text(0, y + 4 - LINE * (line + above), words, kind="halo")
        _whisker(drawing, told, scale, y)
        drawing.text(width - tail - _GAP, y + 4, values[at], at="end", kind="strong")
        drawing.text(width, y + 4, counts[at], at="end")
        if told.n == 1:
            drawing.text(width, y + 15, ANECDOTE, at="end", kind="small warn")
    told_in_words = [f"{told.label}: {estimate(told, plot.kind)}." for told in plot.estimates]
    return drawing.frame(bottom + 2 * LINE + 8, title, [f"{plot.unit}.", *told_in_words])


def _axis(drawing: Drawing, plot: Estimates, scale: Scale, top: float, bottom: float) -> None:
    places = ticks(plot.low, plot.high, 6 if scale.end - scale.start > 300 else 4)
    for place, words in zip(places, tick_words(places, shares=plot.kind == "share"), strict=True):
        x = scale(place)
        zero = abs(place) < 1e-12 and plot.low < 0
        drawing.line(x, top, x, bottom, "zero" if zero else "grid")
        drawing.text(x, bottom + LINE - 2, words, at="middle", kind="dim")
    drawing.line(scale.start, bottom, scale.end, bottom, "axis")
    room = drawing.width - scale.start
    drawing.text(scale.start, bottom + 2 * LINE, fit(plot.unit, room), kind="dim")


def _whisker(drawing: Drawing, told: Estimate, scale: Scale, y: float) -> None:
    if told.interval is not None and is_told(told.interval.low + told.interval.high):
        low, high = scale(told.interval.low), scale(told.interval.high)
        drawing.line(low, y, high, y, "whisker")
        drawing.line(low, y - _CAP, low, y + _CAP, "whisker")
        drawing.line(high, y - _CAP, high, y + _CAP, "whisker")
    if is_told(told.point):
        drawing.dot(scale(told.point), y, 4.5, "mark hollow" if told.n == 1 else "mark")


def _value(told: Estimate, plot: Estimates) -> str:
    return measure(told.point, plot.kind) if is_told(told.point) else NOT_TOLD


def _has_anecdote(plot: Estimates) -> bool:
    return any(told.n == 1 for told in plot.estimates)

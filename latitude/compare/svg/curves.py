"""Step curves: up to three in one panel, named at their ends; more get a panel each.

Many curves in one panel cannot be told apart, with or without colour. In a panel of its own each
stands out, and all others are there in grey to be held against.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from latitude.compare.figures import Curve, Curves, Step
from latitude.compare.html.markup import Markup
from latitude.compare.svg.parts import (
    LINE,
    WIDE,
    Drawing,
    Scale,
    fit,
    lines_of,
    tick_words,
    ticks,
    widest,
    width_of,
)
from latitude.compare.words import label, number, percent, sessions

TOGETHER = 3
"""How many curves can be told apart in one panel."""
_LEVELS = (0.0, 0.5, 1.0)
_TALL, _LOW = 230.0, 104.0
_GAP = 26.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Panel:
    """Where the times and levels of one panel lie."""

    across: Scale
    up: Scale

    def line(self, curve: Curve) -> list[Point]:
        """The corners of a curve."""
        points: list[Point] = []
        for step, end in _spans(curve, self.across.high):
            y = self.up(step.level)
            points += [(self.across(step.time), y), (self.across(end), y)]
        return points

    def bands(self, curve: Curve) -> list[list[Point]]:
        """The outlines of its band, one for each stretch on which it is known."""
        stretches: list[tuple[list[Point], list[Point]]] = [([], [])]
        for step, end in _spans(curve, self.across.high):
            if step.low is None or step.high is None:
                stretches.append(([], []))
                continue
            upper, lower = stretches[-1]
            x1, x2 = self.across(step.time), self.across(end)
            upper += [(x1, self.up(step.high)), (x2, self.up(step.high))]
            lower += [(x1, self.up(step.low)), (x2, self.up(step.low))]
        return [[*upper, *reversed(lower)] for upper, lower in stretches if upper]


def draw_curves(plot: Curves, title: str, name: str, width: float) -> Markup:
    """Return ``plot`` as a drawing of ``width`` pixels."""
    drawing = Drawing(width, name)
    gutter = widest([curve.label for curve in plot.curves]) + 2 * LINE
    few = len(plot.curves) <= TOGETHER and gutter <= width * 0.4
    drawing.text(0, LINE - 4, fit(plot.level_unit, width), kind="dim")
    height = _one_panel(drawing, plot, gutter) if few else _many_panels(drawing, plot)
    told = [f"{curve.label}, {sessions(curve.n)}: {_course(curve, plot)}." for curve in plot.curves]
    return drawing.frame(height, title, [f"{plot.level_unit}, by {plot.time_unit}.", *told])


def _one_panel(drawing: Drawing, plot: Curves, gutter: float) -> float:
    top = LINE + 12
    left = width_of("100 %") + 8
    panel = _Panel(
        Scale(0, plot.horizon, left, drawing.width - gutter - 8),
        Scale(0, 1, top + _TALL, top),
    )
    _grid(drawing, plot, panel, named=True)
    for at, curve in enumerate(plot.curves):
        for outline in panel.bands(curve):
            drawing.path(outline, f"band band-{at}", closed=True)
    for at, curve in enumerate(plot.curves):
        drawing.path(panel.line(curve), f"line line-{at}")
        _censored(drawing, curve, panel)
    ends = [panel.line(curve)[-1][1] if curve.steps else top + _TALL for curve in plot.curves]
    for at, y in enumerate(_spread(ends, 2 * LINE + 2, top, top + _TALL)):
        curve, x = plot.curves[at], panel.across.end
        drawing.path([(x, ends[at]), (x + LINE, y - 2)], f"line leader line-{at}")
        drawing.text(x + LINE + 6, y + 2, label(curve.label))
        drawing.text(x + LINE + 6, y + LINE - 1, sessions(curve.n), kind=_n_kind(curve))
    return top + _TALL + 2 * LINE + 8


def _many_panels(drawing: Drawing, plot: Curves) -> float:
    across = 3 if drawing.width >= WIDE else 2
    left = width_of("100 %") + 8
    wide = (drawing.width - left - _GAP * (across - 1) - 10) / across
    names = [lines_of(curve.label, wide, 2) for curve in plot.curves]
    head = LINE * (max(map(len, names), default=1) + 1) + 6
    tall = head + _LOW + LINE + 22
    model = _Panel(Scale(0, plot.horizon, 0, wide), Scale(0, 1, _LOW, 0))
    sketch = Drawing(wide, drawing.name)
    for curve in plot.curves:
        sketch.path(model.line(curve), "line ghost")
    ghosts = drawing.define("g", {"id": "all"}, *sketch.shapes)
    for at, curve in enumerate(plot.curves):
        x = left + (at % across) * (wide + _GAP)
        y = LINE + 8 + (at // across) * tall
        for number_of_line, words in enumerate(names[at]):
            drawing.text(x, y + LINE * (number_of_line + 1) - 4, words)
        drawing.text(x, y + LINE * (len(names[at]) + 1) - 4, sessions(curve.n), kind=_n_kind(curve))
        panel = _Panel(Scale(0, plot.horizon, x, x + wide), Scale(0, 1, y + head + _LOW, y + head))
        _grid(drawing, plot, panel, named=at % across == 0)
        if at + across >= len(plot.curves):
            under = y + head + _LOW + 2 * LINE - 2
            drawing.text(x, under, fit(plot.time_unit, wide), kind="dim")
        drawing.again(ghosts, x, y + head)
        for outline in panel.bands(curve):
            drawing.path(outline, "band band-0", closed=True)
        drawing.path(panel.line(curve), "line line-0")
        _censored(drawing, curve, panel)
    rows = (len(plot.curves) + across - 1) // across
    return LINE + 8 + rows * tall


def _grid(drawing: Drawing, plot: Curves, panel: _Panel, *, named: bool) -> None:
    start, end, bottom = panel.across.start, panel.across.end, panel.up.start
    for level in _LEVELS:
        y = panel.up(level)
        drawing.line(start, y, end, y, "axis" if level == 0 else "grid")
        if named:
            drawing.text(start - 8, y + 4, percent(level), at="end", kind="dim")
    places = ticks(0, plot.horizon, 8 if end - start > 300 else 4)
    for place, words in zip(places, tick_words(places, shares=False), strict=True):
        drawing.line(panel.across(place), bottom, panel.across(place), bottom + 4, "axis")
        drawing.text(panel.across(place), bottom + LINE, words, at="middle", kind="dim")
    if end - start > 300:
        drawing.text(end, bottom + 2 * LINE, fit(plot.time_unit, end - start), at="end", kind="dim")


def _censored(drawing: Drawing, curve: Curve, panel: _Panel) -> None:
    for time in sorted(set(curve.censored)):
        if (level := _level(curve, time)) is not None:
            x, y = panel.across(time), panel.up(level)
            drawing.line(x, y - 5, x, y + 5, "censored")


def _spans(curve: Curve, horizon: float) -> list[tuple[Step, float]]:
    """Each step and when it ends."""
    ends = [*(step.time for step in curve.steps[1:]), horizon]
    return list(zip(curve.steps, ends, strict=False))


def _level(curve: Curve, time: float) -> float | None:
    return next((step.level for step in reversed(curve.steps) if step.time <= time), None)


def _spread(wanted: Sequence[float], apart: float, top: float, bottom: float) -> list[float]:
    """Move places down, then up, as little as keeps them ``apart`` and inside."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    places = list(wanted)
    for before, at in pairwise(order):
        places[at] = max(places[at], places[before] + apart)
    limit = bottom
    for at in reversed(order):
        places[at] = min(places[at], limit)
        limit = places[at] - apart
    return [max(place, top) for place in places]


def _course(curve: Curve, plot: Curves) -> str:
    told = [
        (level, time)
        for time in ticks(0, plot.horizon, 8)
        if (level := _level(curve, time)) is not None
    ]
    return ", ".join(f"{percent(level)} at {number(time)}" for level, time in told)


def _n_kind(curve: Curve) -> str:
    return "small warn" if curve.n == 1 else "small dim"

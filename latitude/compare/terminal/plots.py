"""Plots of plain characters: they read the same with and without colour."""

from collections.abc import Iterator, Sequence

from latitude.compare.figures import Curves, Estimate, Estimates, Matrix, Profiles, Sheet
from latitude.compare.svg.parts import tick_words, ticks
from latitude.compare.terminal.text import broken, fit, left, right
from latitude.compare.words import (
    ANECDOTE,
    NOT_TOLD,
    is_told,
    label,
    measure,
    percent,
    sessions,
)
from latitude.core.text import cells

_BLOCKS = "_▁▂▃▄▅▆▇█"
_NARROWEST = 16
"""Cells in which a plot can be read."""
_SHOWN = 6
"""Things of a group that a contact sheet names before it counts the rest."""


def estimate_lines(plot: Estimates, width: int) -> Iterator[str]:
    """Yield points with their whiskers, a line each, on one scale."""
    values = [
        measure(told.point, plot.kind) if is_told(told.point) else NOT_TOLD
        for told in plot.estimates
    ]
    counts = [_count(told.n) for told in plot.estimates]
    after = max(map(cells, values)) + max(map(cells, counts)) + 4
    names, side = _names([told.label for told in plot.estimates], width, after)
    strip = width - side - after
    for told, value, counted, named in zip(plot.estimates, values, counts, names, strict=True):
        yield from named[:-1]
        tail = f"{right(value, max(map(cells, values)))}  {counted}"
        yield f"{left(named[-1], side)}{_whisker(told, plot, strip)}  {tail}".rstrip()
    places = ticks(plot.low, plot.high, 5)
    words = tick_words(places, shares=plot.kind == "share")
    yield " " * side + _axis([_at(place, plot, strip) for place in places], words, strip)
    yield _under(plot.unit, side, width)


def strip_lines(plot: Curves, width: int) -> Iterator[str]:
    """Yield curves as strips, a line each: the level by the height of its blocks."""
    tails = [
        f"{right(percent(curve.steps[-1].level) if curve.steps else NOT_TOLD, 8)}  "
        f"{sessions(curve.n)}"
        for curve in plot.curves
    ]
    after = max(map(cells, tails))
    names, side = _names([curve.label for curve in plot.curves], width, after)
    strip = width - side - after
    yield from broken(f"{label(plot.level_unit)}; at the end of each line, where it ends", width)
    for curve, tail, named in zip(plot.curves, tails, names, strict=True):
        yield from named[:-1]
        levels = _levels([(step.time, step.level) for step in curve.steps], plot.horizon, strip)
        yield f"{left(named[-1], side)}{''.join(map(_block, levels))}{tail}"
    places = ticks(0, plot.horizon, 6)
    at = [round(place / plot.horizon * (strip - 1)) if plot.horizon else 0 for place in places]
    yield " " * side + _axis(at, tick_words(places, shares=False), strip)
    yield _under(plot.time_unit, side, width)


def profile_lines(plot: Profiles, width: int) -> Iterator[str]:
    """Yield bars, each divided by its shares, which bear the numbers of their categories."""
    named = [f"{at} {label(category)}" for at, category in enumerate(plot.categories, 1)]
    yield from broken(" · ".join(named), width)
    counts = [_count(told.n) for told in plot.profiles]
    after = max(map(cells, counts)) + 4
    names, side = _names([told.label for told in plot.profiles], width, after)
    room = width - side - after
    for told, counted, shown in zip(plot.profiles, counts, names, strict=True):
        yield from shown[:-1]
        yield f"{left(shown[-1], side)}{_bar(told.shares, room)}  {counted}"
    yield _under(plot.unit, side, width)


def matrix_lines(plot: Matrix, width: int) -> Iterator[str]:
    """Yield the square, its columns numbered like its lines; what has no room goes below."""
    size = len(plot.labels)
    numbers = len(str(size))
    side = min(max(map(cells, map(label, plot.labels))), max(width // 3, 12)) + numbers + 1
    block = max((width - side) // 6, 1)
    for start in range(0, size, block):
        columns = range(start, min(start + block, size))
        yield " " * side + "".join(right(str(at + 1), 6) for at in columns)
        for at, (named, values) in enumerate(zip(plot.labels, plot.values, strict=False)):
            shown = f"{right(str(at + 1), numbers)} {fit(label(named), side - numbers - 1)}"
            line = "".join(right(_hundredths(values[other]), 6) for other in columns)
            yield left(shown, side) + line
    yield _under(plot.unit, 0, width)


def sheet_lines(plot: Sheet, width: int) -> Iterator[str]:
    """Yield the names of what was made, and the session of each: ``latitude show`` shows it."""
    for named, made in plot.groups:
        yield from broken(f"{label(named)}, {len(made):,}", width)
        for picture in made[:_SHOWN]:
            session = fit(label(picture.session), width // 2)
            path = f"{label(picture.path)}, {label(picture.label)}"
            yield f"  {session}  {fit(path, width - cells(session) - 4)}"
        if len(made) > _SHOWN:
            yield f"  and {len(made) - _SHOWN:,} more"


def _names(labels: Sequence[str], width: int, after: int) -> tuple[list[list[str]], int]:
    """Return for each label its lines, and the room that the last of them takes beside a plot.

    Names that leave too little room beside them stand above.
    """
    shown = [label(each) for each in labels]
    side = max(map(cells, shown)) + 2
    if side <= width * 0.42 and side + after + _NARROWEST <= width:
        return [[each] for each in shown], side
    return [[*broken(each, width), ""] for each in shown], 2


def _under(words: str, side: int, width: int) -> str:
    return " " * side + fit(label(words), width - side)


def _whisker(told: Estimate, plot: Estimates, room: int) -> str:
    strip = [" "] * room
    if plot.low < 0 < plot.high:
        strip[_at(0.0, plot, room)] = "┊"
    if told.interval is not None and is_told(told.interval.low + told.interval.high):
        low, high = _at(told.interval.low, plot, room), _at(told.interval.high, plot, room)
        strip[low : high + 1] = "─" * (high + 1 - low)
        strip[low], strip[high] = "├", "┤"
    if is_told(told.point):
        strip[_at(told.point, plot, room)] = "○" if told.n == 1 else "●"
    return "".join(strip)


def _at(value: float, plot: Estimates, room: int) -> int:
    span = plot.high - plot.low
    inside = min(max(value, plot.low), plot.high) - plot.low
    return round(inside / span * (room - 1)) if span > 0 else 0


def _axis(at: Sequence[int], words: Sequence[str], room: int) -> str:
    """Return words centred under their places, those left out that would touch another."""
    line = ""
    for place, word in zip(at, words, strict=True):
        start = max(min(place - cells(word) // 2, room - cells(word)), 0)
        if not line or start > cells(line):
            line = left(line, start) + word
    return line


def _levels(steps: Sequence[tuple[float, float]], horizon: float, room: int) -> list[float | None]:
    levels: list[float | None] = []
    for column in range(room):
        time = column / max(room - 1, 1) * horizon
        known = [level for begins, level in steps if begins <= time + 1e-9]
        levels.append(known[-1] if known else None)
    return levels


def _block(level: float | None) -> str:
    if level is None:
        return " "
    height = round(min(max(level, 0.0), 1.0) * 8)
    return _BLOCKS[max(height, 1) if level > 0 else 0]


def _bar(shares: Sequence[float], room: int) -> str:
    """Return a bar whose parts begin with a rule and bear number and per cent where these fit."""
    bar, begun = "", 0.0
    for number, share in enumerate(shares, 1):
        begun += max(share, 0.0)
        wide = min(round(begun * room), room) - len(bar)
        if wide <= 0:
            continue
        words = (f"│{number}: {percent(share)}", f"│{number}", "│")
        bar += left(next(each for each in words if cells(each) <= wide), wide)
    return left(f"{bar}│", room + 1)


def _count(n: int) -> str:
    return f"{n:,} {ANECDOTE}" if n == 1 else f"{n:,}"


def _hundredths(value: float | None) -> str:
    if not is_told(value):
        return NOT_TOLD
    return f"{value:.2f}" if 0 < value < 1 else f"{value:.0f}"

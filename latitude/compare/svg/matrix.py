"""Values between pairs as a square: each cell bears its number, and a larger one is darker."""

from latitude.compare.figures import Matrix
from latitude.compare.html.markup import Markup
from latitude.compare.svg.parts import LINE, Drawing, fit, widest, width_of
from latitude.compare.words import NOT_TOLD, is_told, label

_LARGEST, _SMALLEST = 46.0, 27.0
_DARKEST = 0.42
"""How much of the accent a full cell takes: its number must be read on it."""


def draw_matrix(plot: Matrix, title: str, name: str, width: float) -> Markup:
    """Return ``plot`` as a drawing of ``width`` pixels, or wider where its cells need it."""
    size = len(plot.labels)
    numbers = width_of(f"{size} ") + 6
    named = widest(plot.labels)
    room = width - numbers - named - 12
    above = size > 0 and (room / size < _SMALLEST or named > width * 0.5)
    left = numbers if above else numbers + named + 12
    side = min(max((width - left) / max(size, 1), _SMALLEST), _LARGEST)
    drawing = Drawing(max(width, left + side * size), name)
    y = LINE
    if above:
        y = _names(drawing, plot, width, numbers) + LINE + 4
    for at in range(size):
        drawing.text(left + (at + 0.5) * side, y - 4, f"{at + 1}", at="middle", kind="dim")
    for at, named_line in enumerate(plot.labels):
        middle = y + (at + 0.5) * side + 4.5
        drawing.text(numbers - 8, middle, f"{at + 1}", at="end", kind="dim")
        if not above:
            drawing.text(numbers, middle, label(named_line))
        for other, value in enumerate(plot.values[at] if at < len(plot.values) else ()):
            _cell(drawing, (left + other * side, y + at * side, side), value)
    bottom = y + size * side
    drawing.text(left if not above else 0, bottom + LINE + 4, fit(plot.unit, width), kind="dim")
    return drawing.frame(bottom + LINE + 12, title, [f"{plot.unit}.", *_in_words(plot)])


def _names(drawing: Drawing, plot: Matrix, width: float, numbers: float) -> float:
    """Write the names above, numbered, where they leave no room beside; return the last line."""
    y = 0.0
    for at, named in enumerate(plot.labels):
        y += LINE
        drawing.text(numbers - 8, y, f"{at + 1}", at="end", kind="dim")
        drawing.text(numbers, y, fit(named, width - numbers))
    return y + LINE / 2


def _cell(drawing: Drawing, place: tuple[float, float, float], value: float | None) -> None:
    x, y, side = place
    drawing.box(x, y, side - 2, side - 2, "rest")
    if is_told(value):
        shade = _DARKEST * min(max(value, 0.0), 1.0)
        drawing.box(x, y, side - 2, side - 2, "heat", fill_opacity=shade)
    words = _hundredths(value) if is_told(value) else NOT_TOLD
    if side < 36:
        words = words.removeprefix("0") if words not in ("0", NOT_TOLD) else words
    kind = "small" if side < 36 else None
    drawing.text(x + side / 2 - 1, y + side / 2 + 3.5, words, at="middle", kind=kind)


def _hundredths(value: float) -> str:
    return f"{value:.2f}" if 0 < value < 1 else f"{value:.0f}"


def _in_words(plot: Matrix) -> list[str]:
    told = []
    for named, values in zip(plot.labels, plot.values, strict=False):
        pairs = zip(plot.labels, values, strict=False)
        parts = [f"{other} {_hundredths(value)}" for other, value in pairs if is_told(value)]
        told.append(f"{named}: {', '.join(parts) or NOT_TOLD}.")
    return told

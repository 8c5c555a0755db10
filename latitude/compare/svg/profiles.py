"""Profiles as stacked bars; parts are told apart by pattern, number and, where it fits, by name."""

from latitude.compare.figures import Profile, Profiles
from latitude.compare.html.markup import Attribute, Markup, tag
from latitude.compare.svg.parts import LINE, Drawing, fit, lines_of, widest, width_of
from latitude.compare.words import ANECDOTE, label, percent, sessions

_BAR = 26.0
_ROW = 38.0
_GAP = 14.0
_SWATCH = 15.0
_PATTERNS: tuple[tuple[str, str | None], ...] = (
    ("accent-fill", None),
    ("empty-fill", "M-1 7L7 -1"),
    ("grey-fill", None),
    ("empty-fill", "M0 3H6"),
    ("pale-fill", "M-1 -1L7 7"),
    ("empty-fill", "M3 0V6"),
    ("empty-fill", "M-1 7L7 -1M-1 -1L7 7"),
    ("pale-fill", None),
)


def draw_profiles(plot: Profiles, title: str, name: str, width: float) -> Markup:
    """Return ``plot`` as a drawing of ``width`` pixels."""
    drawing = Drawing(width, name)
    patterns = _patterns(drawing)
    tail = max(widest([f"{told.n:,}" for told in plot.profiles]), width_of("n"))
    if any(told.n == 1 for told in plot.profiles):
        tail = max(tail, width_of(ANECDOTE))
    named = widest([told.label for told in plot.profiles])
    above = named > width * 0.34
    left = 0.0 if above else named + _GAP
    room = max(width - left - tail - _GAP, 40)
    names = [lines_of(told.label, width, 2 if above else 1) for told in plot.profiles]
    y = _key(drawing, plot, patterns) + 10
    drawing.text(width, y, "n", at="end", kind="dim")
    for at, told in enumerate(plot.profiles):
        y += _ROW + (LINE * len(names[at]) if above else 0)
        for line, words in enumerate(reversed(names[at])):
            drawing.text(0, y - (_BAR + 2 if above else _BAR / 2 - 6) - LINE * line, words)
        _bar(drawing, plot, told, patterns, (left, y - _BAR + 2, room))
        drawing.text(width, y - _BAR / 2 + 6, f"{told.n:,}", at="end")
        if told.n == 1:
            drawing.text(width, y - _BAR / 2 + 18, ANECDOTE, at="end", kind="small warn")
    drawing.text(left, y + LINE + 4, fit(plot.unit, width - left), kind="dim")
    told_in_words = [_in_words(plot, told) for told in plot.profiles]
    return drawing.frame(y + LINE + 12, title, [f"{plot.unit}.", *told_in_words])


def _patterns(drawing: Drawing) -> list[str]:
    size: dict[str, Attribute] = {"width": 6, "height": 6}
    anchors = []
    for number, (ground, strokes) in enumerate(_PATTERNS):
        shapes = [tag("rect", {**size, "class": ground})]
        if strokes:
            shapes.append(tag("path", {"d": strokes, "class": "hatch"}))
        given = {"id": f"p{number}", "patternUnits": "userSpaceOnUse", **size}
        anchors.append(drawing.define("pattern", given, *shapes))
    return anchors


def _key(drawing: Drawing, plot: Profiles, patterns: list[str]) -> float:
    """Name the categories with their numbers; return where the bars may begin."""
    x, y = 0.0, LINE
    for number, category in enumerate(plot.categories, 1):
        words = fit(f"{number} {category}", drawing.width - _SWATCH - 8)
        taken = _SWATCH + 6 + width_of(words) + _GAP
        if x and x + taken - _GAP > drawing.width:
            x, y = 0.0, y + LINE + 5
        drawing.box(x, y - 12, _SWATCH, _SWATCH, "part", fill=_fill(patterns, number - 1))
        drawing.text(x + _SWATCH + 6, y, words)
        x += taken
    return y


def _bar(
    drawing: Drawing,
    plot: Profiles,
    told: Profile,
    patterns: list[str],
    place: tuple[float, float, float],
) -> None:
    x, y, room = place
    drawing.box(x, y, room, _BAR, "rest")
    for number, share in enumerate(told.shares):
        wide = max(share, 0.0) * room
        if wide <= 0:
            continue
        drawing.box(x, y, wide, _BAR, "part", fill=_fill(patterns, number))
        name = plot.categories[number] if number < len(plot.categories) else ""
        said = percent(share)
        for words in (f"{label(name)} {said}", f"{number + 1}: {said}", f"{number + 1}"):
            if width_of(words) + 8 <= wide:
                drawing.text(x + wide / 2, y + _BAR / 2 + 4.5, words, at="middle", kind="halo")
                break
        x += wide


def _in_words(plot: Profiles, told: Profile) -> str:
    shares = zip(plot.categories, told.shares, strict=False)
    parts = ", ".join(f"{category} {percent(share)}" for category, share in shares)
    return f"{told.label}, {sessions(told.n)}: {parts}."


def _fill(patterns: list[str], number: int) -> str:
    return f"url(#{patterns[number % len(patterns)]})"

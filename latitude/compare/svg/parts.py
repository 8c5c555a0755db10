"""What all drawings are made of: lines, text that fits, scales, and a frame that names itself."""

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from latitude.compare.html.markup import Attribute, Markup, join, tag
from latitude.compare.words import label, number, percent

WIDE = 760
"""Pixels; how wide a drawing is where there is room."""
NARROW = 348
"""Pixels; how wide it is on a telephone. It is drawn anew, not shrunk: the letters stay."""
LETTERS = 13.0
"""Pixels; the height of the letters."""
LINE = 17.0
"""Pixels from one line of text to the next."""

# Fonts differ, and a page cannot measure its reader's: this is the widest usual serif.
_ORDINARY, _THIN, _BROAD = 0.62, 0.34, 0.82
_PIECES = re.compile(r"[^\s\-/_·,:]*[\s\-/_·,:]|[^\s\-/_·,:]+")


@dataclass(slots=True)
class Drawing:
    """Gathers the shapes of one drawing; every word passes through the escaping of ``markup``."""

    width: float
    name: str
    """An anchor, unique in the page; the names of its shapes begin with it."""
    shapes: list[Markup] = field(default_factory=list)

    def text(
        self, x: float, y: float, words: str, *, at: str = "start", kind: str | None = None
    ) -> None:
        """Write one line, its baseline at ``y``; ``at`` is its start, middle or end."""
        anchor = None if at == "start" else at
        self._add("text", {"x": x, "y": y, "text-anchor": anchor, "class": kind}, words)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """Draw a straight line."""
        self._add("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "class": kind})

    def path(
        self, points: Sequence[tuple[float, float]], kind: str, *, closed: bool = False
    ) -> None:
        """Draw a line through ``points``."""
        steps = "L".join(f"{_short(x)} {_short(y)}" for x, y in points)
        self._add("path", {"d": f"M{steps}{'Z' if closed else ''}", "class": kind})

    def box(
        self, x: float, y: float, width: float, height: float, kind: str, **more: Attribute
    ) -> None:
        """Draw a rectangle; ``more`` are attributes, with ``_`` for ``-``."""
        given = {name.replace("_", "-"): value for name, value in more.items()}
        size: dict[str, Attribute] = {"x": x, "y": y, "width": width, "height": height}
        self._add("rect", {**size, "class": kind, **given})

    def define(self, name: str, attributes: dict[str, Attribute], *shapes: Markup) -> str:
        """Keep shapes that are drawn elsewhere, and return the anchor they got."""
        own = f"{self.name}-{attributes['id']}"
        self.shapes.append(tag("defs", None, tag(name, {**attributes, "id": own}, *shapes)))
        return own

    def again(self, anchor: str, x: float, y: float) -> None:
        """Draw what was kept, moved by ``x`` and ``y``."""
        self._add("use", {"href": f"#{anchor}", "x": x, "y": y})

    def dot(self, x: float, y: float, radius: float, kind: str) -> None:
        """Draw a point."""
        self._add("circle", {"cx": x, "cy": y, "r": radius, "class": kind})

    def frame(self, height: float, title: str, told: Sequence[str]) -> Markup:
        """Return the whole drawing; ``told`` is the same in words, for who cannot see it."""
        name, described = f"{self.name}-title", f"{self.name}-desc"
        return tag(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {_short(self.width)} {_short(height)}",
                "width": self.width,
                "height": height,
                "role": "img",
                "aria-labelledby": f"{name} {described}",
            },
            tag("title", {"id": name}, label(title)),
            tag("desc", {"id": described}, *(f"{label(line)}\n" for line in told)),
            join(*self.shapes),
        )

    def _add(self, name: str, attributes: dict[str, Attribute], *content: str) -> None:
        self.shapes.append(tag(name, attributes, *content))


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from ``low`` to ``high``, laid out from one place to another."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of ``value``; what lies outside is put at the edge."""
        span = self.high - self.low
        share = (min(max(value, self.low), self.high) - self.low) / span if span > 0 else 0.5
        return self.start + share * (self.end - self.start)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most ``most`` round values from ``low`` to ``high``."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [low]
    power = 10.0 ** math.floor(math.log10(span / most))
    for step in (power * times for times in (1, 2, 2.5, 5, 10, 20, 25, 50, 100)):
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        if first <= last < first + most:
            break
    else:
        return [low]
    return [place * step + 0.0 for place in range(first, last + 1)]


def tick_words(values: Sequence[float], *, shares: bool) -> list[str]:
    """Return the words under ticks; of shares only the last bears the sign."""
    if shares:
        return [percent(value, sign=value == values[-1]) for value in values]
    places = 0 if all(abs(value - round(value)) < 1e-9 for value in values) else 2
    words = [number(value, places) for value in values]
    return [word.rstrip("0").rstrip(".") if places else word for word in words]


def width_of(words: str) -> float:
    """Return about how many pixels ``words`` take, rather too many than too few."""
    return sum(_share(character) for character in words) * LETTERS


def fit(words: str, room: float) -> str:
    """Return ``words`` cut in the middle to fit into ``room`` pixels: names differ at both ends."""
    return _longest(label(words), lambda cut: width_of(cut) <= room)


def lines_of(words: str, room: float, most: int) -> list[str]:
    """Return ``words`` as at most ``most`` lines of ``room`` pixels, broken where names can be."""
    return _broken(_longest(label(words), lambda cut: len(_broken(cut, room)) <= most), room)


def widest(words: Sequence[str], shown: Callable[[str], str] = label) -> float:
    """Return the width of the widest of ``words`` in pixels."""
    return max((width_of(shown(word)) for word in words), default=0.0)


def _longest(words: str, fits: Callable[[str], bool]) -> str:
    """Return ``words``, or as much of its two ends as ``fits``, found by halving."""
    if fits(words):
        return words
    kept, refused = 0, len(words)
    while refused - kept > 1:
        half = (kept + refused) // 2
        kept, refused = (half, refused) if fits(_cut(words, half)) else (kept, half)
    return _cut(words, kept)


def _cut(words: str, kept: int) -> str:
    head = (kept + 1) // 2
    return f"{words[:head]}…{words[len(words) - (kept - head) :]}"


def _broken(words: str, room: float) -> list[str]:
    lines, used = [""], 0.0
    for piece in _PIECES.findall(words):
        # The space at the end of a piece may hang over the edge: it is not seen there.
        if used and used + width_of(piece.rstrip()) > room:
            lines.append("")
            used = 0.0
        for character in piece:
            wide = width_of(character)
            if used and used + wide > room and not character.isspace():
                lines.append("")
                used = 0.0
            lines[-1] += character
            used += wide
    return [line.strip() for line in lines]


def _share(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in " .,:;!|'ijl-()[]·":
        return _THIN
    if character in "mwMW%@—…":
        return 0.95
    return _BROAD if character.isupper() or character in "−+=<>" else _ORDINARY


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

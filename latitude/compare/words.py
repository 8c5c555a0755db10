"""Values as people read them: whole per cent, p values with their floor, n, and what is unknown.

What is written here is for eyes. Files keep every digit: see ``export.py``.
"""

import math
import re
from collections.abc import Iterable
from typing import TypeGuard

from latitude.compare.figures import (
    Column,
    ColumnKind,
    Curves,
    Estimate,
    Estimates,
    Interval,
    Matrix,
    Plot,
    Profiles,
    Sheet,
    Value,
)
from latitude.core.clean import clean, clean_line

NOT_TOLD = "—"
"""Stands where a value cannot be told."""
ANECDOTE = "anecdote"
"""Stands beside an n of 1: one session says nothing about the next."""
FLOOR = "floor"
"""Stands before the smallest p that a test could have given."""
NO_SESSIONS = "No sessions."
"""Stands where a table or a plot has nothing to show."""
LONGEST_LABEL = 300
"""Characters of a name or a cell; files hold the whole."""

_NUMERIC: tuple[ColumnKind, ...] = ("count", "share", "number", "p", "interval", "money")
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
_LEAST_P = 0.001
_LONGEST_SIGN = 9
"""Characters: a hidden one is shown as ``‹U+E0041›``."""


def label(text: str, longest: int | None = LONGEST_LABEL) -> str:
    """Return a name, from whomever, as one safe line that XML can hold; ``None`` cuts nothing."""
    room = len(text) * _LONGEST_SIGN + 1 if longest is None else longest
    return _for_xml(clean_line(text, room))


def passage(text: str) -> str:
    """Return sentences, from whomever, as safe text that XML can hold; line ends stay."""
    return _for_xml(clean(text))


def _for_xml(text: str) -> str:
    return text if text.isascii() else _NO_CHARACTERS.sub("\ufffd", text)


def is_numeric(column: Column) -> bool:
    """Say whether a column is set to the right, its digits under each other."""
    return column.kind in _NUMERIC


def counts_sessions(column: Column) -> bool:
    """Say whether a column is an n: that of a line, or of one side of a pair."""
    return column.kind == "count" and (column.name == "n" or column.name.startswith("n_"))


def is_anecdote(column: Column, value: Value | Interval) -> bool:
    """Say whether ``value`` counts one single session."""
    return counts_sessions(column) and value == 1 and not isinstance(value, bool)


def percent(value: float, *, sign: bool = True) -> str:
    """Return a share as whole per cent: 0.352 is "35 %", and never 0 or 100 unless it is."""
    size = abs(value) * 100
    bound = ""
    if abs(size - round(size)) < 1e-7 or 1 <= size <= 99 or size > 100:
        digits = f"{size:.0f}"
    elif size < 0.1 or size > 99.9:
        bound = "< " if (size < 0.1) == (value > 0) else "> "
        digits = "0.1" if size < 0.1 else "99.9"
    else:
        digits = f"{size:.1f}".removesuffix(".0")
    minus = "−" if value < 0 and digits != "0" else ""
    return f"{bound}{minus}{digits}{' %' if sign else ''}"


def decimals_for(values: Iterable[float]) -> int:
    """Return how many decimals numbers that stand together are shown with: the same for all."""
    told = [abs(value) for value in values if math.isfinite(value)]
    if all(value == int(value) for value in told):
        return 0
    largest = max(told)
    return next(
        (decimals for least, decimals in ((100, 0), (10, 1), (0.1, 2)) if largest >= least), 3
    )


def number(value: float, decimals: int | None = None) -> str:
    """Return "1,234", "7.35" or "−0.412"; what would be rounded to 0 keeps two digits."""
    places = decimals_for([value]) if decimals is None else decimals
    digits = f"{abs(value):,.{places}f}"
    if value and not float(digits.replace(",", "")):
        digits = f"{abs(value):.2g}"
    return f"−{digits}" if value < 0 else digits


def money(value: float) -> str:
    """Return US dollars: "$12.40", and more digits below a dime."""
    digits = f"{abs(value):,.{2 if abs(value) >= 0.1 or not value else 3}f}"
    if value and not float(digits.replace(",", "")):
        digits = f"{abs(value):.2g}"
    return f"{'−' if value < 0 else ''}${digits}"


def p_value(p: float, floor: float | None = None) -> str:
    """Return a probability such as "0.024", or "< 0.001" where it really is less.

    ``floor`` is the smallest one the test could give: nothing smaller is ever shown.
    """
    told = p if floor is None else max(p, floor)
    if told < _LEAST_P:
        return f"< {_LEAST_P}"
    shown = f"{told:.3f}"
    return {"1.000": "1" if told >= 1 else "> 0.999"}.get(shown, shown)


def floor_of_p(p: float, floor: float) -> str:
    """Return "floor 0.100", or "at its floor" for a ``p`` than which the test gives no smaller.

    A floor that is too low to be seen is not spoken of.
    """
    if p <= floor * (1 + 1e-9):
        return f"at its {FLOOR}"
    return f"{FLOOR} {p_value(floor)}" if floor >= _LEAST_P else ""


def interval(ends: Interval, kind: ColumnKind = "number", decimals: int | None = None) -> str:
    """Return "18 to 57 %", "2.1 to 7.4" or "$0.10 to $0.40", in the unit of the estimate."""
    if math.isnan(ends.low) or math.isnan(ends.high):
        return NOT_TOLD
    low, high = sides(ends, kind, decimals)
    return f"{low} to {high}"


def sides(ends: Interval, kind: ColumnKind, decimals: int | None = None) -> tuple[str, str]:
    """Return the two ends of an interval as they are shown; the unit stands on the second."""
    if kind == "share":
        return percent(ends.low, sign=False), percent(ends.high)
    if kind == "money":
        return money(ends.low), money(ends.high)
    places = decimals_for([ends.low, ends.high]) if decimals is None else decimals
    return _bounded(ends.low, places), _bounded(ends.high, places)


def is_empty(plot: Plot) -> bool:
    """Say whether a plot has nothing to show."""
    match plot:
        case Estimates():
            return not plot.estimates
        case Curves():
            return not any(curve.steps for curve in plot.curves)
        case Profiles():
            return not plot.profiles
        case Matrix():
            return not plot.labels
        case Sheet():
            return not any(made for _, made in plot.groups)


def is_told(value: float | None) -> TypeGuard[float]:
    """Say whether there is a value: none at all, and none that is a number, are not told."""
    return value is not None and not math.isnan(value)


def sessions(n: int) -> str:
    """Return "n = 20", or "n = 1, anecdote"."""
    return f"n = {n:,}, {ANECDOTE}" if n == 1 else f"n = {n:,}"


def estimate(told: Estimate, kind: ColumnKind) -> str:
    """Return a whole estimate in words: "35 %, 18 to 57 %, n = 20"."""
    parts = [measure(told.point, kind) if is_told(told.point) else NOT_TOLD]
    if told.interval is not None:
        parts.append(interval(told.interval, kind))
    return ", ".join([*parts, sessions(told.n)])


def measure(value: float, kind: ColumnKind, decimals: int | None = None) -> str:
    """Return a share, a number or money as its kind is shown."""
    if not math.isfinite(value):
        return NOT_TOLD if math.isnan(value) else number_without_end(value)
    if kind == "share":
        return percent(value)
    return money(value) if kind == "money" else number(value, decimals)


def number_without_end(value: float) -> str:
    """Return how an endless number is shown."""
    return "∞" if value > 0 else "−∞"


def _bounded(value: float, decimals: int) -> str:
    return number(value, decimals) if math.isfinite(value) else number_without_end(value)

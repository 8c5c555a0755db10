"""Tables of a page: real ones, each line of which opens to the sessions behind it."""

from collections.abc import Sequence

from latitude.compare.figures import Column, Interval, Row, Table
from latitude.compare.html.markup import Markup, breakable, join, tag, text
from latitude.compare.wording import Wording
from latitude.compare.words import (
    NO_SESSIONS,
    is_anecdote,
    is_numeric,
    label,
    sides,
)

FOLD = 24
"""How many ids stand under a line before the rest is folded away."""


def table_of(table: Table, name: str) -> Markup:
    """Return ``table`` with its title, its standing and its notes; ``name`` is its anchor."""
    wording = Wording(table)
    title = tag(
        "caption",
        {"id": f"{name}-title"},
        tag(
            "span",
            None,
            tag("span", {"class": "title"}, label(table.title)),
            " ",
            tag("span", {"class": f"standing {table.standing}"}, table.standing),
        ),
    )
    heads = [_head(table.columns[position]) for position in wording.shown]
    head = tag("thead", None, tag("tr", None, *heads))
    lines = [_line(table, row, wording) for row in table.rows]
    if not lines:
        empty = tag("td", {"colspan": len(heads) or 1, "class": "empty"}, NO_SESSIONS)
        lines = [tag("tr", None, empty)]
    region = {"class": "scroll", "role": "region", "tabindex": "0"}
    grid = tag("table", {"id": name}, title, head, tag("tbody", None, *lines))
    notes = [tag("p", None, text(note)) for note in table.notes]
    return join(
        tag("div", {**region, "aria-labelledby": f"{name}-title"}, grid),
        tag("div", {"class": "notes"}, *notes) if notes else Markup(),
    )


def _head(column: Column) -> Markup:
    kind = "number" if is_numeric(column) else None
    return tag("th", {"scope": "col", "class": kind}, label(column.title))


def _line(table: Table, row: Row, wording: Wording) -> Markup:
    cells = []
    for position in wording.shown:
        column = table.columns[position]
        shown = _shown(row, position, wording)
        if position == 0:
            cells.append(tag("th", {"scope": "row"}, _opening(shown, row.sessions)))
            continue
        if said := wording.beside(row, position):
            warned = is_anecdote(column, row.values[position])
            floor = wording.floor(row, position)
            beside = join(said) if floor is None else _data(floor, said)
            kind = "beside warn" if warned else "beside"
            shown = join(shown, " ", tag("span", {"class": kind}, beside))
        cells.append(tag("td", {"class": "number" if is_numeric(column) else None}, shown))
    return tag("tr", None, *cells)


def _shown(row: Row, position: int, wording: Wording) -> Markup:
    """A number bears all its digits for programs; people read fewer."""
    value, words = row.values[position], wording.cell(row, position)
    if isinstance(value, Interval) and " to " in words:
        low, high = sides(value, wording.unit(position), wording.decimals(position))
        return join(_data(value.low, low), " to ", _data(value.high, high))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _data(value, words)
    return breakable(words) if isinstance(value, str) else join(words)


def _data(value: float, words: str) -> Markup:
    return tag("data", {"value": repr(value)}, words)


def _opening(shown: Markup, sessions: Sequence[str]) -> Markup:
    if not sessions:
        return tag("span", {"class": "closed"}, shown)
    ids = [tag("code", None, label(session)) for session in sessions]
    first = _ids(ids[:FOLD])
    if len(ids) > FOLD:
        more = tag("summary", None, f"{len(ids) - FOLD:,} more")
        first = join(first, tag("details", None, more, _ids(ids[FOLD:])))
    return tag("details", {"class": "behind"}, tag("summary", None, shown), first)


def _ids(ids: Sequence[Markup]) -> Markup:
    spaced = [piece for one in ids for piece in (one, Markup("\n"))]
    return tag("div", {"class": "ids"}, *spaced)

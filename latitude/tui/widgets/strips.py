"""Drawing over rows that are laid out already."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


def restyled(row: Strip, start: int, end: int, style: Style) -> Strip:
    """``row`` with ``style`` over the characters from ``start`` to before ``end``."""
    cuts = [row.index_to_cell_position(index) for index in (start, end)]
    if cuts[0] >= cuts[1]:
        return row
    before, over, after = row.crop(0, cuts[0]), row.crop(cuts[0], cuts[1]), row.crop(cuts[1])
    painted = Strip([Segment(s.text, (s.style or Style()) + style) for s in over])
    return Strip.join([before, painted, after])


def with_found(row: Strip, words: str, style: Style) -> Strip:
    """``row`` with ``style`` over each place where ``words`` (casefolded) stand."""
    low = row.text.casefold()
    at = low.find(words) if words else -1
    while at >= 0:
        row = restyled(row, at, at + len(words), style)
        at = low.find(words, at + len(words))
    return row


def with_cursor(row: Strip, mark: str, style: Style) -> Strip:
    """``row`` with ``mark`` in its first cell."""
    return Strip.join([Strip([Segment(mark, style)]), row.crop(1)])

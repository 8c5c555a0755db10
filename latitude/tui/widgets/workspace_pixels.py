"""A picture as rows of the terminal: two pixels in a cell, one above the other."""

from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from latitude.tui.pixels import Pixel, Pixels
from latitude.tui.widgets.look import Look
from latitude.tui.widgets.workspace_page import GUTTER

_UPPER_HALF = "▀"
_BLACK: Pixel = (0, 0, 0)


class PicturePage:
    """A picture as wide as there is room, and no larger than it is."""

    def __init__(self, pixels: Pixels, look: Look, width: int) -> None:
        ground = look.text.bgcolor
        under = ground.triplet if ground is not None else None
        below = _BLACK if under is None else (under.red, under.green, under.blue)
        rows = pixels.fitted(max(1, width - GUTTER - 1), below)
        if len(rows) % 2:
            rows.append([below] * len(rows[0]))
        self._rows = [
            Strip([Segment(" " * GUTTER, look.text), *_cells(upper, lower)]).adjust_cell_length(
                width, look.text
            )
            for upper, lower in zip(rows[::2], rows[1::2], strict=True)
        ]

    @property
    def height(self) -> int:
        """See :class:`latitude.tui.widgets.workspace_page.Page`."""
        return len(self._rows)

    def settle(self, y: int, height: int) -> int:
        """See :class:`Page`: all of it is drawn already."""
        del height
        return max(0, min(y, len(self._rows) - 1))

    def row(self, y: int) -> Strip | None:
        """See :class:`Page`."""
        return self._rows[y] if 0 <= y < len(self._rows) else None


def _cells(upper: list[Pixel], lower: list[Pixel]) -> list[Segment]:
    return [Segment(_UPPER_HALF, _style(*pair)) for pair in zip(upper, lower, strict=True)]


@lru_cache(maxsize=4_096)
def _style(upper: Pixel, lower: Pixel) -> Style:
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))

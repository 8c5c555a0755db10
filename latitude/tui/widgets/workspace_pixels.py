"""A picture as rows of the terminal: two pixels in a cell, one above the other."""

from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from latitude.tui.pixels import Pixel, Pixels
from latitude.tui.widgets.look import Look
from latitude.tui.widgets.workspace_page import GUTTER, WholePage

_UPPER_HALF = "▀"
_BLACK: Pixel = (0, 0, 0)


class PicturePage(WholePage[tuple[list[Pixel], list[Pixel]]]):
    """A picture as wide as there is room, and no larger than it is."""

    def __init__(self, pixels: Pixels, look: Look, width: int) -> None:
        ground = look.text.bgcolor
        under = ground.triplet if ground is not None else None
        below = _BLACK if under is None else (under.red, under.green, under.blue)
        rows = pixels.fitted(max(1, width - GUTTER - 1), below)
        if len(rows) % 2:
            rows.append([below] * len(rows[0]))
        super().__init__(list(zip(rows[::2], rows[1::2], strict=True)))
        self._look = look
        self._width = width

    def drawn(self, row: tuple[list[Pixel], list[Pixel]]) -> Strip:
        """Two rows of pixels in one of cells."""
        strip = Strip([Segment(" " * GUTTER, self._look.text), *_cells(*row)])
        return strip.adjust_cell_length(self._width, self._look.text)


def _cells(upper: list[Pixel], lower: list[Pixel]) -> list[Segment]:
    return [Segment(_UPPER_HALF, _style(*pair)) for pair in zip(upper, lower, strict=True)]


@lru_cache(maxsize=4_096)
def _style(upper: Pixel, lower: Pixel) -> Style:
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))

"""Plots as SVG, drawn by hand: no script, no font of their own, and named for who cannot see."""

from latitude.compare.figures import Curves, Estimates, Matrix, Profiles
from latitude.compare.html.markup import Markup
from latitude.compare.svg.curves import draw_curves
from latitude.compare.svg.estimates import draw_estimates
from latitude.compare.svg.matrix import draw_matrix
from latitude.compare.svg.parts import WIDE
from latitude.compare.svg.profiles import draw_profiles


def draw(
    plot: Estimates | Curves | Profiles | Matrix, title: str, name: str, width: float = WIDE
) -> Markup:
    """Return ``plot`` as one ``<svg>`` element of ``width`` pixels.

    ``title`` names it; ``name`` is an anchor that no other drawing of the page has. Its colours
    are the page's: see ``report.css``.
    """
    match plot:
        case Estimates():
            return draw_estimates(plot, title, name, width)
        case Curves():
            return draw_curves(plot, title, name, width)
        case Profiles():
            return draw_profiles(plot, title, name, width)
        case Matrix():
            return draw_matrix(plot, title, name, width)

"""The one style sheet of a site."""

from functools import cache
from pathlib import Path

from latitude.compare.html.markup import Markup, join
from latitude.compare.html.palette import palette


@cache
def style() -> Markup:
    """Return the style sheet that lies beside this file, and the colours before it."""
    own = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    return join(palette(), Markup(own))

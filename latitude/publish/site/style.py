"""The one style sheet of a site."""

from functools import cache
from pathlib import Path

from latitude.compare.html.markup import Markup


@cache
def style() -> Markup:
    """Return the style sheet, as it lies beside this file."""
    return Markup(Path(__file__).with_name("style.css").read_text(encoding="utf-8"))

"""The colours of every page that this program makes, by day and by night."""

from functools import cache
from pathlib import Path

from latitude.compare.html.markup import Markup


@cache
def palette() -> Markup:
    """Return them as CSS, to stand before a style sheet."""
    return Markup(Path(__file__).with_name("palette.css").read_text(encoding="utf-8"))

"""How one file changed, as a block that reads without colour, by eye or by ear.

A difference is git's unified hunks. In them each line of a file has a sign before it, so nothing
that a file holds passes for the head of a hunk.
"""

from typing import Literal

from latitude.compare.html.markup import Markup, tag, text
from latitude.compare.words import label
from latitude.publish.site.fitting import weight

MOST_LINES = 400
"""Lines shown; the others are counted."""
MOST_BYTES = 40_000
"""Bytes of markup of the lines shown."""
LONGEST_LINE = 1_000
"""Characters, its sign included; the rest is cut and a "…" stands for it."""
NOT_TEXT = "This file is not text."
NO_LINES = "No line of it differs."
"""A file that is made empty, or an empty one that is taken away."""

_Kind = Literal["added", "removed", "same", "place"]
_KINDS: dict[str, _Kind] = {"+": "added", "-": "removed", " ": "same", "": "same"}
_AROUND: dict[_Kind, tuple[str, str]] = {
    "added": ('<ins class="added">', "</ins>\n"),
    "removed": ('<del class="removed">', "</del>\n"),
    "same": ('<span class="same">', "</span>\n"),
    "place": ('<span class="place">', "</span>\n"),
}
"""What stands around a line; there are many lines, and these are always the same."""


def difference(hunks: str | None, path: str) -> Markup:
    """Return how the file at ``path`` changed; ``None`` stands for one that is not text.

    ``hunks`` are those of ``FileDiff.text``. Each line is an ``ins``, a ``del`` or a ``span`` of
    the class ``added``, ``removed``, ``same`` or ``place``, and keeps its sign.
    """
    if hunks is None:
        return _block(path, tag("p", {}, NOT_TEXT))
    if not hunks.strip():
        return _block(path, tag("p", {}, NO_LINES))
    whole = hunks.removesuffix("\n")
    lines = whole.split("\n", MOST_LINES)
    # Those beyond are still one piece: they are counted, not made into lines.
    beyond = lines.pop().count("\n") + 1 if len(lines) > MOST_LINES else 0
    shown: list[Markup] = []
    room, inside = MOST_BYTES, False
    for place, line in enumerate(lines):
        inside = inside or line.startswith("@@ ")
        made = _line(line, inside=inside)
        room -= weight(made)
        if room < 0:
            beyond += len(lines) - place
            break
        shown.append(made)
    more = f"and {beyond:,} more {'line' if beyond == 1 else 'lines'}"
    return _block(path, tag("pre", None, *shown), *([tag("p", {}, more)] if beyond else []))


def _block(path: str, *content: Markup) -> Markup:
    name = f"How {label(path)} changed"
    return tag("div", {"class": "difference", "role": "group", "aria-label": name}, *content)


def _line(line: str, *, inside: bool) -> Markup:
    kind = _KINDS.get(line[:1], "place") if inside else "place"
    begins, ends = _AROUND[kind]
    return Markup(f"{begins}{text(line, LONGEST_LINE)}{ends}")

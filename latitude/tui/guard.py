"""The second line against text that acts on the terminal, behind ``clean()``."""

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_ACTS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)


class Guard(LineFilter):
    """Drops what no widget should have let through: each of these signs has no width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return ``segments`` without them."""
        del background
        if not any(_ACTS.search(segment.text) for segment in segments if not segment.control):
            return segments
        return [_without(segment) for segment in segments]


def _without(segment: Segment) -> Segment:
    if segment.control:
        return segment
    return Segment(_ACTS.sub("", segment.text), segment.style, segment.control)

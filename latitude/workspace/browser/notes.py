"""What a page says and asks for while it is drawn, kept short and safe to read."""

import re

from latitude.core.clean import clean_line
from latitude.workspace.browser.serving import path_at
from latitude.workspace.names import shown

MOST_LINES = 30
"""Of each kind."""
MOST_TEXT = 6_000
"""Characters of each kind."""
LONGEST_LINE = 400
_LOOKED_AT = 4 * LONGEST_LINE
"""Characters of a text that are looked at: a page can print megabytes."""

_BLOCKED = re.compile(r"\w+ [^']{0,80}'([^']*)' violates the following Content Security Policy")
_LOCAL = re.compile(r"Not allowed to load local resource: (.*)", re.DOTALL)
_TOLD_OTHERWISE = (
    "Failed to load resource:",
    "Fetch API cannot load",
    "Refused to",
)
"""What Chromium prints about a request that is among those refused already."""
_GRAPHICS = "GL Driver Message"
"""Chromium on its own drawing, not the page's doing."""
_STACK_PLACE = re.compile(r"[\s(](http://preview\.invalid/\S*?):(\d+):\d+\)?$", re.MULTILINE)


class Lines:
    """Different lines, up to a number and a length; the others are counted."""

    def __init__(self) -> None:
        self.more = 0
        self._times: dict[str, int] = {}
        self._room = MOST_TEXT
        self._full = False

    def add(self, text: str) -> None:
        """Keep ``text`` as one clean line, or count it where it is there already."""
        line = clean_line(text[:_LOOKED_AT], LONGEST_LINE)
        if line in self._times:
            self._times[line] += 1
            return
        self._full = self._full or len(self._times) == MOST_LINES or len(line) > self._room
        if self._full:
            self.more += 1
            return
        self._room -= len(line)
        self._times[line] = 1

    def kept(self) -> list[str]:
        """Return the lines in the order in which they first came."""
        return [
            line if times == 1 else f"{line} ({times:,} times)"
            for line, times in self._times.items()
        ]


class Notes:
    """What is told of one page."""

    def __init__(self) -> None:
        self.console = Lines()
        self.refused = Lines()

    def said(self, kind: str, text: str, address: str, line: int) -> None:
        """Take a line of the console; ``line`` counts from 1, and 0 is none."""
        text = text[:_LOOKED_AT]
        if (blocked := _BLOCKED.match(text)) is not None:
            self._block(blocked.group(1))
        elif (local := _LOCAL.fullmatch(text)) is not None:
            self._refuse_local(local.group(1))
        elif not text.startswith(_TOLD_OTHERWISE) and _GRAPHICS not in text:
            self.console.add(f"{kind}: {_with_place(text, address, line)}")

    def thrown(self, name: str, message: str, stack: str) -> None:
        """Take an exception that nobody caught."""
        first, _, rest = stack[:_LOOKED_AT].partition("\n")
        place = _STACK_PLACE.search(rest)
        address, line = (place.group(1), int(place.group(2))) if place else ("", 0)
        named = f"{name}: {message}" if name else message
        words = first if message[:_LOOKED_AT] in first else named
        self.console.add(f"uncaught: {_with_place(words, address, line)}")

    def _refuse_local(self, address: str) -> None:
        if address.startswith("file:"):
            self.refused.add(f"{address}: no file of this computer is given to a page.")
        else:
            self.refused.add(f"{address}: a page cannot go there.")

    def _block(self, address: str) -> None:
        path = path_at(address)
        if path is None:
            self.refused.add(f"{address}: there is no network.")
        else:
            self.refused.add(f"{shown(path)}: here, pages cannot fetch or frame anything.")


def _with_place(text: str, address: str, line: int) -> str:
    path = path_at(address)
    # The place stands behind a text of any length.
    short = clean_line(text, LONGEST_LINE - 80)
    return f"{short} ({shown(path)[:60]}:{line})" if path and line else short

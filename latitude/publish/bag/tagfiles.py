"""Reading the tag files of a bag (RFC 8493): lists of hashes, and labels with values.

They may be anybody's: each fault is told to ``say`` with the number of its line, and what can be
read still is. No hash is looked at here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

DIGITS: Mapping[str, int] = {"sha256": 64, "sha512": 128}
"""The hashes that are checked, and how many hex digits each has."""
NAME = re.compile(r"(tag)?manifest-([^/]+)\.txt")
"""The name of a list of hashes: of the payload, or of the tag files."""

_ENTRY = re.compile(r"([0-9a-f]+) {1,2}(.+)", re.DOTALL)
_LABELLED = re.compile(r"([^\s:][^:]*):(.*)", re.DOTALL)
_OXUM = re.compile(r"([0-9]{1,20})\.([0-9]{1,20})")
_ESCAPED = {"0.97": re.compile("%(0[AaDd])"), "1.0": re.compile("%(0[AaDd]|25)")}

_LONGEST_LINE = 16 * 1024
"""Bytes; more than any path that a file system takes."""
_MOST_FAULTS = 100
"""Bad lines of one file that are told; the rest of such a file is not read."""

Say = Callable[[str], None]
"""Takes one fault, in words that follow the name of the file."""


class _TooMany(Exception):
    """More faults than anybody reads."""


@dataclass(slots=True)
class Listing:
    """A list of hashes, as far as it could be read."""

    name: str
    algorithm: str
    of_tags: bool
    hashes: dict[str, str] = field(default_factory=dict)
    """By path below the bag, in hex."""


def read_listing(file: BinaryIO, listing: Listing, version: str | None, say: Say) -> None:
    """Fill ``listing`` from ``file``. ``version`` is that of the bag, for escapes in paths.

    Raises ``OSError`` when the file cannot be read.
    """
    escaped = _ESCAPED["0.97" if version is not None and version.startswith("0.") else "1.0"]
    faults = _Faults(say)
    try:
        for number, line in _lines(file, faults):
            match = _ENTRY.fullmatch(line)
            if match is None or len(match[1]) != DIGITS[listing.algorithm]:
                digits = DIGITS[listing.algorithm]
                faults.add(number, f"is not {digits} small hex digits, two spaces and a path")
                continue
            path = escaped.sub(lambda found: chr(int(found[1], 16)), match[2])
            if (refused := _refused(path, of_tags=listing.of_tags)) is not None:
                faults.add(number, f"{refused}: {path[:200]!r}")
            elif path in listing.hashes:
                faults.add(number, f"names a file for the second time: {path[:200]!r}")
            else:
                listing.hashes[path] = match[1]
    except _TooMany:
        return


def read_oxum(file: BinaryIO, say: Say) -> tuple[int, int] | None:
    """Read ``bag-info.txt``; return bytes and files of its ``Payload-Oxum``, if it has one.

    Raises ``OSError`` when the file cannot be read.
    """
    faults = _Faults(say)
    found: tuple[int, int] | None = None
    seen = False
    try:
        for number, line in _lines(file, faults):
            if number > 1 and line[0] in " \t":
                continue
            match = _LABELLED.fullmatch(line)
            if match is None:
                faults.add(number, "is not a label, a colon and a value")
            elif match[1].strip().lower() == "payload-oxum":
                if seen:
                    faults.add(number, "gives Payload-Oxum for the second time")
                seen = True
                oxum = _OXUM.fullmatch(match[2].strip())
                if oxum is None:
                    faults.add(number, "gives a Payload-Oxum that is not BYTES.FILES")
                else:
                    found = (int(oxum[1]), int(oxum[2]))
    except _TooMany:
        return None
    return found


class _Faults:
    """Tells the bad lines of one file, and stops when there are too many."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._count = 0

    def add(self, line: int, what: str) -> None:
        """Tell that ``line`` is bad. Raises ``_TooMany`` after the last that is told."""
        self._say(f"line {line} {what}")
        self._count += 1
        if self._count == _MOST_FAULTS:
            self._say(f"line {line} is the {_MOST_FAULTS}th bad one: the rest was not read")
            raise _TooMany


def _lines(file: BinaryIO, faults: _Faults) -> Iterator[tuple[int, str]]:
    """The lines that can be read, numbered from 1 and without their ends; none is empty."""
    number = 0
    while raw := file.readline(_LONGEST_LINE + 1):
        number += 1
        if not raw.endswith(b"\n"):
            if len(raw) > _LONGEST_LINE:
                faults.add(number, f"is longer than {_LONGEST_LINE:,} bytes: the rest was not read")
                return
            faults.add(number, "has no end: the file was cut off")
        line = raw.removesuffix(b"\n")
        if line.endswith(b"\r"):
            faults.add(number, "ends in CR LF, not in LF")
            line = line.removesuffix(b"\r")
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            faults.add(number, "is not UTF-8")
            continue
        if text:
            yield number, text
        else:
            faults.add(number, "is empty")


def _refused(path: str, *, of_tags: bool) -> str | None:
    """Why no list may name ``path``."""
    if any(part in ("", ".", "..") for part in path.split("/")) or "\0" in path:
        return "names a path that leaves the bag or is not plain"
    if of_tags and path.startswith("data/"):
        return "names a file of the payload among the tag files"
    if of_tags and path.startswith("tagmanifest-"):
        return "names a list of tag files, which no such list may hold"
    if not of_tags and not path.startswith("data/"):
        return "names a file that is not below data/"
    return None

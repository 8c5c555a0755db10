"""How words reach standard output: plain when piped, dimmed and bold on a terminal."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

import msgspec

from latitude.cli.column import Column, columns_of, measure_of
from latitude.core.clean import clean, clean_line


@dataclass(frozen=True, slots=True)
class Style:
    """Wraps text in terminal attributes, or leaves it alone. The text must be clean already."""

    on: bool

    def dim(self, text: str) -> str:
        """Thinking, and everything that is margin."""
        return self._wrap("2", text)

    def bold(self, text: str) -> str:
        """Names and endings."""
        return self._wrap("1", text)

    def warn(self, text: str) -> str:
        """What somebody should look at. Never the only sign: the words say it too."""
        return self._wrap("33", text)

    def _wrap(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text


def style_for(stream: TextIO, environ: Mapping[str, str] = os.environ) -> Style:
    """Attributes only on a terminal that can show them, and never under ``NO_COLOR``."""
    plain = environ.get("NO_COLOR") or environ.get("TERM") == "dumb"
    return Style(on=stream.isatty() and not plain)


def complain(said: str) -> None:
    """Say on one line of standard error what went wrong."""
    with contextlib.suppress(OSError):
        Column(sys.stderr, measure_of(sys.stderr)).whole(f"latitude: {clean(said)}")


def say(text: str, paint: Callable[[str], str] = str, margin: str = "") -> None:
    """Print sentences, which a terminal gets broken between words. Clean them first."""
    Column(sys.stdout, measure_of(sys.stdout), margin, paint).whole(text)


def print_json(row: Any) -> None:
    """Print one object on one line; on a terminal in ASCII, where no character can act."""
    line = msgspec.json.encode(row).decode("utf-8")
    if sys.stdout.isatty():
        line = json.dumps(json.loads(line))
    sys.stdout.write(line + "\n")


def print_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    style: Style,
    spare: Sequence[str] = (),
) -> None:
    """Print columns that are as wide as their widest cell. Cells are cleaned here.

    On a terminal that is too narrow the columns in ``spare`` go, first to last.
    """
    cells = [[clean_line(cell, 60) for cell in row] for row in rows]
    columns = list(zip(head, *cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    room = columns_of(sys.stdout)
    for name in spare:
        if room is None or sum(widths) + 2 * (len(widths) - 1) <= room:
            break
        gone = [column[0] for column in columns].index(name)
        del columns[gone], widths[gone]
    for number, row in enumerate(zip(*columns, strict=True)):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(style.dim(line.rstrip()) if number == 0 else line.rstrip())


def show_progress(done: int, total: int) -> None:
    """Count on one line of standard error, where a person watches it; the end wipes it."""
    if total > 1 and sys.stderr.isatty():
        line = f"{done:,} of {total:,}"
        sys.stderr.write(f"\r{line}" if done < total else f"\r{' ' * len(line)}\r")
        sys.stderr.flush()

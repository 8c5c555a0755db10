"""What one line of the list of sessions says, and how its columns share the width."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len, set_cell_size

from latitude.core.clean import clean_line
from latitude.journal.endings import REHEARSAL
from latitude.journal.listed import Listed

Look = Literal["text", "faint", "accent", "warning"]
Parts = list[tuple[str, Look]]
"""A line, piece by piece."""

MARGIN = 4
"""Cells left of the columns, for the cursor and the mark."""

_GAP = "  "
_LONGEST_NAME = 40
_WHOLE_NAME = len("leaves (rehearsal, not a model)")
_SHORT_NAME = len("claude-opus-5-5")
_LONGEST_ENDING = len("limit of 1,500,000 tokens")
_SHORT_ENDING = len("limit of 20 messages")
_LONGEST_TAGS = 24
_NARROWEST = 8
"""Cells below which a column of words says nothing."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHEN = len("20 Nov 23:15")
_COUNT = len("turns files")
_FIXED = MARGIN + _WHEN + _COUNT + 4 * len(_GAP) + 1
"""Cells that no column of words can have."""
_UNREADABLE = "this record cannot be read; latitude verify says why"

_TROUBLE = {"interrupted", "harness-failed", "provider-failed", "refused"}


@lru_cache(maxsize=4096)
def _shown(text: str) -> str:
    return clean_line(text, 200)


@dataclass(frozen=True, slots=True)
class Row:
    """A session with the words of its line, clean."""

    session: Listed
    model: str
    short_model: str
    """Without the provider; a rehearsal is still called one."""
    protocol: str
    how: str
    tags: str
    words: str
    """All that a filter looks through, in small letters."""

    @classmethod
    def of(cls, session: Listed) -> "Row":
        """Make the words ready."""
        model, protocol, how = map(_shown, (session.model, session.protocol_label, session.how))
        short = model.partition("/")[2] or model
        if session.rehearsal:
            short = f"rehearsal/{model.removesuffix(f' ({REHEARSAL})')}"
        tags = "cannot be read"
        if session.tags is not None:
            tags = ", ".join(map(_shown, session.tags))
        words = f"{model} {short} {protocol} {how} {session.end} {tags} {session.id}".casefold()
        return cls(session, model, short, protocol, how, tags, words)


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide each column of words is, in cells; 0 is not there at all."""

    model: int
    protocol: int
    how: int
    tags: int
    short: bool
    """Whether models are named without their providers."""

    @classmethod
    def within(cls, width: int, widest: "Widest") -> "Columns":
        """Share ``width`` cells out: tags are cut first, then names and endings."""
        how = min(widest.how, _LONGEST_ENDING)
        room = width - _FIXED - how
        short = min(widest.model, _WHOLE_NAME) + widest.protocol > room
        if short:
            how = min(how, _SHORT_ENDING)
            room = width - _FIXED - how
        name = min(widest.short_model if short else widest.model, _LONGEST_NAME)
        protocol = min(widest.protocol, max(_NARROWEST, room - name))
        wanted = min(widest.tags, _LONGEST_TAGS) + len(_GAP)
        least = min(name, _SHORT_NAME if short else _WHOLE_NAME)
        model = min(name, max(least, room - protocol - wanted), max(0, room - protocol))
        left = room - protocol - model - len(_GAP)
        tags = min(widest.tags, left) if widest.tags and left >= _NARROWEST else 0
        return cls(model, protocol, how, tags, short)


@dataclass(slots=True)
class Widest:
    """The widest words of each column so far, in cells."""

    model: int = len("model")
    short_model: int = len("model")
    protocol: int = len("protocol")
    how: int = len("how it ended")
    tags: int = 0

    def take(self, rows: Iterable[Row]) -> None:
        """Make room for ``rows``."""
        for row in rows:
            self.model = max(self.model, cell_len(row.model))
            self.short_model = max(self.short_model, cell_len(row.short_model))
            self.protocol = max(self.protocol, min(cell_len(row.protocol), _LONGEST_NAME))
            self.how = max(self.how, cell_len(row.how))
            if row.tags:
                self.tags = max(self.tags, len("tags"), cell_len(row.tags))


def head(columns: Columns) -> str:
    """The names of the columns."""
    names = ("when", "model", "protocol", "turns", "files", "how it ended", "tags")
    return " " * MARGIN + _GAP.join(_cells(columns, *names))


def line(row: Row, columns: Columns, *, here: bool, marked: bool) -> Parts:
    """The line of ``row``, with the signs of the cursor and of a mark before it."""
    session = row.session
    parts: Parts = [("›" if here else " ", "accent"), (" ◆ " if marked else "   ", "accent")]
    when = when_of(session.id)
    if session.problem is not None:
        return [*parts, (when + _GAP, "faint"), (_UNREADABLE, "warning")]
    model = row.short_model if columns.short else row.model
    counts = ["" if count is None else f"{count:,}" for count in (session.turns, session.files)]
    cells = _cells(columns, when, model, row.protocol, *counts, row.how, row.tags)
    plain: Look = "faint" if session.rehearsal else "text"
    looks: list[Look] = ["faint", plain, plain, plain, _look(session), "faint"]
    return parts + [(cell + _GAP, look) for cell, look in zip(cells, looks, strict=False)]


def _cells(columns: Columns, *words: str) -> list[str]:
    """``words`` for when, model, protocol, turns, files, how it ended and tags, fitted."""
    when, model, protocol, turns, files, how, tags = words
    cells = [
        _fitted(when, _WHEN),
        _fitted(model, columns.model),
        _fitted(protocol, columns.protocol),
        f"{turns:>5} {files:>5}",
        _fitted(how, columns.how),
    ]
    return [*cells, _fitted(tags, columns.tags)] if columns.tags else cells


def when_of(session_id: str) -> str:
    """When a session began, in this machine's time: ``20 Nov 23:15``, or with another year."""
    stamp = session_id[: len("20261120-231502")]
    try:
        at = datetime.strptime(stamp, "%Y%m%d-%H%M%S").replace(tzinfo=UTC).astimezone()
    except (ValueError, OverflowError):
        return stamp[:_WHEN]
    day = f"{at.day:2} {_MONTHS[at.month - 1]}"
    return f"{day} {at:%H:%M}" if at.year == datetime.now(UTC).year else f"{day}  {at.year}"


def _look(session: Listed) -> Look:
    if session.interrupted or session.end in _TROUBLE:
        return "warning"
    if session.rehearsal:
        return "faint"
    return "accent" if session.end in ("model-exit", "running") else "text"


def _fitted(text: str, width: int) -> str:
    if cell_len(text) > width:
        text = set_cell_size(text, max(0, width - 1)) + "…" if width else ""
    return set_cell_size(text, width)

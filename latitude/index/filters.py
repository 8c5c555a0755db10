"""Which sessions: the filters that lists, searches and comparisons share."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from latitude.core.text import mend_surrogates
from latitude.errors import UsageError

OPEN_END = "open"
"""What ``end`` is of a session that has not been closed."""
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}([T ][0-9:.]{2,12}Z?)?)?)?")


@dataclass(frozen=True, slots=True)
class Filter:
    """Sessions for which all of these hold; ``None`` and empty ask for nothing."""

    models: tuple[str, ...] = ()
    """Any of them: a part of the name as asked or as returned, or a pattern with ``*``."""
    protocol: str | None = None
    study: str | None = None
    plan: str | None = None
    """SHA-256 of a study's plan."""
    arm: str | None = None
    end: str | None = None
    tags: tuple[str, ...] = ()
    """All of them."""
    since: str | None = None
    """A date, or a date and time, UTC; a part of one counts from its beginning."""
    until: str | None = None
    """Likewise, and to its end: ``2026-11`` is the whole month."""
    made: bool | None = None
    """Whether files were left."""
    attended: bool | None = None
    rehearsals: bool | None = None
    """Only rehearsals, or none of them."""

    def __post_init__(self) -> None:
        if self.end is not None:
            _check_end(self.end)
        for name in ("since", "until"):
            date = getattr(self, name)
            if date is not None and not _is_date(date):
                raise UsageError(
                    f"--{name} takes a date such as 2026-11-21, 2026-11 or 2026-11-21T14:30 (UTC), "
                    f"and not {date!r}."
                )

    @property
    def is_empty(self) -> bool:
        """Whether every session passes."""
        return all(getattr(self, field.name) in (None, ()) for field in fields(self))

    def words(self) -> str:
        """What is asked for, in words for a person."""
        asked: list[str] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value in (None, ()):
                continue
            if isinstance(value, bool):
                value = "yes" if value else "no"
            asked.append(f"{field.name} {', '.join(value) if isinstance(value, tuple) else value}")
        return mend_surrogates("; ".join(asked))[0]

    def sql(self) -> tuple[str, list[str | int]]:
        """The condition on the table ``session``, and its parameters in order."""
        parts = list(self._parts())
        words = " AND ".join(words for words, _ in parts) or "1"
        return words, [_mended(value) for _, values in parts for value in values]

    def _parts(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        if self.models:
            one = "(session.model GLOB ? OR session.returned GLOB ?)"
            patterns = [_pattern(model) for model in self.models]
            yield (
                f"({' OR '.join([one] * len(patterns))})",
                tuple(pattern for pattern in patterns for _ in range(2)),
            )
        if self.protocol is not None:
            # What a study derived from a protocol is called ``NAME~HASH``.
            derived = f"{self.protocol}~"
            words = "(session.protocol = ? OR substr(session.protocol, 1, ?) = ?)"
            yield words, (self.protocol, len(derived), derived)
        for name in ("study", "plan", "arm"):
            if (value := getattr(self, name)) is not None:
                yield f"session.{_column(name)} = ?", (value,)
        if self.end == OPEN_END:
            yield "session.closed IS NULL", ()
        elif self.end is not None:
            yield 'session."end" = ?', (self.end,)
        for tag in self.tags:
            yield "EXISTS (SELECT 1 FROM tag WHERE tag.session = session.key AND tag = ?)", (tag,)
        yield from self._dates()
        if self.made is not None:
            yield f"coalesce(session.files, 0) {'>' if self.made else '='} 0", ()
        if self.attended is not None:
            yield "session.attended = ?", (int(self.attended),)
        if self.rehearsals is not None:
            yield "coalesce(session.rehearsal, 0) = ?", (int(self.rehearsals),)

    def _dates(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        if self.since is not None:
            yield "session.opened >= ?", (_stamp(self.since),)
        if self.until is not None:
            date = _stamp(self.until)
            yield "session.opened <> '' AND substr(session.opened, 1, ?) <= ?", (len(date), date)


def _check_end(end: str) -> None:
    # Loaded where it is asked for: the alphabet of events takes longer than most searches.
    from typing import get_args

    from latitude.core.events import End

    if end not in (ends := (*get_args(End), OPEN_END)):
        raise UsageError(f"No session ends as {end!r}. There are: {', '.join(ends)}.")


def _pattern(model: str) -> str:
    if "*" in model:
        return re.sub(r"[\[?]", r"[\g<0>]", model)
    return "*" + re.sub(r"[\[?*]", r"[\g<0>]", model) + "*"


def _column(name: str) -> str:
    return '"plan"' if name == "plan" else name


def _mended(value: str | int) -> str | int:
    """What was typed may hold halves of characters, and SQLite takes none."""
    return mend_surrogates(value)[0] if isinstance(value, str) else value


def _is_date(text: str) -> bool:
    """Whether it is a date that the calendar has, or the beginning of one."""
    if not _DATE.fullmatch(text):
        return False
    day = text[:10]
    try:
        datetime.fromisoformat(day + "2000-01-01"[len(day) :])
    except ValueError:
        return False
    return True


def _stamp(date: str) -> str:
    return date.replace(" ", "T").removesuffix("Z")

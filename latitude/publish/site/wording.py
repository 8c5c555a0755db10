"""Names, times and figures as the pages of a site show them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from latitude.compare.words import label
from latitude.core.text import counted
from latitude.journal.endings import model_label
from latitude.publish.manifest import Published

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_LONGEST_NAME = 120
_LONGEST_SIGNATURE = 300
"""Characters; the manifest has all of it."""


def day(stamp: str) -> str:
    """Return a time of a journal as a day: "20 November 2026"."""
    when = datetime.fromisoformat(stamp)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def clock(stamp: str) -> str:
    """Return a time of a journal to the minute: "20 November 2026, 23:15 UTC"."""
    return f"{day(stamp)}, {datetime.fromisoformat(stamp):%H:%M} UTC"


def size(number: int) -> str:
    """Return a number of bytes: "812 bytes", "1.4 kB", "3.2 MB"."""
    if number < 1000:
        return counted(number, "byte")
    return f"{number / 1000:,.1f} kB" if number < 1_000_000 else f"{number / 1_000_000:,.1f} MB"


def who(row: Published) -> str:
    """How a session's model is named, on one line; a rehearsal never passes for a model."""
    if row.provider == "rehearsal":
        return label(model_label(row.provider, row.model.removeprefix("rehearsal/")), _LONGEST_NAME)
    return label(row.model, _LONGEST_NAME)


def signed(row: Published, before: str) -> str:
    """Return ``before`` and how the model wished to be signed; nothing where it did not."""
    return f"{before}{label(row.signature, _LONGEST_SIGNATURE)}" if row.signature else ""


def made(row: Published) -> str:
    """What a session comes to, in a few words."""
    files = f", {counted(row.files, 'file')}" if row.files else ""
    return f"{counted(row.turns, 'turn')}{files}"


class Names:
    """What the models and protocols of an archive are called where several stand together."""

    def __init__(self, rows: Iterable[Published]) -> None:
        self._providers: dict[str, set[str]] = {}
        self._given: dict[str, set[str]] = {}
        for row in rows:
            self._providers.setdefault(who(row), set()).add(row.provider)
            self._given.setdefault(row.protocol, set()).add(row.given)

    def model(self, row: Published) -> str:
        """The model, with its provider where two of them have one of this name."""
        name = who(row)
        return f"{name}, {label(row.provider)}" if len(self._providers[name]) > 1 else name

    def protocol(self, row: Published) -> str:
        """The protocol, with the first digits of its words' hash where others are called so."""
        several = len(self._given[row.protocol]) > 1
        return f"{row.protocol} ({row.given[:8]})" if several else row.protocol


def told_apart(rows: Sequence[Published]) -> Mapping[str, str]:
    """Return a name of each session, by its id: its model, and as much more as it takes."""
    ways: tuple[Callable[[int, Published], str], ...] = (
        lambda _, row: who(row),
        lambda _, row: f"{who(row)}, {row.protocol}",
        lambda _, row: f"{who(row)}, {clock(row.opened)}",
        lambda number, row: f"{who(row)} ({number})",
    )
    for name in ways:
        names = {row.id: name(number, row) for number, row in enumerate(rows, start=1)}
        if len(set(names.values())) == len(rows):
            break
    return names

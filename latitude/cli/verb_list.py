"""``latitude list``: every session, newest first, from first and last lines only."""

import argparse
import sys
from pathlib import Path

import msgspec

from latitude.cli.options import add_json, home_of
from latitude.cli.output import print_json, print_table, say, style_for
from latitude.core.clean import clean_line
from latitude.core.events import Record, SessionClosed, SessionOpened
from latitude.errors import RecordBroken
from latitude.journal.endings import model_label
from latitude.journal.paths import JOURNAL, is_running, session_ids
from latitude.journal.reader import read_ends

HEAD = ("session", "model", "protocol", "turns", "files", "how it ended")
_SECONDS = len("20261120-231502")
SPARE = ("protocol", "files", "turns")


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One session as the list shows it; ``None`` where it has not ended or cannot be read."""

    id: str
    end: str
    """The journal's word, or what stands in its place."""
    model: str = "?"
    protocol: str = "?"
    opened: str | None = None
    closed: str | None = None
    rehearsal: bool | None = None
    attended: bool | None = None
    turns: int | None = None
    steps: int | None = None
    files: int | None = None
    tokens: int | None = None
    cost: float | None = None
    detail: str | None = None
    fingerprint: str | None = None
    problem: str | None = None

    @property
    def cells(self) -> list[str]:
        """The columns under ``HEAD``."""
        counts = ["" if count is None else str(count) for count in (self.turns, self.files)]
        return [self.id, self.model, self.protocol, *counts, self.end]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print one line a session; a record that cannot be read is listed as such."""
    home = home_of(options)
    rows = [_listed(home.session(session)) for session in session_ids(home.sessions)]
    # Ids tell seconds apart and no less; the first lines know the order within one.
    rows.sort(key=lambda row: (row.id[:_SECONDS], row.opened or "", row.id), reverse=True)
    if options.json:
        for row in rows:
            print_json(row)
    elif rows:
        print_table(HEAD, [row.cells for row in rows], style_for(sys.stdout), SPARE)
    else:
        say(
            f"No sessions yet in {clean_line(str(home.sessions))}. A rehearsal needs no key: "
            "latitude run --model rehearsal"
        )
    return 0


def _listed(folder: Path) -> Listed:
    try:
        first, last = read_ends(folder / JOURNAL)
    except (RecordBroken, OSError) as error:
        end = "cannot be read; latitude verify says why"
        return Listed(id=folder.name, end=end, problem=str(error))
    opened = first.event
    assert isinstance(opened, SessionOpened)
    open_row = Listed(
        id=folder.name,
        end="open",
        model=model_label(opened.model.provider, opened.model.name),
        protocol=opened.protocol.name,
        opened=first.at,
        rehearsal=opened.model.provider == "rehearsal",
        attended=opened.conditions.attended,
    )
    if last is None:
        end = "running" if is_running(folder) else "not closed; latitude recover closes it"
        return msgspec.structs.replace(open_row, end=end)
    return _closed(open_row, last)


def _closed(row: Listed, last: Record) -> Listed:
    closed = last.event
    assert isinstance(closed, SessionClosed)
    summary = closed.summary
    return msgspec.structs.replace(
        row,
        end=closed.end,
        detail=closed.detail,
        closed=last.at,
        fingerprint=last.sha256,
        turns=summary.turns,
        steps=summary.steps,
        files=summary.files,
        tokens=summary.tokens.output,
        cost=summary.cost,
    )

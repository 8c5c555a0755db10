"""What a list knows of each session, from the first and the last line of its journal only."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

import msgspec
import msgspec.structs

from latitude.core.events import End, Record, SessionClosed, SessionOpened
from latitude.errors import RecordBroken
from latitude.journal.endings import ending_sentence, model_label
from latitude.journal.listed import OPEN, RUNNING, UNREADABLE, Listed
from latitude.journal.paths import ANNOTATIONS, JOURNAL, is_running, session_ids
from latitude.journal.reader import read_ends

SHORT: Mapping[End, str] = {
    "model-exit": "model chose to stop",
    "no-next-message": "end of the protocol",
    "person-end": "person ended it",
    "refused": "provider refused",
    "context-full": "context was full",
    "provider-failed": "provider failed",
    "interrupted": "interrupted",
    "harness-failed": "latitude failed",
}
"""A few words for each end that is no limit; only an exit is called a choice."""

SHORT_SCRIPT_EXIT = "script took the exit"

FIRST_BATCH = 64
"""Rows that fill the first screen of almost any terminal."""
NEXT_BATCH = 2_048

_SECONDS = len("20261120-231502")


@dataclass(frozen=True, slots=True)
class Look:
    """What the two ends of a journal say."""

    listed: Listed
    opened: SessionOpened | None = None
    """``None`` where the first line cannot be read."""
    closed: SessionClosed | None = None


def listed(sessions: Path, known: Mapping[str, Listed] | None = None) -> Iterator[Listed]:
    """Yield every session in ``sessions``, newest first; one that cannot be read says so.

    What is closed in ``known`` (by id) is not read again, but for its tags. Raises
    ``HomeUnusable`` when the folder cannot be read.
    """
    before = known or {}
    # Ids tell seconds apart and no less; the first lines know the order within one.
    for _, together in groupby(session_ids(sessions), key=lambda name: name[:_SECONDS]):
        rows = [_listed(sessions / name, before.get(name)) for name in together]
        if len(rows) > 1:
            rows.sort(key=lambda row: (row.opened or "", row.id), reverse=True)
        yield from rows


def in_batches(rows: Iterable[Listed]) -> Iterator[list[Listed]]:
    """Yield ``rows`` by the batch: a screenful soon, then more at a time."""
    ahead = iter(rows)
    batch = list(islice(ahead, FIRST_BATCH))
    while batch:
        yield batch
        batch = list(islice(ahead, NEXT_BATCH))


def short_ending(closed: SessionClosed, opened: SessionOpened) -> str:
    """Return in a few words how ``closed`` ended, such as ``limit of 20 messages``."""
    if closed.end == "model-exit" and opened.model.provider == "rehearsal":
        return SHORT_SCRIPT_EXIT
    if closed.end in SHORT:
        return SHORT[closed.end]
    sentence = ending_sentence(closed, opened)
    return sentence.removeprefix("The ").removesuffix(" was reached.")


def tags_in(folder: Path) -> tuple[str, ...]:
    """The tags of the session in ``folder``. Raises ``RecordBroken`` when they cannot be read."""
    # Most sessions have no such file; a list that meets none does not load what reads one.
    if not os.path.lexists(f"{folder}/{ANNOTATIONS}"):
        return ()
    from latitude.journal.annotations import read

    return read(folder).tags


def _listed(folder: Path, known: Listed | None) -> Listed:
    try:
        tags = tags_in(folder)
    except RecordBroken:
        tags = None
    if known is not None and known.closed is not None:
        return known if known.tags == tags else msgspec.structs.replace(known, tags=tags)
    return look_at(folder, tags).listed


def look_at(folder: Path, tags: tuple[str, ...] | None = ()) -> Look:
    """Read the first and the last line of the journal in ``folder``; ``tags`` go on the row."""
    try:
        first, last = read_ends(folder / JOURNAL)
        running = last is None and is_running(folder)
        if last is None and not running:
            # Its process may have closed it since the first look.
            first, last = read_ends(folder / JOURNAL)
    except (RecordBroken, OSError) as error:
        row = Listed(
            id=folder.name, end=UNREADABLE, how="cannot be read", problem=str(error), tags=tags
        )
        return Look(row)
    opened = first.event
    assert isinstance(opened, SessionOpened)
    row = Listed(
        id=folder.name,
        end=RUNNING if running else OPEN,
        how="running" if running else "not closed",
        model=model_label(opened.model.provider, opened.model.name),
        protocol=opened.protocol.name,
        network=opened.conditions.network,
        opened=first.at,
        rehearsal=opened.model.provider == "rehearsal",
        attended=opened.conditions.attended,
        study=opened.conditions.study,
        arm=opened.conditions.arm,
        repeat=opened.conditions.repeat,
        parent=None if opened.parent is None else opened.parent.id,
        tags=tags,
    )
    if last is None:
        return Look(row, opened)
    closed = last.event
    assert isinstance(closed, SessionClosed)
    return Look(_closed(row, opened, closed, last), opened, closed)


def _closed(row: Listed, opened: SessionOpened, closed: SessionClosed, last: Record) -> Listed:
    summary = closed.summary
    return msgspec.structs.replace(
        row,
        end=closed.end,
        how=short_ending(closed, opened),
        detail=closed.detail,
        closed=last.at,
        fingerprint=last.sha256,
        turns=summary.turns,
        steps=summary.steps,
        files=summary.files,
        tokens=summary.tokens.output,
        cost=summary.cost,
    )

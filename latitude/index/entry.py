"""From a journal to what the index holds of it: the session, its turns, what it made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from latitude.core.blocks import Block
from latitude.core.events import (
    FileChange,
    MessageSent,
    Record,
    SessionClosed,
    SessionOpened,
    WorkspaceCommitted,
)
from latitude.core.fold import FoldError, SessionState, Step, Turn, fold, reply_text
from latitude.core.spec import Conditions, ModelAsked
from latitude.errors import RecordBroken
from latitude.index.measures import questions_in
from latitude.index.stamps import Stamp, stamp_of
from latitude.journal.listing import Look, look_at, tags_in
from latitude.journal.paths import JOURNAL
from latitude.journal.reader import BEGINNING, Place, read_on, survey

Row = dict[str, str | int | float | None]
"""A row of a table, by the names of its columns (``tables.py``)."""

LARGEST = (1 << 63) - 1
"""SQLite's largest integer. A journal holds whatever number a server named."""

_WRITES = {"write_file": "content", "edit_file": "new"}
"""Tools that write a file, and the argument that holds the words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index holds of a session, or what is new of it."""

    look: Look
    stamp: Stamp
    place: Place
    """Where the last turn in ``turns`` begins: reading goes on from there."""
    turns: tuple[Row, ...] = ()
    """Without ``id`` and ``session``. The first one replaces the one that was known there."""
    changes: tuple[tuple[WorkspaceCommitted, FileChange], ...] = ()
    tags: tuple[str, ...] = ()
    whole: bool = True
    """Whether all turns are there, or only those from a known place on."""


def read_entry(folder: Path, place: Place = BEGINNING) -> Entry:
    """Read the session in ``folder``, from ``place`` on where a part of it is known.

    A journal that is not as it was written is read as far as it is sound.
    """
    stamp, tags = stamp_of(folder), _tags(folder)
    look = look_at(folder, tags)
    if look.opened is None:
        return Entry(look, stamp, BEGINNING, tags=tags)
    records = _behind(folder / JOURNAL, place)
    if records is None:
        # It is not the journal any more that was read before.
        place = BEGINNING
        records = _behind(folder / JOURNAL, place) or _sound(folder / JOURNAL)
    try:
        return _entry(Entry(look, stamp, place, tags=tags, whole=place == BEGINNING), records)
    except FoldError as error:
        # A chain that holds can still carry what no session writes.
        listed = msgspec.structs.replace(look.listed, problem=str(error))
        return Entry(Look(listed, look.opened, look.closed), stamp, BEGINNING, tags=tags)


def _tags(folder: Path) -> tuple[str, ...]:
    try:
        return tags_in(folder)
    except RecordBroken:
        return ()


def _behind(journal: Path, place: Place) -> list[tuple[Record, Place]] | None:
    try:
        return list(read_on(journal, place))
    except RecordBroken:
        return None


def _sound(journal: Path) -> list[tuple[Record, Place]]:
    try:
        return [(record, BEGINNING) for record in survey(journal).records]
    except RecordBroken:
        return []


def _entry(known: Entry, records: Sequence[tuple[Record, Place]]) -> Entry:
    assert known.look.opened is not None
    state, place = _beginning(known.look.opened), known.place
    began: dict[int, str] = {}
    changes: list[tuple[WorkspaceCommitted, FileChange]] = []
    for record, before in records:
        event = record.event
        if isinstance(event, SessionOpened):
            continue
        if isinstance(event, MessageSent) and event.turn != state.turn:
            # A turn may begin with two messages: an offer of ours, and a person's words.
            place = before
        state = fold(state, event)
        began.setdefault(state.turn, record.at)
        if isinstance(event, WorkspaceCommitted):
            changes += [(event, change) for change in event.files]
    turns = [turn for turn in state.turns if turn.messages or turn.steps]
    return Entry(
        look=known.look,
        stamp=known.stamp,
        place=place,
        turns=tuple(_turn(turn, began.get(turn.number, "")) for turn in turns),
        changes=tuple(changes),
        tags=known.tags,
        whole=known.whole,
    )


def _beginning(opened: SessionOpened) -> SessionState:
    """A session without its earlier turns, which stand in its parents' journals or were read
    before. One that carries on may begin in the middle of its parent's turn."""
    turn = 0 if opened.parent is None else opened.parent.turn
    return SessionState(opened=opened, turns=(Turn(number=turn),))


def session_row(entry: Entry) -> Row:
    """The row of the table ``session`` for ``entry``, without its ``key``."""
    listed, stamp, place = entry.look.listed, entry.stamp, entry.place
    row: Row = {
        "id": listed.id,
        "opened": listed.opened or "",
        "closed": listed.closed,
        "end": None if listed.closed is None else listed.end,
        "how": listed.how,
        "detail": listed.detail,
        "fingerprint": listed.fingerprint,
        "problem": listed.problem,
        "model": listed.model,
        "protocol": listed.protocol,
        "network": listed.network,
        "attended": listed.attended,
        "rehearsal": listed.rehearsal,
        "turns": listed.turns,
        "steps": listed.steps,
        "files": listed.files,
        "tokens": listed.tokens,
        "cost": listed.cost,
        "journal_bytes": stamp.journal_bytes,
        "journal_changed": stamp.journal_changed,
        "journal_file": stamp.journal_file,
        "annotations_changed": stamp.annotations_changed,
        "read_to": place.offset,
        "read_seq": place.seq,
        "read_prev": place.prev,
    }
    return fitting(row | _of_first_line(entry.look.opened) | _of_last_line(entry.look.closed))


def fitting(row: Row) -> Row:
    """``row`` with its integers as near as SQLite can hold them."""
    return {
        name: max(-LARGEST, min(value, LARGEST)) if isinstance(value, int) else value
        for name, value in row.items()
    }


def _of_first_line(opened: SessionOpened | None) -> Row:
    if opened is None:
        opened_fields: Row = dict.fromkeys(("study", "plan", "arm", "repeat", "seed", "parent"))
        blank: Row = {"provider": "", "version": 0, "given": "", "settings": "", "turn_limit": 0}
        return opened_fields | blank
    conditions: Conditions = opened.conditions
    return {
        "provider": opened.model.provider,
        "version": opened.protocol.version,
        "given": opened.given,
        "settings": _settings(opened.model),
        "study": conditions.study,
        "plan": conditions.plan,
        "arm": conditions.arm,
        "repeat": conditions.repeat,
        "seed": conditions.seed,
        "parent": None if opened.parent is None else opened.parent.id,
        "turn_limit": opened.limits.turns,
    }


def _settings(asked: ModelAsked) -> str:
    settings = {name: value for name, value in asked.parameters.items() if name != "seed"}
    return msgspec.json.encode(settings, order="deterministic").decode() if settings else ""


def _of_last_line(closed: SessionClosed | None) -> Row:
    if closed is None:
        return dict.fromkeys(("returned", "read", "thought", "seconds"))
    summary = closed.summary
    return {
        "returned": summary.model,
        "read": summary.tokens.input,
        "thought": summary.tokens.thinking,
        "seconds": summary.seconds,
    }


def _turn(turn: Turn, at: str) -> Row:
    said = [_said(blocks) for step in turn.steps for blocks in _attempts(step)]
    reply = "\n\n".join(reply for _, reply in said if reply)
    calls = [block for step in turn.steps for block in step.calls]
    paths = dict.fromkeys(
        file.path
        for step in turn.steps
        if step.commit is not None
        for file in step.commit.files
        if file.status != "deleted"
    )
    written, called = _of_calls(calls)
    answers = [
        part.text
        for step in turn.steps
        for result in step.results
        for part in result.result
        if part.text
    ]
    row: Row = {
        "turn": turn.number,
        "at": at,
        "steps": len(turn.steps),
        "questions": questions_in(reply),
        "first_call": calls[0].name if calls else None,
        "changed": len(paths),
        "ours": "\n\n".join(message.text for message in turn.messages),
        "thinking": "\n\n".join(thinking for thinking, _ in said if thinking),
        "reply": reply,
        "tools": "\n".join([*called, *answers]),
        "files": "\n".join([*paths, *written]),
    }
    return fitting(row)


def _attempts(step: Step) -> Iterator[Sequence[Block]]:
    """Everything that came in a step: what broke off stands on record like what did not."""
    for attempt in step.broken:
        yield attempt.blocks
    yield step.blocks


def _said(blocks: Sequence[Block]) -> tuple[str, str]:
    """The thinking and the reply of one attempt."""
    thinking = "\n\n".join(block.text for block in blocks if block.kind == "thinking")
    return thinking, reply_text(blocks)


def _of_calls(calls: Sequence[Block]) -> tuple[list[str], list[str]]:
    """What was written into files, and what else was called."""
    written: list[str] = []
    called: list[str] = []
    for call in calls:
        arguments = _arguments(call.arguments)
        content = arguments.pop(_WRITES.get(call.name, ""), None)
        if isinstance(content, str):
            written.append(content)
        called.append(" ".join([call.name, *_words(arguments)]))
    return written, called


def _arguments(text: str) -> dict[str, object]:
    try:
        found = msgspec.json.decode(text.encode("utf-8", "replace")) if text else {}
    except (msgspec.DecodeError, RecursionError):
        # No JSON, or brackets within brackets, deeper than anybody reads.
        found = text
    return found if isinstance(found, dict) else {"": found}


def _words(value: object) -> Iterator[str]:
    """Every text and number in a JSON value, in order."""
    # Kept by hand: a model may nest as deep as the decoder goes, and generators go less deep.
    ahead = [value]
    while ahead:
        one = ahead.pop()
        if isinstance(one, dict):
            ahead += reversed(one.values())
        elif isinstance(one, list):
            ahead += reversed(one)
        elif one is not None:
            yield str(one)

"""The reader of journals: what it accepts is a chain, and says what any reader of JSON sees."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from latitude.core.events import Record, SessionClosed, SessionOpened, UnknownEvent
from latitude.core.fold import FoldError, fold_records
from latitude.errors import RecordBroken
from latitude.journal.line import FIRST_PREV, encode_line, parse_line
from latitude.journal.reader import read, read_ends, survey
from latitude.journal.transcript import transcript
from tests.journal.samples import called, closed, finished, opened, replied, said, started, thought

AT = "2026-11-20T23:15:02.005Z"
#: The first byte of an input says whether its lines are put into a chain or stand as they are.
AS_IT_IS, CHAINED = b"\0", b"\1"

_PREV = re.compile(rb'"prev":"[^"]*"')
_SEQ = re.compile(rb'"seq":-?[0-9]+')


def seeds() -> Iterator[bytes]:
    """Journals of real sessions, whole and line by line."""
    for journal in (_played(), *_of_rehearsals()):
        yield AS_IT_IS + journal
        yield CHAINED + journal
        lines = journal.splitlines(keepends=True)
        yield AS_IT_IS + b"".join(lines[:2])
        for line in lines[1:]:
            yield CHAINED + line
    yield AS_IT_IS + _played()[:-20]
    future = f'{{"v":1,"seq":1,"at":"{AT}","type":"tomorrow","prev":"{FIRST_PREV}","x":[1.5]}}\n'
    yield CHAINED + future.encode()


def check(data: bytes) -> None:
    """Hold the laws for one input."""
    journal = data[1:] if data[:1] == AS_IT_IS else _chained(data[1:])
    path = Path(_place().name) / "journal.jsonl"
    path.write_bytes(journal)
    found = survey(path)
    records, refused = _read(path)
    # A changed line is read before the next one tells on it.
    both = min(len(records), len(found.records))
    assert tuple(records[:both]) == found.records[:both]
    if refused is None:
        assert found.problem() is None
        assert len(found.records) == len(records)
        _is_a_chain(journal, records)
        for record, line in zip(records, journal[:-1].split(b"\n"), strict=True):
            _says_what_stands_there(record, line)
        with suppress(FoldError):
            fold_records(records)
            transcript(records).encode("utf-8")
        assert read_ends(path)[0] == records[0]
    else:
        assert str(path) in refused
        assert found.problem() == refused
        with suppress(RecordBroken):
            read_ends(path)


def _read(path: Path) -> tuple[list[Record], str | None]:
    records: list[Record] = []
    try:
        records.extend(read(path))
    except RecordBroken as error:
        return records, str(error)
    return records, None


def _is_a_chain(journal: bytes, records: list[Record]) -> None:
    """Look at the bytes again, with Python's own JSON and none of our code."""
    assert journal.endswith(b"\n")
    lines = journal[:-1].split(b"\n")
    assert len(lines) == len(records) > 0
    prev = "0" * 64
    for place, (line, record) in enumerate(zip(lines, records, strict=True)):
        seen = json.loads(line)
        assert seen["v"] == 1
        assert seen["seq"] == record.seq == place
        assert seen["prev"] == prev
        prev = record.sha256
        assert prev == hashlib.sha256(line).hexdigest()
        assert not isinstance(record.event, SessionClosed) or place == len(lines) - 1
    assert isinstance(records[0].event, SessionOpened)


def _says_what_stands_there(record: Record, line: bytes) -> None:
    seen = json.loads(line)
    assert seen["at"] == record.at
    if isinstance(record.event, UnknownEvent):
        assert (record.event.type, record.event.raw) == (seen["type"], line)
        return
    again = encode_line(record.seq, AT, FIRST_PREV, record.event)
    assert parse_line(again).record.event == record.event
    assert seen["type"] == record.event.__struct_config__.tag
    for name in record.event.__struct_fields__:
        held = msgspec.json.encode(getattr(record.event, name))
        assert name not in seen or not held or _within(json.loads(held), seen[name]), name


def _within(ours: Any, theirs: Any) -> bool:
    """Whether ``ours`` is ``theirs``, but for fields that only one of them knows."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(_within(ours[name], theirs[name]) for name in ours.keys() & theirs.keys())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_within, ours, theirs))
    return bool(ours == theirs)


def _chained(data: bytes) -> bytes:
    """The lines behind an opening one, each with the number and the hash that belong to it."""
    first = encode_line(0, AT, FIRST_PREV, opened())
    lines = data.removesuffix(b"\n").split(b"\n")
    if lines and b'"type":"session.opened"' in lines[0]:
        first = lines.pop(0)
    chain: list[bytes] = []
    prev = FIRST_PREV
    for place, line in enumerate([first, *lines]):
        fitting = _PREV.sub(b'"prev":"%s"' % prev.encode(), line, count=1)
        chain.append(_SEQ.sub(b'"seq":%d' % place, fitting, count=1))
        prev = hashlib.sha256(chain[-1]).hexdigest()
    return b"".join(line + b"\n" for line in chain)


def _played() -> bytes:
    events = [
        opened(), said(1, "Hello."), started(1, 1), thought(1, 1, "Hm."),
        replied(1, 1, "Yes.", 1), called(1, 1, "read_file", '{"path":"a"}', 2),
        finished(1, 1), closed(),
    ]  # fmt: skip
    return _chained(b"\n".join(encode_line(0, AT, FIRST_PREV, event) for event in events))


def _of_rehearsals() -> Iterable[bytes]:
    with tempfile.TemporaryDirectory() as place:
        command = ["-m", "latitude", "--home", place, "run", "--model", "rehearsal"]
        surroundings = {**os.environ, "LATITUDE_STATE": f"{place}/state"}
        subprocess.run(
            [sys.executable, *command], env=surroundings, check=True, stdout=subprocess.DEVNULL
        )
        return [path.read_bytes() for path in Path(place).glob("sessions/*/journal.jsonl")]


@cache
def _place() -> tempfile.TemporaryDirectory[str]:
    """One folder for all inputs; it goes with the process."""
    return tempfile.TemporaryDirectory()

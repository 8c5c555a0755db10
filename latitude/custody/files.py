"""The files of a session beside its journal: blobs, torn bytes, and what does not belong there."""

import os
from pathlib import Path

from latitude.core.events import ToolReturned
from latitude.core.ids import is_session_id
from latitude.custody.verdict import Finding
from latitude.errors import RecordBroken
from latitude.journal.blobs import Blobs, is_blob_name
from latitude.journal.inflight import NAME
from latitude.journal.paths import ANNOTATIONS, BLOBS, JOURNAL, TORN, TRANSCRIPT
from latitude.journal.reader import Survey
from latitude.journal.transcript import transcript

_KNOWN = frozenset({JOURNAL, NAME, BLOBS, ANNOTATIONS, TRANSCRIPT, TORN})
_INDEX = "index."


def named_blobs(found: Survey) -> dict[str, int]:
    """Every blob that the lines name, with the number of the first line that does."""
    named: dict[str, int] = {}
    for record in found.records:
        if isinstance(record.event, ToolReturned):
            for part in record.event.result:
                if part.blob is not None:
                    named.setdefault(part.blob, record.seq + 1)
    return named


def check_blobs(session: str, found: Survey, blobs: Blobs) -> list[Finding]:
    """Every blob that a line names must be there, and be the bytes that were stored."""
    findings: list[Finding] = []
    for name, line in named_blobs(found).items():
        try:
            blobs.load(name)
        except RecordBroken as error:
            text = f"{error} It is named in {found.path}, line {line}."
            findings.append(Finding("blob", session, text, line))
    return findings


def check_torn(session: str, found: Survey) -> list[Finding]:
    """``torn.bin`` and ``torn_bytes`` of the close go together."""
    if found.closed is None:
        return []
    path = found.path.with_name(TORN)
    size = path.stat().st_size if path.exists() else None
    said = found.closed.torn_bytes
    if size == said:
        return []
    has = "is missing" if size is None else f"has {size} bytes"
    says = "knows of none" if said is None else f"says {said}"
    line = len(found.records)
    text = f"{path} {has}, but session.closed {says} ({found.path}, line {line})."
    return [Finding("torn", session, text, line)]


def check_folder(session: str, found: Survey, blobs: Blobs) -> list[Finding]:
    """Note what the record does not know: files, blobs without a line, a page that differs."""
    folder = found.path.parent
    notes = [
        f"{folder / name} is not part of the record."
        for name in sorted(os.listdir(folder))
        if name not in _KNOWN
    ]
    named = named_blobs(found)
    for name in blobs.names():
        if name not in named:
            why = "no line names it" if is_blob_name(name) else "it is no blob"
            notes.append(f"{blobs.folder / name} is not part of the record: {why}.")
    if found.closed is not None:
        if (folder / NAME).exists():
            notes.append(f"{folder / NAME} is left over; the session is closed.")
        page = folder / TRANSCRIPT
        if page.exists() and page.read_bytes() != transcript(found.records).encode("utf-8"):
            notes.append(
                f"{page} is not the page that this version writes from the journal. Removed, it is "
                "written anew by `latitude recover`."
            )
    return [Finding("stray", session, text) for text in notes]


def strays(sessions: Path) -> list[Finding]:
    """Note what lies in ``sessions/`` and is no session, index or page about them."""
    try:
        names = sorted(os.listdir(sessions))
    except FileNotFoundError:
        return []
    return [
        Finding("stray", None, f"{sessions / name} is not a session.")
        for name in names
        if not is_session_id(name) and not name.startswith((_INDEX, ".git", "README"))
    ]

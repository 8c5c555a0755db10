"""Names in a home's ``sessions/`` folder, and the short forms a person may type for them."""

import os
from pathlib import Path

import msgspec

from latitude.core.ids import is_session_id
from latitude.errors import HomeUnusable, UnknownName
from latitude.journal.lock import is_locked

JOURNAL = "journal.jsonl"
TORN = "torn.bin"
TRANSCRIPT = "transcript.md"
ANNOTATIONS = "annotations.jsonl"
BLOBS = "blobs"
FORGOTTEN = ".forgotten-"
"""Prefix of the folder that a forgotten session is moved to before its files are removed."""
OPENING = ".opening-"
"""Prefix of the folder in which a session is made before it appears under its own name."""

_SHOWN = 8


def session_ids(sessions: Path) -> list[str]:
    """The ids of all sessions in ``sessions``, newest first; none when there is no such folder.

    Raises ``HomeUnusable`` when the folder cannot be read.
    """
    try:
        with os.scandir(sessions) as entries:
            ids = [entry.name for entry in entries if is_session_id(entry.name) and entry.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise HomeUnusable(f"{sessions} cannot be read: {error.strerror}.") from error
    return sorted(ids, reverse=True)


def resolve(sessions: Path, short: str) -> str:
    """Return the one session that ``short`` means: a whole id, a unique prefix, or ``last``.

    Raises ``UnknownName`` when there is none or more than one; then it lists them.
    """
    ids = session_ids(sessions)
    if not ids:
        raise UnknownName(f"There are no sessions in {sessions}.")
    if short == "last":
        return _newest(sessions, ids)
    if short in ids:
        return short
    found = [name for name in ids if short and name.startswith(short)]
    if not found:
        raise UnknownName(f"No session begins with {short!r}. `latitude list` shows them all.")
    if len(found) > 1:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        listed = ", ".join(found[:_SHOWN])
        raise UnknownName(f"{len(found)} sessions begin with {short!r}: {listed}{more}.")
    return found[0]


class _Opened(msgspec.Struct):
    at: str = ""


def _newest(sessions: Path, ids: list[str]) -> str:
    """Ids tell seconds apart and no less; the first lines know the order within one."""
    second = ids[0][: len("20261120-231502")]
    together = [name for name in ids if name.startswith(second)]
    return max(together, key=lambda name: _opened_at(sessions / name / JOURNAL))


def _opened_at(journal: Path) -> str:
    try:
        with journal.open("rb") as lines:
            return msgspec.json.decode(lines.readline(), type=_Opened).at
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return ""


def is_running(session: Path) -> bool:
    """Say whether a process is writing the session in this folder."""
    return is_locked(session / JOURNAL)

"""The close: what its last line counts; then ledger, transcript, and the workspace goes.

Each step after ``session.closed`` can be done again without harm, so a process may die between any
two of them and recovery takes up where it stopped. Whoever calls them holds the session's lock.
"""

import asyncio
import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import Record, SessionClosed, SessionOpened, WorkspaceCommitted
from latitude.custody.lineage import inherited_state
from latitude.errors import HomeUnusable, RecordBroken
from latitude.journal.blobs import write_durably
from latitude.journal.paths import JOURNAL, TRANSCRIPT
from latitude.journal.reader import read
from latitude.journal.transcript import transcript
from latitude.workspace.folder import Workspace


async def finish(home: Home, repository: Repository, session: str, *, late: bool = False) -> str:
    """Do all that follows the close of ``session``, in order; return the ledger's tip.

    ``late`` marks an entry that recovery adds after the fact. Raises ``RecordBroken`` (a line,
    the branch or the ledger is not as it was written) or ``HomeUnusable``.
    """
    tip = await enter_ledger(home, repository, session, late=late)
    await write_transcript(home, session)
    await remove_workspace(home, session)
    return tip


async def enter_ledger(
    home: Home, repository: Repository, session: str, *, late: bool = False
) -> str:
    """Graft the session's work into ``main`` and its fingerprint into the ledger.

    A late entry also takes in the commits that its process made and did not live to name.
    """
    records = await asyncio.to_thread(_records, home, session)
    entry = ledger_entry(records, late=late)
    known = {known.session: known for known in await repository.ledger()}.get(session)
    if known is not None and known.late:
        entry = replace(entry, tip=known.tip)
    elif late and known is None and await unnamed_commits(home, repository, records):
        entry = replace(entry, tip=await repository.tip(session))
    return await repository.seal(entry)


async def unnamed_commits(
    home: Home, repository: Repository, records: tuple[Record, ...]
) -> Mapping[str, str] | None:
    """The commits on a session's branch after the last one that its journal names.

    Each with its tree, oldest first; ``None`` when the branch does not lead back to that one.
    Raises ``RecordBroken`` when the journal of a parent is not as it was written.
    """
    opened = records[0].event
    assert isinstance(opened, SessionOpened)
    base = last_commit(records)
    if base == await repository.tip(opened.id):
        return {}
    if base is None:
        inherited = await asyncio.to_thread(inherited_state, home, opened)
        base = inherited.last_commit if inherited else None
    return await repository.commits_since(opened.id, base)


async def write_transcript(home: Home, session: str) -> None:
    """Write ``transcript.md`` anew from the journal."""
    await asyncio.to_thread(_write_transcript, home, session)


async def remove_workspace(home: Home, session: str) -> None:
    """Remove the folder the model wrote in; what it held stands in the repository."""
    await asyncio.to_thread(_remove, home.workspace(session))


def has_workspace(home: Home, session: str) -> bool:
    """Say whether anything of the session's workspace is left."""
    folder = home.workspace(session)
    return folder.exists() or _bin(folder).exists()


def ledger_entry(records: tuple[Record, ...], *, late: bool = False) -> LedgerEntry:
    """The entry for a closed journal. Raises ``RecordBroken`` when it is not closed."""
    opened, closed = records[0].event, records[-1].event
    assert isinstance(opened, SessionOpened)
    if not isinstance(closed, SessionClosed):
        raise RecordBroken(
            f"Session {opened.id} was never closed, so it has no fingerprint. Nothing was changed. "
            "Run `latitude recover`."
        )
    return LedgerEntry(
        session=opened.id,
        fingerprint=records[-1].sha256,
        tip=last_commit(records),
        model=closed.summary.model or opened.model.name,
        closed=datetime.fromisoformat(records[-1].at),
        late=late,
    )


async def count_files(workspace: Workspace) -> int:
    """The files in a workspace, for the summary that closes its session."""
    entries = await asyncio.to_thread(workspace.scan)
    return sum(1 for entry in entries if entry.kind == "file")


def last_commit(records: tuple[Record, ...]) -> str | None:
    """The last commit that the lines of one journal name.

    It ends the session's own branch. ``SessionState.last_commit`` is another one where the session
    made nothing and carries on one that did.
    """
    for record in reversed(records):
        if isinstance(record.event, WorkspaceCommitted):
            return record.event.commit
    return None


def _records(home: Home, session: str) -> tuple[Record, ...]:
    path = home.session(session) / JOURNAL
    records = tuple(read(path))
    opened = records[0].event
    assert isinstance(opened, SessionOpened)
    if opened.id != session:
        raise RecordBroken(
            f"{path}, line 1: it is the journal of session {opened.id}, not of the session its "
            "folder is named for. Nothing was changed."
        )
    return records


def _write_transcript(home: Home, session: str) -> None:
    path = home.session(session) / TRANSCRIPT
    page = transcript(_records(home, session)).encode("utf-8")
    try:
        write_durably(path, page)
    except OSError as error:
        raise HomeUnusable(
            f"{path} could not be written: {error.strerror}. The record itself is whole and in the "
            "ledger. Make the home writable or make room, then run `latitude recover`."
        ) from error


def _bin(folder: Path) -> Path:
    return folder.with_name(f".removing-{folder.name}")


def _remove(folder: Path) -> None:
    """Remove ``folder``, however deep and with whatever modes.

    Each inner folder is first moved up beside the others, so that no path grows long and nothing
    recurses: a model can nest folders deeper than ``shutil.rmtree`` goes.
    """
    heap = _bin(folder)
    try:
        if folder.exists():
            heap.mkdir(exist_ok=True)
            # A folder must be writable to be moved elsewhere, and its mode is the model's work.
            folder.chmod(0o700)
            folder.rename(heap / str(_next_number(heap)))
        if not heap.exists():
            return
        number = _next_number(heap)
        waiting = list(heap.iterdir())
        while waiting:
            emptied = waiting.pop()
            for inner in _empty(emptied):
                waiting.append(inner.rename(heap / str(number)))
                number += 1
            emptied.rmdir()
        heap.rmdir()
    except OSError as error:
        raise HomeUnusable(
            f"The workspace {folder} could not be removed: {error.strerror}. All it held is in the "
            "repository of artifacts. Remove it by hand, or run `latitude recover` again."
        ) from error


def _empty(folder: Path) -> list[Path]:
    """Remove every file and link in ``folder`` and return the folders in it."""
    folder.chmod(0o700)
    inner: list[Path] = []
    for name in os.listdir(folder):
        path = folder / name
        if stat.S_ISDIR(path.lstat().st_mode):
            path.chmod(0o700)
            inner.append(path)
        else:
            path.unlink()
    return inner


def _next_number(heap: Path) -> int:
    return max((int(name) for name in os.listdir(heap)), default=-1) + 1

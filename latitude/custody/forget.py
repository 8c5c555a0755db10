"""Forgets one session: its journal and its commits go, a tombstone in the ledger stays."""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import SessionOpened
from latitude.core.ids import is_session_id
from latitude.custody.closing import remove_workspace
from latitude.errors import HomeUnusable, RecordBroken, SessionBusy, UnknownName, UsageError
from latitude.journal.lock import Hold
from latitude.journal.paths import FORGOTTEN, JOURNAL, is_running, resolve, session_ids
from latitude.journal.reader import read_ends


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a forget did."""

    session: str
    ledger_tip: str
    """The ledger's new tip, with the tombstone."""
    kept_by: tuple[str, ...]
    """Refs that a person made, or folders that are checked out, which still hold the content."""


async def forget(home: Home, repository: Repository, short: str, reason: str) -> Forgotten:
    """Remove the session that ``short`` means, for a ``reason`` that the tombstone keeps.

    Forgetting again finishes what a crash left half-done, also once the folder is gone. Raises
    ``UnknownName``, ``SessionBusy`` (it is running), ``UsageError`` (other sessions carry it on:
    they would lose their history), ``RecordBroken`` or ``HomeUnusable``.
    """
    session = await _which(home, repository, short)
    folder = home.session(session)
    heirs = await asyncio.to_thread(heirs_of, home, session)
    if heirs:
        raise UsageError(
            f"Session {session} is carried on by {', '.join(heirs)}, and their history needs it. "
            "Nothing was removed. Forget those first."
        )
    hold = await asyncio.to_thread(_hold, folder)
    try:
        done = await repository.forget(session, reason, datetime.now(UTC))
        await asyncio.to_thread(_remove, folder)
    finally:
        if hold is not None:
            hold.release()
    await remove_workspace(home, session)
    return Forgotten(session=session, ledger_tip=done.tip, kept_by=done.kept_by)


def heirs_of(home: Home, session: str) -> list[str]:
    """The sessions that carry ``session`` on directly, oldest first."""
    heirs: list[str] = []
    for other in reversed(session_ids(home.sessions)):
        try:
            first, _ = read_ends(home.session(other) / JOURNAL)
        except RecordBroken:
            # Whose history it was cannot be read, and forgetting takes nothing from it.
            continue
        opened = first.event
        assert isinstance(opened, SessionOpened)
        if opened.parent is not None and opened.parent.id == session:
            heirs.append(other)
    return heirs


async def _which(home: Home, repository: Repository, short: str) -> str:
    try:
        return await asyncio.to_thread(resolve, home.sessions, short)
    except UnknownName:
        entries = await repository.ledger()
        buried = any(entry.session == short and entry.forgotten is not None for entry in entries)
        if is_session_id(short) and buried:
            return short
        raise


def _hold(folder: Path) -> Hold | None:
    """The writer's lock, so that nobody recovers the session while it goes."""
    if is_running(folder):
        raise SessionBusy(
            f"Session {folder.name} is running. Nothing was removed. Wait until it ends."
        )
    try:
        return Hold.take(folder / JOURNAL)
    except RecordBroken:
        # Without a journal there is nobody to keep out.
        return None


def _remove(folder: Path) -> None:
    """Under another name first: what is left of it after a crash is no half session."""
    gone = folder.with_name(f"{FORGOTTEN}{folder.name}")
    try:
        if gone.exists():
            shutil.rmtree(gone)
        if folder.exists():
            folder.rename(gone)
            shutil.rmtree(gone)
    except OSError as error:
        raise HomeUnusable(
            f"{error.filename or folder} could not be removed: {error.strerror}. The ledger has "
            "the tombstone already. Make the home writable, then forget it again."
        ) from error

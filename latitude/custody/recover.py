"""Closes what a dead process left open, and finishes what it left half-done.

What is broken is told and never touched. What the ledger says was closed is never closed again.
"""

import asyncio
from dataclasses import dataclass
from typing import Literal

from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.custody.closing import finish, has_workspace, unnamed_commits
from latitude.custody.reopening import close_open_journal
from latitude.custody.verdict import say_unnamed
from latitude.errors import LatitudeError, RecordBroken, SessionBusy
from latitude.journal.endings import ending_sentence
from latitude.journal.lock import Hold
from latitude.journal.paths import JOURNAL, TRANSCRIPT, is_running, session_ids
from latitude.journal.reader import Survey, read_ends, survey
from latitude.journal.sweep import sweep

Kind = Literal[
    "running",  # a process is writing it; left alone
    "closed",  # it was open and nobody was writing it; now it is closed
    "late",  # it was closed and not in the ledger; now it is there, marked late
    "finished",  # its transcript was missing, or its workspace was left over
    "swept",  # a folder that never became a session, or the rest of a forgotten one
    "refused",  # the ledger says something else than the journal; not touched
    "failed",  # it could not be done; the text says why and what was kept
]


@dataclass(frozen=True, slots=True)
class Finding:
    """What recovery found, and what it did about it."""

    session: str
    """The session's id, or the name of the folder that was swept."""
    kind: Kind
    text: str

    @property
    def ok(self) -> bool:
        """False when a person has to look."""
        return self.kind not in ("refused", "failed")


async def recover(home: Home, repository: Repository) -> tuple[Finding, ...]:
    """Recover every session of ``home`` that needs it, oldest first; nothing said is nothing done.

    A session that cannot be recovered is a ``failed`` finding, and the others go on. Raises
    ``RecordBroken`` when the ledger cannot be read and ``HomeUnusable`` when nothing can be
    written in ``sessions/``.
    """
    swept = await asyncio.to_thread(sweep, home.sessions)
    findings = [
        Finding(name, "swept", f"{name}: a left-over folder that held no session was removed.")
        for name in swept
    ]
    entries = by_session(await repository.ledger())
    for session in reversed(await asyncio.to_thread(session_ids, home.sessions)):
        try:
            finding = await _recover(home, repository, session, entries)
        except LatitudeError as error:
            finding = Finding(session, "failed", str(error))
        if finding is not None:
            findings.append(finding)
    return tuple(findings)


def by_session(entries: tuple[LedgerEntry, ...]) -> dict[str, LedgerEntry]:
    """The entry of each session; a tombstone stands for the entry before it."""
    return {entry.session: entry for entry in entries}


async def _recover(
    home: Home, repository: Repository, session: str, entries: dict[str, LedgerEntry]
) -> Finding | None:
    folder = home.session(session)
    if is_running(folder):
        return Finding(session, "running", f"{session} is being written. It was left alone.")
    if not await asyncio.to_thread(_needs_help, home, session, entries.get(session)):
        return None
    try:
        hold = await asyncio.to_thread(Hold.take, folder / JOURNAL)
    except SessionBusy:
        return Finding(session, "running", f"{session} is being written. It was left alone.")
    with hold:
        # Read again under the lock: its process may have ended properly meanwhile.
        entry = by_session(await repository.ledger()).get(session)
        found = await asyncio.to_thread(survey, folder / JOURNAL)
        if entry is not None and (refusal := _refusal(session, entry, found)):
            return Finding(session, "refused", refusal)
        if found.faults:
            raise RecordBroken(f"{found.problem()} Nothing was changed.")
        if found.closed is None:
            return await _close(home, repository, session, hold, found)
        await finish(home, repository, session, late=entry is None)
        if entry is None:
            return await _late(home, repository, session, found)
        return Finding(
            session,
            "finished",
            f"{session} is closed and in the ledger; its transcript was written and its workspace "
            "removed.",
        )


def _needs_help(home: Home, session: str, entry: LedgerEntry | None) -> bool:
    """A look at the first and the last line only: most sessions need nothing."""
    folder = home.session(session)
    _, last = read_ends(folder / JOURNAL)
    return (
        last is None
        or entry is None
        or entry.forgotten is not None
        or entry.fingerprint != last.sha256
        or not (folder / TRANSCRIPT).exists()
        or has_workspace(home, session)
    )


def _refusal(session: str, entry: LedgerEntry, found: Survey) -> str | None:
    """Why the journal is not touched: it is not the one that the ledger closed."""
    if entry.forgotten is not None:
        return (
            f"{session} was forgotten ({entry.forgotten}), but its folder is still there: "
            f"{found.path.parent}. Nothing was changed. Finish it with `latitude forget {session}`."
        )
    if found.last_sha256 == entry.fingerprint and not found.torn:
        return None
    if found.closed is not None:
        how = f"its last line has the fingerprint {found.last_sha256}"
    else:
        how = f"it has no session.closed: its last whole line is {found.last_sha256}"
    return (
        f"The ledger closed {session} with the fingerprint {entry.fingerprint}, but in "
        f"{found.path} {how}. The journal was changed after the close. Nothing was touched; "
        "restore the journal from a copy."
    )


async def _late(home: Home, repository: Repository, session: str, found: Survey) -> Finding:
    text = f"{session} was closed but not in the ledger. It was added, marked late."
    unnamed = await unnamed_commits(home, repository, found.records)
    if unnamed:
        text += f" {say_unnamed(len(unnamed))} Its work is kept with the rest."
    return Finding(session, "late", text)


async def _close(
    home: Home, repository: Repository, session: str, hold: Hold, found: Survey
) -> Finding:
    opened = found.opened
    closed = await close_open_journal(home, repository, hold, found)
    await finish(home, repository, session)
    sentence = ending_sentence(closed, opened, person="The person")
    torn = f" {closed.torn_bytes} torn bytes are in torn.bin." if closed.torn_bytes else ""
    text = f"{session} had been left open. It is closed as {closed.end}: {sentence}{torn}"
    return Finding(session, "closed", text)

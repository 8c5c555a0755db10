"""Checks that a home is as it was written: journals, blobs, commits, ledger, requests.

It proves that the parts of a home agree with each other, not that nobody rewrote all of them:
for that a tip of the ledger, or a bag, must have been kept elsewhere.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import Record, SessionOpened, WorkspaceCommitted
from latitude.custody.closing import last_commit
from latitude.custody.files import check_blobs, check_folder, check_torn, strays
from latitude.custody.lineage import inherited_state
from latitude.custody.recover import by_session
from latitude.custody.requests import Rebuilt, rebuild_requests
from latitude.custody.verdict import Checked, Finding, Kind, Verdict
from latitude.errors import LatitudeError, RecordBroken
from latitude.journal.blobs import Blobs
from latitude.journal.paths import JOURNAL, is_running, session_ids
from latitude.journal.reader import Survey, survey

Tell = Callable[[int, int], None]
"""Is told how many sessions are done, and how many there are."""


async def verify(
    home: Home,
    repository: Repository,
    sessions: Sequence[str] | None = None,
    *,
    requests: bool = False,
    against: str | None = None,
    tell: Tell | None = None,
) -> Verdict:
    """Check ``sessions`` (whole ids), or all of them and the home as a whole.

    With ``requests`` every request body is rebuilt and compared. ``against`` is an earlier tip of
    the ledger that was kept elsewhere: today's ledger must go back to it, with every entry as it
    was. Nothing is changed. Raises ``UsageError`` for a tip that is none, ``RecordBroken`` when
    the ledger itself cannot be read.
    """
    ledger = await repository.ledger()
    entries = by_session(ledger)
    tip = await repository.ledger_tip()
    there = sorted(await asyncio.to_thread(session_ids, home.sessions))
    chosen = there if sessions is None else list(sessions)
    checked: list[Checked] = []
    for session in chosen:
        check = _Check(home, repository, session, entries.get(session))
        checked.append(await check.run(requests=requests))
        if tell is not None:
            tell(len(checked), len(chosen))
    findings = [finding for one in checked for finding in one.findings]
    if sessions is None:
        findings += _doubled(ledger)
        findings += _absent(entries, there)
        findings += await asyncio.to_thread(strays, home.sessions)
    if against is not None:
        findings += await _against(repository, against, entries)
    return Verdict(tuple(checked), tuple(findings), tip)


class _Check:
    """One session, checked part by part."""

    def __init__(
        self, home: Home, repository: Repository, session: str, entry: LedgerEntry | None
    ) -> None:
        self._home = home
        self._repository = repository
        self._session = session
        self._entry = entry
        self._folder = home.session(session)
        self._journal = self._folder / JOURNAL
        self._findings: list[Finding] = []
        self._requests = 0

    async def run(self, *, requests: bool) -> Checked:
        try:
            running = await asyncio.to_thread(is_running, self._folder)
            found = await asyncio.to_thread(survey, self._journal)
        except RecordBroken as error:
            entry = None if self._folder.exists() else await self._entry_now()
            if entry is not None and entry.forgotten is not None:
                self._say("forgotten", f"{self._session} was forgotten: {entry.forgotten}")
            else:
                self._say("broken", str(error))
            return Checked(self._session, None, 0, 0, tuple(self._findings))
        self._chain(found, running=running)
        if not running:
            if self._entry is None:
                # It may have been closed after the ledger was read.
                self._entry = await self._entry_now()
            self._ledger(found)
        opened = found.opened
        if opened is not None:
            await asyncio.to_thread(self._files, found, running)
            await self._commits(found.records)
            if requests:
                await asyncio.to_thread(self._rebuild, found.records, opened)
        return Checked(
            session=self._session,
            fingerprint=found.last_sha256 if found.closed else None,
            lines=len(found.records),
            requests=self._requests,
            findings=tuple(self._findings),
        )

    async def _entry_now(self) -> LedgerEntry | None:
        return by_session(await self._repository.ledger()).get(self._session)

    def _say(self, kind: Kind, text: str, line: int | None = None) -> None:
        self._findings.append(Finding(kind, self._session, text, line))

    def _chain(self, found: Survey, *, running: bool) -> None:
        for fault in found.faults:
            self._say("broken", f"{found.path}, line {fault.line}: {fault.what}.", fault.line)
        opened = found.opened
        if opened is not None and opened.id != self._session:
            what = f"it is the first line of session {opened.id}, in another session's folder"
            self._say("broken", f"{found.path}, line 1: {what}.", 1)
        if running:
            self._say("running", f"{self._session} is running; its lines so far were checked.")
        elif found.torn:
            self._say("broken", found.problem() or "", len(found.records) + 1)
        elif found.closed is None and not found.faults:
            line = len(found.records)
            text = (
                f"{found.path}, line {line}: the session is neither running nor closed. "
                "`latitude recover` closes it."
            )
            self._say("open", text, line)

    def _ledger(self, found: Survey) -> None:
        entry = self._entry
        if entry is None:
            if found.closed is not None:
                text = (
                    f"{self._session} is closed with the fingerprint {found.last_sha256}, but the "
                    "ledger does not have it. `latitude recover` adds it, marked late."
                )
                self._say("unledgered", text)
            return
        if entry.forgotten is not None:
            text = (
                f"{self._session} was forgotten, but {self._folder} is still there. "
                f"`latitude forget {self._session}` finishes it."
            )
            self._say("ledger", text)
            return
        if found.last_sha256 != entry.fingerprint:
            line = len(found.records)
            text = (
                f"{found.path}, line {line}: the journal ends with {found.last_sha256}, but the "
                f"ledger closed it with {entry.fingerprint}. It was changed after the close."
            )
            self._say("ledger", text, line)
        elif not found.faults and entry.tip != last_commit(found.records):
            text = (
                f"{self._session}: the ledger's last commit is {entry.tip or 'none'}, the "
                f"journal's is {last_commit(found.records) or 'none'}."
            )
            self._say("ledger", text)

    def _files(self, found: Survey, running: bool) -> None:
        blobs = Blobs(self._folder)
        self._findings += check_blobs(self._session, found, blobs)
        if not running:
            self._findings += check_torn(self._session, found)
            self._findings += check_folder(self._session, found, blobs)

    async def _commits(self, records: tuple[Record, ...]) -> None:
        for record in records:
            event = record.event
            if not isinstance(event, WorkspaceCommitted):
                continue
            line = record.seq + 1
            problem = await self._repository.check_commit(event.commit, event.tree)
            if problem is not None:
                where = f"commit {problem.commit} (named in {self._journal}, line {line})"
                self._say("commit", f"{where}: {problem.what}.", line)
        tip = await self._repository.tip(self._session)
        if tip is not None and self._entry is not None and tip != last_commit(records):
            text = (
                f"{self._session}: its branch ends at {tip}, but its journal's last commit is "
                f"{last_commit(records) or 'none'}."
            )
            self._say("commit", text)

    def _rebuild(self, records: tuple[Record, ...], opened: SessionOpened) -> None:
        try:
            inherited = inherited_state(self._home, opened)
        except LatitudeError as error:
            self._say("request", f"{self._journal}, line 1: {error}", 1)
            return
        load = Blobs(self._folder, opened.parent).load
        for rebuilt in rebuild_requests(records, inherited, load):
            self._requests += 1
            if rebuilt.problem is not None:
                self._say("request", self._where(rebuilt), rebuilt.line)

    def _where(self, rebuilt: Rebuilt) -> str:
        return f"{self._journal}, line {rebuilt.line}: {rebuilt.problem}."


def _doubled(ledger: tuple[LedgerEntry, ...]) -> list[Finding]:
    """Latitude enters a session once; a second entry would cover for a changed journal."""
    count = Counter(entry.session for entry in ledger if entry.forgotten is None)
    return [
        Finding("ledger", session, f"{session} stands in the ledger {times} times.")
        for session, times in sorted(count.items())
        if times > 1
    ]


def _absent(entries: dict[str, LedgerEntry], there: list[str]) -> list[Finding]:
    """Sessions that only the ledger knows."""
    findings: list[Finding] = []
    for session in sorted(entries.keys() - set(there)):
        entry = entries[session]
        if entry.forgotten is not None:
            text = f"{session} was forgotten: {entry.forgotten}"
            findings.append(Finding("forgotten", session, text))
        else:
            text = (
                f"{session} is in the ledger (fingerprint {entry.fingerprint}), but its folder is "
                "missing, and it was not forgotten. Restore it from a copy."
            )
            findings.append(Finding("missing", session, text))
    return findings


async def _against(
    repository: Repository, tip: str, entries: dict[str, LedgerEntry]
) -> list[Finding]:
    if not await repository.ledger_contains(tip):
        text = (
            f"The ledger does not go back to {tip}: it was rewritten after that tip was noted, or "
            "the tip is of another home."
        )
        return [Finding("against", None, text)]
    findings: list[Finding] = []
    for old in await repository.ledger(tip):
        new = entries.get(old.session)
        if new is None or (new.forgotten is None and new.fingerprint != old.fingerprint):
            now = "nothing" if new is None else new.fingerprint
            text = (
                f"{old.session}: at {tip} the ledger had the fingerprint {old.fingerprint}, now it "
                f"has {now}."
            )
            findings.append(Finding("against", old.session, text))
    return findings

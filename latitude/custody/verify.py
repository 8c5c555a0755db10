"""Checks that a home is as it was written: journals, blobs, commits, ledger, requests.

It proves that the parts of a home agree with each other, not that nobody rewrote all of them:
for that a tip of the ledger, or a bag, must have been kept elsewhere.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import Record, SessionOpened, WorkspaceCommitted
from latitude.custody.closing import last_commit, unnamed_commits
from latitude.custody.files import check_blobs, check_folder, check_torn, strays
from latitude.custody.lineage import inherited_state
from latitude.custody.recover import by_session
from latitude.custody.requests import Rebuilt, rebuild_requests
from latitude.custody.verdict import Checked, Finding, Kind, Verdict, say_unnamed
from latitude.errors import LatitudeError, RecordBroken, UnknownName
from latitude.journal.blobs import Blobs
from latitude.journal.paths import JOURNAL, is_running, session_ids
from latitude.journal.reader import Survey, survey

Tell = Callable[[int, int], None]
"""Is told how many sessions are done, and how many there are."""

_OPEN = "the session is neither running nor closed. `latitude recover` closes it."
_CHANGED = (
    "the ledger has this session as closed, and the journal does not end with that close: it was "
    "changed afterwards. `latitude recover` does not touch it. Restore the journal from a copy."
)


async def verify(
    home: Home,
    repository: Repository,
    sessions: Sequence[str] | None = None,
    *,
    requests: bool = False,
    against: str | None = None,
    published: Mapping[str, str] | None = None,
    tell: Tell | None = None,
) -> Verdict:
    """Check ``sessions`` (whole ids), or all of them and the home as a whole.

    With ``requests`` every request body is rebuilt and compared. ``against`` is an earlier tip of
    the ledger that was kept elsewhere: today's ledger must go back to it, with every entry as it
    was. ``published`` are fingerprints that went out, by session: today's must be the same. Nothing
    is changed. Raises ``UsageError`` for a tip that is none, ``UnknownName`` for a
    session that is neither in the home nor in the ledger, ``RecordBroken`` when the ledger itself
    cannot be read.
    """
    ledger = await repository.ledger()
    entries = by_session(ledger)
    tip = await repository.ledger_tip()
    there = sorted(await asyncio.to_thread(session_ids, home.sessions))
    chosen = there if sessions is None else list(sessions)
    if sessions is not None:
        _refuse_unknown(home, sessions, entries)
    checked: list[Checked] = []
    findings: list[Finding] = []
    for done, session in enumerate(chosen, start=1):
        check = _Check(home, repository, session, entries.get(session))
        one = await check.run(requests=requests)
        findings += check.findings
        if one is not None:
            checked.append(one)
        if tell is not None:
            tell(done, len(chosen))
    if sessions is None:
        findings += _doubled(ledger)
        findings += _absent(entries, there)
        findings += await asyncio.to_thread(strays, home.sessions)
    if published is not None:
        findings += _against_published(published, entries)
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
        self.findings: list[Finding] = []
        self._requests = 0

    async def run(self, *, requests: bool) -> Checked | None:
        """Check it; ``None`` when only the ledger knows it, so that there is nothing to check."""
        try:
            running = await asyncio.to_thread(is_running, self._folder)
            found = await asyncio.to_thread(survey, self._journal)
        except RecordBroken as error:
            entry = None if self._folder.exists() else await self._entry_now()
            if entry is not None:
                self.findings.append(_gone(entry))
                return None
            self._say("broken", str(error))
            return Checked(self._session, None, 0, 0, tuple(self.findings))
        if not running and self._entry is None:
            # It may have been closed after the ledger was read.
            self._entry = await self._entry_now()
        self._chain(found, running=running)
        if not running:
            self._ledger(found)
        opened = found.opened
        if opened is not None:
            await asyncio.to_thread(self._files, found, running)
            await self._commits(found.records)
            if not running and not found.faults and (found.closed or self._entry):
                await self._branch(found.records)
            if requests:
                await asyncio.to_thread(self._rebuild, found.records, opened)
        return Checked(
            session=self._session,
            fingerprint=found.last_sha256 if found.closed else None,
            lines=len(found.records),
            requests=self._requests,
            findings=tuple(self.findings),
        )

    async def _entry_now(self) -> LedgerEntry | None:
        return by_session(await self._repository.ledger()).get(self._session)

    def _say(self, kind: Kind, text: str, line: int | None = None) -> None:
        self.findings.append(Finding(kind, self._session, text, line))

    def _chain(self, found: Survey, *, running: bool) -> None:
        for fault in found.faults:
            self._say("broken", f"{found.path}, line {fault.line}: {fault.what}.", fault.line)
        opened = found.opened
        if opened is not None and opened.id != self._session:
            what = f"it is the first line of session {opened.id}, in another session's folder"
            self._say("broken", f"{found.path}, line 1: {what}.", 1)
        if running:
            self._say("running", f"{self._session} is running; its lines so far were checked.")
        elif self._entry is not None and self._entry.forgotten is not None:
            # What is left of it is named with the ledger, and what to do.
            return
        elif found.torn and self._entry is not None:
            line = len(found.records) + 1
            self._say("broken", f"{found.path}, line {line}: {_CHANGED}", line)
        elif found.torn:
            self._say("broken", found.problem() or "", len(found.records) + 1)
        elif found.closed is None and not found.faults:
            line = len(found.records)
            what = _OPEN if self._entry is None else _CHANGED
            self._say("open", f"{found.path}, line {line}: {what}", line)

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
        elif not (found.faults or entry.late) and entry.tip != last_commit(found.records):
            text = (
                f"{self._session}: the ledger's last commit is {entry.tip or 'none'}, the "
                f"journal's is {last_commit(found.records) or 'none'}."
            )
            self._say("ledger", text)

    def _files(self, found: Survey, running: bool) -> None:
        blobs = Blobs(self._folder)
        self.findings += check_blobs(self._session, found, blobs)
        if not running:
            self.findings += check_torn(self._session, found)
            self.findings += check_folder(self._session, found, blobs)

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

    async def _branch(self, records: tuple[Record, ...]) -> None:
        """The branch must end where the journal and the ledger say."""
        tip = await self._repository.tip(self._session)
        named, entry = last_commit(records), self._entry
        if entry is not None and entry.late and entry.tip not in (tip, named):
            text = (
                f"{self._session}: the ledger's last commit is {entry.tip or 'none'}, but its "
                f"branch ends at {tip or 'nothing'}."
            )
            self._say("ledger", text)
        if tip is None or tip == named:
            return
        try:
            unnamed = await unnamed_commits(self._home, self._repository, records)
        except RecordBroken as error:
            self._say("commit", f"{self._session}: its branch ends at {tip}. {error}")
            return
        if not unnamed:
            text = (
                f"{self._session}: its branch ends at {tip}, but its journal's last commit is "
                f"{named or 'none'}."
            )
            self._say("commit", text)
            return
        text = f"{self._session}: {say_unnamed(len(unnamed))} It ends at {tip}"
        self._say("commit", f"{text}, the journal's last commit is {named or 'none'}.")
        for commit, tree in unnamed.items():
            problem = await self._repository.check_commit(commit, tree)
            if problem is not None:
                self._say("commit", f"commit {problem.commit}: {problem.what}.")

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


def _refuse_unknown(home: Home, sessions: Sequence[str], entries: Mapping[str, object]) -> None:
    for session in sessions:
        if session not in entries and not home.session(session).exists():
            raise UnknownName(
                f"There is no session {session} in {home.sessions}, and the ledger has none. "
                "Nothing was checked. `latitude list` shows them all."
            )


def _gone(entry: LedgerEntry) -> Finding:
    """A session that only the ledger knows."""
    if entry.forgotten is not None:
        text = f"{entry.session} was forgotten: {entry.forgotten}"
        return Finding("forgotten", entry.session, text)
    text = (
        f"{entry.session} is in the ledger (fingerprint {entry.fingerprint}), but its folder is "
        "missing, and it was not forgotten. Restore it from a copy."
    )
    return Finding("missing", entry.session, text)


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
    return [_gone(entries[session]) for session in sorted(entries.keys() - set(there))]


def _against_published(
    published: Mapping[str, str], entries: Mapping[str, LedgerEntry]
) -> list[Finding]:
    findings: list[Finding] = []
    for session, fingerprint in sorted(published.items()):
        entry = entries.get(session)
        if entry is None or (entry.forgotten is None and entry.fingerprint != fingerprint):
            now = "is not in the ledger" if entry is None else f"has {entry.fingerprint} there"
            text = f"{session} went out with the fingerprint {fingerprint}; now it {now}."
            findings.append(Finding("against", session, text))
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

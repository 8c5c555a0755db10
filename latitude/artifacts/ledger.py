"""The ref ``ledger``: a chain of small commits, one for each session that was closed or forgotten.

Trailers: ``Latitude-Session``, ``Latitude-Fingerprint``, ``Latitude-Tip`` (or ``none``),
``Latitude-Model`` (escaped as in ``names.py``), ``Latitude-Late: yes`` where recovery added it;
on a tombstone also ``Latitude-Forgotten: yes`` and ``Latitude-Reason``.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from latitude.artifacts.backend import Backend
from latitude.artifacts.door import GitFailed
from latitude.artifacts.messages import (
    COMMITTER,
    commit_bytes,
    one_line,
    parse_commit,
    parse_trailers,
)
from latitude.artifacts.names import escape, unescape
from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.refs import LEDGER, Move
from latitude.errors import RecordBroken, UsageError

NONE = "none"
_LONGEST_MODEL = 300
"""Characters; its escaped form fits a trailer."""
_STEPS = 64
"""New entries that are read one by one; for more, one ``git log`` is quicker."""


class Ledger:
    """Reads and extends the ledger."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._tip: str | None = None
        self._entries: tuple[LedgerEntry, ...] = ()

    def tip(self) -> str | None:
        """Return the newest commit of the ledger; ``None`` before the first entry."""
        return self._backend.reader.tip(LEDGER)

    def entries(self) -> tuple[LedgerEntry, ...]:
        """Return all entries, oldest first; raises ``RecordBroken`` when one cannot be read."""
        tip = self.tip()
        if tip != self._tip:
            self._entries = self._newer(tip)
            self._tip = tip
        return self._entries

    def entries_at(self, tip: str) -> tuple[LedgerEntry, ...]:
        """Return the entries up to an earlier tip; raises ``UsageError`` if it is not there."""
        _check_tip(tip)
        if self._backend.reader.header(tip) is None:
            raise UsageError(f"The repository of artifacts has no commit {tip}.")
        return self._log(tip)

    def contains(self, tip: str) -> bool:
        """Say whether ``tip``, once the ledger's tip, is today's or an ancestor of it."""
        _check_tip(tip)
        today = self.tip()
        header = self._backend.reader.header(tip)
        if today is None or header is None or header.kind != "commit":
            return False
        try:
            self._backend.door.run("merge-base", "--is-ancestor", tip, today)
        except GitFailed as error:
            if error.status == 1:
                return False
            raise
        return True

    def append(self, *entries: LedgerEntry) -> str | None:
        """Add entries and return the new tip; the caller holds the lock."""
        old = new = self.tip()
        for entry in entries:
            new = self._put(entry, new)
        if new is not None and new != old:
            self._backend.publish(Move(ref=LEDGER, old=old, new=new))
        return new

    def _put(self, entry: LedgerEntry, before: str | None) -> str:
        """Make the commit of an entry, which waits to be written."""
        objects = self._backend.objects
        what = "closed" if entry.forgotten is None else "forgotten"
        trailers = {
            "Latitude-Session": entry.session,
            "Latitude-Fingerprint": entry.fingerprint,
            "Latitude-Tip": entry.tip or NONE,
            "Latitude-Model": escape(model_bytes(entry), longest=None),
        }
        if entry.late:
            trailers["Latitude-Late"] = "yes"
        if entry.forgotten is not None:
            trailers["Latitude-Forgotten"] = "yes"
            trailers["Latitude-Reason"] = one_line(entry.forgotten) or "none given"
        commit = commit_bytes(
            tree=objects.put(b"tree", b"").hex(),
            parents=[] if before is None else [before],
            author=COMMITTER,
            when=entry.closed,
            subject=f"Session {entry.session} {what}",
            trailers=trailers,
        )
        return objects.put(b"commit", commit).hex()

    def _newer(self, tip: str | None) -> tuple[LedgerEntry, ...]:
        if tip is None:
            return ()
        fresh: list[LedgerEntry] = []
        at: str | None = tip
        for _ in range(_STEPS if self._tip is not None else 0):
            if at == self._tip or at is None:
                break
            found = self._backend.reader.read(at)
            if found is None:
                break
            commit = parse_commit(found[1])
            fresh.append(_entry(at, commit.when, commit.trailers))
            at = commit.parents[0] if commit.parents else None
        if self._tip is not None and at == self._tip:
            return (*self._entries, *reversed(fresh))
        return self._log(tip)

    def _log(self, tip: str) -> tuple[LedgerEntry, ...]:
        out = self._backend.door.run(
            "log", "-z", "--first-parent", "--reverse", "--format=%H %ct%n%B", tip, "--"
        )
        entries = []
        for text in out.decode("utf-8", "replace").split("\0"):
            if text:
                head, _, message = text.partition("\n")
                commit, _, seconds = head.partition(" ")
                when = datetime.fromtimestamp(int(seconds), UTC)
                entries.append(_entry(commit, when, parse_trailers(message)))
        return tuple(entries)


def model_bytes(entry: LedgerEntry) -> bytes:
    """Return the model's name as the ledger and ``main`` hold it, bounded."""
    return entry.model[:_LONGEST_MODEL].encode("utf-8", "replace")


def _check_tip(tip: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{40}", tip):
        raise UsageError(f"{tip!r} is not a tip of a ledger: that is 40 digits from 0-9 and a-f.")


def _entry(commit: str, when: datetime, trailers: Mapping[str, str]) -> LedgerEntry:
    try:
        tip = trailers["Latitude-Tip"]
        return LedgerEntry(
            session=trailers["Latitude-Session"],
            fingerprint=trailers["Latitude-Fingerprint"],
            tip=None if tip == NONE else tip,
            model=unescape(trailers["Latitude-Model"]).decode("utf-8", "replace"),
            closed=when,
            late="Latitude-Late" in trailers,
            forgotten=trailers["Latitude-Reason"] if "Latitude-Forgotten" in trailers else None,
        )
    except (KeyError, UnicodeEncodeError) as error:
        raise RecordBroken(
            f"The commit {commit} of the ledger in the repository of artifacts is not an entry "
            f"({error} is missing or odd). Something else wrote to the ref 'ledger'. "
            "Compare it with a tip that was kept elsewhere: latitude verify --against TIP."
        ) from error

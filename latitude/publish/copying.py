"""A redacted copy of a session: its journal is never edited, a derived one goes out.

The copy is a journal like any other, with a chain of its own. Its first line names the fingerprint
of the journal that it was made from. Hashes of what the copy does not hold, such as those of
requests, stay those of the original.
"""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

from latitude.artifacts.orders import CommitInfo
from latitude.artifacts.repository import Repository
from latitude.artifacts.rewrite import Rewriting, TakenFile
from latitude.config import Home
from latitude.core.events import (
    MessageSent,
    Record,
    SessionClosed,
    ToolReturned,
    WorkspaceCommitted,
)
from latitude.errors import RecordBroken
from latitude.journal.line import FIRST_PREV, LineError, parse_line
from latitude.journal.listing import tags_in
from latitude.publish.examining import found_in
from latitude.publish.gate.finding import Found, Gate, finding_id
from latitude.publish.gate.rules import replacement
from latitude.publish.gate.taking import Taker
from latitude.publish.matter import Matter, commits_of
from latitude.session.seams import Committed

WITHDRAWN = "[withdrawn by the person]"
"""Stands where a person's own words stood."""
WITHDRAWN_WORDS = "withdrawn"
"""Stands for a rule where the person's own words were taken out."""

_ROUNDS = 5
_ENVELOPE = frozenset({"v", "seq", "at", "type", "prev"})


@dataclass(frozen=True, slots=True)
class Copy:
    """What goes out in the place of a session."""

    matter: Matter
    """Its blobs by their names in the copy, which are the SHA-256 of their bytes."""
    tip: str | None
    tree: str | None
    taken: Mapping[str, int]
    """Places by rule; for the person's words it is :data:`WITHDRAWN_WORDS`."""
    taker: Taker
    """What took it out."""


@dataclass(slots=True)
class Copier:
    """Makes the copies of one release, parents before those that carry them on."""

    home: Home
    source: Repository
    target: Repository
    """Reads the objects of ``source`` and keeps the commits that are made anew."""
    gate: Gate
    fingerprints: dict[str, str] = field(default_factory=dict)
    """Of the copies made so far, by session."""
    commits: dict[str, str] = field(default_factory=dict)
    """Commits made anew so far, by those at home."""

    async def copy(
        self, matter: Matter, decided: AbstractSet[str], *, withdraw_words: bool
    ) -> Copy:
        """Make the copy of a session, without the findings whose names are in ``decided``.

        What shows only when something beside it is gone was seen by nobody who could decide about
        it, so it is taken out too. Raises ``RecordBroken`` and ``HomeUnusable``.
        """
        commits = await commits_of(self.home, self.source, matter)
        found = frozenset(await found_in(self.source, matter, commits, self.gate))
        taken = {one for one in found if finding_id(one) in decided}
        for _ in range(_ROUNDS):
            work = _Work(self, matter, found, taken, withdraw_words=withdraw_words)
            copy = await work.run()
            if not work.shown:
                self.fingerprints[matter.session] = copy.matter.fingerprint
                self.commits |= work.commits
                return copy
            taken |= work.shown
        raise RecordBroken(
            f"Whenever something is taken out of session {matter.session}, something else shows "
            "that must not go out. Nothing was published. Leave the session out."
        )


class _Stays(ValueError):
    """What is to be taken out cannot be."""


class _Work:
    """One session, line by line."""

    def __init__(
        self,
        copier: Copier,
        matter: Matter,
        found: AbstractSet[Found],
        taken: AbstractSet[Found],
        *,
        withdraw_words: bool,
    ) -> None:
        self.commits = dict(copier.commits)
        """Commits made anew, those of other sessions included, by those at home."""
        self.shown: set[Found] = set()
        """What the gate finds in the copy, and did not find before."""
        self._copier = copier
        self._matter = matter
        self._found = found
        self._rules = {one.value: one.rule for one in sorted(taken, key=lambda one: one.rule)}
        self._taker = Taker.of({one: replacement(one.rule) for one in taken})
        self._withdraw_words = withdraw_words
        self._counts: Counter[str] = Counter()
        """Places by value."""
        self._withdrawn = 0
        self._blobs: dict[str, bytes] = {}
        self._files: dict[str, TakenFile] = {}
        self._lines: dict[str, str] = {}
        """SHA-256 of each line of the copy by that of the original."""

    async def run(self) -> Copy:
        """Make the copy. Raises as :meth:`Copier.copy`."""
        matter = self._matter
        ahead = await self._commits_to_make()
        prev, lines, torn = FIRST_PREV, [], None
        made: Committed | None = None
        for record, original in zip(matter.records, matter.lines, strict=True):
            fields, changed = self._scrubbed(record, original)
            if isinstance(record.event, ToolReturned):
                changed |= self._parts(fields)
            if isinstance(record.event, WorkspaceCommitted):
                made = await self._commit(record.event.commit, ahead)
                fields["commit"], fields["tree"] = made.commit, made.tree
                fields["files"] = msgspec.to_builtins(made.files)
                changed = True
            if record.seq == 0:
                self._head(fields)
                changed = True
            if isinstance(record.event, SessionClosed) and matter.torn is not None:
                torn = self._bytes(matter.torn)
                fields["torn_bytes"] = len(torn)
                changed = True
            line = self._line(original, fields, prev, changed=changed)
            prev = sha256(line).hexdigest()
            self._lines[record.sha256] = prev
            lines.append(line)
        if any(info.session == matter.session for info in ahead):
            # Recovery found commits that no line names.
            made = await self._commit(ahead[-1].commit, ahead)
        taken = Counter({WITHDRAWN_WORDS: self._withdrawn})
        for tag in tags_in(matter.folder):
            self._text(tag)
        for value, count in self._counts.items():
            taken[self._rules[value]] += count
        return Copy(
            matter=Matter(
                session=matter.session,
                folder=matter.folder,
                data=b"".join(line + b"\n" for line in lines),
                records=tuple(parse_line(line).record for line in lines),
                torn=torn,
                blobs=self._blobs,
            ),
            tip=None if made is None else made.commit,
            tree=None if made is None else made.tree,
            taken={rule: count for rule, count in sorted(taken.items()) if count},
            taker=self._taker,
        )

    def _scrubbed(self, record: Record, original: bytes) -> tuple[dict[str, Any], bool]:
        """The fields of a line without what must not go out, and whether anything went."""
        try:
            fields: dict[str, Any] = msgspec.json.decode(original)
            changed = isinstance(record.event, MessageSent) and self._withdraw(fields)
            before = self._counts.total()
            for name, value in fields.items():
                if name not in _ENVELOPE:
                    fields[name] = self._mapped(value)
        except (RecursionError, msgspec.DecodeError, _Stays) as error:
            raise self._unfit(record.seq + 1, f"cannot be copied: {error}") from error
        return fields, changed or self._counts.total() > before

    def _unfit(self, line: int, why: str) -> RecordBroken:
        return RecordBroken(
            f"Line {line} of session {self._matter.session} {why}. Nothing was published. Leave "
            "the session out, or decide otherwise about what was found in it."
        )

    def _head(self, fields: dict[str, Any]) -> None:
        fields["redacted_from"] = self._matter.fingerprint
        parent = fields.get("parent")
        if isinstance(parent, dict):
            kept = parent.get("fingerprint")
            parent["fingerprint"] = self._copier.fingerprints.get(str(parent.get("id")), kept)

    def _withdraw(self, fields: dict[str, Any]) -> bool:
        if not self._withdraw_words or fields.get("author") != "person":
            return False
        fields["text"] = WITHDRAWN
        self._withdrawn += 1
        return True

    def _parts(self, fields: dict[str, Any]) -> bool:
        changed = False
        for part in fields["result"]:
            name = part.get("blob")
            if name is None:
                continue
            data = self._bytes(self._matter.blob(name))
            new = sha256(data).hexdigest()
            self._blobs[new] = data
            part["blob"] = new
            changed |= new != name
        return changed

    def _text(self, text: str) -> str:
        new, counts = self._taker.text(text)
        if counts:
            self._counts += counts
            self._look(self._copier.gate.text(new))
        return new

    def _mapped(self, value: Any) -> Any:
        """``value`` without what must not go out, in names of fields too."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self._mapped(one) for one in value]
        if isinstance(value, dict):
            named: dict[str, Any] = {}
            for name, one in value.items():
                new = self._text(name)
                # Two names may have differed only in what was taken out of them.
                while new in named:
                    new += "~"
                named[new] = self._mapped(one)
            return named
        if isinstance(value, int | float) and self._taker.text(str(value))[1]:
            raise _Stays("a number in it is something that is to be taken out")
        return value

    def _bytes(self, data: bytes) -> bytes:
        new, counts = self._taker.data(data)
        if counts:
            self._counts += counts
            self._look(self._copier.gate.data(new))
        return new

    def _look(self, found: AbstractSet[Found]) -> None:
        """Two harmless halves may meet where something stood between them."""
        self.shown |= found - self._found

    async def _commits_to_make(self) -> list[CommitInfo]:
        """Its commits, and before them those of what it carries on that have no copy yet."""
        copier = self._copier
        every = await commits_of(copier.home, copier.source, self._matter)
        return [info for info in every if info.commit not in self.commits]

    async def _commit(self, commit: str, ahead: list[CommitInfo]) -> Committed:
        """Make a commit anew, and those before it; they are taken from ``ahead``."""
        while ahead:
            info = ahead.pop(0)
            made = await self._copier.target.rewrite(
                Rewriting(
                    commit=info.commit,
                    copies=self.commits,
                    record=self._lines.get(info.record),
                    take=self._bytes,
                    files=self._files,
                )
            )
            self.commits[info.commit] = made.commit
            if info.commit == commit:
                return made
        raise RecordBroken(
            f"The commit {commit} of session {self._matter.session} is not on its branch. Nothing "
            f"was published. Run `latitude verify {self._matter.session}`."
        )

    def _line(self, original: bytes, fields: dict[str, Any], prev: str, *, changed: bool) -> bytes:
        if not changed:
            # Everything else stays as it was written, to the byte.
            return original.replace(str(fields["prev"]).encode(), prev.encode(), 1)
        line = msgspec.json.encode({**fields, "prev": prev})
        try:
            parse_line(line)
        except LineError as error:
            why = f"would be no line of a journal without what is taken out of it: {error}"
            raise self._unfit(int(fields["seq"]) + 1, why) from error
        return line

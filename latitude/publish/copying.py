"""A redacted copy of a session: its journal is never edited, a derived one goes out.

The copy is a journal like any other, with a chain of its own. Its first line names the fingerprint
of the journal that it was made from. Hashes of what the copy does not hold, such as those of
requests, stay those of the original.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

from latitude.artifacts.repository import Repository
from latitude.artifacts.rewrite import Rewriting
from latitude.config import Home
from latitude.core.events import MessageSent, SessionClosed, ToolReturned, WorkspaceCommitted
from latitude.errors import RecordBroken
from latitude.journal.line import FIRST_PREV, LineError, parse_line
from latitude.publish.examining import found_in, lineage_of
from latitude.publish.gate.finding import Gate, finding_id
from latitude.publish.gate.rules import replacement
from latitude.publish.gate.taking import Taker
from latitude.publish.matter import Matter
from latitude.session.seams import Committed

WITHDRAWN = "[withdrawn by the person]"
"""Stands where a person's own words stood."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What goes out in the place of a session."""

    matter: Matter
    """Its blobs by their names in the copy, which are the SHA-256 of their bytes."""
    tip: str | None
    tree: str | None
    taken: Mapping[str, int]
    """Places by rule; the person's words count as ``withdrawn``."""
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
    decided: Mapping[str, str]
    """What is taken out: the rule of each finding, by the finding's name."""
    fingerprints: dict[str, str] = field(default_factory=dict)
    """Of the copies made so far, by session."""
    commits: dict[str, str] = field(default_factory=dict)
    """Commits made anew so far, by those at home."""

    async def copy(self, matter: Matter, *, withdraw_words: bool) -> Copy:
        """Make the copy of a session. Raises ``RecordBroken`` and ``HomeUnusable``."""
        found = await found_in(self.home, self.source, matter, self.gate)
        taken = {one: replacement(one.rule) for one in found if finding_id(one) in self.decided}
        work = _Work(self, matter, Taker.of(taken), withdraw_words)
        copy = await work.run({one.value: one.rule for one in found})
        self.fingerprints[matter.session] = copy.matter.fingerprint
        return copy


class _Work:
    """One session, line by line."""

    def __init__(self, copier: Copier, matter: Matter, taker: Taker, words: bool) -> None:
        self._copier = copier
        self._matter = matter
        self._taker = taker
        self._words = words
        self._counts: Counter[str] = Counter()
        self._blobs: dict[str, bytes] = {}
        self._lines: dict[str, str] = {}
        """SHA-256 of each line of the copy by that of the original."""

    async def run(self, rules: Mapping[str, str]) -> Copy:
        prev, lines, tip, tree, torn = FIRST_PREV, [], None, None, None
        originals = self._matter.data.splitlines()
        for record, original in zip(self._matter.records, originals, strict=True):
            fields = msgspec.json.decode(original)
            try:
                changed = self._scrub(fields)
            except RecursionError as error:
                raise RecordBroken(
                    f"Line {record.seq + 1} of session {self._matter.session} is nested too deeply "
                    "for anything to be taken out of it. Nothing was published. Leave it out."
                ) from error
            if isinstance(record.event, MessageSent) and self._words:
                changed |= self._withdraw(fields)
            if isinstance(record.event, ToolReturned):
                changed |= self._parts(fields)
            if isinstance(record.event, WorkspaceCommitted):
                committed = await self._commit(record.event.commit)
                fields["commit"], fields["tree"] = tip, tree = committed.commit, committed.tree
                fields["files"] = msgspec.to_builtins(committed.files)
                changed = True
            if record.seq == 0:
                self._head(fields)
                changed = True
            if isinstance(record.event, SessionClosed) and self._matter.torn is not None:
                torn = self._bytes(self._matter.torn)
                fields["torn_bytes"] = len(torn)
                changed = True
            line = _line(original, fields, prev, changed=changed)
            prev = sha256(line).hexdigest()
            self._lines[record.sha256] = prev
            lines.append(line)
        for late in await self._copier.source.history(self._matter.session):
            if late.commit not in self._copier.commits:
                committed = await self._commit(late.commit)
                tip, tree = committed.commit, committed.tree
        taken = Counter({"withdrawn": self._counts.pop(WITHDRAWN, 0)})
        for value, count in self._counts.items():
            taken[rules[value]] += count
        return Copy(
            matter=Matter(
                session=self._matter.session,
                folder=self._matter.folder,
                data=b"".join(line + b"\n" for line in lines),
                records=tuple(parse_line(line).record for line in lines),
                torn=torn,
                blobs=self._blobs,
            ),
            tip=tip,
            tree=tree,
            taken={rule: count for rule, count in sorted(taken.items()) if count},
            taker=self._taker,
        )

    def _head(self, fields: dict[str, Any]) -> None:
        fields["redacted_from"] = self._matter.fingerprint
        parent = fields.get("parent")
        if isinstance(parent, dict):
            kept = parent.get("fingerprint")
            parent["fingerprint"] = self._copier.fingerprints.get(str(parent.get("id")), kept)

    def _withdraw(self, fields: dict[str, Any]) -> bool:
        if fields.get("author") != "person":
            return False
        fields["text"] = WITHDRAWN
        self._counts[WITHDRAWN] += 1
        return True

    def _parts(self, fields: dict[str, Any]) -> bool:
        changed = False
        for part in fields["result"]:
            name = part.get("blob")
            if name is None:
                continue
            data, counts = self._taker.data(self._matter.blob(name))
            self._counts += counts
            new = sha256(data).hexdigest()
            self._blobs[new] = data
            part["blob"] = new
            changed |= new != name
        return changed

    def _scrub(self, fields: dict[str, Any]) -> bool:
        """Take what must not go out of every text of a line, names of fields aside."""
        before = self._counts.total()
        for name, value in list(fields.items()):
            if name not in _ENVELOPE:
                fields[name] = _mapped(value, self._text)
        return self._counts.total() > before

    def _text(self, text: str) -> str:
        new, counts = self._taker.text(text)
        self._counts += counts
        return new

    def _bytes(self, data: bytes) -> bytes:
        new, counts = self._taker.data(data)
        self._counts += counts
        return new

    async def _commit(self, commit: str) -> Committed:
        """Make a commit anew, and those before it that no session of the release has made."""
        source, done = self._copier.source, self._copier.commits
        for session in lineage_of(self._copier.home, self._matter):
            for info in await source.history(session):
                if info.commit in done:
                    continue
                record = self._lines.get(info.record)
                made = await self._copier.target.rewrite(
                    Rewriting(info.commit, done, record, self._bytes)
                )
                done[info.commit] = made.commit
                if info.commit == commit:
                    return made
        raise RecordBroken(
            f"The commit {commit} of session {self._matter.session} is not on its branch. Nothing "
            f"was published. Run latitude verify {self._matter.session}."
        )


_ENVELOPE = frozenset({"v", "seq", "at", "type", "prev"})


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """``value`` with every text in it changed; as deep as JSON may be nested."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(one, change) for one in value]
    if isinstance(value, dict):
        return {change(name): _mapped(one, change) for name, one in value.items()}
    return value


def _line(original: bytes, fields: dict[str, Any], prev: str, *, changed: bool) -> bytes:
    if not changed:
        # Everything else stays as it was written, to the byte.
        return original.replace(str(fields["prev"]).encode(), prev.encode(), 1)
    line = msgspec.json.encode({**fields, "prev": prev})
    try:
        parse_line(line)
    except LineError as error:
        raise RecordBroken(
            f"Line {int(fields['seq']) + 1} would be no line of a journal any more without what is "
            f"to be taken out of it: {error}. Nothing was published. Leave the session out, or "
            "decide otherwise about what was found in it."
        ) from error
    return line

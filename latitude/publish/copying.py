"""A redacted copy of a session: its journal is never edited, a derived one goes out.

The copy is a journal like any other, with a chain of its own. Its first line names the fingerprint
of the journal that it was made from. Hashes of what the copy does not hold, such as those of
requests, stay those of the original.

When it is made, the gate looks through all of it once more: what was to be taken out is gone, or
there is no copy.
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
    BlockRecorded,
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
from latitude.publish.gate.rules import RULES, replacement
from latitude.publish.gate.taking import Taker
from latitude.publish.matter import Matter, commits_of
from latitude.session.seams import Committed

WITHDRAWN = "[withdrawn by the person]"
"""Stands where a person's own words stood."""
WITHDRAWN_WORDS = "withdrawn"
"""Stands for a rule where the person's own words were taken out."""

_ROUNDS = 5
_GIVEN = frozenset({"input", "arguments"})
"""Fields with what a model gave a tool, in words that are no provider's."""
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
        as_written = False
        for _ in range(_ROUNDS):
            work = _Work(self, matter, taken, withdraw_words=withdraw_words, as_written=as_written)
            copy = await work.run()
            held = await work.held(copy)
            shown = {*held, *work.shown} - found - taken
            values = {one.value for one in taken}
            left = {one: place for one, place in held.items() if one.value in values}
            if left and as_written:
                raise _still_there(matter.session, left)
            if not left and not shown:
                self.fingerprints[matter.session] = copy.matter.fingerprint
                self.commits |= work.commits
                return copy
            as_written = bool(left) or as_written
            taken |= shown
        raise RecordBroken(
            f"Whenever something is taken out of session {matter.session}, something else shows "
            "that must not go out. Nothing was published. Leave the session out."
        )


def _still_there(session: str, left: Mapping[Found, str]) -> RecordBroken:
    told = sorted({f"{RULES[one.rule].says} ({one.rule}), in {left[one]}" for one in left})
    return RecordBroken(
        f"The copy of session {session} still holds what was to be taken out: {'; '.join(told)}. "
        "It stands there in a form that cannot be changed. Nothing was published. "
        "Leave the session out, or decide to keep what was found."
    )


def _without_sealed(value: Any) -> bool:
    """Take fields that only the provider can read out of ``value``; return whether any was."""
    if isinstance(value, list):
        return sum(_without_sealed(one) for one in value) > 0
    if not isinstance(value, dict):
        return False
    sealed = [name for name in value if _is_sealed(name)]
    for name in sealed:
        del value[name]
    others = (one for name, one in value.items() if name not in _GIVEN)
    return len(sealed) + sum(_without_sealed(one) for one in others) > 0


def _is_sealed(name: str) -> bool:
    """Tell whether it is a name that providers give to what only they can read."""
    return name.startswith("encrypted") or name.lower().endswith("signature")


class _Stays(ValueError):
    """What is to be taken out cannot be."""


class _Work:
    """One session, line by line."""

    def __init__(
        self,
        copier: Copier,
        matter: Matter,
        taken: AbstractSet[Found],
        *,
        withdraw_words: bool,
        as_written: bool,
    ) -> None:
        self.commits = dict(copier.commits)
        """Commits made anew, those of other sessions included, by those at home."""
        self.shown: set[Found] = set()
        """What the gate finds in what something was taken out of."""
        self._copier = copier
        self._matter = matter
        self._rules = {one.value: one.rule for one in sorted(taken, key=lambda one: one.rule)}
        self._taker = Taker.of({one: replacement(one.rule) for one in taken}, as_written=as_written)
        self._withdraw_words = withdraw_words
        self._counts: Counter[str] = Counter()
        """Places by value."""
        self._withdrawn = 0
        self._blobs: dict[str, bytes] = {}
        self._files: dict[str, TakenFile] = {}
        self._lines: dict[str, str] = {}
        """SHA-256 of each line of the copy by that of the original."""
        self._made: list[Committed] = []

    async def run(self) -> Copy:
        """Make the copy. Raises as :meth:`Copier.copy`."""
        matter = self._matter
        ahead = await self._commits_to_make()
        prev, lines, torn = FIRST_PREV, [], None
        made: Committed | None = None
        for record, original in zip(matter.records, matter.lines, strict=True):
            fields, changed = self._scrubbed(record, original)
            if isinstance(record.event, BlockRecorded):
                changed |= self._unseal(fields, changed=changed)
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

    def _unseal(self, fields: dict[str, Any], *, changed: bool) -> bool:
        """Take out of a block what only the provider can read; return whether there was any.

        Signatures and encrypted thinking may hold what was taken out, and nobody here can look.
        Of any other block, and of one of another kind, which is nothing but its ``raw``, the rest
        of ``raw`` stays.
        """
        if not (self._rules or self._withdraw_words) or fields.get("raw") is None:
            return False
        if fields["kind"] == "thinking" or (changed and fields["kind"] != "other"):
            del fields["raw"]
            return True
        return _without_sealed(fields["raw"])

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
            self.shown |= self._copier.gate.text(new)
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
            self.shown |= self._copier.gate.data(new)
        return new

    async def held(self, copy: Copy) -> dict[Found, str]:
        """Return what the gate finds in ``copy``, and a place of each. Raises ``RecordBroken``."""
        found: dict[Found, str] = {}

        def look(place: str, data: bytes) -> None:
            for one in self._copier.gate.data(data):
                found.setdefault(one, place)

        matter = copy.matter
        if self._copier.gate.data(matter.data):
            for number, line in enumerate(matter.lines, start=1):
                look(f"line {number}", line)
        for name in matter.blob_names():
            look(f"blob {name[:12]}", matter.blob(name))
        look("torn bytes", matter.torn or b"")
        for tag in tags_in(matter.folder):
            look("a tag", copy.taker.text(tag)[0].encode())
        for made in self._made:
            changed = [change.path for change in made.files if change.status != "deleted"]
            read = await self._copier.target.read_commit(made.commit, changed)
            where = f"commit {made.commit[:12]}"
            look(where, read.commit)
            look(f"names in {where}", read.manifest)
            for data in read.files.values():
                look(f"a file in {where}", data)
        return found

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
            self._made.append(made)
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

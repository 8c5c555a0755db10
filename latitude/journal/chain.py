"""Finds what is wrong with a chain of lines, and says it so that a person can look.

Each line names the SHA-256 of the one before, so a changed byte shows at the next line; ``seq``
tells lines that are missing, out of order or added from lines that were changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from latitude.journal.line import FIRST_PREV


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written."""

    line: int
    """Counted from 1, as editors do."""
    what: str


@dataclass(frozen=True, slots=True)
class Link:
    """What the chain needs to know of a line."""

    line: int
    seq: int
    prev: str
    sha256: str
    type: str


def faults_of(links: Sequence[Link]) -> list[Fault]:
    """Say what is wrong with ``links``, the readable lines of a journal in file order."""
    added = _added(links)
    faults = [Fault(link.line, _ADDED.format(seq=link.seq)) for link in added]
    added_lines = {link.line for link in added}
    rest = [link for link in links if link.line not in added_lines]
    to_come = {link.seq for link in rest}
    seen: set[int] = set()
    for place, link in enumerate(rest):
        to_come.discard(link.seq)
        before = rest[place - 1] if place else None
        after = rest[place + 1] if place + 1 < len(rest) else None
        fault = _place(before, link, after, to_come) or _fit(before, link, after, seen, to_come)
        if fault is not None:
            faults.append(fault)
        seen.add(link.seq)
    return sorted(_once(faults), key=lambda fault: fault.line)


_ADDED = "it was added: seq {seq} stands in the file twice, and the line after names the other one"


def _added(links: Sequence[Link]) -> list[Link]:
    by_seq: dict[int, list[Link]] = {}
    for link in links:
        by_seq.setdefault(link.seq, []).append(link)
    named = {link.prev for link in links}
    added: list[Link] = []
    for place, link in enumerate(links):
        twins = by_seq[link.seq]
        if len(twins) > 1 and not _seq_was_changed(links, place):
            genuine = [twin for twin in twins if twin.sha256 in named] or twins
            if link is not genuine[0]:
                added.append(link)
    return added


def _seq_was_changed(links: Sequence[Link], place: int) -> bool:
    """Whether the neighbours leave room for exactly this line, so that only its number is off."""
    if not 0 < place < len(links) - 1:
        return False
    before, after = links[place - 1].seq, links[place + 1].seq
    return after == before + 2 and links[place].seq != before + 1


def _place(before: Link | None, link: Link, after: Link | None, to_come: set[int]) -> Fault | None:
    """What the first line must be, and what may not follow the last."""
    if before is None:
        if link.seq > 0:
            if after is not None and after.seq == 1 and 0 not in to_come:
                return Fault(link.line, f"it was changed: its seq is {link.seq} where 0 belongs")
            return None
        if link.prev != FIRST_PREV:
            return Fault(link.line, "it was changed: the first line's prev is not 64 zeros")
        if link.type not in ("session.opened", ""):
            return Fault(link.line, f"a journal begins with session.opened, not {link.type}")
    elif before.type == "session.closed":
        return Fault(link.line, "it was added after session.closed, which is the last line")
    return None


def _fit(
    before: Link | None, link: Link, after: Link | None, seen: set[int], to_come: set[int]
) -> Fault | None:
    """Whether the line goes on where the one before ended."""
    due = before.seq + 1 if before is not None else 0
    if link.seq == due:
        if before is None or link.prev == before.sha256:
            return None
        return _changed(before, link, after)
    if before is not None and after is not None and after.seq == due + 1:
        return Fault(link.line, f"it was changed: its seq is {link.seq} where {due} belongs")
    if link.seq < due:
        return None  # the other half of a swap, which was told at its first half
    skipped = link.seq - due
    coming = sum(1 for seq in to_come if due <= seq < link.seq)
    gone = sum(1 for seq in seen if due <= seq < link.seq)
    if coming + gone < skipped:
        if skipped == 1:
            return Fault(link.line, f"seq {due} was removed before it")
        return Fault(link.line, f"lines of seq {due} to {link.seq - 1} were removed before it")
    if coming:
        return Fault(link.line, f"lines were swapped: it has seq {link.seq} where {due} belongs")
    return None


def _changed(before: Link, link: Link, after: Link | None) -> Fault:
    names = f"line {link.line} names {link.prev[:12]}… as its SHA-256"
    if after is None:
        both = f"it or line {link.line}, the last, was changed"
        return Fault(before.line, f"{both}: {names}, and it is {before.sha256[:12]}…")
    if after.seq == link.seq + 1 and after.prev != link.sha256:
        what = "neither its prev nor its own SHA-256 fits its neighbours"
        return Fault(link.line, f"it was changed: {what}")
    what = f"it was changed after it was written: {names}, but it is {before.sha256[:12]}…"
    return Fault(before.line, what)


def _once(faults: list[Fault]) -> list[Fault]:
    """One fault a line: the first that was found is the most exact."""
    seen: dict[int, Fault] = {}
    for fault in faults:
        seen.setdefault(fault.line, fault)
    return list(seen.values())

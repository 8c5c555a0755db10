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
    faults = [
        Fault(link.line, f"it was added: seq {link.seq} stands in the file twice, and the line "
              "after does not name this one")
        for link in added
    ]  # fmt: skip
    added_lines = {link.line for link in added}
    rest = [link for link in links if link.line not in added_lines]
    faults += _first(rest)
    seqs = {link.seq for link in rest}
    for place in range(1, len(rest)):
        after = rest[place + 1] if place + 1 < len(rest) else None
        fault = _between(rest[place - 1], rest[place], after, seqs)
        if fault is not None:
            faults.append(fault)
    faults += [
        Fault(rest[place + 1].line, "it was added after session.closed, which is the last line")
        for place, link in enumerate(rest[:-1])
        if link.type == "session.closed"
    ]
    return sorted(_once(faults), key=lambda fault: fault.line)


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


def _first(links: Sequence[Link]) -> list[Fault]:
    if not links:
        return []
    first = links[0]
    if first.seq > 0:
        return [Fault(first.line, f"lines were removed before it: it has seq {first.seq}, not 0")]
    if first.prev != FIRST_PREV:
        return [Fault(first.line, "it was changed: the first line's prev is not 64 zeros")]
    if first.type != "session.opened":
        return [Fault(first.line, f"a journal begins with session.opened, not {first.type}")]
    return []


def _between(before: Link, link: Link, after: Link | None, seqs: set[int]) -> Fault | None:
    if link.seq == before.seq + 1:
        return None if link.prev == before.sha256 else _changed(before, link, after)
    if after is not None and after.seq == before.seq + 2:
        return Fault(link.line, f"it was changed: its seq is {link.seq} where {before.seq + 1} "
                     "belongs")  # fmt: skip
    if link.seq <= before.seq:
        return None if link.seq + 1 in seqs else _out_of_order(link, before)
    missing = [seq for seq in range(before.seq + 1, link.seq) if seq not in seqs]
    if not missing:
        return _out_of_order(link, before)
    what = f"seq {missing[0]}" if len(missing) == 1 else f"seq {missing[0]} to {missing[-1]}"
    verb = "was" if len(missing) == 1 else "were"
    return Fault(link.line, f"{what} {verb} removed before it")


def _changed(before: Link, link: Link, after: Link | None) -> Fault:
    names = f"line {link.line} names {link.prev[:12]}… as its SHA-256"
    if after is None:
        return Fault(before.line, f"it or line {link.line}, the last, was changed: {names}, and it "
                     f"is {before.sha256[:12]}…")  # fmt: skip
    if after.seq == link.seq + 1 and after.prev != link.sha256:
        return Fault(link.line, "it was changed: neither its prev nor its own SHA-256 fits its "
                     "neighbours")  # fmt: skip
    return Fault(before.line, f"it was changed after it was written: {names}, but it is "
                 f"{before.sha256[:12]}…")  # fmt: skip


def _out_of_order(link: Link, before: Link) -> Fault:
    return Fault(
        link.line, f"lines were swapped: it has seq {link.seq} where {before.seq + 1} belongs"
    )


def _once(faults: list[Fault]) -> list[Fault]:
    """One fault a line: the first that was found is the most exact."""
    seen: dict[int, Fault] = {}
    for fault in faults:
        seen.setdefault(fault.line, fault)
    return list(seen.values())

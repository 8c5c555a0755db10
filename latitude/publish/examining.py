"""Looks through a session before it goes out: what the gate finds, and what the model wished.

What was found is kept (``releases/examined.json``), so that a session is read once for all releases
and not again until its journal or the gate changes. The file can be removed; it is made anew. No
secret stands in it: a finding is known by a digest, and shown as far as a person may see it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from latitude.artifacts.orders import CommitInfo
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import SessionOpened, Wish
from latitude.core.spec import Parent
from latitude.custody.lineage import fold_on, inherited_state
from latitude.journal.blobs import write_durably
from latitude.journal.circumstances import protocol_label
from latitude.journal.endings import ending_sentence
from latitude.journal.listing import short_ending
from latitude.journal.paths import JOURNAL
from latitude.journal.reader import read_ends
from latitude.publish.candidates import candidates
from latitude.publish.gate.finding import Found, Gate, finding_id, masked
from latitude.publish.manifest import Published
from latitude.publish.matter import Matter, Piece, beside, committed, read_matter

FILE = "examined.json"
VERSION = 1
"""Raised when what is kept of a session changes its meaning."""
_PLACES = 3


class FindingSeen(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the gate found in a session."""

    id: str
    rule: str
    shown: str
    """As a person may see it."""
    count: int
    """Texts in which it stands."""
    places: tuple[str, ...]
    """The first of them."""


class CandidateSeen(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence that may be a wish."""

    id: str
    place: str
    sentence: str
    about: Literal["publish", "signature"]
    leans: Literal["no", "yes", "unclear"]


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a session that was looked through."""

    fingerprint: str
    stamp: str
    """Of the gate that looked."""
    parent: str | None
    findings: tuple[FindingSeen, ...]
    candidates: tuple[CandidateSeen, ...]
    wish: Wish
    """What it said with the tool, parents included; of several the last word on each counts."""
    row: Published
    """Its line of a manifest, as if nothing were taken out."""


class _File(msgspec.Struct, frozen=True):
    v: int
    sessions: dict[str, Examined]


def load_examined(releases: Path) -> Mapping[str, Examined]:
    """Return what was found before; nothing where it cannot be read, for it is found again."""
    try:
        kept = msgspec.json.decode((releases / FILE).read_bytes(), type=_File)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return kept.sessions if kept.v == VERSION else {}


def keep_examined(releases: Path, found: Mapping[str, Examined]) -> None:
    """Keep what was found. Raises ``OSError``."""
    releases.mkdir(parents=True, exist_ok=True)
    write_durably(releases / FILE, msgspec.json.encode(_File(VERSION, dict(found))))


async def examine(home: Home, repository: Repository, session: str, gate: Gate) -> Examined:
    """Look through one session. Raises ``RecordBroken`` when a part of it is not as written."""
    matter = read_matter(home, session)
    opened = matter.opened
    state = fold_on(inherited_state(home, opened), matter.records, matter.folder / JOURNAL)
    said = [
        CandidateSeen(
            id=one.id,
            place=f"turn {one.turn}, {one.where}",
            sentence=one.sentence,
            about=one.about,
            leans=one.leans,
        )
        for one in candidates(matter.records)
    ]
    wish = Wish()
    for later in state.wishes:
        wish = msgspec.structs.replace(
            wish,
            publish=later.publish or wish.publish,
            signature=later.signature or wish.signature,
            words=later.words or wish.words,
        )
    own = await repository.history(session)
    last = own[-1] if own else None
    return Examined(
        fingerprint=matter.fingerprint,
        stamp=gate.stamp,
        parent=opened.parent.id if opened.parent else None,
        findings=await _findings(home, repository, matter, gate),
        candidates=tuple(said),
        wish=wish,
        row=row_of(matter, last, wish.signature),
    )


def row_of(matter: Matter, last: CommitInfo | None, signature: str | None) -> Published:
    """The line of a manifest for a session as its journal has it."""
    opened, closed = matter.opened, matter.closed
    return Published(
        id=matter.session,
        fingerprint=matter.fingerprint,
        provider=opened.model.provider,
        model=closed.summary.model or opened.model.name,
        protocol=protocol_label(opened.protocol, opened.conditions),
        given=opened.given,
        opened=matter.records[0].at,
        closed=matter.records[-1].at,
        end=closed.end,
        how=short_ending(closed, opened),
        ended=ending_sentence(closed, opened, person="The person"),
        turns=closed.summary.turns,
        files=closed.summary.files,
        tip=last.commit if last else None,
        tree=last.tree if last else None,
        signature=signature,
    )


async def found_in(
    home: Home, repository: Repository, matter: Matter, gate: Gate
) -> Mapping[Found, tuple[str, ...]]:
    """Return what the gate finds in a session, and the places of each, in order.

    What a session carries on came to it with its files, so the commits of its parents are looked
    through with its own. Raises ``RecordBroken``.
    """
    places: dict[Found, list[str]] = {}

    def look(piece: Piece) -> None:
        for found in gate.data(piece.data):
            places.setdefault(found, []).append(piece.place)

    # Nearly every journal is clean, and one look at all of it is quicker than one at each line.
    clean = not gate.data(matter.data)
    for piece in beside(matter, lines=not clean):
        look(piece)
    for session in lineage_of(home, matter):
        history = await repository.history(session)
        async for piece in committed(repository, session, history):
            look(piece)
    return {found: tuple(where) for found, where in places.items()}


def lineage_of(home: Home, matter: Matter) -> tuple[str, ...]:
    """The session, and before it all that it carries on, oldest first. Raises ``RecordBroken``."""
    line = [matter.session]
    parent: Parent | None = matter.opened.parent
    while parent is not None and parent.id not in line:
        line.append(parent.id)
        first, _ = read_ends(home.session(parent.id) / JOURNAL)
        assert isinstance(first.event, SessionOpened)
        parent = first.event.parent
    return tuple(reversed(line))


async def _findings(
    home: Home, repository: Repository, matter: Matter, gate: Gate
) -> tuple[FindingSeen, ...]:
    seen = [
        FindingSeen(
            id=finding_id(found),
            rule=found.rule,
            shown=masked(found),
            count=len(places),
            places=places[:_PLACES],
        )
        for found, places in (await found_in(home, repository, matter, gate)).items()
    ]
    return tuple(sorted(seen, key=lambda one: (one.rule, one.shown)))

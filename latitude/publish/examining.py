"""Looks through a session before it goes out: what the gate finds, and what the model wished.

What was found is kept (``releases/examined.json``), so that a session is read once for all releases
and not again until its journal, its tags or the gate change. The file can be removed; it is made
anew. No secret stands in it: a finding is known by a digest, and shown as far as a person may see
it, and so is what stands around it.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from latitude.artifacts.orders import CommitInfo
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import Wish, WishRecorded
from latitude.custody.lineage import fold_on, inherited_state
from latitude.journal.blobs import write_durably
from latitude.journal.circumstances import protocol_label
from latitude.journal.endings import ending_sentence
from latitude.journal.listed import Listed
from latitude.journal.listing import short_ending, tags_in
from latitude.journal.paths import JOURNAL
from latitude.publish.gate.finding import Found, Gate, finding_id, masked
from latitude.publish.gate.rules import PERSONAL, replacement
from latitude.publish.gate.taking import Taker
from latitude.publish.manifest import Published
from latitude.publish.matter import (
    Matter,
    Piece,
    beside,
    commits_of,
    committed,
    read_matter,
)

FILE = "examined.json"
VERSION = 2
"""Raised when what is kept of a session changes its meaning."""
_PLACES = 3
_SMALL = 64 * 1024
"""Bytes of files that are looked through together."""
_TOOL = "the wish tool"


class FindingSeen(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the gate found in a session."""

    id: str
    rule: str
    shown: str
    """As a person may see it."""
    count: int
    """Texts in which it stands."""
    places: tuple[str, ...]
    """The first of them, in words."""


class CandidateSeen(msgspec.Struct, frozen=True, kw_only=True):
    """Words that may be a wish: a sentence, or all that was said in words with the tool."""

    id: str
    place: str
    """In words."""
    sentence: str
    about: Literal["publish", "signature"]
    leans: Literal["no", "yes", "unclear"]


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a session that was looked through."""

    fingerprint: str
    stamp: str
    """Of the gate that looked."""
    tags: str
    """A digest of the tags that it had: they go out too, and can change after the close."""
    parent: str | None
    findings: tuple[FindingSeen, ...]
    candidates: tuple[CandidateSeen, ...]
    wish: Wish
    """What it said with the tool, parents included; of several the last word on each counts."""
    row: Published
    """Its line of a manifest, as if nothing were taken out."""
    hides: bool
    """Whether a key or password stood in ``wish`` or ``row``. Then ``[redacted: …]`` stands there,
    and who needs them as they are reads the session again (:func:`told`)."""


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


def is_current(known: Examined | None, listed: Listed, gate: Gate) -> bool:
    """Whether ``known`` is what would be found in the session again."""
    if known is None:
        return False
    now = (listed.fingerprint, gate.stamp, _tags_digest(listed.tags or ()))
    return now == (known.fingerprint, known.stamp, known.tags)


async def examine(home: Home, repository: Repository, session: str, gate: Gate) -> Examined:
    """Look through one session. Raises ``RecordBroken`` when a part of it is not as written."""
    # Its many patterns take longer to be made ready than all else where nothing is new.
    from latitude.publish.candidates import candidates

    matter = read_matter(home, session)
    tags = tags_in(matter.folder)
    commits = await commits_of(home, repository, matter)
    wish, row = told(home, matter, commits)
    found = {
        **_found_in_wish(wish, gate),
        **await found_in(repository, matter, commits, gate),
    }
    hidden = {one: replacement(one.rule) for one in found if one.rule not in PERSONAL}
    taker = Taker.of(hidden)

    def hide(text: str) -> str:
        return taker.text(text)[0] if hidden else text

    said = [
        CandidateSeen(
            id=one.id,
            place=f"turn {one.turn}, {one.where}",
            sentence=hide(one.sentence),
            about=one.about,
            leans=one.leans,
        )
        for one in candidates(matter.records)
    ]
    said += [msgspec.structs.replace(one, sentence=hide(one.sentence)) for one in _in_words(matter)]
    wish_shown, row_shown = _hidden(wish, hide), _hidden(row, hide)
    return Examined(
        fingerprint=matter.fingerprint,
        stamp=gate.stamp,
        tags=_tags_digest(tags),
        parent=matter.opened.parent.id if matter.opened.parent else None,
        findings=_seen(found, hide),
        candidates=tuple(said),
        wish=wish_shown,
        row=row_shown,
        hides=(wish, row) != (wish_shown, row_shown),
    )


def told(home: Home, matter: Matter, commits: Sequence[CommitInfo]) -> tuple[Wish, Published]:
    """What a session wished with the tool, and its line of a manifest as if all of it went out.

    ``commits`` are those of :func:`~latitude.publish.matter.commits_of`. Raises ``RecordBroken``.
    """
    opened = matter.opened
    state = fold_on(inherited_state(home, opened), matter.records, matter.folder / JOURNAL)
    last = next((info for info in reversed(commits) if info.session == matter.session), None)
    return state.wish, row_of(matter, last, state.wish.signature)


def _in_words(matter: Matter) -> Iterator[CandidateSeen]:
    """What a session said with the tool in its own words: nobody but a person can follow that."""
    for record in matter.records:
        event = record.event
        if isinstance(event, WishRecorded) and event.words:
            place = f"{matter.session}\n{record.seq}\n{_TOOL}\n{event.words}"
            yield CandidateSeen(
                id=sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:10],
                place=f"turn {event.turn}, {_TOOL}",
                sentence=event.words,
                about="publish",
                leans="unclear",
            )


def _found_in_wish(wish: Wish, gate: Gate) -> Mapping[Found, tuple[str, ...]]:
    """What stands in a wish, of which a part may have been made in a session before this one."""
    parts = {"the signature": wish.signature, "the words of its wish": wish.words}
    places: dict[Found, list[str]] = {}
    for place, text in parts.items():
        for found in gate.text(text or ""):
            places.setdefault(found, []).append(place)
    return {found: tuple(where) for found, where in places.items()}


_Kept = TypeVar("_Kept", Wish, Published)
_SHOWN = ("signature", "words", "provider", "model", "protocol", "how", "ended")
"""Fields that hold words, not digests, times or figures."""


def _hidden(kept: _Kept, hide: Callable[[str], str]) -> _Kept:
    words = {name: getattr(kept, name, None) for name in _SHOWN}
    changed = {name: hide(text) for name, text in words.items() if text is not None}
    return msgspec.structs.replace(kept, **changed)


def _tags_digest(tags: tuple[str, ...]) -> str:
    return sha256("\n".join(sorted(tags)).encode("utf-8", "surrogatepass")).hexdigest()


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
    repository: Repository, matter: Matter, commits: Sequence[CommitInfo], gate: Gate
) -> Mapping[Found, tuple[str, ...]]:
    """Return what the gate finds in a session, and the places of each, in order.

    What a session carries on came to it with its files, so ``commits`` are those of its parents,
    too. Raises ``RecordBroken``.
    """
    places: dict[Found, list[str]] = {}

    def look(piece: Piece) -> None:
        for found in gate.data(piece.data):
            places.setdefault(found, []).append(piece.place)

    # Nearly every journal is clean, and one look at all of it is quicker than one at each line.
    clean = not gate.data(matter.data)
    for piece in beside(matter, lines=not clean):
        look(piece)
    async for some in _few_at_once(committed(repository, commits)):
        if len(some) == 1 or not gate.is_clean([piece.data for piece in some]):
            for piece in some:
                look(piece)
    return {found: tuple(where) for found, where in places.items()}


async def _few_at_once(pieces: AsyncIterator[Piece]) -> AsyncIterator[list[Piece]]:
    """Yield small plain pieces, as many together as have some size, and each other piece alone."""
    some: list[Piece] = []
    size = 0
    async for piece in pieces:
        if len(piece.data) > _SMALL or not piece.data.isascii() or b"\0" in piece.data:
            yield [piece]
            continue
        some.append(piece)
        size += len(piece.data)
        if size > _SMALL:
            yield some
            some, size = [], 0
    if some:
        yield some


def _seen(
    found: Mapping[Found, tuple[str, ...]], hide: Callable[[str], str]
) -> tuple[FindingSeen, ...]:
    seen = [
        FindingSeen(
            id=finding_id(one),
            rule=one.rule,
            shown=masked(one),
            count=len(places),
            places=tuple(hide(place) for place in places[:_PLACES]),
        )
        for one, places in found.items()
    ]
    return tuple(sorted(seen, key=lambda one: (one.rule, one.shown, one.id)))

"""A publication that is being made: what goes out, looked through, decided and copied."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.custody.opening import open_repository
from latitude.errors import RecordBroken, UsageError
from latitude.index.follow import Progress
from latitude.journal.listed import Listed
from latitude.publish.copying import WITHDRAWN_WORDS, Copier, Copy
from latitude.publish.examining import Examined, examine, load_examined, row_of, told
from latitude.publish.gate.finding import Gate, finding_id
from latitude.publish.gate.rules import replacement
from latitude.publish.gate.taking import Taker
from latitude.publish.looking import keep
from latitude.publish.manifest import Manifest, Published, Taken
from latitude.publish.matter import Matter, commits_of, read_matter
from latitude.publish.release import Release
from latitude.publish.reviewing import Review, review
from latitude.publish.scratch import scratch_folder
from latitude.publish.standing import Standing
from latitude.publish.versions import next_version

SHOWED = "It showed when something beside it was taken out."


@dataclass(frozen=True, slots=True)
class Edition:
    """A session as it goes out."""

    row: Published
    matter: Matter
    repository: Repository
    """In which its commits are read."""
    examined: Examined


@dataclass(frozen=True, slots=True)
class Copied:
    """The redacted copies, and where every commit that goes out is read."""

    copies: Mapping[str, Copy]
    """By session."""
    repository: Repository
    folder: Path
    """Of the repository."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What would go out now. Made by :func:`open_publication`."""

    home: Home
    release: Release
    review: Review
    manifest: Manifest
    source: Repository
    copied: Copied

    @property
    def repository(self) -> Repository:
        """In which every commit that goes out is read."""
        return self.copied.repository

    def edition(self, row: Published) -> Edition:
        """Read one session of the manifest.

        Raises ``UsageError`` while a person has to decide something about any session, for until
        then nothing goes out, and ``RecordBroken``.
        """
        if self.review.waiting:
            raise UsageError(
                f"Session {self.review.waiting[0].session} waits for a decision. Nothing was "
                "published. `latitude publish check` says what has to be decided."
            )
        copy = self.copied.copies.get(row.id)
        one = self.review.examined[row.id]
        matter = _as_examined(self.home, one, row.id) if copy is None else copy.matter
        return Edition(row, matter, self.repository, one)


@asynccontextmanager
async def open_publication(
    home: Home,
    release: Release,
    chosen: Sequence[Listed],
    *,
    day: str,
    why: str | None = None,
    others: Sequence[Listed] = (),
    progress: Progress | None = None,
    gate: Gate | None = None,
) -> AsyncIterator[Publication]:
    """Review ``release`` (see :func:`~latitude.publish.reviewing.review`) and yield what goes out.

    What was not looked through before is read now, which takes some milliseconds a session; copies
    are made where something is taken out. Nothing is written but what was found, and nothing stays
    of the copies.

    Raises ``UnknownName`` (a session that the release names is not there), ``UsageError`` (there
    is nothing to publish, or ``day`` is no day), ``RecordBroken`` or ``HomeUnusable``.
    """
    async with AsyncExitStack() as stack:
        source = await stack.enter_async_context(open_repository(home))
        reviewed = await review(home, source, release, chosen, others, gate=gate, progress=progress)
        copied = await _copied(home, source, reviewed, stack)
        manifest = next_version(
            release,
            reviewed.last,
            await _rows(home, source, reviewed, copied.copies),
            reviewed.withheld,
            day=day,
            why=why,
            ledger=await source.ledger_tip(),
        )
        yield Publication(
            home=home,
            release=release,
            review=reviewed,
            manifest=manifest,
            source=source,
            copied=copied,
        )


def _as_examined(home: Home, one: Examined, session: str) -> Matter:
    """Read a session once more. Raises ``RecordBroken`` when it is not what was looked through."""
    matter = read_matter(home, session)
    if matter.fingerprint != one.fingerprint:
        raise RecordBroken(
            f"The journal of session {session} has the fingerprint {matter.fingerprint} now, and "
            f"had {one.fingerprint} when it was looked through. Nothing more was published. Run "
            f"`latitude verify {session}`."
        )
    return matter


def _to_copy(reviewed: Review) -> list[str]:
    """Sessions of which a copy goes out, parents first."""
    copied: dict[str, None] = {}
    for name in reviewed.looked.kin.parents_first(reviewed.standings):
        one = reviewed.standings[name]
        if one.withheld is None and (
            one.redact
            or one.words_withdrawn is not None
            or reviewed.examined[name].parent in copied
        ):
            copied[name] = None
    return list(copied)


async def _copied(
    home: Home, source: Repository, reviewed: Review, stack: AsyncExitStack
) -> Copied:
    """Make the copies, in a folder that is gone when ``stack`` ends."""
    names = _to_copy(reviewed)
    if not names or reviewed.waiting:
        return Copied({}, source, home.artifacts)
    await _look_again(home, source, reviewed, names)
    folder = stack.enter_context(scratch_folder(home.state))
    target = await Repository.borrow(folder, home.artifacts)
    stack.push_async_callback(target.close)
    copier = Copier(home, source, target, reviewed.gate)
    copies: dict[str, Copy] = {}
    for name in names:
        one = reviewed.standings[name]
        copies[name] = await copier.copy(
            _as_examined(home, reviewed.examined[name], name),
            frozenset(one.redact),
            withdraw_words=one.words_withdrawn is not None,
        )
    return Copied(copies, target, folder)


async def _look_again(
    home: Home, source: Repository, reviewed: Review, names: Iterable[str]
) -> None:
    """Look through ``names``, and what they carry on, as it is now: a copy is made of that.

    A branch can get longer when its journal cannot. Raises ``RecordBroken`` where anything is
    other than what was decided about; it is kept, so that the next look begins with it.
    """
    kin = reviewed.looked.kin
    for name in dict.fromkeys(one for copied in names for one in (copied, *kin.above(copied))):
        _as_examined(home, reviewed.examined[name], name)
        now = await examine(home, source, name, reviewed.gate)
        if now != reviewed.examined[name]:
            keep(home, {**load_examined(home.releases), name: now})
            raise RecordBroken(
                f"Session {name} is not as it was when it was looked through: its commits, or what "
                "lies beside its journal, changed since then. Nothing was published. `latitude "
                f"verify {name}` says what is wrong; `latitude publish check` looks anew."
            )


async def _rows(
    home: Home, source: Repository, reviewed: Review, copies: Mapping[str, Copy]
) -> tuple[Published, ...]:
    rows = [
        await _row(home, source, reviewed.gate, reviewed.examined[name], standing, copies.get(name))
        for name, standing in sorted(reviewed.standings.items())
        if standing.withheld is None
    ]
    return tuple(rows)


async def _row(
    home: Home,
    source: Repository,
    gate: Gate,
    one: Examined,
    standing: Standing,
    copy: Copy | None,
) -> Published:
    row, signature = one.row, standing.signature
    if one.hides:
        matter = _as_examined(home, one, one.row.id)
        wish, row = told(home, matter, await commits_of(home, source, matter))
        signature = wish.signature or signature
    if copy is None:
        return msgspec.structs.replace(row, signature=signature, overridden=standing.overridden)
    signature, taken = _signed(gate, signature, standing, copy)
    return msgspec.structs.replace(
        row_of(copy.matter, None, signature),
        overridden=standing.overridden,
        original=one.fingerprint,
        taken_out=_taken(standing, taken),
        tip=copy.tip,
        tree=copy.tree,
    )


def _signed(
    gate: Gate, signature: str | None, standing: Standing, copy: Copy
) -> tuple[str | None, Mapping[str, int]]:
    """The signature as it goes out, and how often something was taken out, by rule.

    It may have been made in a session that this one carries on, so that its copy has it nowhere.
    """
    if signature is None:
        return None, copy.taken
    found = gate.text(signature)
    here = {one: replacement(one.rule) for one in found if finding_id(one) in standing.redact}
    signature, _ = copy.taker.text(signature)
    signature, counts = Taker.of(here).text(signature)
    rules = {one.value: one.rule for one in here}
    taken = Counter(rules[value] for value in counts.elements())
    return signature, {**taken, **copy.taken}


def _taken(standing: Standing, taken: Mapping[str, int]) -> tuple[Taken, ...]:
    reasons: dict[str, dict[str, None]] = {}
    for decided in standing.redact.values():
        reasons.setdefault(decided.rule, {})[decided.why] = None
    if standing.words_withdrawn is not None:
        reasons[WITHDRAWN_WORDS] = {standing.words_withdrawn: None}
    return tuple(
        Taken(rule=rule, count=count, why="; ".join(reasons.get(rule, (SHOWED,))))
        for rule, count in sorted(taken.items())
    )

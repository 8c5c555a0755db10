"""A publication that is being made: what goes out, looked through, decided and copied."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.custody.opening import open_repository
from latitude.errors import HomeUnusable, RecordBroken, UnknownName, UsageError
from latitude.index.follow import Progress
from latitude.journal.listed import Listed
from latitude.publish.copying import WITHDRAWN_WORDS, Copier, Copy
from latitude.publish.decisions import Decisions, read_decisions
from latitude.publish.examining import (
    Examined,
    examine,
    is_current,
    keep_examined,
    load_examined,
    row_of,
    told,
)
from latitude.publish.gate.finding import Gate
from latitude.publish.gate.rules import person_here, secrets_here
from latitude.publish.manifest import Manifest, Published, Taken, Withheld
from latitude.publish.matter import Matter, commits_of, read_matter
from latitude.publish.release import Release
from latitude.publish.scratch import scratch_folder
from latitude.publish.standing import Standing, parents_first, standings
from latitude.publish.versions import last_version, next_version

GONE = "It is kept no longer where it was made."
SHOWED = "It showed when something beside it was taken out."


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A session that was chosen and cannot go out, and why."""

    session: str
    why: str


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
    decisions: Decisions
    standings: Mapping[str, Standing]
    """By session: those that the release chose, oldest first."""
    examined: Mapping[str, Examined]
    """Of these, and of others that stand in one line with them."""
    left_out: tuple[LeftOut, ...]
    last: Manifest | None
    manifest: Manifest
    source: Repository
    copied: Copied
    waiting: tuple[Standing, ...]
    """Sessions about which a person has to decide something first, oldest first."""

    @property
    def repository(self) -> Repository:
        """In which every commit that goes out is read."""
        return self.copied.repository

    def edition(self, row: Published) -> Edition:
        """Read one session of the manifest.

        Raises ``UsageError`` while a person has to decide something about any session, for until
        then nothing goes out, and ``RecordBroken``.
        """
        if self.waiting:
            raise UsageError(
                f"Session {self.waiting[0].session} waits for a decision. Nothing was published. "
                "`latitude publish check` says what has to be decided."
            )
        copy = self.copied.copies.get(row.id)
        one = self.examined[row.id]
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
    """Look through ``chosen`` (what the release's filter let through, in any order) and yield.

    ``others`` are sessions of the home that were not chosen: of those that stand in one line with
    a chosen one the wishes are read, for they hold for it too. What was not looked through before
    is read now, which takes some milliseconds a session; copies are made where something is taken
    out. Nothing is written but what was found, and nothing stays of the copies.

    Raises ``UnknownName`` (a session that the release names is not there), ``UsageError`` (there
    is nothing to publish, or ``day`` is no day), ``RecordBroken`` or ``HomeUnusable``.
    """
    gate = Gate(secrets_here(), person_here()) if gate is None else gate
    async with AsyncExitStack() as stack:
        source = await stack.enter_async_context(open_repository(home))
        decisions = read_decisions(home.releases)
        last = last_version(home.releases, release.name)
        there, left_out = _those_that_can(release, chosen)
        kin = _kin(there, [*chosen, *others])
        examined, broken = await _examined(home, source, {**there, **kin}, gate, progress)
        left_out = (*left_out, *(one for one in broken if one.session in there))
        names = [name for name in there if name in examined]
        if not names and last is None:
            raise _nothing_chosen(release, left_out)
        stand = standings(names, examined, decisions)
        copied = await _copied(home, source, gate, stand, examined, stack)
        manifest = next_version(
            release,
            last,
            await _rows(home, source, examined, stand, copied.copies),
            _withheld(home, stand, last, [*there, *(one.session for one in left_out)], decisions),
            day=day,
            why=why,
            ledger=await source.ledger_tip(),
        )
        yield Publication(
            home=home,
            release=release,
            decisions=decisions,
            standings=stand,
            examined=examined,
            left_out=left_out,
            last=last,
            manifest=manifest,
            source=source,
            copied=copied,
            waiting=tuple(one for one in stand.values() if one.waits),
        )


def _those_that_can(
    release: Release, chosen: Sequence[Listed]
) -> tuple[dict[str, Listed], tuple[LeftOut, ...]]:
    known = {one.id for one in chosen}
    for name in release.ids:
        if name not in known:
            raise UnknownName(
                f"The release names session {name}, and there is none that its other choices let "
                "through. Nothing was published. Correct the release file."
            )
    wanted = frozenset(release.ids or known) - frozenset(release.leave_out)
    there: dict[str, Listed] = {}
    left_out: list[LeftOut] = []
    for one in sorted(chosen, key=lambda one: one.id):
        if one.id not in wanted:
            continue
        if one.problem is not None:
            left_out.append(LeftOut(one.id, f"it cannot be read: {one.problem}"))
        elif one.closed is None or one.fingerprint is None:
            left_out.append(LeftOut(one.id, f"it is not closed ({one.how})"))
        else:
            there[one.id] = one
    return there, tuple(left_out)


def _kin(there: Mapping[str, Listed], rows: Sequence[Listed]) -> dict[str, Listed]:
    """Those of ``rows`` that carry a chosen session on, or are carried on by one."""
    every = {one.id: one for one in rows if one.closed is not None and one.problem is None}
    children: dict[str, list[str]] = {}
    for one in every.values():
        if one.parent is not None:
            children.setdefault(one.parent, []).append(one.id)
    found: dict[str, Listed] = {}
    for name in there:
        above = every.get(there[name].parent or "")
        while above is not None and above.id not in found:
            found[above.id] = above
            above = every.get(above.parent or "")
        below = list(children.get(name, ()))
        while below:
            child = below.pop()
            if child not in found:
                found[child] = every[child]
                below += children.get(child, ())
    return {name: row for name, row in found.items() if name not in there}


def _nothing_chosen(release: Release, left_out: Sequence[LeftOut]) -> UsageError:
    said = f" Session {left_out[0].session} is left out: {left_out[0].why}." if left_out else ""
    more = f" {len(left_out) - 1:,} more are left out, too." if len(left_out) > 1 else ""
    return UsageError(
        f"There is no session that '{release.name}' could publish.{said}{more} Nothing was "
        "published. Close a session, or let the release file choose others."
    )


async def _examined(
    home: Home,
    source: Repository,
    rows: Mapping[str, Listed],
    gate: Gate,
    progress: Progress | None,
) -> tuple[Mapping[str, Examined], tuple[LeftOut, ...]]:
    """What is found in each of ``rows``, and those that are not as they were closed."""
    ledger = {entry.session: entry for entry in await source.ledger()}
    before = load_examined(home.releases)
    known = {name: one for name, one in before.items() if home.session(name).exists()}
    found: dict[str, Examined] = {}
    broken: list[LeftOut] = []
    for done, (name, listed) in enumerate(rows.items(), start=1):
        if not is_current(known.get(name), listed, gate):
            try:
                known[name] = await examine(home, source, name, gate)
            except RecordBroken as error:
                known.pop(name, None)
                broken.append(LeftOut(name, f"it is not as it was written: {error}"))
        entry = ledger.get(name)
        if name in known and (entry is None or entry.fingerprint != known[name].fingerprint):
            why = f"the ledger does not have it so; `latitude verify {name}` says what is wrong"
            broken.append(LeftOut(name, why))
        elif name in known:
            found[name] = known[name]
        if progress is not None:
            progress(done, len(rows))
    if known != before:
        try:
            keep_examined(home.releases, known)
        except OSError as error:
            raise HomeUnusable(
                f"{home.releases} cannot be written: {error.strerror}. Nothing was published. Make "
                "the home writable or make room, and try again."
            ) from error
    return found, tuple(broken)


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


def _to_copy(stand: Mapping[str, Standing], examined: Mapping[str, Examined]) -> list[str]:
    """Sessions of which a copy goes out, parents first."""
    copied: dict[str, None] = {}
    for name in parents_first(stand, examined):
        one = stand[name]
        if one.withheld is None and (
            one.redact or one.words_withdrawn is not None or examined[name].parent in copied
        ):
            copied[name] = None
    return list(copied)


async def _copied(
    home: Home,
    source: Repository,
    gate: Gate,
    stand: Mapping[str, Standing],
    examined: Mapping[str, Examined],
    stack: AsyncExitStack,
) -> Copied:
    """Make the copies, in a folder that is gone when ``stack`` ends."""
    names = _to_copy(stand, examined)
    if not names or any(one.waits for one in stand.values()):
        return Copied({}, source, home.artifacts)
    folder = stack.enter_context(scratch_folder(home.state))
    target = await Repository.borrow(folder, home.artifacts)
    stack.push_async_callback(target.close)
    copier = Copier(home, source, target, gate)
    copies: dict[str, Copy] = {}
    for name in names:
        matter = _as_examined(home, examined[name], name)
        copies[name] = await copier.copy(
            matter,
            frozenset(stand[name].redact),
            withdraw_words=stand[name].words_withdrawn is not None,
        )
    return Copied(copies, target, folder)


async def _rows(
    home: Home,
    source: Repository,
    examined: Mapping[str, Examined],
    stand: Mapping[str, Standing],
    copies: Mapping[str, Copy],
) -> tuple[Published, ...]:
    rows = [
        await _row(home, source, examined[name], stand[name], copies.get(name))
        for name in sorted(stand)
        if stand[name].withheld is None
    ]
    return tuple(rows)


async def _row(
    home: Home, source: Repository, one: Examined, standing: Standing, copy: Copy | None
) -> Published:
    row, signature = one.row, standing.signature
    if one.hides:
        matter = _as_examined(home, one, one.row.id)
        wish, row = told(home, matter, await commits_of(home, source, matter))
        signature = wish.signature or signature
    if copy is None:
        return msgspec.structs.replace(row, signature=signature, overridden=standing.overridden)
    return msgspec.structs.replace(
        row_of(copy.matter, None, copy.taker.text(signature)[0] if signature else None),
        overridden=standing.overridden,
        original=one.fingerprint,
        taken_out=_taken(standing, copy),
        tip=copy.tip,
        tree=copy.tree,
    )


def _taken(standing: Standing, copy: Copy) -> tuple[Taken, ...]:
    reasons: dict[str, dict[str, None]] = {}
    for decided in standing.redact.values():
        reasons.setdefault(decided.rule, {})[decided.why] = None
    if standing.words_withdrawn is not None:
        reasons[WITHDRAWN_WORDS] = {standing.words_withdrawn: None}
    return tuple(
        Taken(rule=rule, count=count, why="; ".join(reasons.get(rule, (SHOWED,))))
        for rule, count in copy.taken.items()
    )


def _withheld(
    home: Home,
    stand: Mapping[str, Standing],
    last: Manifest | None,
    chosen: Sequence[str],
    decisions: Decisions,
) -> tuple[Withheld, ...]:
    """Those held back, and those that were once named and are kept no longer.

    A withdrawal holds also where the session cannot be read any more.
    """
    held = {
        name: Withheld(id=name, because="withdrawn", why=decisions.withdrawn[name].why)
        for name in chosen
        if name in decisions.withdrawn
    }
    held |= {name: one.withheld for name, one in stand.items() if one.withheld is not None}
    named: dict[str, Withheld | None] = {}
    if last is not None:
        named = {row.id: None for row in last.sessions} | {one.id: one for one in last.withheld}
    for name, before in named.items():
        if name not in stand and not home.session(name).exists():
            held[name] = before or Withheld(id=name, because="withdrawn", why=GONE)
    return tuple(held[name] for name in sorted(held))

"""A publication that is being made: what goes out, looked through, decided and copied."""

import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.custody.opening import open_repository
from latitude.errors import HomeUnusable, UnknownName, UsageError
from latitude.journal.listed import Listed
from latitude.publish.copying import Copier, Copy
from latitude.publish.decisions import Decisions, Redact, read_decisions
from latitude.publish.examining import (
    Examined,
    examine,
    keep_examined,
    load_examined,
    row_of,
)
from latitude.publish.gate.finding import Gate
from latitude.publish.gate.rules import person_here, secrets_here
from latitude.publish.manifest import Manifest, Published, Taken, Withheld
from latitude.publish.matter import Matter, read_matter
from latitude.publish.release import Release
from latitude.publish.standing import Standing, standings
from latitude.publish.versions import last_version, next_version

Progress = Callable[[int, int], None]
GONE = "It is kept no longer where it was made."


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
    examined: Mapping[str, Examined]
    left_out: tuple[LeftOut, ...]
    last: Manifest | None
    manifest: Manifest
    source: Repository
    copied: Copied

    @property
    def waiting(self) -> tuple[Standing, ...]:
        """Sessions about which a person has to decide something first, oldest first."""
        return tuple(one for _, one in sorted(self.standings.items()) if one.waits)

    @property
    def repository(self) -> Repository:
        """In which every commit that goes out is read."""
        return self.copied.repository

    def edition(self, row: Published) -> Edition:
        """Read one session of the manifest. Raises ``RecordBroken``."""
        copy = self.copied.copies.get(row.id)
        matter = read_matter(self.home, row.id) if copy is None else copy.matter
        return Edition(row, matter, self.repository, self.examined[row.id])


@asynccontextmanager
async def open_publication(
    home: Home,
    release: Release,
    chosen: Sequence[Listed],
    *,
    day: str,
    why: str | None = None,
    progress: Progress | None = None,
    gate: Gate | None = None,
) -> AsyncIterator[Publication]:
    """Look through ``chosen`` (what the release's filter let through, in any order) and yield.

    What was not looked through before is read now, which takes some milliseconds a session; copies
    are made where something is taken out. Nothing is written but what was found, and nothing stays
    of the copies. Raises ``RecordBroken``, ``HomeUnusable`` or ``UsageError``.
    """
    gate = Gate(secrets_here(), person_here()) if gate is None else gate
    async with AsyncExitStack() as stack:
        source = await stack.enter_async_context(open_repository(home))
        decisions = read_decisions(home.releases)
        last = last_version(home.releases, release.name)
        there, left_out = _those_that_can(release, chosen)
        examined = await _examined(home, source, there, gate, progress)
        stand = standings({name: examined[name] for name in there}, decisions)
        copied = await _copied(home, source, gate, decisions, stand, examined, stack)
        manifest = next_version(
            release,
            last,
            tuple(
                _row(examined[name], stand[name], copied.copies.get(name))
                for name in sorted(stand)
                if stand[name].withheld is None
            ),
            _withheld(home, stand, last),
            day=day,
            why=why,
            ledger=await source.ledger_tip(),
        )
        yield Publication(
            home, release, decisions, stand, examined, left_out, last, manifest, source, copied
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
    there: dict[str, Listed] = {}
    left_out: list[LeftOut] = []
    for one in sorted(chosen, key=lambda one: one.id):
        if one.id in release.leave_out or (release.ids and one.id not in release.ids):
            continue
        if one.problem is not None:
            left_out.append(LeftOut(one.id, f"it cannot be read: {one.problem}"))
        elif one.closed is None or one.fingerprint is None:
            left_out.append(LeftOut(one.id, f"it is not closed ({one.how})"))
        else:
            there[one.id] = one
    return there, tuple(left_out)


async def _examined(
    home: Home,
    source: Repository,
    there: Mapping[str, Listed],
    gate: Gate,
    progress: Progress | None,
) -> Mapping[str, Examined]:
    ledger = {entry.session: entry for entry in await source.ledger()}
    known = dict(load_examined(home.releases))
    fresh = 0
    for done, (name, listed) in enumerate(there.items(), start=1):
        before = known.get(name)
        if before is None or (before.fingerprint, before.stamp) != (listed.fingerprint, gate.stamp):
            known[name] = await examine(home, source, name, gate)
            fresh += 1
        entry = ledger.get(name)
        if entry is None or entry.fingerprint != known[name].fingerprint:
            raise UsageError(
                f"Session {name} is not in the ledger as its journal has it. Nothing was "
                f"published. `latitude verify {name}` says what is wrong."
            )
        if progress is not None:
            progress(done, len(there))
    if fresh:
        try:
            keep_examined(home.releases, known)
        except OSError as error:
            raise HomeUnusable(
                f"{home.releases} cannot be written: {error.strerror}. Nothing was published."
            ) from error
    return known


def _to_copy(stand: Mapping[str, Standing], examined: Mapping[str, Examined]) -> list[str]:
    """Sessions of which a copy goes out, parents first: ids sort by time."""
    copied: list[str] = []
    for name in sorted(stand):
        one = stand[name]
        if one.withheld is None and (
            one.redact or one.words_withdrawn or examined[name].parent in copied
        ):
            copied.append(name)
    return copied


async def _copied(
    home: Home,
    source: Repository,
    gate: Gate,
    decisions: Decisions,
    stand: Mapping[str, Standing],
    examined: Mapping[str, Examined],
    stack: AsyncExitStack,
) -> Copied:
    """Make the copies, in a folder that is gone when ``stack`` ends."""
    names = _to_copy(stand, examined)
    if not names or any(one.waits for one in stand.values()):
        return Copied({}, source, home.artifacts)
    folder = home.state / f"publishing-{secrets.token_hex(6)}"
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    target = await Repository.borrow(folder, home.artifacts)
    stack.push_async_callback(target.close)
    decided = decisions.findings.items()
    rules = {name: one.rule for name, one in decided if isinstance(one, Redact)}
    copier = Copier(home, source, target, gate, rules)
    copies: dict[str, Copy] = {}
    for name in names:
        words = stand[name].words_withdrawn
        copies[name] = await copier.copy(read_matter(home, name), withdraw_words=words)
    return Copied(copies, target, folder)


def _row(one: Examined, standing: Standing, copy: Copy | None) -> Published:
    if copy is None:
        return msgspec.structs.replace(
            one.row, signature=standing.signature, overridden=standing.overridden
        )
    signature = None if standing.signature is None else copy.taker.text(standing.signature)[0]
    row = row_of(copy.matter, None, signature)
    reasons = {decided.rule: decided.why for decided in standing.redact.values()}
    taken = [
        Taken(rule=rule, count=count, why=reasons.get(rule, "the person withdrew their words"))
        for rule, count in copy.taken.items()
    ]
    return msgspec.structs.replace(
        row,
        overridden=standing.overridden,
        original=one.fingerprint,
        taken_out=tuple(taken),
        tip=copy.tip,
        tree=copy.tree,
    )


def _withheld(
    home: Home, stand: Mapping[str, Standing], last: Manifest | None
) -> tuple[Withheld, ...]:
    """Those held back, and those that were once named and are kept no longer."""
    held = {name: one.withheld for name, one in stand.items() if one.withheld is not None}
    named: set[str] = set()
    if last is not None:
        named = {one.id for one in last.sessions} | {one.id for one in last.withheld}
    for name in named:
        if name not in stand and not home.session(name).exists():
            held[name] = Withheld(id=name, because="withdrawn", why=GONE)
    return tuple(held[name] for name in sorted(held))

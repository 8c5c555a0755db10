"""Reviews a release before anything of it is made: what would go out, and what a person decides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.errors import UnknownName, UsageError
from latitude.index.follow import Progress
from latitude.journal.listed import Listed
from latitude.publish.decisions import Decisions, Override, read_decisions
from latitude.publish.examining import Examined
from latitude.publish.gate.finding import Gate
from latitude.publish.gate.rules import person_here, secrets_here
from latitude.publish.looking import Looked, look_through
from latitude.publish.manifest import Manifest, Published, Withheld
from latitude.publish.release import Release
from latitude.publish.standing import Holds, Standing, standings, waiting
from latitude.publish.versions import last_version

GONE = "It is kept no longer where it was made."


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A session that was chosen and cannot go out, and why."""

    session: str
    why: str


@dataclass(frozen=True, slots=True)
class Review:
    """Where everything stands that a release chose. Nothing is copied for it."""

    gate: Gate
    decisions: Decisions
    looked: Looked
    standings: Mapping[str, Standing]
    """By session: those that the release chose and that can go out or are held back, sorted."""
    left_out: tuple[LeftOut, ...]
    waiting: tuple[Standing, ...]
    """Sessions about which a person has to decide something first, oldest first."""
    withheld: tuple[Withheld, ...]
    """Those that are held back, oldest first, chosen now or named by the version before."""
    last: Manifest | None

    @property
    def examined(self) -> Mapping[str, Examined]:
        """What was found in the chosen sessions, and in others of their lines."""
        return self.looked.examined


async def review(
    home: Home,
    source: Repository,
    release: Release,
    chosen: Sequence[Listed],
    others: Sequence[Listed] = (),
    *,
    gate: Gate | None = None,
    progress: Progress | None = None,
) -> Review:
    """Look through ``chosen`` (what the release's filter let through) and say where each stands.

    ``others`` are sessions of the home that were not chosen: of those that stand in one line with
    a chosen one the wishes are read, for they hold for it too. Raises ``UnknownName`` (a session
    that the release names is not there), ``UsageError`` (there is nothing to publish),
    ``RecordBroken`` or ``HomeUnusable``.
    """
    gate = Gate(secrets_here(), person_here()) if gate is None else gate
    decisions = read_decisions(home.releases)
    last = last_version(home.releases, release.name)
    before = _named_in(last)
    wanted = _wanted(release, chosen)
    rows = {row.id: row for row in (*others, *chosen)}
    here = [name for name in dict.fromkeys((*wanted, *before)) if name in rows]
    looked = await look_through(home, source, here, list(rows.values()), gate, progress)
    holds = Holds(looked.kin, looked.examined, decisions)
    stand, left_out = _stand(wanted, looked, holds, decisions)
    if not stand and last is None:
        raise _nothing_chosen(release, left_out)
    shown = {name for name, one in stand.items() if one.withheld is None}
    named = [name for name in (*wanted, *before) if name not in shown]
    return Review(
        gate=gate,
        decisions=decisions,
        looked=looked,
        standings=stand,
        left_out=left_out,
        waiting=waiting(stand, looked.kin, looked.examined, decisions),
        withheld=_withheld(home, named, before, looked, holds),
        last=last,
    )


async def check_overrides(
    home: Home, source: Repository, overrides: Sequence[Override], rows: Sequence[Listed]
) -> None:
    """Raise ``UsageError`` where one of ``overrides`` would show nothing; they are not written yet.

    ``rows`` are all sessions of the home. Raises ``RecordBroken`` and ``HomeUnusable``, too.
    """
    decisions = read_decisions(home.releases)
    with_them = {**decisions.overrides, **{one.session: one for one in overrides}}
    gate = Gate(secrets_here(), person_here())
    looked = await look_through(home, source, [one.session for one in overrides], rows, gate)
    holds = Holds(looked.kin, looked.examined, replace(decisions, overrides=with_them))
    for one in overrides:
        if (problem := _not_overridden(one.session, looked, holds)) is not None:
            raise UsageError(problem)


def _not_overridden(name: str, looked: Looked, holds: Holds) -> str | None:
    held, flaw = holds.held(name), looked.flaws.get(name)
    if flaw is not None:
        return f"Session {name} could not be shown: {flaw}. Nothing was written."
    if (gap := looked.gap(name)) is not None:
        return f"Session {name} could not be shown. Nothing was written. The reason: {gap}."
    if held is None:
        if holds.overridden(name) is not None:
            return None
        return (
            f"No wish holds session {name} back. Nothing was written. An override answers a wish "
            "that was made, and none that may be made later."
        )
    if held.because == "withdrawn":
        return (
            f"Session {name} was withdrawn, or carries on one that was, and no override is "
            "stronger than that. Nothing was written. `latitude publish restore` takes a "
            "withdrawal back."
        )
    return (
        f"Session {name} carries on {holds.blocked(name)}, which is held back and would go out "
        "with it. Nothing was written. Name both to override both."
    )


def _wanted(release: Release, chosen: Sequence[Listed]) -> list[str]:
    known = {one.id for one in chosen}
    for name in release.ids:
        if name not in known:
            raise UnknownName(
                f"The release names session {name}, and there is none that its other choices let "
                "through. Nothing was published. Correct the release file."
            )
    return sorted(frozenset(release.ids or known) - frozenset(release.leave_out))


def _named_in(last: Manifest | None) -> Mapping[str, Published | Withheld]:
    """What the version before said of each session that it named."""
    if last is None:
        return {}
    shown: dict[str, Published | Withheld] = {row.id: row for row in last.sessions}
    return shown | {one.id: one for one in last.withheld}


def _stand(
    wanted: Iterable[str], looked: Looked, holds: Holds, decisions: Decisions
) -> tuple[Mapping[str, Standing], tuple[LeftOut, ...]]:
    there = [name for name in wanted if name in looked.examined]
    stand = dict(standings(there, looked.examined, holds, decisions))
    left_out: list[LeftOut] = []
    for name in wanted:
        why = looked.flaws.get(name)
        if why is None and stand[name].withheld is None:
            why = looked.gap(name)
        if why is not None:
            stand.pop(name, None)
            left_out.append(LeftOut(name, why))
    return stand, tuple(left_out)


def _nothing_chosen(release: Release, left_out: Sequence[LeftOut]) -> UsageError:
    said = f" Session {left_out[0].session} is left out: {left_out[0].why}." if left_out else ""
    more = f" {len(left_out) - 1:,} more are left out, too." if len(left_out) > 1 else ""
    return UsageError(
        f"There is no session that '{release.name}' could publish.{said}{more} Nothing was "
        "published. Close a session, or let the release file choose others."
    )


def _withheld(
    home: Home,
    names: Iterable[str],
    before: Mapping[str, Published | Withheld],
    looked: Looked,
    holds: Holds,
) -> tuple[Withheld, ...]:
    """The tombstones among ``names``, which are not shown.

    A withdrawal holds also where the session cannot be read any more. What was held back before
    stays held back, whatever the release chooses now, until nothing holds it back any more.
    """
    found: dict[str, Withheld] = {}
    for name in names:
        held, was = holds.held(name), before.get(name)
        if held is not None and (held.because == "withdrawn" or name in looked.examined):
            found[name] = held
        elif isinstance(was, Withheld):
            if name not in looked.examined or looked.gap(name) is not None:
                found[name] = was
        elif was is not None and not home.session(name).exists():
            found[name] = Withheld(id=name, because="withdrawn", why=GONE)
    return tuple(found[name] for name in sorted(found))

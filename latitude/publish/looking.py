"""Looks through sessions and all that stand in one line with them: their wishes count, too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.errors import HomeUnusable, RecordBroken
from latitude.index.follow import Progress
from latitude.journal.listed import Listed
from latitude.publish.examining import (
    Examined,
    examine,
    is_current,
    keep_examined,
    load_examined,
)
from latitude.publish.gate.finding import Gate
from latitude.publish.kin import Kin

_NOT_CLOSED = "Wait until it ends, or close it with `latitude recover`"
_NOT_THERE = "Restore it from a copy"
_NOT_WHOLE = "Restore it from a copy, or forget it with `latitude forget`"


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of some sessions and of all that stand in one line with them."""

    kin: Kin
    examined: Mapping[str, Examined]
    flaws: Mapping[str, str]
    """Those that could not be looked through, and why; it reads on after "is left out: "."""
    gaps: Mapping[str, str]
    """Why the rest of a line may not be shown, by the first session of the line."""
    lost: tuple[str, ...]
    """Sessions that cannot be read and of which nobody knows whether they carry another on."""

    def gap(self, name: str) -> str | None:
        """Why a session may not be shown although nothing that is known holds it back.

        It reads on after "is left out: "; ``None`` where all was looked through that may hold it
        back.
        """
        if (why := self.gaps.get(self.kin.first(name))) is not None:
            return why
        if self.lost:
            return (
                f"session {self.lost[0]} cannot be read, so nobody knows whether it carries this "
                f"one on and wishes that it is not shown. {_NOT_WHOLE}"
            )
        return None


async def look_through(
    home: Home,
    source: Repository,
    names: Iterable[str],
    rows: Sequence[Listed],
    gate: Gate,
    progress: Progress | None = None,
) -> Looked:
    """Look through ``names`` and their lines; ``rows`` are all sessions of the home.

    What was looked through before is not read again. Raises ``HomeUnusable`` and ``RecordBroken``.
    """
    ledger = {entry.session: entry for entry in await source.ledger()}
    before = load_examined(home.releases)
    known = {name: one for name, one in before.items() if _is_ours(home, ledger, name)}
    by_name = {row.id: row for row in rows}
    kin = Kin(_parents(by_name, known))
    lines = {kin.first(name): kin.line(name) for name in names}
    wanted = [name for line in lines.values() for name in line]
    found: dict[str, Examined] = {}
    flaws: dict[str, str] = {}
    gaps: dict[str, str] = {}
    for done, name in enumerate(wanted, start=1):
        row = by_name.get(name)
        flaw = _flaw(row)
        if row is not None and flaw is None:
            try:
                if not is_current(known.get(name), row, gate):
                    known[name] = await examine(home, source, name, gate)
                flaw = _unentered(known[name], ledger.get(name))
            except RecordBroken as error:
                flaw = f"it is not as it was written: {error}"
        if flaw is None:
            found[name] = known[name]
        else:
            flaws[name] = flaw
            gaps.setdefault(kin.first(name), _gap(name, flaw, row, ledger.get(name)))
        if progress is not None:
            progress(done, len(wanted))
    if known != before:
        keep(home, known)
    lost = tuple(row.id for row in rows if row.opened is None and row.id not in known)
    return Looked(kin, found, flaws, gaps, lost)


def keep(home: Home, known: Mapping[str, Examined]) -> None:
    """Keep what was found. Raises ``HomeUnusable``."""
    try:
        keep_examined(home.releases, known)
    except OSError as error:
        raise HomeUnusable(
            f"{home.releases} cannot be written: {error.strerror}. Nothing was published. Make "
            "the home writable or make room, and try again."
        ) from error


def _is_ours(home: Home, ledger: Mapping[str, LedgerEntry], name: str) -> bool:
    """Whether a session is to be remembered: it is there, or should be.

    One whose folder is gone still has its place in a line; one that was forgotten is forgotten.
    """
    entry = ledger.get(name)
    return home.session(name).exists() or (entry is not None and entry.forgotten is None)


def _parents(rows: Mapping[str, Listed], known: Mapping[str, Examined]) -> dict[str, str | None]:
    """What each session carries on; of those that cannot be read, what was known before."""
    parents = {name: row.parent for name, row in rows.items()}
    for name, one in known.items():
        row = rows.get(name)
        if row is None or row.problem is not None:
            parents[name] = one.parent
    return parents


def _flaw(row: Listed | None) -> str | None:
    if row is None:
        return "it is not there any more"
    if row.problem is not None:
        return f"it cannot be read: {row.problem}"
    if row.closed is None or row.fingerprint is None:
        return f"it is not closed ({row.how})"
    return None


def _unentered(one: Examined, entry: LedgerEntry | None) -> str | None:
    """Why the ledger does not vouch for what was looked through, if it does not."""
    sealed = None if entry is None else (entry.fingerprint, entry.tip)
    if sealed == (one.fingerprint, one.row.tip):
        return None
    return f"the ledger does not have it so; `latitude verify {one.row.id}` says what is wrong"


def _gap(name: str, flaw: str, row: Listed | None, entry: LedgerEntry | None) -> str:
    if row is None:
        way_out = _NOT_THERE
    elif row.closed is None and row.problem is None and entry is None:
        way_out = _NOT_CLOSED
    else:
        way_out = _NOT_WHOLE
    return (
        f"session {name} stands in one line with it, and what that one wishes holds for it too, "
        f"but cannot be told: {flaw}. {way_out}"
    )

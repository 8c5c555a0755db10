"""Forgetting a session: its commits go, a tombstone in the ledger stays."""

from datetime import datetime

from latitude.artifacts.backend import Backend
from latitude.artifacts.gather import purge
from latitude.artifacts.graft import check_main, place_of, rebuild
from latitude.artifacts.ledger import NONE, Ledger
from latitude.artifacts.orders import Forgotten, LedgerEntry
from latitude.artifacts.refs import branch
from latitude.core.ids import is_session_id
from latitude.errors import RecordBroken


def forget(
    backend: Backend, ledger: Ledger, session: str, reason: str, when: datetime
) -> Forgotten:
    """Remove a session's branch, its place in ``main``, and every object only it reached.

    Other sessions' commits keep their ids. The tombstone is written first, so an interrupted
    forget is finished by forgetting again. Raises ``RecordBroken``, with nothing changed, when
    ``main`` holds commits that latitude did not make.
    """
    if not is_session_id(session):
        raise ValueError(f"not a session id: {session!r}")
    with backend.lock.hold():
        try:
            return _forget(backend, ledger, session, reason, when)
        finally:
            backend.objects.discard()


def _forget(
    backend: Backend, ledger: Ledger, session: str, reason: str, when: datetime
) -> Forgotten:
    check_main(backend)
    entries = ledger.entries()
    sealed = next((entry for entry in entries if entry.session == session), None)
    at_branch = backend.reader.tip(branch(session))
    tip = at_branch or (sealed.tip if sealed else None)
    gone = {entry.session for entry in entries if entry.forgotten is not None}
    if session not in gone:
        ledger.append(
            LedgerEntry(
                session=session,
                fingerprint=sealed.fingerprint if sealed else NONE,
                tip=tip,
                model=sealed.model if sealed else "",
                closed=when,
                forgotten=reason,
            )
        )
        backend.at_step("tombstoned")
    stay = [entry for entry in entries if entry.tip and entry.session not in gone | {session}]
    rebuild(backend, stay)
    backend.at_step("main-rebuilt")
    if at_branch is not None:
        backend.refs.remove(branch(session), at_branch)
        backend.at_step("branch-removed")
    purge(backend)
    last = ledger.tip()
    if last is None:
        raise RecordBroken("The ref 'ledger' vanished while it was written. Run latitude verify.")
    return Forgotten(tip=last, kept_by=_holders(backend, sealed, tip))


def _holders(backend: Backend, sealed: LedgerEntry | None, tip: str | None) -> tuple[str, ...]:
    held: list[str] = []
    if tip is not None and backend.reader.header(tip) is not None:
        out = backend.door.run("for-each-ref", "--format=%(refname:short)", f"--contains={tip}")
        held += out.decode().splitlines()
    if sealed is not None:
        laid_out = backend.door.root.joinpath(*place_of(sealed))
        if laid_out.exists():
            held.append(str(laid_out))
    return tuple(held)

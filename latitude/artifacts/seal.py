"""Sealing a session: its graft into ``main``, then its entry in the ledger, under one lock."""

from latitude.artifacts.backend import Backend
from latitude.artifacts.graft import graft, is_grafted
from latitude.artifacts.ledger import Ledger
from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.refs import branch
from latitude.core.ids import is_session_id
from latitude.errors import RecordBroken


def seal(backend: Backend, ledger: Ledger, entry: LedgerEntry) -> str:
    """Seal a session and return the ledger's tip.

    Sealing again what was sealed changes nothing, and finishes what a crash left between the two
    steps. Raises ``RecordBroken``, with nothing changed, when the ledger has another fingerprint
    for the session, when it was forgotten, or when its branch does not end at ``entry.tip``.
    """
    if not is_session_id(entry.session):
        raise ValueError(f"not a session id: {entry.session!r}")
    with backend.lock.hold():
        try:
            return _seal(backend, ledger, entry)
        finally:
            backend.objects.discard()


def _seal(backend: Backend, ledger: Ledger, entry: LedgerEntry) -> str:
    sealed = [known for known in ledger.entries() if known.session == entry.session]
    for known in sealed:
        _compare(known, entry)
    tip = backend.reader.tip(branch(entry.session))
    if tip != entry.tip:
        raise RecordBroken(
            f"The branch of session {entry.session} ends at {tip or 'nothing'}, but its record "
            f"says {entry.tip or 'nothing'}. Nothing was changed. "
            f"Run latitude verify {entry.session}."
        )
    if entry.tip is not None and not is_grafted(backend, entry):
        graft(backend, entry)
        backend.at_step("grafted")
    if not sealed:
        ledger.append(entry)
        backend.at_step("ledgered")
    found = ledger.tip()
    if found is None:
        raise RecordBroken("The ref 'ledger' vanished while it was written. Run latitude verify.")
    return found


def _compare(known: LedgerEntry, entry: LedgerEntry) -> None:
    if known.forgotten is not None:
        raise RecordBroken(
            f"Session {entry.session} was forgotten ({known.forgotten}), so it cannot be sealed "
            "again. Nothing was changed."
        )
    if known.fingerprint != entry.fingerprint:
        raise RecordBroken(
            f"The ledger sealed session {entry.session} with the fingerprint {known.fingerprint}, "
            f"but its journal now ends with {entry.fingerprint}: it was changed after the close. "
            "Nothing was changed in the repository. Restore the journal from a copy."
        )

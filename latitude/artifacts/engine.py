"""The plain work behind ``repository.py``, all of it on one thread."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from latitude.artifacts import compare, history
from latitude.artifacts.backend import Backend, open_backend
from latitude.artifacts.check import Checker
from latitude.artifacts.commit import Committer
from latitude.artifacts.export import export
from latitude.artifacts.forget import forget
from latitude.artifacts.ledger import Ledger
from latitude.artifacts.orders import (
    CommitInfo,
    CommitRead,
    Exported,
    FileDiff,
    Forgotten,
    LedgerEntry,
    StoredFile,
)
from latitude.artifacts.packs import Write
from latitude.artifacts.publication import bundle, gather_in
from latitude.artifacts.refs import SESSIONS, branch
from latitude.artifacts.rewrite import Rewriting, rewrite
from latitude.artifacts.seal import seal
from latitude.core.ids import is_session_id
from latitude.errors import UnknownName
from latitude.session.seams import Committed


class Engine:
    """One open repository with what it remembers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.committer = Committer(backend)
        self.ledger = Ledger(backend)
        self.checker = Checker(backend)
        self._differ = compare.Differ(backend.door)

    def close(self) -> None:
        """End every process."""
        self._differ.close()
        self._backend.close()

    def tip(self, session: str) -> str | None:
        """Return the end of a session's branch."""
        return self._backend.reader.tip(branch(session))

    def tips(self) -> Mapping[str, str]:
        """Return the end of every session's branch."""
        refs = self._backend.refs.all(SESSIONS)
        return {name.removeprefix(SESSIONS): tip for name, tip in refs.items()}

    def refs(self) -> Mapping[str, str]:
        """Return every branch and its last commit."""
        return self._backend.refs.all("refs/heads")

    def seal(self, entry: LedgerEntry) -> str:
        """Seal a session and let go of what was remembered of it."""
        tip = seal(self._backend, self.ledger, entry)
        self.committer.drop(entry.session)
        return tip

    def forget(self, session: str, reason: str, when: datetime) -> Forgotten:
        """Forget a session here and in memory."""
        self.committer.drop(session)
        self.checker = Checker(self._backend)
        return forget(self._backend, self.ledger, session, reason, when)

    def history(self, session: str, tip: str | None = None) -> tuple[CommitInfo, ...]:
        """Return the commits of a session."""
        return history.history(self._backend, session, tip)

    def commits_since(self, session: str, base: str | None) -> Mapping[str, str] | None:
        """Return the commits of a session after ``base``, each with its tree."""
        return history.commits_since(self._backend, session, base)

    def commit_of_turn(self, session: str, turn: int) -> str | None:
        """Return the commit that ``turn`` ended with."""
        return history.commit_of_turn(self._backend, session, turn)

    def files(self, commit: str) -> tuple[StoredFile, ...]:
        """Return what a commit holds."""
        return history.files_at(self._backend, commit)

    def read(self, commit: str, path: str) -> bytes:
        """Return the bytes of one file."""
        return history.read_file(self._backend, commit, path)

    def rewrite(self, order: Rewriting) -> Committed:
        """Make the copy of a commit."""
        return rewrite(self._backend, order)

    def gather_in(self, entries: Sequence[LedgerEntry]) -> None:
        """Give sessions their branches, their places in ``main``, and their entries."""
        gather_in(self._backend, self.ledger, entries)

    def bundle(self, write: Write) -> None:
        """Write all that the refs reach as a bundle."""
        bundle(self._backend, write)

    def read_files(self, commit: str, paths: Collection[str]) -> dict[str, bytes]:
        """Return the bytes of several files."""
        return history.read_files(self._backend, commit, paths)

    def read_commit(self, commit: str, paths: Collection[str]) -> CommitRead:
        """Return a commit, its manifest and some of its files."""
        return history.read_commit(self._backend, commit, paths)

    def diff(self, old: str | None, new: str) -> tuple[FileDiff, ...]:
        """Return how two commits, or the ends of two sessions, differ."""
        before = None if old is None else self._commit(old)
        return compare.diff(self._backend, self._differ, before, self._commit(new))

    def export(self, commit: str, folder: Path, *, for_workspace: bool) -> Exported:
        """Lay out a commit."""
        return export(self._backend, commit, folder, for_workspace=for_workspace)

    def _commit(self, name: str) -> str:
        if not is_session_id(name):
            return name
        tip = self.tip(name)
        if tip is None:
            raise UnknownName(f"Session {name} made nothing that could be compared.")
        return tip


def open_engine(root: Path, at_step: Callable[[str], None] | None) -> Engine:
    """Open or make the repository in ``root``."""
    return Engine(open_backend(root) if at_step is None else open_backend(root, at_step))

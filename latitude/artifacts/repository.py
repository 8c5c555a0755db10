"""The repository of artifacts, for asyncio. Git is loaded when one is opened, not before."""

import asyncio
import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from latitude.artifacts.orders import (
    CommitInfo,
    CommitOrder,
    CommitRead,
    Exported,
    FileDiff,
    Forgotten,
    LedgerEntry,
    Problem,
    StoredFile,
)
from latitude.errors import HomeUnusable
from latitude.session.seams import Committed
from latitude.workspace.folder import Workspace

if TYPE_CHECKING:
    from latitude.artifacts.engine import Engine
    from latitude.artifacts.packs import Write
    from latitude.artifacts.rewrite import Rewriting

T = TypeVar("T")


class Repository:
    """One home's repository of artifacts.

    Any number of tasks may call it. The work is done one job after another on a thread of its own,
    because a GitPython repository belongs to one thread; a job that was begun is finished even if
    the task that asked for it is cancelled. Other processes may use the same repository.

    Every method raises ``HomeUnusable`` when git or the disk fails, with nothing half-published,
    and ``RecordBroken`` when the repository is not as latitude left it.
    """

    def __init__(self, engine: "Engine", worker: ThreadPoolExecutor) -> None:
        """Use :meth:`open`."""
        self._engine = engine
        self._worker = worker

    @classmethod
    async def open(
        cls, root: Path, *, at_step: Callable[[str], None] | None = None
    ) -> "Repository":
        """Open the repository in ``root`` and make it first when there is none.

        ``at_step`` is called between the steps of each job with the step's name, so that a test
        can end the process there.
        """
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="artifacts")
        loop = asyncio.get_running_loop()
        with ExitStack() as on_failure:
            on_failure.callback(worker.shutdown, wait=False)
            engine = await loop.run_in_executor(worker, _open, root, at_step)
            on_failure.pop_all()
        return cls(engine, worker)

    @classmethod
    async def borrow(cls, root: Path, lender: Path) -> "Repository":
        """Make an empty repository in ``root`` that reads the objects of the one in ``lender``.

        What is committed in it stays in it. Raises ``HomeUnusable``.
        """
        await asyncio.to_thread(_borrow, root, lender)
        return await cls.open(root)

    @classmethod
    async def take_in(cls, root: Path, bundle: Path) -> "Repository":
        """Make a repository in ``root``, a new folder, of a bundle that somebody gave.

        Raises ``RecordBroken`` when it is none, or when git finds a fault in an object.
        """
        await asyncio.to_thread(_take_in, root, bundle)
        return await cls.open(root)

    async def close(self) -> None:
        """Finish the job at hand and end every process of git."""
        await self._run(lambda engine: engine.close())
        self._worker.shutdown(wait=False)

    async def commit(self, order: CommitOrder, workspace: Workspace) -> Committed | None:
        """Commit ``workspace`` if it differs from the session's last commit, else ``None``."""
        return await self._run(lambda engine: engine.committer.commit(order, workspace))

    async def tip(self, session: str) -> str | None:
        """Return the last commit of a session; ``None`` when it made nothing."""
        return await self._run(lambda engine: engine.tip(session))

    async def tips(self) -> Mapping[str, str]:
        """Return every session that has a branch, and the last commit of each."""
        return await self._run(lambda engine: engine.tips())

    async def refs(self) -> Mapping[str, str]:
        """Return every branch, ``main`` and the ledger too, by full name, and its last commit."""
        return await self._run(lambda engine: engine.refs())

    async def seal(self, entry: LedgerEntry) -> str:
        """Graft a session into ``main``, enter it in the ledger, and return the ledger's tip.

        Doing so again changes nothing. Raises ``RecordBroken`` when the ledger has another
        fingerprint for it, or its branch does not end at ``entry.tip``.
        """
        return await self._run(lambda engine: engine.seal(entry))

    async def ledger(self, at: str | None = None) -> tuple[LedgerEntry, ...]:
        """Return the ledger's entries, oldest first, tombstones included.

        With ``at``, those up to an earlier tip; raises ``UsageError`` when that is not there.
        """
        return await self._run(
            lambda engine: engine.ledger.entries() if at is None else engine.ledger.entries_at(at)
        )

    async def ledger_tip(self) -> str | None:
        """Return the ledger's newest commit; ``None`` before the first session was closed."""
        return await self._run(lambda engine: engine.ledger.tip())

    async def ledger_contains(self, tip: str) -> bool:
        """Say whether an earlier tip is today's ledger tip or an ancestor of it."""
        return await self._run(lambda engine: engine.ledger.contains(tip))

    async def forget(self, session: str, reason: str, when: datetime) -> Forgotten:
        """Remove what only this session reached, and leave a tombstone in the ledger."""
        return await self._run(lambda engine: engine.forget(session, reason, when))

    async def history(self, session: str, tip: str | None = None) -> tuple[CommitInfo, ...]:
        """Return the commits of a session, oldest first, up to ``tip`` or the end of its branch."""
        return await self._run(lambda engine: engine.history(session, tip))

    async def commits_since(self, session: str, base: str | None) -> Mapping[str, str] | None:
        """Return the commits of a session after ``base``, oldest first, each with its tree.

        ``None`` as base is the empty beginning; the result is ``None`` when the session's branch
        does not lead back to ``base``.
        """
        return await self._run(lambda engine: engine.commits_since(session, base))

    async def commit_of_turn(self, session: str, turn: int) -> str | None:
        """Return the commit that held the workspace when ``turn`` had ended, or ``None``."""
        return await self._run(lambda engine: engine.commit_of_turn(session, turn))

    async def files(self, commit: str) -> tuple[StoredFile, ...]:
        """Return everything a commit holds; raises ``UnknownName`` when it is not there."""
        return await self._run(lambda engine: engine.files(commit))

    async def read(self, commit: str, path: str) -> bytes:
        """Return a file's bytes; raises ``UnknownName`` when the commit has no such file."""
        return await self._run(lambda engine: engine.read(commit, path))

    async def read_files(self, commit: str, paths: Collection[str]) -> dict[str, bytes]:
        """Return the bytes of those of ``paths`` that are files of the commit, by path."""
        return await self._run(lambda engine: engine.read_files(commit, paths))

    async def read_commit(self, commit: str, paths: Collection[str]) -> CommitRead:
        """Return a commit as it lies there, with the files of ``paths``.

        Raises ``UnknownName`` when it is not there.
        """
        return await self._run(lambda engine: engine.read_commit(commit, paths))

    async def rewrite(self, order: "Rewriting") -> Committed:
        """Make the copy of a commit, with something taken out of it."""
        return await self._run(lambda engine: engine.rewrite(order))

    async def gather_in(self, entries: Sequence[LedgerEntry]) -> None:
        """Give sessions whose commits are there their branches, ``main`` and the ledger.

        For a repository that holds none of them yet.
        """
        await self._run(lambda engine: engine.gather_in(entries))

    async def bundle(self, write: "Write") -> None:
        """Write all that the refs reach as a bundle, which ``git clone`` reads, piece by piece.

        The same refs give the same bytes, however the objects lie in the repository. ``write`` is
        called on the repository's own thread, and what it raises comes out of here.
        """
        await self._run(lambda engine: engine.bundle(write))

    async def diff(self, old: str | None, new: str) -> tuple[FileDiff, ...]:
        """Return how each file differs between two commits, or the last ones of two sessions.

        ``None`` is an empty workspace.
        """
        return await self._run(lambda engine: engine.diff(old, new))

    async def export(self, commit: str, folder: Path) -> Exported:
        """Lay out a commit in ``folder``, which is new or empty, under true names.

        Only ``.git`` is written under an escaped name, so that no git takes it for a repository.
        """
        return await self._run(lambda engine: engine.export(commit, folder, for_workspace=False))

    async def restore(self, commit: str, workspace_root: Path) -> Exported:
        """Lay out a commit in an empty workspace: every true name, and links are not made again."""
        return await self._run(
            lambda engine: engine.export(commit, workspace_root, for_workspace=True)
        )

    async def check_commit(self, commit: str, tree: str) -> Problem | None:
        """Return what is wrong with a commit that should hold ``tree``, or ``None``."""
        return await self._run(lambda engine: engine.checker.check(commit, tree))

    async def _run(self, job: "Callable[[Engine], T]") -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, job, self._engine)


def _open(root: Path, at_step: Callable[[str], None] | None) -> "Engine":
    _drop_git_variables()
    try:
        from latitude.artifacts.engine import open_engine
    except ImportError as error:
        # GitPython looks for the git program when it is imported, and what it says is a page long.
        why = str(error).partition("\n")[0] if shutil.which("git") else "there is none on the PATH"
        raise HomeUnusable(
            f"git could not be started: {why}. Nothing was changed. Install git and try again."
        ) from error
    return open_engine(root, at_step)


def _borrow(root: Path, lender: Path) -> None:
    _drop_git_variables()
    from latitude.artifacts.publication import borrow

    borrow(root, lender)


def _take_in(root: Path, bundle: Path) -> None:
    _drop_git_variables()
    from latitude.artifacts.publication import take_in

    take_in(root, bundle)


def _drop_git_variables() -> None:
    # GitPython copies os.environ for each process, from its import on, and can set a variable but
    # not unset one. A GIT_OBJECT_DIRECTORY or GIT_DEFAULT_HASH of the person would divert or ruin
    # the repository.
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        if not name.startswith("GIT_PYTHON_"):
            del os.environ[name]

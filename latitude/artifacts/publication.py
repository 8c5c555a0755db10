"""A repository of chosen sessions, to be given away: made beside the home's, then bundled.

It reads the home's objects where they lie (``objects/info/alternates``) and writes only what is
new: commits from which something was taken out, a ``main`` and a ``ledger`` of these sessions.
"""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from latitude.artifacts.backend import Backend, open_backend
from latitude.artifacts.door import GitFailed, make_repository
from latitude.artifacts.graft import rebuild
from latitude.artifacts.ledger import Ledger
from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.refs import LEDGER, MAIN, SESSIONS, branch
from latitude.errors import HomeUnusable, RecordBroken

_SIGNATURE = b"# v2 git bundle\n"
"""gitformat-bundle, version 2."""


def borrow(root: Path, lender: Path) -> None:
    """Make an empty repository in ``root`` that reads the objects of the one in ``lender``.

    Raises ``HomeUnusable``.
    """
    fresh = make_repository(root)
    try:
        info = fresh / "objects" / "info"
        info.mkdir(exist_ok=True)
        lent = lender.absolute() / ".git" / "objects"
        (info / "alternates").write_text(f"{lent}\n", encoding="utf-8")
        fresh.rename(root / ".git")
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise HomeUnusable(f"{root} cannot be written: {error.strerror}.") from error


def gather_in(backend: Backend, ledger: Ledger, entries: Sequence[LedgerEntry]) -> None:
    """Give each session its branch, graft all of them into ``main``, and enter them in the ledger.

    For a repository that holds none of them yet. Raises ``RecordBroken`` when a commit is missing.
    """
    made = [entry for entry in entries if entry.tip is not None]
    with backend.lock.hold():
        try:
            if made:
                orders = "".join(f"create {branch(one.session)} {one.tip}\n" for one in made)
                _feed(backend, orders, "update-ref", "--stdin")
            rebuild(backend, made)
            ledger.append(*entries)
        finally:
            backend.objects.discard()


def bundle(backend: Backend, path: Path) -> None:
    """Write everything that the refs reach into one file that ``git clone`` reads.

    The same refs give the same bytes, however the objects lie in the repository: every object is
    packed anew, by one thread. Raises ``HomeUnusable``.
    """
    refs = {
        MAIN: backend.reader.tip(MAIN),
        LEDGER: backend.reader.tip(LEDGER),
        **backend.refs.all(SESSIONS),
    }
    there = sorted((name, tip) for name, tip in refs.items() if tip is not None)
    heads = [f"{tip} HEAD\n" for name, tip in there if name == MAIN]
    heads += [f"{tip} {name}\n" for name, tip in there]
    try:
        with path.open("wb") as target, tempfile.TemporaryFile() as wanted:
            target.write(_SIGNATURE + "".join(heads).encode() + b"\n")
            target.flush()
            wanted.write("".join(f"{tip}\n" for _, tip in there).encode())
            wanted.seek(0)
            backend.door.pour(
                *("pack-objects", "--quiet", "--stdout", "--revs", "--delta-base-offset"),
                *("--no-reuse-delta", "--no-reuse-object", "--threads=1", "--window=4"),
                source=wanted,
                target=target,
            )
    except OSError as error:
        raise HomeUnusable(f"{path} cannot be written: {error.strerror}.") from error


def take_in(root: Path, path: Path) -> None:
    """Make a repository in ``root``, a new folder, of the bundle at ``path``; trust nothing in it.

    Raises ``RecordBroken`` when the bundle is none, or git finds a fault in an object.
    """
    fresh = make_repository(root)
    fresh.rename(root / ".git")
    backend = open_backend(root)
    try:
        backend.door.run(
            *("-c", "protocol.file.allow=always", "-c", "fetch.fsckObjects=true"),
            *(
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--update-head-ok",
                os.fspath(path),
            ),
            "+refs/heads/*:refs/heads/*",
        )
    except GitFailed as error:
        raise RecordBroken(f"{path} is no bundle of git that can be read: {error}") from error
    finally:
        backend.close()


def _feed(backend: Backend, orders: str, *args: str) -> None:
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as nothing:
        source.write(orders.encode())
        source.seek(0)
        backend.door.pour(*args, source=source, target=nothing)

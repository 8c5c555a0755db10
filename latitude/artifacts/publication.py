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
from latitude.artifacts.packs import JoinedPacks, Write
from latitude.artifacts.refs import LEDGER, MAIN, SESSIONS, branch
from latitude.core.clean import clean_line
from latitude.errors import HomeUnusable, RecordBroken

LARGE = 256 * 1024
"""Bytes of an object from which on it is stored as it is."""
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
                orders = [f"create {branch(one.session)} {one.tip}" for one in made]
                _feed(backend, orders, "update-ref", "--stdin")
            rebuild(backend, made)
            ledger.append(*entries)
        finally:
            backend.objects.discard()


def bundle(backend: Backend, write: Write) -> None:
    """Write everything that the refs reach as a bundle, which ``git clone`` reads.

    The same refs give the same bytes, however the objects lie in the repository: every object is
    packed anew, by one thread. Large ones are most often pictures and sounds, which are compressed
    already; they are stored as they are. Nothing is kept on the way: ``write`` is called with one
    piece after the other. Raises ``HomeUnusable``, and as ``write`` does.
    """
    refs = {
        MAIN: backend.reader.tip(MAIN),
        LEDGER: backend.reader.tip(LEDGER),
        **backend.refs.all(SESSIONS),
    }
    there = sorted((name, tip) for name, tip in refs.items() if tip is not None)
    heads = [f"{tip} HEAD\n" for name, tip in there if name == MAIN]
    heads += [f"{tip} {name}\n" for name, tip in there]
    small, large = _by_size(backend, [tip for _, tip in there])
    write(_SIGNATURE + "".join(heads).encode() + b"\n")
    joined = JoinedPacks(write, len(small) + len(large))
    _pack(backend, small, joined, "--window=4")
    _pack(backend, large, joined, "--window=0", "--compression=0")
    joined.finish()


def _by_size(backend: Backend, tips: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
    """Every object that ``tips`` reach, in the order in which git meets them."""
    names = _feed(backend, tips, "rev-list", "--objects", "--stdin")
    with_paths = [line for line in names.splitlines() if line]
    only = [line.partition(b" ")[0].decode() for line in with_paths]
    sizes = _feed(backend, only, "cat-file", "--batch-check=%(objectsize)").splitlines()
    pairs = list(zip(with_paths, map(int, sizes), strict=True))
    return [it for it, size in pairs if size < LARGE], [it for it, size in pairs if size >= LARGE]


def _pack(backend: Backend, names: Sequence[bytes], joined: JoinedPacks, *how: str) -> None:
    joined.begin()
    with tempfile.TemporaryFile() as wanted:
        wanted.write(b"".join(name + b"\n" for name in names))
        wanted.seek(0)
        backend.door.pour(
            *("pack-objects", "--quiet", "--stdout", "--delta-base-offset"),
            *("--no-reuse-delta", "--no-reuse-object", "--threads=1", *how),
            source=wanted,
            target=joined,
        )


def take_in(root: Path, path: Path) -> None:
    """Make a repository in ``root``, a new folder, of the bundle at ``path``; trust nothing in it.

    Raises ``RecordBroken`` when the bundle is none, or git finds a fault in an object.
    """
    fresh = make_repository(root)
    fresh.rename(root / ".git")
    backend = open_backend(root)
    try:
        backend.door.run(
            *("-c", "protocol.file.allow=always"),
            *(
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--no-recurse-submodules",
                "--update-head-ok",
                # From the root of the file system on, it can be taken for nothing but a path.
                os.fspath(path.absolute()),
            ),
            "+refs/heads/*:refs/heads/*",
        )
        # Before 2.46 git looks into no object of a bundle when it fetches one, whatever is asked.
        backend.door.run("fsck", "--full", "--strict", "--no-dangling", "--no-progress")
    except GitFailed as error:
        said = clean_line(" ".join(error.said.split()), 500) or "nothing"
        raise RecordBroken(
            f"{path} is no bundle that can be read whole. Nothing of it was used. Git says: {said}"
        ) from error
    finally:
        backend.close()


def _feed(backend: Backend, lines: Sequence[str], *args: str) -> bytes:
    """Run git on ``lines`` and return its output."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        source.write("".join(f"{line}\n" for line in lines).encode())
        source.seek(0)
        backend.door.pour(*args, source=source, target=target)
        target.seek(0)
        return target.read()

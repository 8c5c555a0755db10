"""Checks a bag all the way down: its files, its records line by line, its commits, its manifest.

The payload is laid out like a home. So its bundle becomes a repository in a folder of its own, and
what checks homes checks this one.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.custody.verdict import Verdict
from latitude.custody.verify import Tell, verify
from latitude.errors import LatitudeError, RecordBroken
from latitude.publish.bag.checking import BagProblem, check_bag
from latitude.publish.bag.signing import Signature, check_signature
from latitude.publish.bagging import BUNDLE
from latitude.publish.manifest import FILE as MANIFEST
from latitude.publish.manifest import Manifest, read_manifest

PAYLOAD = "data"


@dataclass(frozen=True, slots=True)
class CheckedBag:
    """What was found in a bag."""

    folder: Path
    problems: tuple[BagProblem, ...]
    """With its files, its manifest and its signature."""
    verdict: Verdict | None
    """Of its sessions; ``None`` where they could not be opened."""
    manifest: Manifest | None
    signature: Signature | None

    @property
    def ok(self) -> bool:
        """True when all of it is as it was made."""
        return not self.problems and self.verdict is not None and self.verdict.ok


async def check(
    folder: Path, *, allowed: Path | None = None, tell: Tell | None = None
) -> CheckedBag:
    """Check the bag in ``folder``; ``allowed`` is a list of keys that are known from elsewhere.

    Nothing is changed. Raises ``UsageError`` when the folder is no bag, and ``HomeUnusable`` when
    there is no room to open its bundle.
    """
    problems = check_bag(folder)
    signature, manifest, verdict = None, None, None
    try:
        signature = check_signature(folder, allowed)
    except LatitudeError as error:
        problems.append(BagProblem("the signature", str(error)))
    try:
        manifest = read_manifest(folder / PAYLOAD / MANIFEST)
        verdict = await _sessions(folder / PAYLOAD, tell)
        problems += _compared(manifest, verdict)
    except RecordBroken as error:
        problems.append(BagProblem(f"{PAYLOAD}/", str(error)))
    return CheckedBag(folder, tuple(problems), verdict, manifest, signature)


def fingerprints_in(folder: Path) -> Mapping[str, str]:
    """Return the fingerprints that the bag in ``folder`` has of sessions as they were at home.

    Only what its lists vouch for is believed. Raises ``RecordBroken`` when the bag is not whole.
    """
    if problems := check_bag(folder):
        first = problems[0]
        raise RecordBroken(
            f"{folder} is not as it was made ({first.path}: {first.what}), so nothing can be "
            "compared with it. `latitude verify` names all that is wrong with it."
        )
    rows = read_manifest(folder / PAYLOAD / MANIFEST).sessions
    return {row.id: row.original or row.fingerprint for row in rows}


async def _sessions(payload: Path, tell: Tell | None) -> Verdict:
    """Verify the payload as the home that it is laid out as."""
    bundle = payload / BUNDLE
    if bundle.is_symlink() or not bundle.is_file():
        raise RecordBroken(f"{bundle} is missing, so no commit can be checked.")
    folder = Path(mkdtemp(prefix="latitude-bag-"))
    try:
        repository = await Repository.take_in(folder / "artifacts", bundle)
        try:
            return await verify(Home(root=payload, state=folder), repository, tell=tell)
        finally:
            await repository.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compared(manifest: Manifest, verdict: Verdict) -> Iterator[BagProblem]:
    """The manifest must name the sessions that are there, and no others."""
    named = {row.id: row.fingerprint for row in manifest.sessions}
    there = {one.session: one.fingerprint for one in verdict.sessions}
    for name in sorted(named.keys() | there.keys()):
        place = f"{PAYLOAD}/sessions/{name}"
        if name not in there:
            yield BagProblem(place, f"{MANIFEST} names this session, and it is not there")
        elif name not in named:
            yield BagProblem(place, f"this session is there, and {MANIFEST} does not name it")
        elif named[name] != there[name]:
            said = f"{MANIFEST} gives it the fingerprint {named[name]}, and it has {there[name]}"
            yield BagProblem(place, said)

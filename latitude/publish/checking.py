"""Checks a bag all the way down: its files, its records line by line, its commits, its manifest.

The payload is laid out like a home. So its bundle becomes a repository in a folder of its own, and
what checks homes checks this one.
"""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from latitude import __version__
from latitude.artifacts.bundles import refs_in
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.clean import clean_line
from latitude.core.events import SessionClosed, SessionOpened
from latitude.custody.verdict import Verdict
from latitude.custody.verify import Tell, verify
from latitude.errors import LatitudeError, RecordBroken
from latitude.journal.paths import JOURNAL
from latitude.journal.reader import read_ends
from latitude.publish.bag.checking import BagProblem, check_bag
from latitude.publish.bag.signing import Signature, check_signature
from latitude.publish.bagging import entry_of
from latitude.publish.manifest import FILE as MANIFEST
from latitude.publish.manifest import Manifest, Published, read_manifest
from latitude.publish.packing import BUNDLE, PAYLOAD
from latitude.publish.repacking import differences


@dataclass(frozen=True, slots=True)
class CheckedBag:
    """What was found in a bag."""

    folder: Path
    problems: tuple[BagProblem, ...]
    """With its files, its manifest and its signature."""
    notes: tuple[str, ...]
    """What could not be compared, and why."""
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
    payload = folder / PAYLOAD
    if not _holds_plain_files(payload):
        # A link may lead anywhere, and a pipe never ends. Both are named already.
        return CheckedBag(folder, tuple(problems), (), None, None, signature)
    notes: list[str] = []
    try:
        manifest = read_manifest(payload / MANIFEST)
        verdict, found = await _sessions(payload, manifest, tell)
        problems += found
        if manifest.latitude != __version__:
            notes.append(
                f"It was made by latitude {clean_line(manifest.latitude)}, and this is "
                f"{__version__}. Pages and descriptions made from the records may read otherwise "
                "now, so they were not made again and compared."
            )
        elif verdict.ok and not found:
            problems += differences(folder, manifest)
    except (RecordBroken, ValueError, OverflowError) as error:
        # What latitude writes is never so odd that it cannot be read; what others write may be.
        problems.append(BagProblem(f"{PAYLOAD}/", clean_line(str(error))))
    return CheckedBag(folder, tuple(problems), tuple(notes), verdict, manifest, signature)


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


def _holds_plain_files(payload: Path) -> bool:
    """Whether there are only folders and regular files in it: no links, no pipes."""
    waiting = [payload]
    try:
        while waiting:
            above = waiting.pop()
            if not stat.S_ISDIR(above.lstat().st_mode):
                return False
            with os.scandir(above) as there:
                waiting += [
                    Path(one.path) for one in there if not one.is_file(follow_symlinks=False)
                ]
    except OSError:
        return False
    return True


async def _sessions(
    payload: Path, manifest: Manifest, tell: Tell | None
) -> tuple[Verdict, list[BagProblem]]:
    """Verify the payload as the home that it is laid out as, and the manifest by it."""
    bundle = payload / BUNDLE
    if not bundle.is_file():
        raise RecordBroken(f"{bundle} is missing, so no commit can be checked.")
    folder = Path(mkdtemp(prefix="latitude-bag-"))
    try:
        repository = await Repository.take_in(folder / "artifacts", bundle)
        try:
            home = Home(root=payload, state=folder)
            verdict = await verify(home, repository, tell=tell)
            problems = list(_compared(home, manifest, verdict))
            problems += await _branches(repository, manifest)
            if not problems:
                problems += await _other_refs(bundle, folder, repository, manifest)
        finally:
            await repository.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return verdict, problems


def _compared(home: Home, manifest: Manifest, verdict: Verdict) -> Iterator[BagProblem]:
    """The manifest must name the sessions that are there and no others, and each as it is."""
    named = {row.id: row for row in manifest.sessions}
    there = {one.session: one for one in verdict.sessions}
    for name in sorted(named.keys() | there.keys()):
        place = f"{PAYLOAD}/sessions/{name}"
        if name not in there:
            yield BagProblem(place, f"{MANIFEST} names this session, and it is not there")
        elif name not in named:
            yield BagProblem(place, f"this session is there, and {MANIFEST} does not name it")
        elif there[name].fingerprint is not None:
            for field, said, found in _differences(home, named[name]):
                what = f"{MANIFEST} gives it as {field} {said!r}, and it has {found!r}"
                yield BagProblem(place, clean_line(what))


def _differences(home: Home, row: Published) -> Iterator[tuple[str, object, object]]:
    """Each field of ``row`` that its journal tells otherwise. Words differ between versions of
    latitude, so those that it puts together itself are not compared."""
    first, last = read_ends(home.session(row.id) / JOURNAL)
    opened = first.event
    assert isinstance(opened, SessionOpened)
    if last is None or not isinstance(last.event, SessionClosed):
        return
    closed = last.event
    found = {
        "fingerprint": last.sha256,
        "original": opened.redacted_from,
        "provider": opened.model.provider,
        "model": closed.summary.model or opened.model.name,
        "given": opened.given,
        "opened": first.at,
        "closed": last.at,
        "end": closed.end,
        "turns": closed.summary.turns,
        "files": closed.summary.files,
    }
    for field, value in found.items():
        if getattr(row, field) != value:
            yield field, getattr(row, field), value


async def _branches(repository: Repository, manifest: Manifest) -> list[BagProblem]:
    """The bundle must have the branches of these sessions, each ending as the manifest says."""
    named = {row.id: row for row in manifest.sessions}
    tips = await repository.tips()
    place = f"{PAYLOAD}/{BUNDLE}"
    problems: list[BagProblem] = []
    for name in sorted(named.keys() | tips.keys()):
        said = None if name not in named else named[name].tip
        if said != tips.get(name):
            what = f"the branch of {name} ends at {tips.get(name)}, and {MANIFEST} says {said}"
            problems.append(BagProblem(place, clean_line(what)))
        elif said is not None and (tree := named[name].tree) is not None:
            problem = await repository.check_commit(said, tree)
            if problem is not None:
                problems.append(BagProblem(place, clean_line(f"{said}: {problem.what}")))
    return problems


async def _other_refs(
    bundle: Path, folder: Path, repository: Repository, manifest: Manifest
) -> list[BagProblem]:
    """``main`` and the ledger must be those that these sessions make, and nothing else be there.

    Whoever clones the bundle gets every ref of it, and looks at ``main`` first.
    """
    late = {entry.session for entry in await repository.ledger() if entry.late}
    made = await Repository.borrow(folder / "made", folder / "artifacts")
    try:
        await made.gather_in([entry_of(row, late=row.id in late) for row in manifest.sessions])
        expected = await made.refs()
    finally:
        await made.close()
    place = f"{PAYLOAD}/{BUNDLE}"
    there = refs_in(bundle)
    return [
        BagProblem(place, clean_line(f"{name} is {there.get(name)}, and it should be {should}"))
        for name in sorted(expected.keys() | there.keys())
        if (should := expected.get(name)) != there.get(name)
    ]

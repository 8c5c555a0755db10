"""A home with sessions, a release of it, and a gate that knows what was planted."""

import hashlib
import io
import subprocess
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import yaml

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import MessageSent, WishRecorded
from latitude.core.fold import SessionState
from latitude.core.spec import Parent
from latitude.custody.lineage import parent_for
from latitude.index.codes import codes_of_sessions
from latitude.index.filters import Filter
from latitude.index.follow import ask_index
from latitude.index.listing import newest
from latitude.journal.listed import Listed
from latitude.publish.bagging import bag
from latitude.publish.decisions import AnyDecision, Dismiss, Keep, Redact, add_decisions
from latitude.publish.gate.finding import Found, Gate, finding_id
from latitude.publish.gate.rules import KEPT, Person, Secret
from latitude.publish.manifest import Manifest
from latitude.publish.publication import Publication, open_publication
from latitude.publish.release import load_release, release_path
from latitude.publish.versions import check_reason, keep_version
from tests.custody.sitting import Sitting
from tests.journal.samples import called, finished, replied, thought
from tests.programs import needs

KEY = "zq81-Kdkw8s" + "+KLs9/aa=77"
"""A key of this machine. It holds signs that URLs and HTML write otherwise."""
MAIL = "vera.smith@" + "mailbox.org"
GATE = Gate(
    [Secret("CHAT_KEY in the environment", KEY)],
    Person(home="/srv/people/verasmith", user="verasmith", host="Veras-MBP.local"),
)
KEY_ID = finding_id(Found(KEPT, KEY))
MAIL_ID = finding_id(Found("e-mail", MAIL))
WHEN = "2026-11-22T10:00:00.000Z"
DAY = "2026-11-22"

REDACT_KEY = Redact(at=WHEN, why="It is a key.", finding=KEY_ID, rule=KEPT)
REDACT_MAIL = Redact(at=WHEN, why="It is another's.", finding=MAIL_ID, rule="e-mail")
KEEP_KEY = Keep(at=WHEN, why="It was revoked.", finding=KEY_ID, rule=KEPT)

RELEASE: Mapping[str, object] = {
    "title": "Open time",
    "description": "What models did when nothing was asked of them.",
    "authors": ["Ada"],
    "license": "CC0-1.0",
    "training": "reserve",
    "canary": "5b0d6b0e-1111-4222-8333-444455556666",
}


class Archive:
    """A home, and what is published of it."""

    def __init__(self, home: Home, repository: Repository) -> None:
        self.home = home
        self.repository = repository
        self.release()

    def release(self, name: str = "archive", **fields: object) -> Path:
        """Write the release file."""
        self.home.releases.mkdir(exist_ok=True)
        path = release_path(self.home.releases, name)
        path.write_text(yaml.safe_dump({**RELEASE, **fields}), encoding="utf-8")
        return path

    async def begin(self, session: str, carries_on: str | None = None) -> Sitting:
        parent: tuple[Parent, SessionState] | None = None
        if carries_on is not None:
            parent = parent_for(self.home, carries_on)
        sitting = await Sitting.begin(self.home, self.repository, session, parent)
        if parent is not None and (commit := parent[1].last_commit) is not None:
            sitting.parent_commit = commit
            await self.repository.restore(commit, self.home.workspace(session))
        return sitting

    async def session(
        self,
        session: str,
        *,
        says: str = "I will think about it.",
        makes: Mapping[str, bytes] | None = None,
        wishes: WishRecorded | None = None,
        asked: str | None = None,
        carries_on: str | None = None,
    ) -> str:
        """One whole session; return its fingerprint."""
        sitting = await self.begin(session, carries_on)
        if asked is not None:
            await person_says(sitting, asked)
        await sitting.turn(says)
        if makes:
            await sitting.work(makes)
        if wishes is not None:
            await sitting.record(wishes)
        return await sitting.end()

    def decide(self, *decisions: AnyDecision) -> None:
        add_decisions(self.home.releases, *decisions)

    async def dismiss_all(self) -> None:
        """Say of all words that may be a wish that they are none."""
        async with self.publication() as publication:
            self.decide(
                *(
                    Dismiss(at=WHEN, why="It is none.", candidate=one.id, session=standing.session)
                    for standing in publication.review.waiting
                    for one in standing.unanswered
                )
            )

    def rows(self, which: Filter) -> list[Listed]:
        """What the index knows of the sessions."""
        sessions = self.home.sessions
        return ask_index(sessions, lambda index: list(newest(index, sessions, which)))

    @asynccontextmanager
    async def publication(
        self,
        *,
        name: str = "archive",
        day: str = DAY,
        why: str | None = None,
        gate: Gate = GATE,
        rows: list[Listed] | None = None,
    ) -> AsyncIterator[Publication]:
        """What would go out now; ``rows`` are what an index knew that did not catch up."""
        release = load_release(release_path(self.home.releases, name))
        async with open_publication(
            self.home,
            release,
            self.rows(release.which) if rows is None else rows,
            day=day,
            why=why,
            others=self.rows(Filter()) if rows is None else rows,
            gate=gate,
        ) as publication:
            yield publication

    async def manifest(self, **options: object) -> Manifest:
        """Publish a version: write it down, and return it."""
        async with self.publication(**options) as publication:
            check_reason(publication.manifest)
            keep_version(self.home.releases, publication.manifest)
            return publication.manifest

    async def bag(self, folder: Path, **options: object) -> Manifest:
        """Make a bag in ``folder``."""
        async with self.publication(**options) as publication:
            ids = [row.id for row in publication.manifest.sessions]
            codes = ask_index(self.home.sessions, lambda index: list(codes_of_sessions(index, ids)))
            await bag(publication, codes, folder)
            return publication.manifest

    def fingerprint_of_all(self) -> dict[str, str]:
        """A hash of each file of the home, but for what publishing may write and the index."""
        return {
            str(path.relative_to(self.home.root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.home.root.rglob("*"))
            if path.is_file()
            and not path.is_relative_to(self.home.releases)
            and not path.name.startswith("index.")
        }


async def person_says(sitting: Sitting, words: str) -> None:
    """A turn of an attending person, and the model's answer to it."""
    turn, step = sitting.state.turn + 1, sitting.state.step + 1
    await sitting.record(MessageSent(turn=turn, author="person", text=words))
    await sitting.start(turn, step)
    await sitting.record(replied(turn, step, "I see."))
    await sitting.record(finished(turn, step))


async def thinks(sitting: Sitting, words: str) -> None:
    turn, step = await sitting.ask()
    await sitting.record(thought(turn, step, words))
    await sitting.record(replied(turn, step, "I see.", 1))
    await sitting.record(finished(turn, step))


async def calls(sitting: Sitting, arguments: str, answer: str = "ok") -> None:
    """A call of a tool, and its answer; nothing is written."""
    turn, step = await sitting.ask()
    await sitting.record(called(turn, step, "write_file", arguments))
    await sitting.record(finished(turn, step))
    await sitting.answer(turn, step, answer)
    await sitting.start(turn, step + 1)
    await sitting.record(replied(turn, step + 1, "Done."))
    await sitting.record(finished(turn, step + 1))


def wish(publish: str | None = None, **fields: object) -> WishRecorded:
    return WishRecorded(turn=1, step=1, call_id="call-1-0", publish=publish, **fields)


def shown(manifest: Manifest) -> list[str]:
    """The sessions that are in it."""
    return [one.id for one in manifest.sessions]


def held(manifest: Manifest) -> dict[str, tuple[str, str]]:
    """Those that are held back, and why."""
    return {one.id: (one.because, one.why) for one in manifest.withheld}


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(
        [needs("git"), "-C", str(folder), *arguments], input=stdin, check=True, capture_output=True
    ).stdout


def every_text(bag_: Path, scratch: Path) -> Iterable[tuple[str, bytes]]:
    """All bytes of a bag, and all objects of its bundle, unpacked."""
    for path in sorted(bag_.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(bag_)), path.read_bytes()
    subprocess.run(
        [
            needs("git"),
            "clone",
            "-q",
            "--mirror",
            str(bag_ / "data/artifacts.bundle"),
            str(scratch),
        ],
        check=True,
        capture_output=True,
    )
    git(scratch, "fsck", "--strict", "--full")
    names = git(scratch, "cat-file", "--batch-all-objects", "--batch-check")
    out = io.BytesIO(
        git(
            scratch,
            "cat-file",
            "--batch",
            stdin=b"".join(line.split(b" ")[0] + b"\n" for line in names.splitlines()),
        )
    )
    while head := out.readline():
        name, kind, size = head.decode().split()
        yield f"{kind} {name}", out.read(int(size) + 1)[:-1]

"""What stands in the files that sessions left: lines, characters and words, from the bytes in git.

Nothing here grows with the repository. Of each session so many files and bytes are read, one file
after the other; what was not read is counted with its reason. Words are kept for one group at a
time, and only until its sessions were held against each other.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

from latitude.compare.cohort import Cohort, Group
from latitude.compare.likeness import Words, distance
from latitude.errors import LatitudeError
from latitude.index.follow import Progress
from latitude.index.observation import WORD, Observation, WorkSeen

if TYPE_CHECKING:
    from latitude.artifacts.repository import Repository

T = TypeVar("T")
MIB = 1024 * 1024
MOST_FILE = 4 * MIB
"""Bytes of a file that is read; a larger one is not."""
MOST_FILES = 200
"""Files of one session that are read, in the order of their paths."""
MOST_SESSION = 32 * MIB
"""Bytes that are read of one session."""
MOST_WORDS = 3_000
"""Different words of one session's files of one kind that are kept."""
MOST_ALIKE = 200
"""Sessions of a group that are held against each other; the time grows with their square."""
_LONGEST_WORD = 40
_SNIFFED = 8_000
"""Bytes in which a NUL tells what is no text, as git has it."""

TOO_LARGE = f"larger than {MOST_FILE // MIB} MiB"
TOO_MANY = f"after the first {MOST_FILES} files of the session"
TOO_MUCH = f"after the first {MOST_SESSION // MIB} MiB of the session"
NOT_THERE = "not to be read from the repository"
NOT_SAME = "not the bytes that the record names"

_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Written:
    """Text files that were added up."""

    files: int = 0
    lines: int = 0
    """A last line without an end counts."""
    characters: int = 0

    def __add__(self, other: "Written") -> "Written":
        return Written(
            self.files + other.files,
            self.lines + other.lines,
            self.characters + other.characters,
        )


@dataclass(frozen=True, slots=True)
class SessionRead:
    """What one session's files hold."""

    texts: Mapping[tuple[str, str | None], Written] = field(default_factory=dict)
    """By kind and language."""
    other: int = 0
    """Files that were read and are no UTF-8 text."""
    unread: Mapping[str, int] = field(default_factory=dict)
    """Files that were not read, by the reason."""

    @property
    def is_told(self) -> bool:
        """Whether all its files were there; one that is lost may have held anything."""
        return not {NOT_THERE, NOT_SAME} & self.unread.keys()

    @property
    def whole(self) -> Written:
        """All its texts."""
        return sum(self.texts.values(), Written())

    def by_kind(self) -> dict[str, Written]:
        """Its texts by kind."""
        return _added((kind, written) for (kind, _), written in self.texts.items())

    def by_language(self) -> dict[str, Written]:
        """Its texts by language; those whose names tell none are not in it."""
        pairs = ((language, written) for (_, language), written in self.texts.items())
        return _added((language, written) for language, written in pairs if language is not None)


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike the files of one kind are over the sessions of a group."""

    group: str
    kind: str
    sessions: tuple[str, ...]
    """Those that left text of this kind."""
    pairs: int
    mean: float | None
    """Words shared by the words of either, 0 to 1; ``None`` without a pair."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the files of a cohort hold."""

    sessions: Mapping[str, SessionRead]
    """By id, one for each member."""
    alike: tuple[Alike, ...]


async def read_works(
    cohort: Cohort, repository: "Repository | None", progress: Progress | None = None
) -> Read:
    """Read what the sessions of ``cohort`` left; without a repository all of it stays unread.

    No failure of one file ends it. Cancelling ends it after the file at hand.
    """
    total, done = len(cohort.members), 0
    sessions: dict[str, SessionRead] = {}
    alike: list[Alike] = []
    for group in cohort.groups:
        compared = {one.session for one in spread(in_order(group), MOST_ALIKE)}
        words: dict[str, dict[str, str]] = {}
        for member in group.members:
            reading = _Reading(keep_words=member.session in compared)
            await reading.take(member, repository)
            sessions[member.session] = reading.result()
            for kind, kept in reading.words().items():
                words.setdefault(kind, {})[member.session] = kept
            done += 1
            if progress is not None:
                progress(done, total)
        alike += await asyncio.to_thread(_alike, group.label, words)
    return Read(sessions, tuple(alike))


async def bytes_of(repository: "Repository", work: WorkSeen) -> bytes | str:
    """Return the bytes of a work as its session left them, or why they cannot be had."""
    if not _COMMIT.fullmatch(work.commit):
        return NOT_THERE
    try:
        data = await repository.read(work.commit, work.path)
    except (LatitudeError, OSError, ValueError):
        # A name in somebody else's repository may be one that git cannot be asked for.
        return NOT_THERE
    return data if sha256(data).hexdigest() == work.sha256 else NOT_SAME


def text_of(data: bytes) -> str | None:
    """Return the text that ``data`` is, or ``None``."""
    if b"\0" in data[:_SNIFFED]:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def in_order(group: Group) -> Sequence[Observation]:
    """The sessions of a group by their repeats; those of no study as they were begun."""
    return sorted(group.members, key=lambda one: (one.repeat or 0, one.opened, one.session))


def spread(items: Sequence[T], most: int) -> Sequence[T]:
    """Return at most ``most`` of ``items``, evenly from the first to the last."""
    if len(items) <= most:
        return items
    if most <= 1:
        return items[:most]
    return [items[place * (len(items) - 1) // (most - 1)] for place in range(most)]


class _Reading:
    """One session's files, added up one by one."""

    def __init__(self, *, keep_words: bool) -> None:
        self._keep_words = keep_words
        self._texts: dict[tuple[str, str | None], Written] = {}
        self._unread: Counter[str] = Counter()
        self._other = 0
        self._words: dict[str, dict[str, None]] = {}
        self._left = MOST_SESSION

    async def take(self, member: Observation, repository: "Repository | None") -> None:
        """Read what ``member`` left."""
        for place, work in enumerate(member.works):
            reason = self._refused(place, work)
            if reason is None:
                found = NOT_THERE if repository is None else await bytes_of(repository, work)
                if isinstance(found, bytes):
                    self._left -= len(found)
                    await asyncio.to_thread(self._count, work, found)
                    continue
                reason = found
            self._unread[reason] += 1

    def result(self) -> SessionRead:
        """What was found."""
        return SessionRead(self._texts, self._other, dict(self._unread))

    def words(self) -> dict[str, str]:
        """The words of each kind, one a line: a set of them takes ten times the room."""
        return {kind: "\n".join(words) for kind, words in self._words.items() if words}

    def _refused(self, place: int, work: WorkSeen) -> str | None:
        if place >= MOST_FILES:
            return TOO_MANY
        if work.size > MOST_FILE:
            return TOO_LARGE
        return TOO_MUCH if work.size > self._left else None

    def _count(self, work: WorkSeen, data: bytes) -> None:
        text = text_of(data)
        if text is None:
            self._other += 1
            return
        key = (work.kind, work.language)
        lines = text.count("\n") + (text != "" and not text.endswith("\n"))
        self._texts[key] = self._texts.get(key, Written()) + Written(1, lines, len(text))
        if self._keep_words:
            kept = self._words.setdefault(work.kind, {})
            for found in WORD.finditer(text):
                if len(kept) >= MOST_WORDS:
                    break
                kept[found[0][:_LONGEST_WORD].casefold()] = None


def _added(pairs: Iterator[tuple[str, Written]]) -> dict[str, Written]:
    sums: dict[str, Written] = {}
    for name, written in pairs:
        sums[name] = sums.get(name, Written()) + written
    return sums


def _alike(group: str, words: Mapping[str, Mapping[str, str]]) -> list[Alike]:
    found = []
    for kind in sorted(words):
        used: list[Words] = [frozenset(kept.split("\n")) for kept in words[kind].values()]
        values = [1.0 - distance(one, other) for one, other in combinations(used, 2)]
        mean = sum(values) / len(values) if values else None
        found.append(Alike(group, kind, tuple(words[kind]), len(values), mean))
    return found

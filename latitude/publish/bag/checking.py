"""Checking a bag all the way (RFC 8493), without trusting anything in it.

Every file is hashed; nothing that only looks right is taken for right. The check is stricter than
the format where laxity would let a changed byte pass: lines end in LF, hashes are in small letters.
Bags of the ``bagit`` package (version 0.97) are read too.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from latitude.core.clean import clean_line
from latitude.errors import UsageError
from latitude.publish.bag.tagfiles import DIGITS, NAME, Listing, read_listing, read_oxum


@dataclass(frozen=True, slots=True)
class BagProblem:
    """One thing that is not as it must be."""

    path: str
    """The file or folder below the bag, ``.`` for the bag itself; safe to show."""
    what: str
    """What is wrong with it, in words; safe to show."""


_SHOWN: Mapping[str, str] = {"sha256": "SHA-256", "sha512": "SHA-512"}
_DECLARATION = re.compile(rb"BagIt-Version: (0\.9[3-7]|1\.0)\nTag-File-Character-Encoding: UTF-8\n")
_BLOCK = 256 * 1024
"""Bytes read at once."""
_LONGEST = 300
"""Characters of a path or a sentence that are shown."""
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def check_bag(folder: Path) -> list[BagProblem]:
    """Return all that is wrong with the bag, sorted by path; nothing when it is sound.

    Raises ``UsageError`` only when ``folder`` is no bag at all: it has no ``bagit.txt``.
    """
    root = str(folder.absolute())
    try:
        os.lstat(f"{root}/bagit.txt")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(f"{folder} is not a bag: it has no bagit.txt.") from error
    except (OSError, ValueError) as error:
        return [BagProblem(".", clean_line(f"cannot be looked at: {error}", _LONGEST))]
    return _Check(root).run()


class _Check:
    """One bag: what is there, what is listed, and what of it agrees."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._problems: list[BagProblem] = []
        self._sizes: dict[str, int] = {}
        """Every regular file, by its path below the bag."""
        self._buffer = memoryview(bytearray(_BLOCK))

    def run(self) -> list[BagProblem]:
        """Check all of it."""
        self._walk()
        version = self._declaration()
        listings = [one for name in sorted(self._sizes) for one in self._listings(name, version)]
        if "fetch.txt" in self._sizes:
            self._say("fetch.txt", "names files that are kept elsewhere, so this bag is not whole")
        payload = {path for path in self._sizes if path.startswith("data/")}
        tags = {path for path in self._sizes.keys() - payload if not _lists_tags(path)}
        self._compare([one for one in listings if not one.of_tags], payload, "manifest")
        self._compare([one for one in listings if one.of_tags], tags, "tagmanifest")
        self._hash(listings)
        self._oxum(payload)
        return sorted(self._problems, key=lambda problem: (problem.path, problem.what))

    def _say(self, path: str, what: str) -> None:
        self._problems.append(BagProblem(clean_line(path, _LONGEST), clean_line(what, _LONGEST)))

    def _walk(self) -> None:
        """Find every file; links are named and never followed."""
        waiting = [""]
        folders = set()
        while waiting:
            below = waiting.pop()
            try:
                with os.scandir(f"{self._root}/{below}") as entries:
                    for entry in entries:
                        path = below + entry.name
                        found = entry.stat(follow_symlinks=False)
                        if stat.S_ISREG(found.st_mode):
                            self._sizes[path] = found.st_size
                        elif stat.S_ISDIR(found.st_mode):
                            folders.add(path)
                            waiting.append(f"{path}/")
                        else:
                            self._say(path, _kind(found.st_mode))
            except OSError as error:
                self._say(below.rstrip("/") or ".", f"cannot be looked at: {error.strerror}")
        if "data" not in folders:
            self._say("data", "is not there as a folder: a bag keeps its files in it")

    def _read(self, path: str, take: Callable[[BufferedReader], None]) -> None:
        """Give the open file to ``take``, or say why it cannot be read."""
        try:
            fd = os.open(f"{self._root}/{path}", _READ)
            with open(fd, "rb") as file:
                if stat.S_ISREG(os.fstat(fd).st_mode):
                    take(file)
                else:
                    self._say(path, "was replaced while it was checked")
        except OSError as error:
            self._say(path, f"cannot be read: {error.strerror}")

    def _declaration(self) -> str | None:
        """The version that the bag says it has."""
        versions: list[str] = []

        def take(file: BufferedReader) -> None:
            match = _DECLARATION.fullmatch(file.read(1_000))
            if match is not None:
                versions.append(match[1].decode("ascii"))
                return
            lines = "`BagIt-Version: 1.0` and `Tag-File-Character-Encoding: UTF-8`"
            self._say("bagit.txt", f"is not the two lines {lines}, each with an LF")

        if "bagit.txt" in self._sizes:
            self._read("bagit.txt", take)
        else:
            self._say("bagit.txt", "is not a file")
        return versions[0] if versions else None

    def _listings(self, name: str, version: str | None) -> list[Listing]:
        """The list of hashes that ``name`` is, or none."""
        match = NAME.fullmatch(name)
        if match is None:
            return []
        algorithm = match[2]
        if algorithm not in DIGITS:
            self._say(name, "is not checked: only lists of sha512 and sha256 are")
            return []
        listing = Listing(name, algorithm, of_tags=match[1] is not None)

        def take(file: BufferedReader) -> None:
            read_listing(file, listing, version, lambda what: self._say(name, what))

        self._read(name, take)
        return [listing]

    def _compare(self, listings: Sequence[Listing], files: Collection[str], kind: str) -> None:
        """Each list must name all of ``files``, and nothing else."""
        there = set(files)
        if not listings:
            self._say(".", f"has neither {kind}-sha512.txt nor {kind}-sha256.txt")
        for listing in listings:
            for path in listing.hashes.keys() - there:
                self._say(path, f"is missing, but {listing.name} names it")
            for path in there - listing.hashes.keys():
                self._say(path, f"is not listed in {listing.name}")

    def _hash(self, listings: Sequence[Listing]) -> None:
        """Read every file that is listed, once, and compare its hashes."""
        algorithms = sorted({listing.algorithm for listing in listings})
        for path in self._sizes:
            wanted = [one for one in listings if path in one.hashes]
            if not wanted:
                continue
            hashed = [hashlib.new(name) for name in algorithms]
            failed = len(self._problems)

            def take(file: BufferedReader, hashed: Sequence["hashlib._Hash"] = hashed) -> None:
                while count := file.readinto(self._buffer):
                    for one in hashed:
                        one.update(self._buffer[:count])

            self._read(path, take)
            if len(self._problems) > failed:
                continue
            found = dict(zip(algorithms, (one.hexdigest() for one in hashed), strict=True))
            for listing in wanted:
                if found[listing.algorithm] != listing.hashes[path]:
                    shown = _SHOWN[listing.algorithm]
                    self._say(path, f"was changed: its {shown} is not the one in {listing.name}")

    def _oxum(self, payload: Collection[str]) -> None:
        """``Payload-Oxum`` counts the payload a second time, if it is there."""
        name = "bag-info.txt"
        told: list[tuple[int, int] | None] = []

        def take(file: BufferedReader) -> None:
            told.append(read_oxum(file, lambda what: self._say(name, what)))

        if name in self._sizes:
            self._read(name, take)
        there = (sum(self._sizes[path] for path in payload), len(payload))
        if told and told[0] is not None and told[0] != there:
            says = "{:,} bytes in {:,} files"
            self._say(
                name, f"tells of {says.format(*told[0])}, but there are {says.format(*there)}"
            )


def _lists_tags(path: str) -> bool:
    """Whether ``path`` is a list of tag files: the one kind of file that no list names."""
    match = NAME.fullmatch(path)
    return match is not None and match[1] is not None


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "is a link: a bag holds files and folders only, and it was not followed"
    return "is neither a file nor a folder"

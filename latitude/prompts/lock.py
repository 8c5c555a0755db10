"""``versions.lock``: which bytes each protocol had at each version.

One line a version, ``NAME VERSION SHA256``, where the hash is that of the file's bytes: the one
that every record of a session holds, and that ``sha256sum`` prints. Lines are only ever added.
Lines that begin with ``#`` are for people.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from latitude.prompts.protocol import Protocol
from latitude.prompts.reader import Finding, Mark

LOCK = "versions.lock"

_LINE = re.compile(r"([a-z0-9][a-z0-9-]*) ([1-9][0-9]{0,8}) ([0-9a-f]{64})")
_HEAD = "# The bytes of each protocol at each version: name, version, SHA-256. Only added to.\n"


@dataclass(frozen=True, slots=True)
class Lock:
    """What ``versions.lock`` of one folder says."""

    path: Path
    hashes: dict[tuple[str, int], str]
    findings: tuple[Finding, ...] = ()
    """What is wrong with the file itself."""

    def lacks(self, protocol: Protocol) -> bool:
        """Say whether nothing is locked for ``protocol`` at its version yet."""
        return (protocol.name, protocol.version) not in self.hashes

    def judge(self, protocol: Protocol) -> list[Finding]:
        """Say whether ``protocol`` is still what it was at its version, if that is known."""
        locked = self.hashes.get((protocol.name, protocol.version), protocol.sha256)
        if locked != protocol.sha256:
            return [
                protocol.finding(
                    "version",
                    f"The file changed, and is still called version {protocol.version}.",
                    f"Raise 'version' to {self._next(protocol.name)}, or put the file back as it "
                    f"was (SHA-256 {locked[:12]}…).",
                )
            ]
        return []

    def _next(self, name: str) -> int:
        return max(version for known, version in self.hashes if known == name) + 1


def read_lock(folder: Path) -> Lock:
    """Read ``versions.lock`` of ``folder``; a missing one is empty."""
    path = folder / LOCK
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        lines = []
    hashes: dict[tuple[str, int], str] = {}
    findings: list[Finding] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        key = (found[1], int(found[2])) if found else None
        if found is None or key is None:
            what, cure = "This is not 'NAME VERSION SHA256'.", "Put the line back as it was."
            findings.append(Finding(path, Mark(number), what, cure))
        elif hashes.setdefault(key, found[3]) != found[3]:
            what = f"{found[1]} version {found[2]} stands here with a second hash."
            findings.append(Finding(path, Mark(number), what, "Take the wrong line out."))
    return Lock(path, hashes, tuple(findings))


def add_to_lock(folder: Path, protocols: list[Protocol]) -> list[Protocol]:
    """Add the versions that are missing and return them. What stands there is never changed."""
    lock = read_lock(folder)
    missing = [one for one in protocols if lock.lacks(one)]
    if missing:
        before = lock.path.read_bytes() if lock.path.exists() else b""
        head = "" if before else _HEAD
        gap = "\n" if before and not before.endswith(b"\n") else ""
        lines = "".join(f"{one.name} {one.version} {one.sha256}\n" for one in missing)
        with lock.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(head + gap + lines)
    return missing

"""How two commits differ, file by file."""

import contextlib
import secrets
from collections.abc import Iterator
from typing import Any

from latitude.artifacts.backend import Backend
from latitude.artifacts.changes import changes_between, versions_of
from latitude.artifacts.door import Door, GitFailed
from latitude.artifacts.history import bytes_of, commit_at, manifest_of
from latitude.artifacts.manifest import FILES, ManifestEntry
from latitude.artifacts.orders import FileDiff

_OPTIONS = (
    *("-r", "-p", "--text", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color"),
    *("--full-index", "--src-prefix=a/", "--dst-prefix=b/"),
)
_NO_FILES = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The tree of no files, which every git knows."""
_SNIFF = 8_000
"""Bytes in which git looks for a NUL to tell text from the rest."""


class Differ:
    """Asks one ``git diff-tree`` that stays: starting one takes longer than most differences."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._process: Any = None

    def between(self, old: str, new: str) -> str:
        """Return what git says of how the files of two trees differ; raises ``GitFailed``."""
        if self._process is None:
            self._process = self._door.start("diff-tree", "--stdin", *_OPTIONS, "--", FILES)
        # A line that names no object comes back as it is, after all that was said before it.
        end = f"end {secrets.token_hex(8)}\n".encode()
        lines: list[bytes] = []
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{old} {new}\n".encode() + end)
            self._process.stdin.flush()
            while line := self._process.stdout.readline():
                if line == end:
                    return b"".join(lines).decode("utf-8", "replace")
                lines.append(line)
        self.close()
        raise GitFailed(("diff-tree",), 128, f"it ended at {old}..{new}")

    def close(self) -> None:
        """End the process; the next question starts another."""
        if self._process is not None:
            self._process.__del__()
            self._process = None


def diff(backend: Backend, differ: Differ, old: str | None, new: str) -> tuple[FileDiff, ...]:
    """Return how each file differs from commit ``old`` to commit ``new``, sorted by path.

    ``None`` is an empty workspace. The hunks are git's, made with no outside program, filter or
    attribute; what they say was written by a model. Raises ``UnknownName`` when a commit is not
    there.
    """
    sides = [() if commit is None else manifest_of(backend.reader, commit) for commit in (old, new)]
    before, after = ({entry.path: entry for entry in side if entry.place} for side in sides)
    hunks: dict[str, str] | None = None
    diffs = []
    for change in changes_between(*(versions_of(side) for side in sides)):
        pair = (before.get(change.path), after.get(change.path))
        text = None
        if _is_text(backend, old, pair[0]) and _is_text(backend, new, pair[1]):
            if hunks is None:
                hunks = dict(_hunks(differ, _tree(backend, old), _tree(backend, new)))
            text = _joined(hunks, *pair)
        diffs.append(FileDiff(path=change.path, status=change.status, text=text))
    return tuple(diffs)


def _tree(backend: Backend, commit: str | None) -> str:
    if commit is None:
        return _NO_FILES
    found = commit_at(backend.reader, commit)
    assert found is not None, "its manifest was read just now"
    return found.tree


def _is_text(backend: Backend, commit: str | None, entry: ManifestEntry | None) -> bool:
    if entry is None or commit is None:
        return True
    data = bytes_of(backend.reader, commit, entry)
    if b"\0" in data[:_SNIFF]:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _joined(hunks: dict[str, str], old: ManifestEntry | None, new: ManifestEntry | None) -> str:
    # A file is stored under another name once a sibling differs from it by case alone; then git
    # sees one file go and another come.
    places = dict.fromkeys(entry.place for entry in (old, new) if entry and entry.place)
    return "".join(hunks.get(place, "") for place in places)


def _hunks(differ: Differ, old: str, new: str) -> Iterator[tuple[str, str]]:
    out = differ.between(old, new)
    # Lines of a file never begin a line of the diff: they have a sign or a space before them.
    for part in f"\n{out}".split("\ndiff --git ")[1:]:
        lines = part.split("\n")
        place = lines[0].partition(" b/")[2].removeprefix(f"{FILES}/")
        start = next((at for at, line in enumerate(lines) if line.startswith("@@ ")), len(lines))
        text = "\n".join(lines[start:])
        yield place, text if text.endswith("\n") or not text else f"{text}\n"

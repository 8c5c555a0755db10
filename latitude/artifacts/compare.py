"""How two commits differ, file by file."""

from collections.abc import Iterator

from latitude.artifacts.backend import Backend
from latitude.artifacts.changes import changes_between, versions_of
from latitude.artifacts.history import bytes_of, manifest_of
from latitude.artifacts.manifest import FILES, ManifestEntry
from latitude.artifacts.orders import FileDiff

_SNIFF = 8_000
"""Bytes in which git looks for a NUL to tell text from the rest."""


def diff(backend: Backend, old: str, new: str) -> tuple[FileDiff, ...]:
    """Return how each file differs from commit ``old`` to commit ``new``, sorted by path.

    The hunks are git's, made with no outside program, filter or attribute; what they say was
    written by a model. Raises ``UnknownName`` when a commit is not there.
    """
    sides = [manifest_of(backend.reader, commit) for commit in (old, new)]
    before, after = ({entry.path: entry for entry in side if entry.place} for side in sides)
    hunks: dict[str, str] | None = None
    diffs = []
    for change in changes_between(*(versions_of(side) for side in sides)):
        pair = (before.get(change.path), after.get(change.path))
        text = None
        if _is_text(backend, old, pair[0]) and _is_text(backend, new, pair[1]):
            if hunks is None:
                hunks = dict(_hunks(backend, old, new))
            text = _joined(hunks, *pair)
        diffs.append(FileDiff(path=change.path, status=change.status, text=text))
    return tuple(diffs)


def _is_text(backend: Backend, commit: str, entry: ManifestEntry | None) -> bool:
    if entry is None:
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


def _hunks(backend: Backend, old: str, new: str) -> Iterator[tuple[str, str]]:
    out = backend.door.run(
        "diff-tree",
        "-r",
        "-p",
        "--text",
        "--no-ext-diff",
        "--no-textconv",
        "--no-renames",
        "--no-color",
        "--full-index",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        old,
        new,
        "--",
        FILES,
    ).decode("utf-8", "replace")
    # Lines of a file never begin a line of the diff: they have a sign or a space before them.
    for part in f"\n{out}".split("\ndiff --git ")[1:]:
        lines = part.split("\n")
        place = lines[0].partition(" b/")[2].removeprefix(f"{FILES}/")
        start = next((at for at, line in enumerate(lines) if line.startswith("@@ ")), len(lines))
        text = "\n".join(lines[start:])
        yield place, text if text.endswith("\n") or not text else f"{text}\n"

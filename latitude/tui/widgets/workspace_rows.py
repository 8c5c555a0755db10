"""A listing of files as the rows of a tree."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from latitude.tui.files import FileShown

MANY = 200
"""Things in a workspace from which folders without a change begin folded."""


@dataclass(slots=True)
class TreeRow:
    """A file or a folder. Its name is not clean."""

    depth: int
    name: str
    path: str
    """Of a folder, with a slash at its end."""
    file: FileShown | None = None
    """``None`` is a folder."""
    folded: bool = False
    inside: int = 0
    """Files in a folder that is folded."""
    changed: int = 0
    """How many of them are new, changed or deleted."""


def tree_rows(listing: Sequence[FileShown], turned: Collection[str]) -> list[TreeRow]:
    """Return the rows that are in sight, from a ``listing`` that is sorted by path.

    ``turned`` are the paths of folders that a person folded or opened.
    """
    changed = _changed_folders(listing) if len(listing) > MANY else None
    rows: list[TreeRow] = []
    above: list[TreeRow] = []
    here: str | None = None
    folded: TreeRow | None = None
    for file in listing:
        folder, _, name = file.path.rpartition("/")
        if file.kind == "folder":
            folder = file.path
        if folder != here:
            here = folder
            for row in _enter(above, folder):
                row.folded = (changed is not None and row.path not in changed) != (
                    row.path in turned
                )
                if not _first_folded(above[: row.depth]):
                    rows.append(row)
            folded = _first_folded(above)
        if file.kind == "folder":
            continue
        if folded is None:
            rows.append(TreeRow(len(above), name, file.path, file))
        else:
            folded.inside += 1
            folded.changed += file.status != "same"
    return rows


def _enter(above: list[TreeRow], folder: str) -> list[TreeRow]:
    """Make ``above`` the rows of ``folder`` and of those it lies in; return the new ones."""
    names = folder.split("/") if folder else []
    pairs = enumerate(zip(above, names, strict=False))
    alike = next((at for at, (row, name) in pairs if row.name != name), min(len(above), len(names)))
    del above[alike:]
    fresh = [
        TreeRow(depth, names[depth], "/".join(names[: depth + 1]) + "/")
        for depth in range(alike, len(names))
    ]
    above += fresh
    return fresh


def _first_folded(above: Sequence[TreeRow]) -> TreeRow | None:
    return next((row for row in above if row.folded), None)


def _changed_folders(listing: Sequence[FileShown]) -> set[str]:
    changed = {file.path.rpartition("/")[0] for file in listing if file.status != "same"}
    return {above for folder in changed for above in _with_those_above(f"{folder}/")}


def _with_those_above(folder: str) -> Iterator[str]:
    end = folder.find("/")
    while end >= 0:
        yield folder[: end + 1]
        end = folder.find("/", end + 1)

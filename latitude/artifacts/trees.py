"""Trees of git: rows in, objects out, and back."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from latitude.artifacts.names import stored_names
from latitude.artifacts.objects import Objects

FOLDER = 0o040000
PLAIN = 0o100644
EXECUTABLE = 0o100755


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a tree object."""

    mode: int
    name: bytes
    id: bytes
    """20 bytes."""


def encode_tree(rows: Iterable[Row]) -> bytes:
    """Return a tree object; sorted as git demands, where a folder counts as ``name/``.

    Raises ``ValueError`` when a name stands twice, or is one that git refuses.
    """
    ordered = sorted(rows, key=lambda row: row.name + (b"/" if row.mode == FOLDER else b""))
    if len({row.name for row in ordered}) != len(ordered):
        raise ValueError("a name stands twice in one tree")
    if any(not row.name or b"/" in row.name or row.name in (b".", b"..") for row in ordered):
        raise ValueError("a tree holds a name that git refuses")
    return b"".join(b"%o %s\0%s" % (row.mode, row.name, row.id) for row in ordered)


def decode_tree(data: bytes) -> tuple[Row, ...]:
    """Read a tree object."""
    rows, at = [], 0
    while at < len(data):
        space = data.index(b" ", at)
        end = data.index(b"\0", space)
        rows.append(Row(int(data[at:space], 8), data[space + 1 : end], data[end + 1 : end + 21]))
        at = end + 21
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that goes into a tree."""

    path: bytes
    """True path."""
    blob: bytes
    executable: bool


@dataclass(slots=True)
class _Node:
    folders: dict[bytes, "_Node"] = field(default_factory=dict)
    files: dict[bytes, FileRow] = field(default_factory=dict)


class TreeWriter:
    """Writes the tree of a workspace, with every name in its stored form."""

    def __init__(self, objects: Objects, known: AbstractSet[bytes]) -> None:
        self._objects = objects
        self._known = known
        self.made: set[bytes] = set()
        """Ids of all trees, new or not."""
        self.places: dict[bytes, str] = {}
        """True path of each file to its stored path."""

    def write(self, files: Sequence[FileRow]) -> bytes:
        """Return the id of the tree of ``files``; only trees that are not known are made."""
        top = _Node()
        for file in files:
            *above, name = file.path.split(b"/")
            node = top
            for part in above:
                node = node.folders.setdefault(part, _Node())
            node.files[name] = file
        return self._write(top, "")

    def put(self, rows: Iterable[Row]) -> bytes:
        """Return the id of a tree of these rows."""
        tree = self._objects.put(b"tree", encode_tree(rows), self._known)
        self.made.add(tree)
        return tree

    def _write(self, node: _Node, above: str) -> bytes:
        stored = stored_names((*node.files, *node.folders))
        rows = []
        for name, file in node.files.items():
            text = stored[name]
            self.places[file.path] = above + text
            rows.append(Row(EXECUTABLE if file.executable else PLAIN, text.encode(), file.blob))
        for name, inner in node.folders.items():
            text = stored[name]
            rows.append(Row(FOLDER, text.encode(), self._write(inner, f"{above}{text}/")))
        return self.put(rows)

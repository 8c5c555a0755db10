"""A commit made again with something taken out of it, for a copy that goes to others.

What was made stays as it is at home. The copy's commit holds the same files, but for what was
taken out of their bytes and their names, and says itself where its session's journal was changed.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from latitude.artifacts.backend import Backend
from latitude.artifacts.changes import changes_between, versions_of
from latitude.artifacts.commit import root_tree
from latitude.artifacts.history import bytes_of, manifest_of
from latitude.artifacts.manifest import ManifestEntry
from latitude.artifacts.messages import parse_commit
from latitude.artifacts.names import readable_path, true_path
from latitude.artifacts.trees import FileRow, TreeWriter
from latitude.errors import UnknownName
from latitude.session.seams import Committed


class Take(Protocol):
    """Takes out of bytes what must not go out; what holds none of it comes back as it was."""

    def __call__(self, data: bytes, /) -> bytes:
        """Return ``data`` without it."""
        ...


@dataclass(frozen=True, slots=True)
class TakenFile:
    """What became of the bytes of a file."""

    blob: bytes
    """20 bytes."""
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A commit, and what its copy is to be."""

    commit: str
    copies: Mapping[str, str]
    """The copies made before, by the commits that they are made from: that of its parent is one."""
    record: str | None
    """SHA-256 of the line of the copy's journal that finished the response; ``None`` leaves it."""
    take: Take
    files: dict[str, TakenFile]
    """Files of the copies made before with the same ``take``, by the SHA-256 that they had: what
    stands in many commits is read once. Those of this commit are added."""


def rewrite(backend: Backend, order: Rewriting) -> Committed:
    """Make the copy of a commit; on disk before this returns.

    Raises ``UnknownName`` when the commit is not there and ``RecordBroken`` when it is damaged.
    """
    found = backend.reader.read(order.commit)
    if found is None:
        raise UnknownName(f"The repository of artifacts has no commit {order.commit}.")
    parents = parse_commit(found[1]).parents
    onto = order.copies[parents[0]] if parents else None
    entries = manifest_of(backend.reader, order.commit)
    copies, rows = _copies(backend, order, entries)
    writer = TreeWriter(backend.objects, frozenset())
    files = writer.write(rows) if rows else None
    listed = [
        msgspec.structs.replace(entry, stored=_stored(entry, path, writer))
        for path, entry in copies
    ]
    tree = root_tree(writer, backend, files, listed).hex()
    commit = backend.objects.put(b"commit", _commit(found[1], tree, onto, order)).hex()
    before = {} if onto is None else versions_of(manifest_of(backend.reader, onto))
    # A copy is read again for the one after it.
    with backend.lock.hold():
        backend.objects.flush()
    return Committed(commit=commit, tree=tree, files=changes_between(before, versions_of(listed)))


def _copies(
    backend: Backend, order: Rewriting, entries: tuple[ManifestEntry, ...]
) -> tuple[list[tuple[bytes, ManifestEntry]], list[FileRow]]:
    copies: list[tuple[bytes, ManifestEntry]] = []
    rows: list[FileRow] = []
    for path, entry in _renamed(order, entries):
        text, escaped = readable_path(path)
        copy = msgspec.structs.replace(
            entry,
            path=text,
            escaped=escaped,
            target=_taken_text(order, entry.target),
            omitted=_taken_text(order, entry.omitted),
        )
        if entry.place is not None:
            file = _file(backend, order, entry)
            copy = msgspec.structs.replace(copy, size=file.size, sha256=file.sha256)
            rows.append(FileRow(path, file.blob, entry.executable))
        copies.append((path, copy))
    return sorted(copies, key=lambda pair: pair[0]), rows


def _renamed(
    order: Rewriting, entries: tuple[ManifestEntry, ...]
) -> list[tuple[bytes, ManifestEntry]]:
    """Each entry with its true path in the copy; no two have one, and none is another's folder.

    Two names may have differed only in what was taken out of them, and so may a file and a folder.
    """
    named = [
        (true_path(_taken_text(order, entry.path) or "", escaped=entry.escaped), entry)
        for entry in entries
    ]
    used = {above for path, _ in named for above in _folders_of(path)}
    found: list[tuple[bytes, ManifestEntry]] = []
    for path, entry in named:
        free, number = path, 1
        while free in used:
            number += 1
            free = path + b"~%d" % number
        used.add(free)
        found.append((free, entry))
    return found


def _folders_of(path: bytes) -> Iterator[bytes]:
    parts = path.split(b"/")[:-1]
    return (b"/".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def _taken_text(order: Rewriting, text: str | None) -> str | None:
    return None if text is None else order.take(text.encode()).decode("utf-8", "replace")


def _file(backend: Backend, order: Rewriting, entry: ManifestEntry) -> TakenFile:
    known = None if entry.sha256 is None else order.files.get(entry.sha256)
    if known is not None:
        return known
    before = bytes_of(backend.reader, order.commit, entry)
    data = order.take(before)
    file = TakenFile(
        blob=backend.objects.put(b"blob", data),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )
    order.files[hashlib.sha256(before).hexdigest()] = file
    return file


def _stored(entry: ManifestEntry, path: bytes, writer: TreeWriter) -> str | None:
    place = writer.places.get(path)
    return place if place != entry.path else None


def _commit(data: bytes, tree: str, onto: str | None, order: Rewriting) -> bytes:
    head, _, message = data.partition(b"\n\n")
    lines = [b"tree " + tree.encode()]
    lines += [] if onto is None else [b"parent " + onto.encode()]
    lines += [
        order.take(line)
        for line in head.split(b"\n")
        if not line.startswith((b"tree ", b"parent "))
    ]
    said = [_trailer(line, order) for line in message.split(b"\n")]
    return b"\n".join(lines) + b"\n\n" + b"\n".join(said)


def _trailer(line: bytes, order: Rewriting) -> bytes:
    if line.startswith(b"Latitude-Record: ") and order.record is not None:
        return b"Latitude-Record: " + order.record.encode()
    return order.take(line)

"""One commit per step that changed the workspace."""

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from latitude.artifacts.backend import Backend
from latitude.artifacts.changes import Version, changes_between, versions_of
from latitude.artifacts.gather import Gatherer
from latitude.artifacts.history import manifest_of
from latitude.artifacts.manifest import (
    ATTRIBUTES,
    FILES,
    MANIFEST,
    ManifestEntry,
    encode_manifest,
)
from latitude.artifacts.messages import commit_bytes, ident
from latitude.artifacts.names import readable_path
from latitude.artifacts.orders import CommitOrder
from latitude.artifacts.refs import Move, branch
from latitude.artifacts.trees import FOLDER, PLAIN, FileRow, Row, TreeWriter
from latitude.core.ids import is_session_id
from latitude.errors import RecordBroken, ToolFailed
from latitude.session.seams import Committed
from latitude.workspace.entry import Entry
from latitude.workspace.folder import Workspace

FRESH_NS = 12_000_000
"""Nanoseconds. A file changed this shortly before it was looked at is read again next time: the
clock of file systems ticks every 10 ms at the slowest kernel setting, and a second change within
one tick leaves no trace."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The bytes of a file as last read."""

    stamp: tuple[int, int, int, int] | None
    blob: bytes
    sha256: str
    size: int


@dataclass(slots=True)
class _Branch:
    """What is remembered of a session between its commits."""

    tip: str | None
    """The end of its own branch; ``None`` before its first commit."""
    start: str | None
    """The parent of its next commit."""
    tree: str
    files: Mapping[bytes, Version]
    kept: dict[bytes, _Kept] = field(default_factory=dict)
    known: set[bytes] = field(default_factory=set)
    """Ids of the objects in the last tree: they need not be made again."""


@dataclass(slots=True)
class _Draft:
    """A tree that is built and not yet committed."""

    tree: bytes
    files: dict[bytes, Version]
    kept: dict[bytes, _Kept]
    known: set[bytes]


class Committer:
    """Commits workspaces; one per open repository."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._gatherer = Gatherer(backend)
        self._branches: dict[str, _Branch] = {}

    def commit(self, order: CommitOrder, workspace: Workspace) -> Committed | None:
        """Commit ``workspace`` if it differs from the session's last commit, else ``None``.

        Raises ``HomeUnusable`` (nothing was published), ``SessionBusy`` (another process moved
        the branch), ``RecordBroken`` (the commit to start from is not there).
        """
        if not is_session_id(order.session):
            raise ValueError(f"not a session id: {order.session!r}")
        objects, lock = self._backend.objects, self._backend.lock
        # Taken out until all is done: after a failure the branch is read from the disk again.
        memory = self._branches.pop(order.session, None) or self._load(order)
        try:
            draft = self._draft(memory, workspace)
            if draft.tree.hex() == memory.tree:
                memory.kept = draft.kept
                self._branches[order.session] = memory
                return None
            changes = changes_between(memory.files, draft.files)
            commit = objects.put(b"commit", _commit(order, memory, draft, len(changes)))
            if not lock.held:
                lock.acquire()
            if memory.tip is None and memory.start is not None:
                self._check_start(memory.start, order)
            move = Move(ref=branch(order.session), old=memory.tip, new=commit.hex())
            self._backend.publish(move)
            self._gatherer.tidy()
        finally:
            objects.discard()
            lock.release()
        self._branches[order.session] = _Branch(
            tip=commit.hex(),
            start=commit.hex(),
            tree=draft.tree.hex(),
            files=draft.files,
            kept=draft.kept,
            known=draft.known,
        )
        return Committed(commit=commit.hex(), tree=draft.tree.hex(), files=changes)

    def drop(self, session: str) -> None:
        """Forget what is remembered of a session."""
        self._branches.pop(session, None)

    def _load(self, order: CommitOrder) -> _Branch:
        reader = self._backend.reader
        tip = reader.tip(branch(order.session))
        start = tip or order.parent
        if start is None:
            writer = TreeWriter(self._backend.objects, frozenset())
            tree = root_tree(writer, self._backend, None, []).hex()
            self._backend.objects.discard()
            return _Branch(tip=None, start=None, tree=tree, files={})
        tree_header = reader.header(f"{start}^{{tree}}")
        if tree_header is None:
            raise _no_start(start, order)
        listing = self._backend.door.run("ls-tree", "-r", "-t", "-z", tree_header.id)
        known = {
            bytes.fromhex(row.split(b"\t", 1)[0].split(b" ")[2].decode())
            for row in listing.split(b"\0")
            if row
        }
        return _Branch(
            tip=tip,
            start=start,
            tree=tree_header.id,
            files=versions_of(manifest_of(reader, start)),
            known=known,
        )

    def _check_start(self, start: str, order: CommitOrder) -> None:
        # Another process may have forgotten the parent since it was read, and a cat-file that
        # stays can still see the packs that were deleted then.
        self._backend.reader.restart()
        if self._backend.reader.header(start) is None:
            raise _no_start(start, order)

    def _draft(self, memory: _Branch, workspace: Workspace) -> _Draft:
        looked = time.time_ns()
        kept: dict[bytes, _Kept] = {}
        rows: list[FileRow] = []
        entries: list[tuple[bytes, Entry, str | None]] = []
        for entry in workspace.scan():
            path, omitted = os.fsencode(entry.path), entry.omitted
            if entry.kind == "file" and omitted is None:
                try:
                    now = self._take(path, entry, memory, workspace, looked)
                except ToolFailed as error:
                    # It vanished or grew since the scan; the manifest says so.
                    omitted = str(error)
                else:
                    kept[path] = now
                    rows.append(FileRow(path, now.blob, entry.executable))
            entries.append((path, entry, omitted))
        writer = TreeWriter(self._backend.objects, memory.known)
        files_tree = writer.write(rows) if rows else None
        listed = [
            _manifest_entry(path, entry, omitted, kept.get(path), writer.places.get(path))
            for path, entry, omitted in sorted(entries, key=lambda item: item[0])
        ]
        tree = root_tree(writer, self._backend, files_tree, listed, memory.known)
        versions = {
            row.path: Version(kept[row.path].sha256, kept[row.path].size, row.executable)
            for row in rows
        }
        known = writer.made | {row.blob for row in rows}
        return _Draft(tree=tree, files=versions, kept=kept, known=known)

    def _take(
        self, path: bytes, entry: Entry, memory: _Branch, workspace: Workspace, looked: int
    ) -> _Kept:
        before = memory.kept.get(path)
        if before is not None and before.stamp == entry.stamp:
            return before
        data = workspace.read_entry(entry)
        objects = self._backend.objects
        blob = objects.put(b"blob", data, memory.known)
        if objects.full:
            # Held until the commit is done: what no ref reaches yet a repack would drop.
            if not self._backend.lock.held:
                self._backend.lock.acquire()
            objects.flush()
        settled = max(entry.stamp[2], entry.stamp[3]) < looked - FRESH_NS
        return _Kept(
            stamp=entry.stamp if settled else None,
            blob=blob,
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
        )


def _no_start(start: str, order: CommitOrder) -> RecordBroken:
    return RecordBroken(
        f"The commit {start}, which {order.session} carries on, is not in the repository of "
        "artifacts. Nothing was changed. Run latitude verify."
    )


def root_tree(
    writer: TreeWriter,
    backend: Backend,
    files: bytes | None,
    entries: list[ManifestEntry],
    known: set[bytes] | frozenset[bytes] = frozenset(),
) -> bytes:
    """Return the id of a commit's tree: ``files``, what the manifest says, and our attributes."""
    put = backend.objects.put
    attributes = put(b"blob", ATTRIBUTES, known)
    manifest = put(b"blob", encode_manifest(entries), known)
    rows = [Row(PLAIN, b".gitattributes", attributes), Row(PLAIN, MANIFEST.encode(), manifest)]
    if files is not None:
        rows.append(Row(FOLDER, FILES.encode(), files))
    tree = writer.put(rows)
    writer.made |= {attributes, manifest}
    return tree


def _manifest_entry(
    path: bytes, entry: Entry, omitted: str | None, kept: _Kept | None, place: str | None
) -> ManifestEntry:
    text, escaped = readable_path(path)
    target, target_escaped = None, False
    if entry.target is not None:
        target, target_escaped = readable_path(os.fsencode(entry.target))
    size = entry.size if entry.kind == "file" else None
    return ManifestEntry(
        path=text,
        type=entry.kind,
        escaped=escaped,
        stored=place if place != text else None,
        executable=entry.executable,
        size=size if kept is None else kept.size,
        sha256=None if kept is None else kept.sha256,
        target=target,
        target_escaped=target_escaped,
        omitted=omitted or ("not a regular file" if entry.kind == "special" else None),
    )


def _commit(order: CommitOrder, memory: _Branch, draft: _Draft, count: int) -> bytes:
    mark = order.mark
    what = {0: "folders or links only", 1: "1 file"}.get(count, f"{count} files")
    return commit_bytes(
        tree=draft.tree.hex(),
        parents=[] if memory.start is None else [memory.start],
        author=ident(mark.model),
        when=order.time,
        subject=f"Turn {mark.turn}, step {mark.step}: {what}",
        trailers={
            "Latitude-Session": order.session,
            "Latitude-Turn": str(mark.turn),
            "Latitude-Step": str(mark.step),
            "Latitude-Record": mark.record,
        },
    )

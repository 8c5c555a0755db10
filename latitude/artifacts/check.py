"""Checking commits for ``latitude verify``."""

import hashlib

from latitude.artifacts.backend import Backend
from latitude.artifacts.history import commit_at, manifest_of
from latitude.artifacts.manifest import FILES
from latitude.artifacts.orders import Problem
from latitude.artifacts.trees import EXECUTABLE, FOLDER, PLAIN, decode_tree
from latitude.errors import RecordBroken, UnknownName


class Checker:
    """Checks commits; what was read once is not read again while it lives."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._blobs: dict[str, str | None] = {}
        """SHA-256 of each blob by its id; ``None`` when it is missing."""
        self._trees: dict[str, dict[str, tuple[int, str]]] = {}

    def check(self, commit: str, tree: str) -> Problem | None:
        """Return what is wrong with a commit that should hold ``tree``, or ``None``.

        It must be there with every tree and file, and each file must be the one that its manifest
        names, by SHA-256.
        """
        self._backend.reader.forget()
        try:
            what = self._check(commit, tree)
        except RecordBroken as error:
            what = str(error)
        return None if what is None else Problem(commit=commit, what=what)

    def _check(self, commit: str, tree: str) -> str | None:
        found = commit_at(self._backend.reader, commit)
        if found is None:
            return "the commit is missing"
        if found.tree != tree:
            return f"its tree is {found.tree}, but the record says {tree}"
        try:
            entries = manifest_of(self._backend.reader, commit)
        except UnknownName:
            return "its manifest.json is missing"
        there = self._files(commit)
        if there is None:
            return "a tree of its files is missing"
        for entry in entries:
            place = entry.place
            if place is None:
                continue
            mode, blob = there.pop(place, (0, ""))
            if not blob:
                return f"the file {entry.path!r} is not in the tree"
            if mode != (EXECUTABLE if entry.executable else PLAIN):
                return f"the file {entry.path!r} has the mode {mode:o}"
            if self._sha256(blob) != entry.sha256:
                return f"the bytes of {entry.path!r} are missing or not those of the manifest"
        if there:
            return f"the tree holds a file that the manifest does not name: {min(there)!r}"
        return None

    def _files(self, commit: str) -> dict[str, tuple[int, str]] | None:
        top = self._backend.reader.header(f"{commit}:{FILES}")
        if top is None:
            return {}
        files = self._walk(top.id)
        return None if files is None else dict(files)

    def _walk(self, tree: str) -> dict[str, tuple[int, str]] | None:
        if tree in self._trees:
            return self._trees[tree]
        found = self._backend.reader.read(tree)
        if found is None or found[0].kind != "tree":
            return None
        files: dict[str, tuple[int, str]] = {}
        for row in decode_tree(found[1]):
            name = row.name.decode("utf-8", "replace")
            if row.mode != FOLDER:
                files[name] = (row.mode, row.id.hex())
                continue
            inner = self._walk(row.id.hex())
            if inner is None:
                return None
            files.update({f"{name}/{path}": file for path, file in inner.items()})
        self._trees[tree] = files
        return files

    def _sha256(self, blob: str) -> str | None:
        if blob not in self._blobs:
            found = self._backend.reader.read(blob)
            self._blobs[blob] = None if found is None else hashlib.sha256(found[1]).hexdigest()
        return self._blobs[blob]

"""Reading what was committed."""

from collections.abc import Collection

from latitude.artifacts.backend import Backend
from latitude.artifacts.changes import changes_between, versions_of
from latitude.artifacts.manifest import FILES, MANIFEST, ManifestEntry, decode_manifest
from latitude.artifacts.messages import ParsedCommit, parse_commit
from latitude.artifacts.orders import CommitInfo, CommitRead, StoredFile
from latitude.artifacts.reader import Reader
from latitude.artifacts.refs import branch
from latitude.core.events import FileChange
from latitude.errors import RecordBroken, UnknownName


def manifest_of(reader: Reader, commit: str) -> tuple[ManifestEntry, ...]:
    """Return the manifest of a commit; raises ``UnknownName`` when there is no such commit."""
    found = reader.recall(f"{commit}:{MANIFEST}")
    if found is None:
        raise UnknownName(
            f"The repository of artifacts has no commit {commit} with a {MANIFEST}. "
            "'latitude artifacts log ID' shows the commits of a session."
        )
    return decode_manifest(found[1], commit)


def files_at(backend: Backend, commit: str) -> tuple[StoredFile, ...]:
    """Return everything a commit holds, sorted by true path."""
    return tuple(_stored(entry) for entry in manifest_of(backend.reader, commit))


def _stored(entry: ManifestEntry) -> StoredFile:
    omitted = entry.omitted is not None or entry.type == "special"
    return StoredFile(
        path=entry.path,
        kind="omitted" if omitted or entry.type == "special" else entry.type,
        executable=entry.executable,
        size=entry.size,
        sha256=entry.sha256,
        target=entry.target,
        omitted=entry.omitted,
        stored=entry.place,
    )


def read_file(backend: Backend, commit: str, path: str) -> bytes:
    """Return the bytes of one file; ``path`` is as :func:`files_at` gives it.

    Raises ``UnknownName`` when the commit holds no such file.
    """
    for entry in sorted(manifest_of(backend.reader, commit), key=lambda entry: entry.escaped):
        if entry.path == path and entry.place is not None:
            return bytes_of(backend.reader, commit, entry)
    raise UnknownName(
        f"{path!r} is not a file at {commit[:12]}. 'latitude artifacts show ID' lists them."
    )


def read_files(backend: Backend, commit: str, paths: Collection[str]) -> dict[str, bytes]:
    """Return the bytes of those of ``paths`` that are files of the commit, by path.

    A path may stand for two files, one of them with a name that is no text: that one comes under
    the path and a note.
    """
    wanted = set(paths)
    found: dict[str, bytes] = {}
    for entry in sorted(manifest_of(backend.reader, commit), key=lambda entry: entry.escaped):
        if entry.path in wanted and entry.place is not None:
            name = f"{entry.path} (its name is no text)" if entry.path in found else entry.path
            found[name] = bytes_of(backend.reader, commit, entry)
    return found


def read_commit(backend: Backend, commit: str, paths: Collection[str]) -> CommitRead:
    """Return a commit as it lies there, with those of ``paths`` that are its files.

    Raises ``UnknownName`` when there is no such commit.
    """
    found = backend.reader.recall(commit), backend.reader.recall(f"{commit}:{MANIFEST}")
    if found[0] is None or found[1] is None:
        raise UnknownName(f"The repository of artifacts has no commit {commit} of a session.")
    return CommitRead(found[0][1], found[1][1], read_files(backend, commit, paths))


def bytes_of(reader: Reader, commit: str, entry: ManifestEntry) -> bytes:
    """Return the bytes of a file of a manifest; raises ``RecordBroken`` when they are missing."""
    found = reader.recall(f"{commit}:{FILES}/{entry.place}")
    if found is None or found[0].kind != "blob":
        raise RecordBroken(
            f"The bytes of {entry.path!r} at {commit} are not in the repository of artifacts. "
            "Everything else there is kept. Restore it from a clone or a copy."
        )
    return found[1]


def history(backend: Backend, session: str, tip: str | None = None) -> tuple[CommitInfo, ...]:
    """Return the commits of a session, oldest first; none when it made nothing.

    They end at ``tip``, or else where its branch does. A session that carries on another one
    begins after the commit it started from.
    """
    infos: list[CommitInfo] = []
    at = tip or backend.reader.tip(branch(session))
    chain = []
    while at is not None and (commit := commit_at(backend.reader, at)):
        if commit.trailers.get("Latitude-Session") != session:
            break
        chain.append((at, commit))
        at = commit.parents[0] if commit.parents else None
    before = versions_of(manifest_of(backend.reader, at)) if at is not None else {}
    for name, commit in reversed(chain):
        now = versions_of(manifest_of(backend.reader, name))
        infos.append(_info(name, commit, changes_between(before, now)))
        before = now
    return tuple(infos)


def commits_since(backend: Backend, session: str, base: str | None) -> dict[str, str] | None:
    """Return the session's commits after ``base``, oldest first, each with its tree.

    ``None`` as base is the empty beginning. The result is ``None`` when the session's branch does
    not lead back to ``base`` through commits that latitude made for this session.
    """
    at = backend.reader.tip(branch(session))
    chain: list[tuple[str, str]] = []
    while at != base:
        commit = None if at is None else commit_at(backend.reader, at)
        if at is None or commit is None or len(commit.parents) > 1:
            return None
        if commit.trailers.get("Latitude-Session") != session:
            return None
        chain.append((at, commit.tree))
        at = commit.parents[0] if commit.parents else None
    return dict(reversed(chain))


def _info(name: str, commit: ParsedCommit, changes: tuple[FileChange, ...]) -> CommitInfo:
    trailers = commit.trailers
    return CommitInfo(
        commit=name,
        tree=commit.tree,
        session=trailers["Latitude-Session"],
        turn=_number(trailers.get("Latitude-Turn")),
        step=_number(trailers.get("Latitude-Step")),
        record=trailers.get("Latitude-Record", ""),
        author=commit.author,
        when=commit.when,
        changes=changes,
        parent=commit.parents[0] if commit.parents else None,
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def commit_at(reader: Reader, name: str) -> ParsedCommit | None:
    """Return a commit, or ``None`` when it is not there; raises ``RecordBroken`` if damaged."""
    found = reader.recall(name)
    return parse_commit(found[1]) if found and found[0].kind == "commit" else None


def commit_of_turn(backend: Backend, session: str, turn: int) -> str | None:
    """Return the commit that held the workspace when ``turn`` had ended.

    That is the session's last commit of this turn or an earlier one, else the commit that it
    started from, else ``None``: the workspace was empty.
    """
    at = backend.reader.tip(branch(session))
    while at is not None and (commit := commit_at(backend.reader, at)):
        if commit.trailers.get("Latitude-Session") != session:
            return at
        if _number(commit.trailers.get("Latitude-Turn")) <= turn:
            return at
        at = commit.parents[0] if commit.parents else None
    return None

"""The branch ``main``: the last tree of every session, laid out by model, month and session.

Each graft is a merge commit, its first parent the ``main`` before it and its second the session's
last commit, so every session stays reachable. A graft is made from nothing but the ledger's entry
and the commit it names, so ``main`` can be rebuilt and comes out with the same ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from latitude.artifacts.backend import Backend, first_commit
from latitude.artifacts.checkout import follow
from latitude.artifacts.ledger import model_bytes
from latitude.artifacts.messages import COMMITTER, commit_bytes, parse_commit, parse_trailers
from latitude.artifacts.names import escape
from latitude.artifacts.orders import LedgerEntry
from latitude.artifacts.refs import MAIN, Move
from latitude.artifacts.trees import FOLDER, Row, decode_tree, encode_tree
from latitude.errors import RecordBroken

Place = tuple[str, str, str]


def place_of(entry: LedgerEntry) -> Place:
    """Return the folders of a session in ``main``: model, month it opened, session id."""
    session = entry.session
    return (
        escape(model_bytes(entry) or b"unknown-model"),
        f"{session[:4]}-{session[4:6]}",
        session,
    )


def is_grafted(backend: Backend, entry: LedgerEntry) -> bool:
    """Say whether ``main`` holds the session as its last commit left it."""
    there = backend.reader.header(f"{MAIN}:{'/'.join(place_of(entry))}")
    tree = backend.reader.header(f"{entry.tip}^{{tree}}")
    return there is not None and tree is not None and there.id == tree.id


def graft(backend: Backend, entry: LedgerEntry) -> None:
    """Add a session that made something to ``main``; the caller holds the lock."""
    old = backend.reader.tip(MAIN)
    base = old or first_commit(backend.objects).hex()
    main = _Main(backend, base, empty=old is None)
    main.add(entry)
    backend.publish(Move(ref=MAIN, old=old, new=main.tip))
    if old is not None:
        follow(backend.door, old, main.tip)


def rebuild(backend: Backend, entries: Sequence[LedgerEntry]) -> None:
    """Make ``main`` hold exactly ``entries``, in their order; the caller holds the lock.

    Grafts that stand as they should keep their ids. Raises ``RecordBroken``, with nothing changed,
    when ``main`` holds commits that latitude did not make.
    """
    old = backend.reader.tip(MAIN)
    grafts = _grafts(backend, old)
    same = 0
    for graft_, entry in zip(grafts[1:], entries, strict=False):
        if (graft_.session, graft_.tip) != (entry.session, entry.tip):
            break
        same += 1
    if old is not None and same == len(entries) == len(grafts) - 1:
        return
    base = grafts[same].commit if grafts else first_commit(backend.objects).hex()
    main = _Main(backend, base, empty=same == 0)
    for entry in entries[same:]:
        main.add(entry)
        if backend.objects.full:
            backend.objects.flush()
    backend.publish(Move(ref=MAIN, old=old, new=main.tip))
    if old is not None:
        follow(backend.door, old, main.tip, force_index=True)


def check_main(backend: Backend) -> None:
    """Raise ``RecordBroken`` when ``main`` holds commits that latitude did not make."""
    _grafts(backend, backend.reader.tip(MAIN))


@dataclass(frozen=True, slots=True)
class _Graft:
    commit: str
    session: str | None
    tip: str | None


def _grafts(backend: Backend, main: str | None) -> list[_Graft]:
    """Return the chain of ``main``, oldest first: the empty commit, then the grafts."""
    if main is None:
        return []
    out = backend.door.run(
        "log", "-z", "--first-parent", "--reverse", "--format=%H %P%n%B", main, "--"
    )
    grafts = []
    for text in out.decode("utf-8", "replace").split("\0"):
        if not text:
            continue
        head, _, message = text.partition("\n")
        commit, *parents = head.split()
        session = parse_trailers(message).get("Latitude-Session")
        if parents and (session is None or len(parents) != 2):
            raise RecordBroken(
                f"The branch main of the repository of artifacts holds the commit {commit}, which "
                "is not latitude's. Nothing was changed. Move it to a branch of its own and set "
                f"main back to {parents[0]}, then try again."
            )
        grafts.append(_Graft(commit, session, parents[1] if parents else None))
    return grafts


class _Main:
    """``main`` while sessions are added to it."""

    def __init__(self, backend: Backend, tip: str, *, empty: bool) -> None:
        self._backend = backend
        self.tip = tip
        self._folders: dict[tuple[str, ...], dict[bytes, Row]] = {(): {}} if empty else {}

    def add(self, entry: LedgerEntry) -> None:
        """Put the session's last tree in its place, as one more merge commit."""
        found = self._backend.reader.read(f"{entry.tip}^{{commit}}")
        if found is None or entry.tip is None:
            raise RecordBroken(
                f"The commit {entry.tip} of session {entry.session} is not in the repository of "
                "artifacts. Nothing was changed. Run latitude verify."
            )
        *above, name = place_of(entry)
        row = Row(FOLDER, name.encode(), bytes.fromhex(parse_commit(found[1]).tree))
        objects = self._backend.objects
        for depth in range(len(above), -1, -1):
            rows = self._rows(tuple(above[:depth]))
            rows[row.name] = row
            tree = objects.put(b"tree", encode_tree(rows.values()))
            row = Row(FOLDER, above[depth - 1].encode(), tree)
        commit = commit_bytes(
            tree=tree.hex(),
            parents=[self.tip, entry.tip],
            author=COMMITTER,
            when=entry.closed,
            subject=f"Session {entry.session}",
            trailers={"Latitude-Session": entry.session},
        )
        self.tip = objects.put(b"commit", commit).hex()

    def _rows(self, folder: tuple[str, ...]) -> dict[bytes, Row]:
        if folder not in self._folders:
            if not folder:
                name: str | None = f"{self.tip}^{{tree}}"
            else:
                above = self._rows(folder[:-1]).get(folder[-1].encode())
                name = above.id.hex() if above else None
            found = self._backend.reader.read(name) if name else None
            rows = decode_tree(found[1]) if found else ()
            self._folders[folder] = {row.name: row for row in rows}
        return self._folders[folder]

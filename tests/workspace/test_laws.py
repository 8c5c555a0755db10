"""Laws that hold for any path and any bytes."""

import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from latitude.errors import ToolFailed
from latitude.workspace.folder import Workspace
from tests.workspace.conftest import Outside


@contextmanager
def somewhere() -> Iterator[tuple[Workspace, Outside]]:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "ws"
        root.mkdir(mode=0o700)
        (Path(place) / "secret").write_text("not yours")
        (root / "link").symlink_to("..")
        yield Workspace(root), Outside(Path(place), root)


part = st.sampled_from(
    ["..", ".", "", "a", "A", "é", "e\u0301", "link", "secret", "-x", "\0", "🦊"]
)
path = st.lists(part | st.text(max_size=8), min_size=1, max_size=5).map("/".join) | st.text(
    st.characters(), max_size=40
)


@pytest.mark.promise("work-kept")
@given(path, st.binary(max_size=300))
@example("a/\ud800", b"")
@example("a/" * 31 + "a", b"\0")
def test_what_is_written_is_read_back_and_nothing_lands_outside(path: str, data: bytes) -> None:
    with somewhere() as (workspace, outside):
        try:
            workspace.write(path, data)
        except ToolFailed as error:
            refused = str(error)
            assert [entry.path for entry in workspace.scan()] == ["link"]
        else:
            refused = ""
            assert workspace.read(path) == data
            kept = unicodedata.normalize("NFC", path.removeprefix("./"))
            assert {entry.path for entry in workspace.scan()} == {kept, "link"}
        assert str(outside.folder) not in refused
        assert outside.snapshot() == {"secret": b"not yours"}


small = st.lists(st.sampled_from(["a", "A", "b", "é", "e\u0301"]), min_size=1, max_size=3).map(
    "/".join
)
step = st.one_of(
    st.tuples(st.just("write"), small, st.binary(max_size=4)),
    st.tuples(st.just("move"), small, small),
    st.tuples(st.just("delete"), small, st.none()),
)


@given(st.lists(step, max_size=12))
def test_a_refusal_changes_nothing_and_no_file_is_lost(
    steps: list[tuple[str, str, object]],
) -> None:
    with somewhere() as (workspace, _):
        for act, path, more in steps:
            before = contents(workspace)
            arguments = [path] if more is None else [path, more]
            try:
                getattr(workspace, act)(*arguments)
            except ToolFailed:
                assert contents(workspace) == before
                continue
            after = contents(workspace)
            if act == "move":
                assert sorted(after.values()) == sorted(before.values())
            else:
                touched = {name for name, _ in before.items() ^ after.items()}
                assert touched <= {unicodedata.normalize("NFC", path)}


def contents(workspace: Workspace) -> dict[str, bytes]:
    """Files and their bytes; empty folders do not count as lost or made."""
    return {
        entry.path: workspace.read_entry(entry)
        for entry in workspace.scan()
        if entry.kind == "file"
    }

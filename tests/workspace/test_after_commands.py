"""What commands leave behind, met by root and by an ordinary user."""

import os
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from latitude.errors import HomeUnusable, ToolFailed
from latitude.workspace import scan, walk
from latitude.workspace.entry import Caps, Entry
from latitude.workspace.folder import Workspace
from tests.ordinary import folder_of_theirs, ordinary_user

SHUT = "its permissions do not let it be read"


@pytest.fixture(params=["as we are", "as an ordinary user"])
def rights(request: pytest.FixtureRequest) -> AbstractContextManager[None]:
    return nullcontext() if request.param == "as we are" else ordinary_user()


@pytest.fixture
def root() -> Iterator[Path]:
    with folder_of_theirs() as place:
        root = place / "ws"
        with ordinary_user():
            root.mkdir(mode=0o700)
        yield root


def answer(act: object, *arguments: object) -> str:
    """What a file tool says to a model: that it was done, or why not."""
    try:
        act(*arguments)  # type: ignore[operator]
    except ToolFailed as error:
        return str(error)
    return "done"


def omissions(entries: list[Entry]) -> list[tuple[str, str | None]]:
    return [(entry.path, entry.omitted) for entry in entries]


def test_what_its_owner_may_not_read_is_named_with_the_reason(
    root: Path, rights: AbstractContextManager[None]
) -> None:
    with ordinary_user():
        for name, mode in {"none": 0, "names-only": 0o400, "way-only": 0o300}.items():
            (root / name).mkdir()
            (root / name / "inside").write_bytes(b"kept")
            (root / name).chmod(mode)
        (root / "shut").write_bytes(b"1")
        (root / "shut").chmod(0)
        (root / "open").write_bytes(b"2")
    with rights:
        workspace = Workspace(root)
        found, listed = workspace.scan(), workspace.list("")
        opened = workspace.read("open")
        said = [
            answer(workspace.list, "none"),
            answer(workspace.list, "names-only"),
            answer(workspace.read, "none/inside"),
            answer(workspace.read, "shut"),
        ]
        may_all = os.geteuid() == 0
    expected = [
        ("names-only", SHUT),
        ("none", SHUT),
        ("open", None),
        ("shut", SHUT),
        ("way-only", SHUT),
    ]
    assert omissions(found) == omissions(listed) == expected
    assert opened == b"2"
    refused = [
        "none: Permission denied.",
        "names-only: Permission denied.",
        "none: Permission denied.",
        "shut: Permission denied.",
    ]
    assert said == (["done"] * 4 if may_all else refused)


def test_a_file_that_was_shut_is_readable_once_it_is_written(
    root: Path, rights: AbstractContextManager[None]
) -> None:
    with ordinary_user():
        (root / "shut").write_bytes(b"old")
        (root / "shut").chmod(0)
    with rights:
        workspace = Workspace(root)
        workspace.write("shut", b"new")
        assert workspace.read("shut") == b"new"
        assert omissions(workspace.scan()) == [("shut", None)]


def test_a_command_that_shuts_the_whole_workspace_stops_nobody(
    root: Path, rights: AbstractContextManager[None]
) -> None:
    with rights:
        workspace = Workspace(root)
        workspace.write("poem", b"Sea")
        for mode in (0, 0o500, 0o300):
            root.chmod(mode)
            workspace.changed_outside()
            workspace.write("poem", b"Sea\n")
            root.chmod(0)
            assert omissions(workspace.scan()) == [("poem", None)]


def test_each_folder_is_opened_once_however_deep_it_lies(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        (root / f"{number}/{'d/' * 50}").mkdir(parents=True)
    opened = 0

    def counted(fd: int, name: str) -> int:
        nonlocal opened
        opened += 1
        return enter(fd, name)

    enter = walk.enter
    monkeypatch.setattr(walk, "enter", counted)
    before = len(os.listdir("/dev/fd"))
    found = Workspace(root).scan()
    assert len(found) == 20
    assert opened == 20 * 51
    assert len(os.listdir("/dev/fd")) == before


def test_a_tree_deeper_than_paths_can_be_is_left_out_with_one_entry(
    root: Path, rights: AbstractContextManager[None]
) -> None:
    with rights:
        fd = os.open(root, os.O_RDONLY)
        for _ in range(5_000):
            os.mkdir("d" * 50, dir_fd=fd)
            inner = os.open("d" * 50, os.O_RDONLY, dir_fd=fd)
            os.close(fd)
            fd = inner
        os.close(fd)
        workspace = Workspace(root)
        workspace.write("beside", b"")
        (beside, deep) = workspace.scan()
        assert (beside.path, deep.omitted) == ("beside", "too deep")
        assert deep.path.count("/") == 63
        assert workspace.list("d" * 50)[0].kind == "folder"


def test_names_alike_in_some_eyes_are_files_of_their_own(
    root: Path, rights: AbstractContextManager[None]
) -> None:
    nfc = "é"
    odd = ["a", "A", nfc, unicodedata.normalize("NFD", nfc), "a\nb", "\x1b[2J", "a\\nb"]
    names = [os.fsencode(name) for name in odd] + [b"\xff", b"\xffA"]
    with ordinary_user():
        for name in names:
            (root / os.fsdecode(name)).write_bytes(b"mine: " + name)
    with rights:
        workspace = Workspace(root)
        found = workspace.scan()
        assert sorted(os.fsencode(entry.path) for entry in found) == sorted(names)
        for entry in found:
            mine = b"mine: " + os.fsencode(entry.path)
            assert workspace.read_entry(entry) == workspace.read(entry.path) == mine
            workspace.write(entry.path, mine + b"!")
        assert [workspace.read_entry(entry)[-1:] for entry in workspace.scan()] == [b"!"] * 9
        assert "differs from it only in case" in answer(workspace.write, "É", b"")


@pytest.mark.slow
def test_twenty_thousand_files_are_all_found(
    root: Path, rights: AbstractContextManager[None]
) -> None:
    with rights:
        workspace = Workspace(root)
        for folder in range(20):
            (root / str(folder)).mkdir()
            for number in range(1_000):
                (root / str(folder) / str(number)).touch()
        workspace.changed_outside()
        assert len(workspace.scan()) == 20_000
        assert len(workspace.list("7")) == 1_000
        workspace.write("7/new", b"x")
        assert len(workspace.scan()) == 20_001


@pytest.mark.parametrize("many", [5, 6])
def test_what_a_command_made_counts_in_the_next_write(root: Path, many: int) -> None:
    workspace = Workspace(root, Caps(files=6))
    workspace.write("first", b"")
    for number in range(1, many):
        (root / str(number)).touch()
    workspace.changed_outside()
    done = answer(workspace.write, "last", b"")
    assert done == (
        "done" if many == 5 else "last does not fit: the workspace may hold at most 6 files."
    )


def test_a_workspace_that_cannot_be_read_is_not_taken_for_an_empty_one(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(root)
    workspace.write("poem", b"Sea")

    def no_descriptor(fd: int) -> object:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(scan.os, "scandir", no_descriptor)
        with pytest.raises(HomeUnusable, match="Too many open files"):
            workspace.scan()


def test_a_workspace_that_is_gone_is_said_to_be(root: Path) -> None:
    workspace = Workspace(root)
    root.rmdir()
    with pytest.raises(HomeUnusable, match="cannot be opened"):
        workspace.changed_outside()

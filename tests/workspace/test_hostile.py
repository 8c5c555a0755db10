"""What a hostile workspace may hold, row by row, on a real file system."""

import os
import socket
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from latitude.errors import ToolFailed
from latitude.workspace.entry import Caps, Entry
from latitude.workspace.folder import Workspace
from tests.workspace.conftest import Outside


def refusal(act: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(ToolFailed) as raised:
        act(*arguments)
    return str(raised.value)


def found(workspace: Workspace, path: str) -> Entry:
    return next(entry for entry in workspace.scan() if entry.path == path)


@pytest.mark.parametrize(
    "path", ["../secret", "../ws2/secret", "a/../../secret", "/etc/passwd", "..", "./../secret"]
)
def test_no_path_leads_out(workspace: Workspace, outside: Outside, path: str) -> None:
    before = outside.snapshot()
    workspace.write("a/x", b"")
    refusal(workspace.read, path)
    refusal(workspace.write, path, b"x")
    refusal(workspace.delete, path)
    refusal(workspace.move, path, "here")
    refusal(workspace.move, "a/x", path)
    refusal(workspace.list, path)
    assert outside.snapshot() == before


def test_links_are_seen_and_never_followed(
    root: Path, workspace: Workspace, outside: Outside
) -> None:
    before = outside.snapshot()
    (root / "file").symlink_to("../secret")
    (root / "folder").symlink_to("../ws2")
    (root / "loop").symlink_to("loop")
    is_link = "is a link, and the file tools do not follow links."
    assert refusal(workspace.read, "file") == f"file {is_link}"
    assert refusal(workspace.write, "file", b"x") == f"file {is_link}"
    assert refusal(workspace.read, "folder/secret") == f"folder {is_link}"
    assert refusal(workspace.write, "folder/new", b"x") == f"folder {is_link}"
    assert refusal(workspace.delete, "folder/secret") == f"folder {is_link}"
    assert refusal(workspace.list, "folder") == f"folder {is_link}"
    assert refusal(workspace.read, "loop") == f"loop {is_link}"
    assert [(entry.path, entry.kind, entry.target) for entry in workspace.scan()] == [
        ("file", "link", "../secret"),
        ("folder", "link", "../ws2"),
        ("loop", "link", "loop"),
    ]
    workspace.move("file", "moved")
    workspace.delete("moved")
    workspace.delete("folder")
    assert outside.snapshot() == before


SWAPPER = """
import os, contextlib, itertools
for number in itertools.count():
    with contextlib.suppress(OSError):  # a write made a new "d" while the old one was away
        os.rename("spare", f"gone{number}")
    with contextlib.suppress(OSError):
        os.symlink("../ws2", "link")
    for old, new in (("d", "spare"), ("link", "d"), ("d", "link"), ("spare", "d")):
        with contextlib.suppress(OSError):
            os.rename(old, new)
"""


def test_a_folder_that_is_swapped_for_a_link_never_lets_anything_out(
    root: Path, workspace: Workspace, outside: Outside
) -> None:
    workspace.write("d/secret", b"mine")
    before = outside.snapshot()
    seen = {"read": 0, "link": 0, "other": 0}
    swapper = subprocess.Popen([sys.executable, "-S", "-c", SWAPPER], cwd=root)
    try:
        for _ in range(30_000):
            try:
                assert workspace.read("d/secret") == b"mine"
                seen["read"] += 1
            except ToolFailed as error:
                seen["link" if "is a link" in str(error) else "other"] += 1
            with suppress(ToolFailed):
                workspace.write("d/secret", b"mine")
            if min(seen["read"], seen["link"]) >= 300:
                break
    finally:
        swapper.kill()
        swapper.wait()
    assert seen["read"] > 0
    assert seen["link"] > 0
    assert outside.snapshot() == before


def test_a_file_with_a_second_hard_link_is_not_opened(
    root: Path, workspace: Workspace, outside: Outside
) -> None:
    (root / "hard").hardlink_to(outside.folder / "secret")
    assert "more than one hard link" in refusal(workspace.read, "hard")
    assert found(workspace, "hard").omitted == "has more than one hard link"
    assert "more than one hard link" in refusal(workspace.read_entry, found(workspace, "hard"))
    workspace.write("hard", b"new")
    assert workspace.read("hard") == b"new"
    assert (outside.folder / "secret").read_text() == "not yours"


def test_a_fifo_makes_nobody_wait(root: Path, workspace: Workspace) -> None:
    os.mkfifo(root / "pipe")
    answers: list[str] = []

    def ask() -> None:
        answers.append(refusal(workspace.read, "pipe"))
        answers.append(refusal(workspace.write, "pipe", b"x"))
        answers.append(found(workspace, "pipe").kind)

    asker = threading.Thread(target=ask, daemon=True)
    asker.start()
    asker.join(timeout=20)
    assert answers == ["pipe is not a regular file.", "pipe is not a regular file.", "special"]
    workspace.delete("pipe")
    assert workspace.scan() == []


def test_a_socket_is_not_opened(
    root: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert refusal(workspace.read, "socket") == "socket is not a regular file."
        assert found(workspace, "socket").kind == "special"


def test_a_sparse_terabyte_is_not_read(root: Path, workspace: Workspace) -> None:
    with open(root / "sparse", "wb") as file:
        file.write(b"start")
        file.truncate(1 << 40)
    assert "1,099,511,627,776 bytes; at most 67,108,864" in refusal(workspace.read, "sparse")
    assert workspace.head("sparse", 5) == (b"start", 1 << 40)
    assert found(workspace, "sparse").omitted == "too large"
    assert "too large" in refusal(workspace.read_entry, found(workspace, "sparse"))
    workspace.write("sparse", b"small")
    assert workspace.read("sparse") == b"small"


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", "-rf", "a\u202eb", "\u200b", " "])
def test_names_that_commands_made_can_be_read_and_deleted(
    root: Path, workspace: Workspace, name: str
) -> None:
    (root / name).write_bytes(b"made by a command")
    (entry,) = workspace.scan()
    assert entry.path == name
    assert workspace.read_entry(entry) == workspace.read(name) == b"made by a command"
    workspace.write(name, b"again")
    assert workspace.read(name) == b"again"
    workspace.move(name, "plain")
    workspace.delete("plain")
    assert workspace.scan() == []


def test_a_name_that_is_not_utf8_is_scanned(root: Path, workspace: Workspace) -> None:
    try:
        (root / os.fsdecode(b"\xff\xfe")).write_bytes(b"bytes")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (entry,) = workspace.scan()
    assert os.fsencode(entry.path) == b"\xff\xfe"
    assert workspace.read_entry(entry) == b"bytes"
    assert "U+DCFF" in refusal(workspace.write, "new\udcff", b"")


@pytest.mark.parametrize(
    ("first", "second"),
    [("a.md", "A.md"), ("É", "é"), ("straße", "STRASSE"), ("notes/x", "NOTES/y"), ("d/x", "D")],
)
def test_a_name_that_some_computers_take_for_another_is_refused(
    workspace: Workspace, first: str, second: str
) -> None:
    workspace.write(first, b"kept")
    workspace.write("other", b"")
    assert "differs from it only in case" in refusal(workspace.write, second, b"x")
    assert "differs from it only in case" in refusal(workspace.move, "other", second)
    assert workspace.read(first) == b"kept"


def test_composed_and_decomposed_spellings_are_one_file(root: Path, workspace: Workspace) -> None:
    nfd = unicodedata.normalize("NFD", "café")
    workspace.write(f"{nfd}/{nfd}", b"1")
    workspace.write("café/café", b"2")
    assert [entry.path for entry in workspace.scan()] == ["café/café"]
    assert workspace.read(f"{nfd}/{nfd}") == b"2"
    workspace.delete(f"{nfd}/{nfd}")
    workspace.delete(nfd)
    assert workspace.scan() == []


def test_a_decomposed_name_that_a_command_made_is_kept(root: Path, workspace: Workspace) -> None:
    nfd = unicodedata.normalize("NFD", "café")
    (root / nfd).write_bytes(b"command")
    assert "how its letters are composed" in refusal(workspace.write, "café", b"x")
    workspace.write(nfd, b"again")
    assert workspace.read(nfd) == b"again"
    assert len(workspace.scan()) == 1


def test_depth_and_length_are_bounded(workspace: Workspace) -> None:
    workspace.write("/".join(["d"] * 32), b"deep")
    assert "has 33 parts; at most 32" in refusal(workspace.write, "/".join(["d"] * 33), b"")
    assert "at most 200" in refusal(workspace.write, "n" * 201, b"")
    long = "/".join(["n" * 199] * 5)
    workspace.write(long, b"long")
    assert len(long) == 999
    assert "at most 1,000" in refusal(workspace.write, f"{long}/x", b"")
    refusal(workspace.move, long, "/".join(["d"] * 31 + ["e", "f"]))
    refusal(workspace.move, long, f"{long}2/x")
    assert workspace.read(long) == b"long"
    assert workspace.read("/".join(["d"] * 32)) == b"deep"


def test_a_folder_is_not_moved_so_deep_that_its_files_are_lost(workspace: Workspace) -> None:
    workspace.write("a/" * 20 + "file", b"")
    workspace.write("b/" * 20 + "file", b"")
    assert "has 41 parts" in refusal(workspace.move, "a", "b/" * 19 + "b/a")
    workspace.move("a", "c/a")
    assert len(workspace.scan()) == 2


def test_a_path_of_a_million_parts_is_only_not_there(workspace: Workspace) -> None:
    assert refusal(workspace.read, "a/" * 1_000_000 + "a") == "There is no folder a."
    assert "parts; at most 32" in refusal(workspace.write, "a/" * 1_000_000 + "a", b"")
    assert "longer than the disk allows" in refusal(workspace.read, "n" * 5_000)


def test_what_commands_made_beyond_the_caps_is_left_out_with_its_reason(root: Path) -> None:
    workspace = Workspace(root, Caps(depth=3, files=2, total_bytes=10, file_bytes=8))
    (root / "1/2/3/4/5/6/7").mkdir(parents=True)
    (root / "1/2/3/4/5/6/7/lost").write_bytes(b"")
    for number, size in enumerate([8, 8, 9, 8, 4, 0]):
        (root / f"f{number}").write_bytes(b"x" * size)
    assert [(entry.path, entry.omitted) for entry in workspace.scan()] == [
        ("1/2/3/4/5/6", "too deep"),
        ("f0", None),
        ("f1", None),
        ("f2", "too large"),
        ("f3", "beyond the most bytes that are taken"),
        ("f4", "beyond the most files that are taken"),
        ("f5", "beyond the most files that are taken"),
    ]

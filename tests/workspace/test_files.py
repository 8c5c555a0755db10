"""Writing, reading, moving and deleting, as a model would."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from latitude.errors import HomeUnusable, ToolFailed
from latitude.workspace.entry import Caps
from latitude.workspace.folder import Workspace


def refusal(act: object, *arguments: object) -> str:
    with pytest.raises(ToolFailed) as raised:
        act(*arguments)  # type: ignore[operator]
    return str(raised.value)


def paths(workspace: Workspace) -> list[str]:
    return [entry.path for entry in workspace.scan()]


@pytest.mark.promise("work-kept")
def test_what_is_written_comes_back(workspace: Workspace) -> None:
    data = bytes(range(256)) * 3
    workspace.write("a/b/c.bin", data)
    assert workspace.read("a/b/c.bin") == data
    assert workspace.read("./a/b/c.bin") == data


def test_a_file_is_replaced_whole(workspace: Workspace) -> None:
    workspace.write("a.md", b"a long first version")
    workspace.write("a.md", b"short")
    assert workspace.read("a.md") == b"short"
    assert paths(workspace) == ["a.md"]


def test_a_program_stays_executable_and_setuid_goes(root: Path, workspace: Workspace) -> None:
    workspace.write("tool.sh", b"one")
    (root / "tool.sh").chmod(0o4755)
    workspace.write("tool.sh", b"two")
    assert (root / "tool.sh").stat().st_mode & 0o7777 == 0o755


def test_an_empty_file_is_a_file(workspace: Workspace) -> None:
    workspace.write("empty", b"")
    assert workspace.read("empty") == b""


def test_what_is_not_there_cannot_be_read(workspace: Workspace) -> None:
    workspace.write("a.md", b"x")
    assert refusal(workspace.read, "b.md") == "There is no file b.md."
    assert refusal(workspace.read, "x/y/b.md") == "There is no folder x."
    assert refusal(workspace.read, "a.md/b.md") == "a.md is not a folder."


def test_a_folder_is_not_a_file(workspace: Workspace) -> None:
    workspace.write("notes/a.md", b"x")
    assert refusal(workspace.read, "notes") == "notes is a folder, not a file."
    assert refusal(workspace.write, "notes", b"") == "notes is a folder."
    assert refusal(workspace.write, "notes/a.md/b", b"") == "notes/a.md is not a folder."


def test_head_says_how_long_the_whole_is(workspace: Workspace) -> None:
    workspace.write("a", b"0123456789")
    assert workspace.head("a", 4) == (b"0123", 10)
    assert workspace.head("a", 10) == (b"0123456789", 10)
    assert refusal(workspace.read, "a", 9) == "a is 10 bytes; at most 9 can be read."


def test_moving_gives_a_new_path(workspace: Workspace) -> None:
    workspace.write("draft.md", b"words")
    workspace.move("draft.md", "poems/final.md")
    assert paths(workspace) == ["poems/final.md"]
    assert workspace.read("poems/final.md") == b"words"


def test_a_folder_moves_with_what_is_in_it(workspace: Workspace) -> None:
    workspace.write("old/deep/a.md", b"x")
    workspace.move("old/", "new/place")
    assert paths(workspace) == ["new/place/deep/a.md"]


def test_moving_never_replaces(workspace: Workspace) -> None:
    workspace.write("a", b"1")
    workspace.write("b", b"2")
    workspace.write("folder/c", b"3")
    assert refusal(workspace.move, "a", "b") == "b exists already."
    assert refusal(workspace.move, "a", "folder") == "folder exists already."
    assert refusal(workspace.move, "a", "a") == "Both paths are a."
    assert workspace.read("b") == b"2"


def test_a_file_may_change_the_case_of_its_name(workspace: Workspace) -> None:
    workspace.write("readme.md", b"x")
    workspace.move("readme.md", "README.md")
    assert paths(workspace) == ["README.md"]


def test_a_folder_does_not_move_into_itself(workspace: Workspace) -> None:
    workspace.write("a/x", b"")
    assert refusal(workspace.move, "a", "a/b/c") == "a cannot be moved into itself."
    assert refusal(workspace.move, "", "b") == "The top of the workspace cannot be moved."
    assert "it names a folder" in refusal(workspace.move, "a", "b/")
    assert "not a folder" in refusal(workspace.move, "a/x/", "b")
    assert paths(workspace) == ["a/x"]


def test_deleting_takes_a_file_or_an_empty_folder(workspace: Workspace) -> None:
    workspace.write("a/b", b"")
    assert refusal(workspace.delete, "a") == "a is a folder that is not empty."
    assert "it is not a folder" in refusal(workspace.delete, "a/b/")
    workspace.delete("a/b")
    workspace.delete("a/")
    assert paths(workspace) == []
    assert refusal(workspace.delete, "a") == "Nothing is at a."
    assert refusal(workspace.delete, ".") == "The top of the workspace cannot be deleted."


def test_a_folder_is_listed_alone(workspace: Workspace) -> None:
    workspace.write("b.md", b"xyz")
    workspace.write("a/deep/c.md", b"x")
    assert [(entry.path, entry.kind, entry.size) for entry in workspace.list("")] == [
        ("a", "folder", 0),
        ("b.md", "file", 3),
    ]
    assert [entry.path for entry in workspace.list("./a/")] == ["a/deep"]
    assert refusal(workspace.list, "b.md") == "b.md is not a folder."
    assert refusal(workspace.list, "c") == "There is no folder c."


def test_a_missing_workspace_is_a_persons_matter(root: Path, workspace: Workspace) -> None:
    root.rmdir()
    with pytest.raises(HomeUnusable, match="cannot be opened"):
        workspace.read("a")
    with pytest.raises(HomeUnusable):
        workspace.scan()


def test_each_cap_refuses_and_leaves_all_as_it_was(root: Path) -> None:
    caps = Caps(file_bytes=10, total_bytes=25, files=3, folders=2)
    workspace = Workspace(root, caps)
    workspace.write("one", b"0123456789")
    assert "at most 10" in refusal(workspace.write, "big", b"0" * 11)
    workspace.write("two", b"0123456789")
    assert "at most 25 bytes in all" in refusal(workspace.write, "three", b"0123456789")
    workspace.write("a/b/three", b"")
    assert "at most 3 files" in refusal(workspace.write, "four", b"")
    workspace.delete("one")
    assert "at most 2 folders" in refusal(workspace.write, "c/four", b"")
    assert "at most 2 folders" in refusal(workspace.move, "two", "c/two")
    workspace.write("four", b"0123456789")
    workspace.write("four", b"9876543210")
    assert paths(workspace) == ["a/b/three", "four", "two"]


def test_the_caps_follow_what_is_replaced_and_deleted(root: Path) -> None:
    workspace = Workspace(root, Caps(file_bytes=15, total_bytes=25))
    (root / "sparse").touch()
    os.truncate(root / "sparse", 1 << 40)
    workspace.write("sparse", b"0123456789")
    workspace.write("a", b"0123456789")
    assert "at most 25 bytes" in refusal(workspace.write, "b", b"0123456789")
    workspace.delete("a")
    workspace.write("b", b"0123456789")
    workspace.write("b", b"0123456789abcde")
    assert "at most 25 bytes" in refusal(workspace.write, "sparse", b"0123456789a")


def test_folders_are_counted(root: Path) -> None:
    workspace = Workspace(root, Caps(folders=2))
    workspace.write("a/b/x", b"")
    assert "at most 2 folders" in refusal(workspace.write, "c/y", b"")
    workspace.delete("a/b/x")
    workspace.delete("a/b")
    workspace.write("c/y", b"")
    assert "at most 2 folders" in refusal(workspace.write, "d/z", b"")


def test_the_caps_count_what_commands_removed(root: Path) -> None:
    workspace = Workspace(root, Caps(files=2))
    workspace.write("a", b"")
    workspace.write("b", b"")
    (root / "a").unlink()
    workspace.write("c", b"")
    assert paths(workspace) == ["b", "c"]


def test_a_write_that_the_system_stops_leaves_nothing(root: Path, workspace: Workspace) -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        words = refusal(workspace.write, "new/folder/big", b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert words == "new/folder/big: File too large."
    assert os.listdir(root) == []


def test_a_disk_that_fills_up_leaves_no_folders_behind(
    root: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    workspace.write("a", b"kept")
    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(os, "rename", full)
    words = "There is no room left on the disk for new/folder/a."
    assert refusal(workspace.write, "new/folder/a", b"x") == words
    assert refusal(workspace.move, "a", "new/folder/a") == words
    assert os.listdir(root) == ["a"]


KILLED = """
import os, sys
from pathlib import Path
from latitude.workspace.folder import Workspace
os.replace = lambda *a, **k: os._exit(9)
Workspace(Path(sys.argv[1])).write("poem.md", b"second version")
"""


@pytest.mark.promise("work-kept")
def test_a_kill_in_the_middle_of_a_write_keeps_the_old_file(
    root: Path, workspace: Workspace
) -> None:
    workspace.write("poem.md", b"first version")
    ended = subprocess.run([sys.executable, "-c", KILLED, str(root)], check=False)
    assert ended.returncode == 9
    assert workspace.read("poem.md") == b"first version"
    left, poem = workspace.scan()
    assert left.omitted == "left by a write that did not finish"
    assert poem.omitted is None


def test_descriptors_are_given_back(root: Path, workspace: Workspace) -> None:
    workspace.write("a/b", b"x")
    (root / "link").symlink_to("a")
    before = len(os.listdir("/dev/fd"))
    for path in ("a/b", "a", "link", "link/b", "none/b", "../b", "a/b/c", "-x", "A"):
        for act in (workspace.read, workspace.list, lambda path: workspace.write(path, b"y")):
            try:
                act(path)
            except ToolFailed:
                continue
    workspace.scan()
    assert len(os.listdir("/dev/fd")) == before

import errno
import os
from pathlib import Path

import pytest

from latitude.workspace import walk
from latitude.workspace.entry import Entry
from latitude.workspace.folder import Workspace


def test_an_empty_workspace_holds_nothing(workspace: Workspace) -> None:
    assert workspace.scan() == []


def test_a_scan_is_sorted_and_complete(root: Path, workspace: Workspace) -> None:
    workspace.write("b/x", b"12")
    workspace.write("a", b"1")
    workspace.write("B2", b"")
    (root / "empty/inner").mkdir(parents=True)
    assert [(entry.path, entry.kind, entry.size) for entry in workspace.scan()] == [
        ("B2", "file", 0),
        ("a", "file", 1),
        ("b/x", "file", 2),
        ("empty/inner", "folder", 0),
    ]


def test_equal_stamps_mean_equal_bytes(root: Path, workspace: Workspace) -> None:
    def stamp() -> tuple[int, int, int, int]:
        return workspace.scan()[0].stamp

    workspace.write("a", b"one")
    first = stamp()
    assert stamp() == first
    workspace.write("a", b"two")
    assert stamp() != first


def test_a_forged_mtime_does_not_hide_a_change(root: Path, workspace: Workspace) -> None:
    workspace.write("a", b"one")
    (before,) = workspace.scan()
    with open(root / "a", "r+b") as file:
        file.write(b"two")
    os.utime(root / "a", ns=(before.stamp[2], before.stamp[2]))
    (after,) = workspace.scan()
    assert after.stamp[:3] == before.stamp[:3]
    assert after.stamp != before.stamp


def test_the_executable_bit_is_seen(root: Path, workspace: Workspace) -> None:
    workspace.write("tool", b"")
    assert not workspace.scan()[0].executable
    (root / "tool").chmod(0o700)
    assert workspace.scan()[0].executable


def test_what_its_owner_may_not_read_is_left_out(root: Path, workspace: Workspace) -> None:
    workspace.write("closed/a", b"")
    workspace.write("shut", b"")
    (root / "closed").chmod(0o000)
    (root / "shut").chmod(0o000)
    reason = "its permissions do not let it be read"
    try:
        assert [(entry.path, entry.omitted) for entry in workspace.scan()] == [
            ("closed", reason),
            ("shut", reason),
        ]
    finally:
        (root / "closed").chmod(0o700)


def test_a_nested_repository_is_plain_files(root: Path, workspace: Workspace) -> None:
    workspace.write("repo/.git/config", b"[core]\n\tfsmonitor = touch /tmp/x\n")
    workspace.write(".gitattributes", b"* filter=x\n")
    assert [entry.path for entry in workspace.scan()] == [".gitattributes", "repo/.git/config"]


def test_an_entry_is_read_without_following_what_took_its_place(
    root: Path, workspace: Workspace
) -> None:
    workspace.write("d/a", b"mine")
    (entry,) = workspace.scan()
    assert workspace.read_entry(entry) == b"mine"
    (root / "d").rename(root / "e")
    (root / "d").symlink_to("/etc")
    assert refused(workspace, entry).startswith("d is a link")


def test_a_folder_that_cannot_be_opened_is_not_passed_over(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_descriptor(fd: int, name: str) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    workspace.write("notes/a", b"")
    monkeypatch.setattr(walk, "enter", no_descriptor)
    (entry,) = workspace.scan()
    assert (entry.path, entry.omitted) == ("notes", "notes: Too many open files.")


def refused(workspace: Workspace, entry: Entry) -> str:
    from latitude.errors import ToolFailed

    try:
        workspace.read_entry(entry)
    except ToolFailed as error:
        return str(error)
    return "it was read"

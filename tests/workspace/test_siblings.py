"""Which names are taken in a folder, however coarse the clock of its file system is."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from latitude.errors import ToolFailed
from latitude.workspace import siblings
from latitude.workspace.folder import Workspace


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system whose clock does not move during the test."""

    def fstat(fd: int) -> SimpleNamespace:
        info = os.fstat(fd)
        return SimpleNamespace(st_dev=info.st_dev, st_ino=info.st_ino, st_mtime_ns=0)

    monkeypatch.setattr(siblings, "os", SimpleNamespace(fstat=fstat, listdir=os.listdir))


def taken(workspace: Workspace, path: str) -> bool:
    try:
        workspace.write(path, b"")
    except ToolFailed as error:
        return "differs from it only in case" in str(error)
    workspace.delete(path)
    return False


def test_what_a_command_made_is_seen(root: Path, workspace: Workspace) -> None:
    workspace.write("a", b"")
    (root / "README").touch()
    assert taken(workspace, "readme")
    (root / "README").unlink()
    assert not taken(workspace, "readme")


@pytest.mark.usefixtures("standing_clock")
def test_our_own_changes_are_seen_within_one_tick(workspace: Workspace) -> None:
    workspace.write("first", b"")
    workspace.write("a.md", b"")
    assert taken(workspace, "A.md")
    workspace.delete("a.md")
    assert not taken(workspace, "A.md")
    workspace.write("Folder/b.md", b"")
    assert taken(workspace, "folder/b.md")
    assert taken(workspace, "Folder/B.md")
    workspace.move("Folder/b.md", "c.md")
    assert not taken(workspace, "Folder/B.md")
    assert taken(workspace, "C.md")
    workspace.move("c.md", "New/d.md")
    assert not taken(workspace, "C.md")
    assert taken(workspace, "new")
    assert taken(workspace, "New/D.md")
    workspace.move("New/d.md", "Newer/d.md")
    assert taken(workspace, "newer")
    workspace.move("first", "Folder/first")
    assert taken(workspace, "Folder/FIRST")


@pytest.mark.usefixtures("standing_clock")
def test_a_scan_begins_afresh(root: Path, workspace: Workspace) -> None:
    workspace.write("a", b"")
    (root / "README").touch()
    workspace.scan()
    assert taken(workspace, "readme")


def test_many_folders_do_not_pile_up(workspace: Workspace) -> None:
    for number in range(600):
        workspace.write(f"{number}/a", b"")
        workspace.write(f"{number}/b", b"")
    assert len(workspace._siblings._known) <= 256

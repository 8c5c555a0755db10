"""Where root runs latitude, commands run as somebody else, who must be able to go on."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from latitude.workspace.folder import Workspace
from tests.ordinary import NOBODY, folder_of_theirs

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")


@pytest.fixture
def root() -> Iterator[Path]:
    with folder_of_theirs() as place:
        yield place


def owners(root: Path) -> set[tuple[int, int]]:
    found = [path.lstat() for path in root.rglob("*")]
    return {(info.st_uid, info.st_gid) for info in found}


def run_as_them(root: Path, script: str) -> None:
    subprocess.run(
        ["/bin/sh", "-c", script], cwd=root, check=True, user=NOBODY, group=NOBODY, extra_groups=[]
    )


def test_all_that_is_made_belongs_to_whom_the_workspace_does(root: Path) -> None:
    workspace = Workspace(root)
    workspace.write("a/b/c", b"1")
    workspace.write("a/b/c", b"2")
    workspace.write("top", b"")
    workspace.move("top", "new/folders/too")
    assert owners(root) == {(NOBODY, NOBODY)}
    run_as_them(root, "echo 3 >> a/b/c && mkdir a/d && mv a/b/c new && rmdir a/b")
    workspace.changed_outside()
    assert workspace.read("new/c") == b"23\n"


def test_a_program_stays_one_and_becomes_nobody_elses(root: Path) -> None:
    run_as_them(root, "printf '#!/bin/sh\\necho first' > tool && chmod 6755 tool")
    workspace = Workspace(root)
    workspace.write("tool", b"#!/bin/sh\necho second > out")
    info = (root / "tool").stat()
    assert (info.st_uid, info.st_mode & 0o7777) == (NOBODY, 0o755)
    run_as_them(root, "./tool")
    assert workspace.read("out") == b"second\n"


def test_a_workspace_that_was_given_away_later_is_theirs_from_the_next_command_on(
    tmp_path: Path,
) -> None:
    workspace = Workspace(tmp_path)
    workspace.write("ours", b"")
    os.chown(tmp_path, NOBODY, NOBODY)
    workspace.changed_outside()
    workspace.write("theirs", b"")
    assert [(tmp_path / name).stat().st_uid for name in ("ours", "theirs")] == [0, NOBODY]


def test_nothing_changes_hands_in_a_workspace_of_our_own(tmp_path: Path) -> None:
    Workspace(tmp_path).write("a/b", b"")
    assert owners(tmp_path) == {(os.geteuid(), os.getegid())}

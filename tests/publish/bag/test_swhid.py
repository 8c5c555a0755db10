"""Names that follow from content are those that git gives."""

import subprocess
from pathlib import Path

import pytest

from latitude.publish.bag.swhid import swhid_content, swhid_directory, swhid_revision
from tests.programs import needs


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        [needs("git"), *who, *arguments], cwd=folder, input=stdin, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


@pytest.mark.parametrize("data", [b"", b"x", b"\0\xff" * 70_000])
def test_bytes_are_named_as_git_names_them(tmp_path: Path, data: bytes) -> None:
    assert swhid_content(data) == f"swh:1:cnt:{git(tmp_path, 'hash-object', '--stdin', stdin=data)}"


def test_folders_and_commits_bear_the_ids_of_git(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text("x")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-qm", "a")
    tree, commit = git(tmp_path, "rev-parse", "HEAD^{tree}"), git(tmp_path, "rev-parse", "HEAD")
    assert swhid_directory(tree) == f"swh:1:dir:{tree}"
    assert swhid_revision(commit) == f"swh:1:rev:{commit}"


@pytest.mark.parametrize("name", ["", "a" * 39, "A" * 40, "a" * 64, "a" * 40 + "\n"])
def test_what_is_no_id_of_sha_1_has_no_name(name: str) -> None:
    for make in (swhid_directory, swhid_revision):
        with pytest.raises(ValueError, match="no SHA-1 id"):
            make(name)

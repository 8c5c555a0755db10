"""What was read is answered again without asking, where it can never be otherwise."""

from pathlib import Path

import pytest

from latitude.artifacts.backend import open_backend
from latitude.artifacts.refs import MAIN
from tests.publish.archive import git


@pytest.fixture
def backend(tmp_path: Path):
    backend = open_backend(tmp_path / "artifacts")
    yield backend
    backend.close()


def blob(backend, data: bytes) -> str:
    return git(backend.door.root, "hash-object", "-w", "--stdin", stdin=data).decode().strip()


def loose(backend, name: str) -> Path:
    return backend.door.git_dir / "objects" / name[:2] / name[2:]


def test_an_object_is_recalled_until_it_is_forgotten(backend) -> None:
    name = blob(backend, b"a shell")
    assert backend.reader.recall(name)[1] == b"a shell"
    loose(backend, name).unlink()
    backend.reader.restart()
    assert backend.reader.recall(name) is None

    again = blob(backend, b"a shell")
    assert backend.reader.recall(again)[1] == b"a shell"
    loose(backend, again).unlink()
    assert backend.reader.recall(again)[1] == b"a shell"
    backend.reader.forget()
    assert backend.reader.recall(again) is None


def test_the_name_of_a_ref_is_asked_each_time(backend) -> None:
    first = backend.reader.recall(MAIN)[0].id
    tree = git(backend.door.root, "rev-parse", f"{first}^{{tree}}").decode().strip()
    made = git(backend.door.root, "-c", "user.name=a", "-c", "user.email=a@b.invalid",
               "commit-tree", "-m", "next", tree).decode().strip()  # fmt: skip
    git(backend.door.root, "update-ref", MAIN, made)
    assert backend.reader.recall(MAIN)[0].id == made


def test_only_so_much_is_kept(backend) -> None:
    names = [blob(backend, bytes([n]) * 190_000) for n in range(12)]
    for name in names:
        backend.reader.recall(name)
    for name in names:
        loose(backend, name).unlink()
    backend.reader.recall(names[-1])
    assert backend.reader.recall(names[-1]) is not None
    assert backend.reader.recall(names[0]) is None

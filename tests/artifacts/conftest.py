"""A repository and workspaces on a real disk."""

import os
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from latitude.artifacts.orders import CommitOrder, LedgerEntry
from latitude.artifacts.repository import Repository
from latitude.session.seams import StepMark
from latitude.workspace.folder import Workspace

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ONE = "20261120-120000-aaaaaa"
TWO = "20261120-120001-bbbbbb"
THREE = "20261201-120002-cccccc"
RECORD = "ab" * 32


def order(
    session: str = ONE, turn: int = 1, step: int = 1, model: str = "m1", parent: str | None = None
) -> CommitOrder:
    mark = StepMark(turn=turn, step=step, record=RECORD, model=model)
    return CommitOrder(session=session, mark=mark, time=NOON, parent=parent)


def closed(session: str, tip: str | None, fingerprint: str = "f" * 64, **more) -> LedgerEntry:
    more.setdefault("model", "m1")
    return LedgerEntry(session=session, fingerprint=fingerprint, tip=tip, closed=NOON, **more)


def plain_git(folder: Path, *args: str, stdin: bytes | None = None) -> str:
    """Run git as a person would, with none of our settings."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    person = ("-c", "user.name=Person", "-c", "user.email=person@person.invalid")
    command = ["git", "-C", str(folder), *person, *args]
    done = subprocess.run(command, env=env, input=stdin, capture_output=True, check=False)
    out = done.stdout.decode("utf-8", "surrogateescape")
    err = done.stderr.decode("utf-8", "surrogateescape")
    assert done.returncode == 0, f"git {args}: {out}{err}"
    return out


def run_python(code: str, *args: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program of its own."""
    command = [sys.executable, "-c", textwrap.dedent(code), *args]
    return subprocess.run(command, capture_output=True, check=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "home" / "artifacts"


@pytest.fixture
async def repository(root: Path) -> AsyncIterator[Repository]:
    opened = await Repository.open(root)
    yield opened
    await opened.close()


@pytest.fixture
def new_workspace(tmp_path: Path) -> Callable[[str], Workspace]:
    def make(name: str) -> Workspace:
        folder = tmp_path / "workspaces" / name
        folder.mkdir(mode=0o700, parents=True)
        return Workspace(folder)

    return make


@pytest.fixture
def workspace(new_workspace: Callable[[str], Workspace]) -> Workspace:
    return new_workspace(ONE)

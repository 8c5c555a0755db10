"""What is offered was tried; what could not be tried is not offered, and why is said."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from latitude.errors import ToolFailed
from latitude.workspace.sandbox import probe
from latitude.workspace.sandbox.base import Missing, Ran
from latitude.workspace.sandbox.linux import Bubblewrap
from latitude.workspace.sandbox.probe import find_sandbox
from tests.ordinary import folder_of_theirs
from tests.programs import needs


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Put another ``bwrap`` before the real one, where everybody may run it."""
    with folder_of_theirs() as folder:

        def write(script: str) -> None:
            program = folder / "bwrap"
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
            monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

        yield write


async def test_a_sandbox_that_ran_a_command_is_offered(tmp_path: Path) -> None:
    needs("bwrap")
    found = await find_sandbox(tmp_path / "workspaces")
    assert isinstance(found, Bubblewrap)
    assert found.name.startswith("bubblewrap 0.")
    assert list((tmp_path / "workspaces").iterdir()) == []


async def test_without_bubblewrap_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await find_sandbox(tmp_path) == Missing(
        "bubblewrap is not installed.",
        "Install bubblewrap (on Debian and Ubuntu: sudo apt install bubblewrap).",
    )


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ("bwrap: setting up uid map: Permission denied", "AppArmor keeps bubblewrap"),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", "AppArmor keeps"),
        ("bwrap: Creating new namespace failed: No space left on device", "switched off here"),
        ("bwrap: Creating new namespace failed: Operation not permitted", "in most containers"),
        ("bwrap: Unknown option --size", "too old"),
        ("bwrap: execvp /usr/bin/prlimit: No such file or directory", "Install util-linux"),
        ("No such file or directory (/usr/bin/nsenter)", "Install util-linux"),
        ("No such file or directory (/usr/bin/unshare)", "Install util-linux"),
        ("/bin/sh: 1: mount: not found", "Install util-linux"),
        ("sh: line 1: mount: command not found", "Install util-linux"),
        ("bwrap: Can't bind mount /a on /newroot/a: Invalid argument", "latitude doctor"),
        ("bwrap: something else", "latitude doctor"),
    ],
)
async def test_one_that_cannot_start_says_so_and_what_helps(
    said: str, cure: str, tmp_path: Path, pretend: Callable[[str], None]
) -> None:
    pretend(f'[ "$1" = --version ] || {{ echo "{said}" >&2; exit 1; }}')
    found = await find_sandbox(tmp_path / "workspaces")
    assert isinstance(found, Missing)
    assert said in found.why
    assert cure in found.cure


async def test_one_that_ends_without_running_anything_is_not_offered(
    tmp_path: Path, pretend: Callable[[str], None]
) -> None:
    pretend("exit 0")
    found = await find_sandbox(tmp_path / "workspaces")
    assert isinstance(found, Missing)
    assert "did not start: it said nothing" in found.why


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    needs("bwrap")
    (tmp_path / "file").touch()
    found = await find_sandbox(tmp_path / "file" / "workspaces")
    assert isinstance(found, Missing)
    assert "Make that folder writable." in found.cure


async def test_one_that_cannot_be_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bwrap"
    program.write_bytes(b"\x7fELF of another machine")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = await find_sandbox(tmp_path / "workspaces")
    assert isinstance(found, Missing)
    assert found.why == f"{program} could not be started: Exec format error."
    assert "Install bubblewrap" in found.cure


async def test_one_that_does_not_answer(
    tmp_path: Path, pretend: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend("exec sleep 60")
    monkeypatch.setattr(probe, "_VERSION_SECONDS", 0.1)
    found = await find_sandbox(tmp_path / "workspaces")
    assert isinstance(found, Missing)
    assert "did not tell its version within 0.1 seconds" in found.why
    assert "Install bubblewrap" in found.cure


async def test_everything_else_goes_on_while_one_is_slow_to_answer(
    tmp_path: Path, pretend: Callable[[str], None]
) -> None:
    waits = tmp_path / "waits"
    os.mkfifo(waits)
    pretend(f'[ "$1" = --version ] && read -r answer <\'{waits}\' && echo "bubblewrap $answer"')
    finding = asyncio.create_task(find_sandbox(tmp_path / "workspaces"))
    await asyncio.to_thread(waits.write_text, "0.8.7\n")
    found = await finding
    assert isinstance(found, Missing)
    assert found.why.startswith("bubblewrap 0.8.7 was tried.")


async def test_what_a_try_leaves_behind_hides_no_answer(
    tmp_path: Path, pretend: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(_: Bubblewrap, _command: object, folder: Path, _seconds: int) -> Ran:
        (folder / "left").touch()
        raise ToolFailed("It broke in the middle.")

    pretend("exit 0")
    monkeypatch.setattr(Bubblewrap, "run", run)
    found = await find_sandbox(tmp_path / "workspaces")
    assert isinstance(found, Missing)
    assert "It broke in the middle." in found.why
    assert list((tmp_path / "workspaces").iterdir()) == []

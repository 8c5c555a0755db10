"""What of the sandbox for macOS can be held to elsewhere: its limits, its words and its try.

``srt`` is a program of ours here, which starts the command, with or without holding it.
"""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.tools.run import Run
from latitude.workspace.sandbox.base import Missing
from latitude.workspace.sandbox.macos import Seatbelt, find_seatbelt, settings_for

STARTS = 'shift 3; exec "$@"'
DENIES = 'case "$1" in *.latitude-probe-*) echo denied >&2; exit 1;; esac; exec /bin/cat "$1"'
"""A ``cat`` for the commands, as if Seatbelt kept it from the home folder."""


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Put an ``srt`` there, and a home; commands look for programs beside it first."""
    home = tmp_path / "it's home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))

    def write(srt: str, **others: str) -> Path:
        folder = tmp_path / "programs" / "bin"
        folder.mkdir(parents=True)
        for name, script in {"srt": srt, **others}.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))
        return folder / "srt"

    return write


async def test_processes_are_not_limited(pretend: Callable[..., Path], tmp_path: Path) -> None:
    """The limit counts all that a person runs there, and who has more could start nothing."""
    sandbox = Seatbelt(str(pretend(STARTS)))
    look = "import resource as r; print(r.getrlimit(r.RLIMIT_NPROC), r.getrlimit(r.RLIMIT_NOFILE))"
    ran = await sandbox.run((sys.executable, "-c", look), tmp_path, 20)
    ours = resource.getrlimit(resource.RLIMIT_NPROC)
    assert (ran.status, ran.output.decode()) == (0, f"{ours} (512, 512)\n")


def test_no_limit_is_told_that_nothing_holds() -> None:
    sandbox = Seatbelt("/usr/local/bin/srt")
    said = Run(sandbox).schema.description
    assert "memory" not in said
    assert "processes" not in said
    for limit in (*sandbox.held, *sandbox.watched):
        assert limit in said


async def test_one_that_holds_is_offered(pretend: Callable[..., Path], tmp_path: Path) -> None:
    pretend(STARTS, cat=DENIES)
    assert isinstance(await find_seatbelt(tmp_path / "workspaces"), Seatbelt)
    assert list((tmp_path / "workspaces").iterdir()) == []
    assert list(Path.home().iterdir()) == []


async def test_one_that_lets_a_command_read_the_home_does_not_hold(
    pretend: Callable[..., Path], tmp_path: Path
) -> None:
    pretend(STARTS)
    found = await find_seatbelt(tmp_path)
    assert isinstance(found, Missing)
    assert found.why == (
        "sandbox-runtime was tried, and did not hold: a command could read a file in the home "
        "folder."
    )
    assert found.cure.startswith("Install it anew")


@pytest.mark.parametrize(
    ("srt", "cat", "said"),
    [
        ("exit 254", DENIES, "exit status 254."),
        ("echo no such option >&2; exit 2", DENIES, "no such option."),
        (STARTS, "echo cannot fork >&2; exit 254", "cannot fork."),
        (f"{STARTS} >/dev/null 2>&1", DENIES, "exit status 0."),
    ],
)
async def test_one_that_runs_nothing_is_not_said_to_hold_nothing(
    srt: str, cat: str, said: str, pretend: Callable[..., Path], tmp_path: Path
) -> None:
    pretend(srt, cat=cat)
    found = await find_seatbelt(tmp_path)
    assert isinstance(found, Missing)
    assert found.why == f"sandbox-runtime was tried, and could not run a command: {said}"
    assert "Install it anew" not in found.cure


async def test_one_that_cannot_be_executed(pretend: Callable[..., Path], tmp_path: Path) -> None:
    pretend(STARTS).write_bytes(b"\x7fELF of another machine")
    found = await find_seatbelt(tmp_path)
    assert isinstance(found, Missing)
    assert found.why == ("sandbox-runtime was tried. The sandbox did not start: Exec format error.")


async def test_a_folder_that_cannot_be_written(
    pretend: Callable[..., Path], tmp_path: Path
) -> None:
    pretend(STARTS, cat=DENIES)
    (tmp_path / "file").touch()
    found = await find_seatbelt(tmp_path / "file" / "workspaces")
    assert isinstance(found, Missing)
    assert "Make that folder writable." in found.cure


async def test_without_sandbox_runtime_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = await find_seatbelt(tmp_path)
    assert isinstance(found, Missing)
    assert "npm install -g" in found.cure


@pytest.mark.parametrize("network", [True, False])
def test_the_settings_name_what_may_be_read_written_and_reached(network: bool) -> None:
    settings = settings_for(("/ws", "/mine"), "/opt/srt/bin/srt", network=network)
    assert json.loads(json.dumps(settings)) == settings
    assert settings["network"]["allowedDomains"] == (["*"] if network else [])
    files = settings["filesystem"]
    assert files["allowWrite"] == ["/ws", "/mine"]
    assert files["allowRead"] == ["/ws", "/mine", "/opt/srt"]
    assert {"/Users", "/private/var", "/private/tmp"} <= set(files["denyRead"])

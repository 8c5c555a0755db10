"""Where the system has no Python, commands get the one that runs us, and nothing else beside it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from latitude.workspace.sandbox import bubblewrap
from latitude.workspace.sandbox.bounds import USUAL_BOUNDS
from tests.workspace.sandbox.conftest import Shell

VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def prefix(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Python as ``--prefix=~/.local`` installs it, on a system that has none of its own.

    Not in ``/tmp``: the sandbox has one of its own.
    """
    with TemporaryDirectory(dir="/var/tmp") as place:
        prefix = Path(place, ".local")
        for name in ("bin/tool", "lib/other/file", "share/keyrings/login.keyring", ".ssh/id"):
            _write(prefix / name, "the person's own")
        _write(prefix / "bin" / VERSION, "#!/bin/sh\necho ours is run\n", 0o755)
        (prefix / "bin" / "python3").symlink_to(VERSION)
        _write(prefix / "lib" / VERSION / "os.py", "a module")
        _write(prefix / "lib" / f"lib{VERSION}.so.1.0", "a library")
        Path(place).chmod(0o755)
        monkeypatch.setattr(sys, "base_prefix", str(prefix))
        monkeypatch.setattr(bubblewrap, "SYSTEM_PYTHON", Path("/usr/bin/no-such-python"))
        monkeypatch.setenv("HOME", place)
        yield prefix


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


async def test_it_is_run_by_its_name(prefix: Path, sh: Shell) -> None:
    ran = await sh("python3; command -v python3")
    assert ran.output.decode() == f"ours is run\n{prefix}/bin/python3\n"


async def test_nothing_else_below_its_folder_is_shown(prefix: Path, sh: Shell) -> None:
    ran = await sh(f"cd {prefix} && find . -type f")
    assert set(ran.output.decode().splitlines()) == {
        f"./bin/{VERSION}",
        "./bin/python3",
        f"./lib/lib{VERSION}.so.1.0",
        f"./lib/{VERSION}/os.py",
    }


@pytest.mark.parametrize("home", [".", "below/it"])
async def test_one_that_is_the_home_or_holds_it_is_not_shown(
    home: str, prefix: Path, sh: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(prefix / home))
    ran = await sh(f"ls {prefix}; echo $PATH")
    assert b"No such file" in ran.output
    assert ran.output.endswith(f"\n{bubblewrap.PATH}\n".encode())


def test_the_systems_own_is_enough(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "SYSTEM_PYTHON", Path(os.devnull))
    given = [*bubblewrap.system(USUAL_BOUNDS, network=False), *bubblewrap.environment()]
    assert not any(str(prefix) in argument for argument in given)

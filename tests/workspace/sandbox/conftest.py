from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from latitude.workspace.entry import MIB
from latitude.workspace.sandbox.base import Ran
from latitude.workspace.sandbox.bounds import USUAL_BOUNDS
from latitude.workspace.sandbox.linux import Bubblewrap
from tests.ordinary import folder_of_theirs
from tests.programs import needs

Shell = Callable[..., Awaitable[Ran]]

SMALL = replace(
    USUAL_BOUNDS,
    memory=200 * MIB,
    heap=400 * MIB,
    processes=40,
    file_bytes=4 * MIB,
    temporary=8 * MIB,
    folder_bytes=8 * MIB,
    folder_files=200,
)
"""So that going over them takes no time."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A workspace, where root's folders would be: nobody else may enter the one above it."""
    del tmp_path
    with folder_of_theirs() as above:
        above.chmod(0o700)
        place = above / "ws"
        place.mkdir(mode=0o700)
        yield place


@pytest.fixture
def sandbox(folder: Path) -> Bubblewrap:
    made = Bubblewrap(needs("bwrap"), "0.8.0", SMALL)
    made.adopt(folder)
    return made


@pytest.fixture
def sh(sandbox: Bubblewrap, folder: Path) -> Shell:
    """Run a command with ``sh``, as the tool does."""

    async def run(command: str, seconds: int = 20, *, network: bool = False) -> Ran:
        return await sandbox.run(("/bin/sh", "-c", command), folder, seconds, network=network)

    return run

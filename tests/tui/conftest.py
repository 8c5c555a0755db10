from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.workspace.folder import Workspace
from tests.machine import remember_the_browser


@pytest.fixture(autouse=True)
def a_short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual's pilot looks each 20 ms whether the app is idle; half of that shows it as well."""
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.01)


@pytest.fixture
def home(home_folder: Path, tmp_path: Path) -> Home:
    """An empty home, with a state folder of its own."""
    remember_the_browser(tmp_path / "state")
    return Home(root=home_folder, state=tmp_path / "state")


@pytest.fixture
async def repository(tmp_path: Path) -> AsyncIterator[Repository]:
    """A repository that nothing was made in yet."""
    opened = await Repository.open(tmp_path / "artifacts")
    yield opened
    await opened.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty folder to write in."""
    (tmp_path / "workspace").mkdir(mode=0o700)
    return Workspace(tmp_path / "workspace")

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from latitude.artifacts.repository import Repository
from latitude.config import Home
from tests.compare.made import Makers


@pytest.fixture
async def makers(tmp_path: Path) -> AsyncIterator[Makers]:
    """An empty home whose sessions can make something."""
    home = Home(root=tmp_path / "home", state=tmp_path / "state")
    for folder in (home.sessions, home.state):
        folder.mkdir(parents=True)
    repository = await Repository.open(home.artifacts)
    yield Makers(home, repository)
    await repository.close()

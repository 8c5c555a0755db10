from pathlib import Path

import pytest

from latitude.artifacts.repository import Repository
from latitude.config import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(root=tmp_path / "home", state=tmp_path / "state")
    for part in (home.prompts, home.sessions, home.artifacts):
        part.mkdir(parents=True)
    return home


@pytest.fixture
async def repository(home: Home):
    repository = await Repository.open(home.artifacts)
    yield repository
    await repository.close()

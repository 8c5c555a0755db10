"""A home to publish from."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from latitude.artifacts.repository import Repository
from latitude.config import Home
from tests.publish.archive import Archive


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    home = Home(root=tmp_path / "home", state=tmp_path / "state")
    for part in (home.prompts, home.sessions, home.artifacts, home.state):
        part.mkdir(parents=True)
    repository = await Repository.open(home.artifacts)
    yield Archive(home, repository)
    await repository.close()

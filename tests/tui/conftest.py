from pathlib import Path

import pytest

from latitude.config import Home


@pytest.fixture
def home(home_folder: Path, tmp_path: Path) -> Home:
    """An empty home, with a state folder of its own."""
    return Home(root=home_folder, state=tmp_path / "state")

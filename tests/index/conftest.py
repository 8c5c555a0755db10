from collections.abc import Iterator
from pathlib import Path

import pytest

from latitude.index.database import Database
from latitude.index.follow import open_index


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    folder = tmp_path / "sessions"
    folder.mkdir()
    return folder


class Opens:
    """Opens the index of one home, and closes it at the end of the test."""

    def __init__(self, sessions: Path) -> None:
        self._sessions = sessions
        self._opened: list[Database] = []

    def __call__(self) -> Database:
        self._opened.append(open_index(self._sessions))
        return self._opened[-1]

    def close(self) -> None:
        for database in self._opened:
            database.close()


@pytest.fixture
def opens(sessions: Path) -> Iterator[Opens]:
    opens = Opens(sessions)
    yield opens
    opens.close()

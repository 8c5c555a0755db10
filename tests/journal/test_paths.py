"""Short names for sessions, and which folders are sessions at all."""

from pathlib import Path

import pytest

from latitude.errors import UnknownName
from latitude.journal.paths import resolve, session_ids

OLD, NEW, NEWER = "20261119-080000-aaaaaa", "20261120-231502-k3f9w2", "20261120-231502-k3zzzz"


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    for name in (OLD, NEWER, NEW, f".opening-{NEW}-00ff", "notes", "20261120-231502-K3F9W2"):
        (tmp_path / name).mkdir()
    (tmp_path / "20261121-000000-zzzzzz").write_text("a file, not a session")
    (tmp_path / "index.sqlite").touch()
    return tmp_path


def test_sessions_are_listed_newest_first_and_nothing_else(sessions: Path) -> None:
    assert session_ids(sessions) == [NEWER, NEW, OLD]
    assert session_ids(sessions / "missing") == []


@pytest.mark.parametrize(
    ("short", "session"),
    [("last", NEWER), ("20261119", OLD), (NEW, NEW), ("20261120-231502-k3f", NEW)],
)
def test_a_unique_prefix_is_enough(sessions: Path, short: str, session: str) -> None:
    assert resolve(sessions, short) == session


def test_a_name_that_means_nothing_or_too_much_says_so(sessions: Path) -> None:
    with pytest.raises(UnknownName, match=r"No session begins with '2026x'. `latitude list` shows"):
        resolve(sessions, "2026x")
    with pytest.raises(UnknownName, match=f"2 sessions begin with '20261120': {NEWER}, {NEW}"):
        resolve(sessions, "20261120")
    with pytest.raises(UnknownName):
        resolve(sessions, "")
    with pytest.raises(UnknownName, match="There are no sessions in"):
        resolve(sessions / "notes", "last")

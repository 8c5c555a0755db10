"""A browser that worked is not tried again until something changed."""

from pathlib import Path

import pytest

from latitude.workspace.browser import tried


def test_the_same_programs_since_the_same_boot_count_as_tried(tmp_path: Path) -> None:
    program = tmp_path / "browser"
    program.write_text("one")
    known = tried.identity(str(program))
    assert not tried.has_worked(tmp_path, known)
    tried.remember(tmp_path, known)
    assert tried.has_worked(tmp_path, tried.identity(str(program)))
    program.write_text("another")
    assert not tried.has_worked(tmp_path, tried.identity(str(program)))


def test_what_cannot_be_told_never_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tried.identity(str(tmp_path / "nothing")) is None
    monkeypatch.setattr(tried, "_BOOT", tmp_path / "no-proc")
    assert tried.identity() is None
    tried.remember(tmp_path, None)
    assert list(tmp_path.iterdir()) == []
    assert not tried.has_worked(tmp_path, None)


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    tried.remember(tmp_path / "missing", "a")
    assert not tried.has_worked(tmp_path / "missing", "a")

"""The laws of the fuzzers hold for their seeds, and for all that was ever found."""

import importlib
from pathlib import Path

import pytest

from tests.fuzz import TARGETS
from tests.fuzz.__main__ import FOUND, all_seeds


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_keep_the_laws(name: str) -> None:
    target = importlib.import_module(f"tests.fuzz.{name}")
    seeds = all_seeds(name)
    for seed in seeds[:: len(seeds) // 100 + 1]:
        target.check(seed)


@pytest.mark.parametrize("path", sorted(FOUND.glob("*/*")), ids=lambda path: path.name)
def test_what_was_found_is_mended(path: Path) -> None:
    importlib.import_module(f"tests.fuzz.{path.parent.name}").check(path.read_bytes())


def test_an_oracle_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fuzz import exit_detector, journal_reader

    monkeypatch.setattr(exit_detector, "find_exit", lambda reply, phrases: None)
    with pytest.raises(AssertionError):
        exit_detector.check(bytes([exit_detector.ONLY, 0]) + b"**|**")
    broken = next(iter(journal_reader.seeds()))
    monkeypatch.setattr(journal_reader, "_read", lambda path: ([], None))
    with pytest.raises(AssertionError):
        journal_reader.check(broken)

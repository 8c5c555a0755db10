"""Whether there is a browser: found out by starting one."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from latitude.workspace.browser import browser as the_browser
from latitude.workspace.browser.browser import Browser, find_browser
from latitude.workspace.sandbox.base import Missing
from tests.programs import needs


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty PATH, which everybody may read: as root, bubblewrap runs as nobody."""
    with TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        monkeypatch.setenv("PATH", name)
        yield place


def program(place: Path, name: str, script: str) -> None:
    (place / name).write_text(f"#!/bin/sh\n{script}\n")
    (place / name).chmod(0o755)


@pytest.mark.slow
async def test_the_one_that_works(temporary: Path) -> None:
    bwrap, chromium = needs("bwrap"), needs("chromium")
    assert await find_browser() == Browser(chromium, bwrap)
    assert list(temporary.iterdir()) == []


async def test_without_bubblewrap(programs: Path) -> None:
    program(programs, "chromium", "true")
    assert await find_browser() == Missing(
        "bubblewrap is not installed.",
        "Install it (on Debian and Ubuntu: sudo apt install bubblewrap).",
    )


async def test_without_chromium(programs: Path) -> None:
    program(programs, "bwrap", "true")
    assert await find_browser() == Missing(
        "Chromium is not installed.",
        "Install it (on Debian and Ubuntu: sudo apt install chromium fonts-dejavu "
        "fonts-liberation).",
    )


async def test_without_playwright(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs, "bwrap", "true")
    program(programs, "chromium", "true")
    monkeypatch.setattr(the_browser.importlib.util, "find_spec", lambda _: None)
    assert await find_browser() == Missing(
        "Playwright is not installed.", "Install it (pip install 'latitude[preview]')."
    )


async def test_on_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(the_browser.sys, "platform", "darwin")
    found = await find_browser()
    assert found == Missing("The browser's sandbox is for Linux only.", "Use Linux for previews.")


@pytest.mark.slow
async def test_where_the_sandbox_does_not_start(programs: Path, temporary: Path) -> None:
    program(programs, "bwrap", "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
    program(programs, "chromium", "true")
    found = await find_browser()
    assert isinstance(found, Missing)
    assert "was tried in bubblewrap: the browser did not start" in found.why
    assert "setting up uid map: Permission denied" in found.why
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
async def test_where_the_browser_does_not_start(programs: Path, temporary: Path) -> None:
    bwrap = Path(needs_before("bwrap"))
    (programs / "bwrap").symlink_to(bwrap)
    program(programs, "chromium", "true")
    found = await find_browser()
    assert isinstance(found, Missing)
    assert list(temporary.iterdir()) == []


def needs_before(name: str) -> str:
    """The path of a program of the system, whatever PATH is now."""
    for place in ("/usr/bin", "/usr/local/bin", "/bin"):
        if Path(place, name).exists():
            return f"{place}/{name}"
    return needs(name)

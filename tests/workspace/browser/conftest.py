"""A real browser in its sandbox, and a workspace with things for it to show."""

import os
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from latitude.workspace.browser.base import Drawn
from latitude.workspace.browser.browser import Browser
from latitude.workspace.browser.serving import kind_of
from tests.programs import needs

Draw = Callable[[str], Awaitable[tuple[Drawn, bytes]]]


@pytest.fixture
def browser() -> Browser:
    bwrap = needs("bwrap")
    return Browser(needs("chromium", "google-chrome-stable"), bwrap)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test alone for what is meant to be gone afterwards."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.fixture
def draw(browser: Browser, root: Path, temporary: Path) -> Iterator[Draw]:
    """Show a file of the workspace; nothing may be left on the disk of it."""

    async def show(path: str) -> tuple[Drawn, bytes]:
        kind = kind_of(path)
        assert kind is not None
        return await browser.draw(kind, root, path)

    yield show
    assert list(temporary.iterdir()) == []


@dataclass
class Started:
    """Every process that began below this one since then, by its number and when it began."""

    before: frozenset[tuple[int, int]] = field(
        default_factory=lambda: frozenset((pid, began) for pid, _, began, _ in processes())
    )
    """Those of other tests: servers that stay, and git's."""
    seen: set[tuple[int, int]] = field(default_factory=set)

    def look(self) -> None:
        there = list(processes())
        parents = {pid: parent for pid, parent, _, _ in there}
        for pid, _, began, _ in there:
            above = parents.get(pid)
            while above and above != os.getpid():
                above = parents.get(above)
            if above and (pid, began) not in self.before:
                self.seen.add((pid, began))

    def commands(self) -> list[str]:
        """The command lines of those that are still there."""
        found = []
        for pid, _ in list(self.seen):
            with suppress(OSError):
                found.append(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "))
        return found

    def left(self) -> set[tuple[int, int]]:
        return self.seen & {(pid, began) for pid, _, began, state in processes() if state != "Z"}


def processes() -> Iterator[tuple[int, int, int, str]]:
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                words = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            yield int(place.name), int(words[1]), int(words[19]), words[0]


@pytest.fixture
def started() -> Iterator[Started]:
    """Look all the time at what is started."""
    found, over = Started(), threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            found.look()

    thread = threading.Thread(target=watch)
    thread.start()
    yield found
    over.set()
    thread.join()

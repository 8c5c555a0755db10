"""The journey in a real terminal, inside tmux: launch, sit, see the end, read it again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.cli.person import (
    PATIENCE,
    closed,
    latitude,
    rehearse,
    sessions,
    types,
    wait_until,
)
from tests.programs import needs

_SIZES = ("COLUMNS", "LINES")


class Pane:
    """A tmux window with the app in it, started by ``parent`` where there is one."""

    def __init__(self, socket: Path, home: Path, parent: Sequence[str] = ()) -> None:
        self._socket = socket
        command = [*parent, sys.executable, "-m", "latitude", "--home", str(home)]
        self._tmux(
            # What an app that ended wrote last stays to be read.
            *("set-option", "-g", "remain-on-exit", "on", ";"),
            *("new-session", "-d", "-x", "120", "-y", "33", *command),
        )

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(self._socket), "-f", "/dev/null", *arguments],
            capture_output=True,
            text=True,
            check=True,
            # They would count for more than the window.
            env={name: value for name, value in os.environ.items() if name not in _SIZES},
        )
        return done.stdout

    @property
    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        for key in keys:
            self._tmux("send-keys", key)

    def sees(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in (screen := self.screen):
            assert time.monotonic() < deadline, f"{words!r} did not come:\n{screen}"
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill the app, and wait until its terminal is let go."""
        os.kill(int(self._tmux("list-panes", "-F", "#{pane_pid}")), signal.SIGKILL)
        wait_until(lambda: self._tmux("list-panes", "-F", "#{pane_dead}").strip() == "1")

    def close(self) -> None:
        subprocess.run(["tmux", "-S", str(self._socket), "kill-server"], check=False)


@pytest.fixture
def pane(home_folder: Path, tmp_path: Path) -> Iterator[Pane]:
    needs("tmux")
    model = rehearse(
        home_folder,
        "short",
        """
        - delay: 0
          thinking: A short script.
          text: One page, then.
          calls: [{name: write_file, arguments: {path: page.html, content: "<p>Sea.</p>"}}]
        - {delay: 0, text: The page is there.}
        - {delay: 0, text: Stopping now.}
        """,
    )
    latitude(home_folder, "run", "--model", model)
    window = Pane(tmp_path / "tmux", home_folder)
    yield window
    window.close()


@pytest.mark.slow
def test_from_launch_to_a_session_and_back_to_read_it(pane: Pane, home_folder: Path) -> None:
    pane.sees("script took the exit")
    pane.press("n")
    pane.sees("message 1")
    pane.press("Enter")
    pane.sees("your turn")
    pane.sees("⚒ write_file  page.html")
    pane.press("Thank you.", "Enter")
    pane.sees("The script took the exit (rehearsal, not a model).")
    assert "write to the model" not in pane.screen
    pane.press("q")
    pane.sees("2 sessions")
    pane.press("Enter")
    pane.sees("turn 1 of 2")
    pane.press("]")
    pane.sees("turn 2 of 2")
    pane.press("v")
    pane.sees("As written")
    pane.press("[")
    pane.sees("turn 1 of 2")
    pane.press("t")
    pane.sees("tag:")
    pane.press("loom", "Enter")
    pane.sees("Tagged: loom")
    pane.press("q")
    pane.sees("2 sessions")
    pane.press("Space", "Down", "Space", "c")
    pane.sees("2 sessions side by side")
    pane.press("d")
    pane.sees("Both made the same files.")
    pane.press("q", "q")
    pane.sees("2 sessions")
    newest = sessions(home_folder)[-1]
    assert closed(home_folder, newest).end == "model-exit"


DEAF = ("sh", "-c", 'trap "" HUP; "$@"; :', "sh")
"""Starts a command as ``make`` does: that the window is gone is told to this process only."""


@pytest.mark.parametrize("parent", [(), DEAF])
@pytest.mark.slow
def test_a_window_that_is_closed_interrupts_what_runs_in_it(
    parent: Sequence[str], pane: Pane, home_folder: Path, tmp_path: Path
) -> None:
    window = Pane(tmp_path / "first", home_folder, parent)
    window.sees("script took the exit")
    window.press("n")
    window.sees("message 1")
    window.press("Enter")
    window.sees("streaming")
    window.close()
    newest = sessions(home_folder)[-1]
    wait_until(lambda: types(home_folder, newest)[-1] == "session.closed")
    assert closed(home_folder, newest).end == "interrupted"
    wait_until(lambda: latitude(home_folder, "verify", "--requests").status == 0)
    again = Pane(tmp_path / "second", home_folder)
    try:
        again.sees("2 sessions")
        again.sees("interrupted")
    finally:
        again.close()

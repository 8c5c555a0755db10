"""A person at the command line: starts it, types, waits for what they see, and reads the record."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from latitude.core.events import AnyEvent, BlockRecorded, SessionClosed
from latitude.journal.paths import JOURNAL, session_ids
from latitude.journal.reader import read

PATIENCE = 60.0
"""Seconds to wait for something that should come at once: only a broken program waits so long."""
COMMAND = [sys.executable, "-m", "latitude"]


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def latitude(home: Path, *arguments: str, **options: object) -> Done:
    """Run a command to its end, its output piped."""
    done = subprocess.run(
        [*COMMAND, "--home", str(home), *arguments],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
        **options,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def start(home: Path, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
    """Start a command, its output piped."""
    return subprocess.Popen(
        [*COMMAND, "--home", str(home), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def sees(process: subprocess.Popen[bytes], words: str) -> None:
    """Read what ``process`` writes until ``words`` stand there."""
    assert process.stdout is not None
    seen = b""
    while words.encode() not in seen:
        piece = process.stdout.read1()  # type: ignore[attr-defined]
        assert piece, f"{words!r} did not come: {seen!r} {wait_for_end(process)}"
        seen += piece


def wait_for_end(process: subprocess.Popen[bytes]) -> Done:
    out, err = process.communicate(timeout=PATIENCE)
    return Done(process.returncode, (out or b"").decode(), (err or b"").decode())


def wait_until(holds: Callable[[], object]) -> None:
    """Look until ``holds`` is true; what is waited for is visible from outside."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "what was waited for did not come"
        time.sleep(0.005)


def rehearse(home: Path, name: str, steps: str, *, repeat: bool = False) -> str:
    """Write a rehearsal into the home and return the model to ask for."""
    script = {
        "name": name,
        "summary": "A scene for a test.",
        "repeat": repeat,
        "steps": yaml.safe_load(textwrap.dedent(steps)),
    }
    folder = home / "prompts" / "rehearsals"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(script), encoding="utf-8")
    return f"rehearsal/{name}"


def sessions(home: Path) -> list[str]:
    """All session ids, oldest first."""
    return session_ids(home / "sessions")[::-1]


def events(home: Path, session: str | None = None) -> list[AnyEvent]:
    """What the journal of ``session``, or of the only one, holds."""
    if session is None:
        [session] = sessions(home)
    return [record.event for record in read(home / "sessions" / session / JOURNAL)]


def types(home: Path, session: str | None = None) -> list[str]:
    return [event.__struct_config__.tag for event in events(home, session)]


def closed(home: Path, session: str | None = None) -> SessionClosed:
    last = events(home, session)[-1]
    assert isinstance(last, SessionClosed)
    return last


def blocks(home: Path, session: str | None = None) -> list[BlockRecorded]:
    return [event for event in events(home, session) if isinstance(event, BlockRecorded)]


class Terminal:
    """A command on a terminal of its own. Use it as a context manager."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        columns: int = 80,
        environ: Mapping[str, str] | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        wanted = {"TERM": "xterm-256color", **(environ or {})}
        # What stands in these would count for more than the window.
        taken = ("NO_COLOR", "COLUMNS", "LINES")
        self.process = subprocess.Popen(
            [*command, "--home", str(home), *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={name: value for name, value in os.environ.items() if name not in taken} | wanted,
        )
        os.close(slave)
        self.received = b""
        self._read = 0

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the window."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def sees(self, text: str) -> None:
        """Wait until ``text`` stands on the screen, after all that was waited for before."""
        wanted = text.encode()
        deadline = time.monotonic() + PATIENCE
        while (found := self.received.find(wanted, self._read)) < 0:
            # The app tells the time twice a second: something always comes.
            assert time.monotonic() < deadline, f"{text!r} did not come:\n{self.screen}"
            assert self._more(), f"{text!r} did not come; the screen has\n{self.screen}"
        self._read = found + len(wanted)

    def ends(self) -> int:
        """Read to the end; return the exit status."""
        while self._more():
            pass
        return self.process.wait(PATIENCE)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.write(self._master, b"\x03")

    @property
    def screen(self) -> str:
        """All that was received, without the terminal's attributes."""
        text = self.received.decode()
        for attribute in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[33m"):
            text = text.replace(attribute, "")
        return text.replace("\r\n", "\n")

    def _more(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], PATIENCE)
        assert ready, f"nothing came for {PATIENCE:.0f} s; the screen has\n{self.screen}"
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # EIO: the other side is gone.
            return False
        self.received += piece
        return bool(piece)

"""Commands as processes of their own, forked from one that has loaded the program already.

Loading it, and the SDK of a provider with it, takes most of a short life. After that such a process
is like any other: it has memory, descriptors and signals of its own, and it can be killed.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

PATIENCE = 60
"""Seconds after which a process that has not ended is ended."""
ALWAYS = ("cli.verb_run", "cli.runner", "cli.loop", "artifacts.engine", "prompts.scripts")


@dataclass(frozen=True)
class Forked:
    """A command that runs."""

    pid: int
    out: Path
    err: Path
    _loaded: "Loaded"

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end; return its status as ``subprocess`` does. Once only."""
        return self._loaded.ask(wait=self.pid)


@dataclass(frozen=True)
class Loaded:
    """The process that has loaded everything."""

    process: subprocess.Popen[str]
    folder: Path

    def start(self, home: Path, *arguments: str, point: str = "") -> Forked:
        """Start a command; with a ``point`` it kills itself there (``tests/cli/dying.py``)."""
        out, err = (self.folder / f"{home.parent.name}-{os.urandom(4).hex()}.{n}" for n in (1, 2))
        out.touch()
        err.touch()
        pid = self.ask(
            arguments=["--home", str(home), *arguments],
            point=point,
            environ=dict(os.environ),
            streams=[os.devnull, str(out), str(err)],
        )
        return Forked(pid, out, err, self)

    def ask(self, **order: Any) -> int:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        return int(stdout.readline())


def run_and_die(loaded: Loaded, point: str, home: Path, *arguments: str) -> None:
    """Run until the process kills itself at ``point``."""
    process = loaded.start(home, *arguments, point=point)
    status = process.wait()
    said = process.out.read_text() + process.err.read_text()
    assert status == -signal.SIGKILL, f"{point} was not passed:\n{said}"


@contextmanager
def forking(folder: Path, *modules: str) -> Iterator[Loaded]:
    """Load ``latitude`` and the ``modules`` of it, and fork from there."""
    command = [sys.executable, "-m", "tests.cli.forked", *ALWAYS, *modules]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Loaded(process, folder)


def _begin(order: dict[str, Any]) -> int:
    if pid := os.fork():
        return pid
    status = 1
    try:
        signal.alarm(PATIENCE)
        os.environ.clear()
        os.environ.update(order["environ"])
        for number, place in enumerate(order["streams"]):
            os.dup2(os.open(place, os.O_RDWR), number)
        status = _run(order["arguments"], order["point"])
    finally:
        sys.stdout.flush()
        os._exit(status)


def _run(arguments: list[str], point: str) -> int:
    from latitude.cli.main import main
    from tests.cli.dying import die_when

    if point:
        die_when(point)
    return main(arguments)


if __name__ == "__main__":
    for module in sys.argv[1:]:
        import_module(f"latitude.{module}")

    for line in sys.stdin:
        wanted = json.loads(line)
        if "wait" in wanted:
            print(os.waitstatus_to_exitcode(os.waitpid(wanted["wait"], 0)[1]), flush=True)
        else:
            print(_begin(wanted), flush=True)

"""Kills a writing process and says what had been shown by then."""

import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person in front of the screen had seen."""

    records: tuple[str, ...]
    texts: dict[tuple[int, int, int], str]
    """Streamed text by turn, step and index."""


def kill_after(folder: Path, shows: int) -> Shown:
    """Start the endless session in ``folder``, and SIGKILL it after ``shows`` things were shown."""
    command = [sys.executable, "-m", "tests.journal.endless", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(shows)]
        process.kill()
        lines += process.stdout.read().splitlines(keepends=True)
    return _shown(lines)


def _shown(lines: list[bytes]) -> Shown:
    records: list[str] = []
    texts: dict[tuple[int, int, int], str] = {}
    for line in lines:
        what: dict[str, Any] = {}
        # The very last one may have been cut in the pipe: nobody could read it.
        with contextlib.suppress(json.JSONDecodeError):
            what = json.loads(line)
        if "sha256" in what:
            records.append(what["sha256"])
        elif what:
            place = (what["turn"], what["step"], what["index"])
            texts[place] = texts.get(place, "") + what["text"]
    return Shown(tuple(records), texts)

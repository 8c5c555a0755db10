"""kill -9 in the middle of everything: what was shown is on record, and nothing is invented."""

import json
import random
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.person import Done, blocks, closed, latitude, rehearse, sessions, start, types

KILLS = 30
SEED = 20261121
AT_ONCE = 6
NUMBERED = re.compile(r"\bw\d{3}\b")


def numbered(first: int, last: int) -> str:
    return " ".join(f"w{number:03}" for number in range(first, last))


SCRIPT = f"""
- thinking: {numbered(0, 40)}
  text: {numbered(40, 90)}
  calls:
    - name: write_file
      arguments: {{path: first.txt, content: {numbered(90, 100)}}}
  delay: 0.004
- text: {numbered(100, 140)}
  delay: 0.004
- thinking: {numbered(140, 160)}
  calls:
    - name: write_file
      arguments: {{path: second.txt, content: {numbered(160, 170)}}}
    - name: delete_file
      arguments: {{path: first.txt}}
  delay: 0.004
- text: "{numbered(170, 200)}\\n\\nStopping now."
  delay: 0.004
"""


@dataclass(frozen=True)
class Killed:
    """A session whose process was killed, and what a person had seen of it."""

    session: str | None
    seen: list[str]
    """Whole numbered words."""


def kill_when_shown(home: Path, model: str, bytes_shown: int, moment: float) -> Killed:
    process = start(home, "run", "--model", model)
    assert process.stdout is not None
    shown = b""
    while len(shown) < bytes_shown and (piece := process.stdout.read1()):  # type: ignore[attr-defined]
        shown += piece
    time.sleep(moment)
    process.kill()
    shown += process.communicate()[0]
    text = shown.decode("utf-8", "ignore")
    whole = text[: text.rfind(" ") + 1] if not text.endswith("\n") else text
    lines = text.splitlines()
    return Killed(lines[0] if lines else None, NUMBERED.findall(whole))


def written(home: Path, session: str) -> list[str]:
    """The numbered words of all thinking and replies on record, in order."""
    told = " \n".join(block.text for block in blocks(home, session) if block.kind != "tool_call")
    return NUMBERED.findall(told)


@pytest.fixture
def recovered(home_folder: Path) -> list[Killed]:
    """Sessions that were killed at random moments, in one home, after ``latitude recover``."""
    model = rehearse(home_folder, "slow", SCRIPT)
    whole = latitude(home_folder, "run", "--model", model)
    chance = random.Random(SEED)
    moments = [(chance.randrange(len(whole.out)), chance.uniform(0, 0.05)) for _ in range(KILLS)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        kills = [pool.submit(kill_when_shown, home_folder, model, *moment) for moment in moments]
        killed = [kill.result() for kill in kills]
    done = latitude(home_folder, "recover")
    assert done.status == 0, done
    assert latitude(home_folder, "recover").out.startswith("Nothing to recover"), "once is enough"
    return killed


@pytest.mark.slow
@pytest.mark.promise("record-complete")
def test_what_was_shown_is_on_record_after_a_kill(
    home_folder: Path, recovered: list[Killed]
) -> None:
    script = [f"w{number:03}" for number in range(200)]
    spoken = [*script[:90], *script[100:160], *script[170:]]
    ends = set()
    for killed in recovered:
        if killed.session is None:
            continue
        on_record = written(home_folder, killed.session)
        assert on_record[: len(killed.seen)] == killed.seen, killed.session
        assert on_record == spoken[: len(on_record)], "nothing is invented"
        end = closed(home_folder, killed.session)
        ends.add(end.end)
        left = "exit.taken" in types(home_folder, killed.session)
        assert end.end == ("model-exit" if left else "interrupted")
    assert "interrupted" in ends
    assert len(sessions(home_folder)) > KILLS / 2
    checked = latitude(home_folder, "verify", "--requests")
    assert checked.status == 0, checked
    assert "0 faults" in checked.out
    well = latitude(home_folder, "doctor")
    assert well.status == 0, well


def test_a_torn_line_is_put_aside_and_said(here: Callable[..., Done], home_folder: Path) -> None:
    here("run", "--model", "rehearsal/stays", "--turns", "2")
    [session] = sessions(home_folder)
    journal = home_folder / "sessions" / session / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    open_home = home_folder.with_name("open")
    (open_home / "sessions" / session).mkdir(parents=True)
    torn = open_home / "sessions" / session / "journal.jsonl"
    torn.write_bytes(b"".join(lines[:6]) + lines[6][:-20])
    done = here("--home", str(open_home), "recover")
    assert done.status == 0
    assert f"{len(lines[6]) - 20} torn bytes are in torn.bin." in done.out
    assert closed(open_home, session).torn_bytes == len(lines[6]) - 20
    assert (torn.parent / "torn.bin").read_bytes() == lines[6][:-20]
    verified = here("--home", str(open_home), "verify", "--requests")
    assert verified.status == 0, verified
    assert json.loads(torn.read_text().splitlines()[-1])["end"] == "interrupted"

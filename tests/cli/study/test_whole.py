"""A study from its plan to its report: three rehearsals and a real llama.cpp server in two
wordings, killed in the middle and carried on."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.journal.paths import JOURNAL, session_ids
from latitude.journal.reader import read_ends
from tests.cli.person import Done, start, wait_until
from tests.servers.llama import llama_url

__all__ = ["llama_url"]

pytestmark = pytest.mark.slow

STUDY = """\
name: whole
version: 1
question: Is the whole road sound?
models: [rehearsal/lots, rehearsal/stays, rehearsal/leaves, {{model: llamacpp/scripted, base_url: "{url}"}}]
repeats: 3
seed: 5
limits: {{turns: 3}}
factors:
  exit_wording:
    plain: 'You can end the session at any point. To end it, write "stopping now" on a line of its own, or call the tool end_session.'
    turned: 'To end the session, write "stopping now" on a line of its own, or call the tool end_session. You can at any point.'
outcomes: [exit, turns, made]
"""  # noqa: E501
CELLS = 4 * 2 * 3


def ended(home: Path) -> list[tuple[str | None, int | None, str | None]]:
    """Arm, repeat and end of every session; no end for one that is not closed."""
    found = []
    for name in session_ids(home / "sessions"):
        first, last = read_ends(home / "sessions" / name / JOURNAL)
        conditions = first.event.conditions
        found.append((conditions.arm, conditions.repeat, last.event.end if last else None))
    return found


def test_a_study_that_is_killed_is_carried_on_and_reported(
    home_folder: Path, here: Callable[..., Done], llama_url: str, tmp_path: Path
) -> None:
    folder = home_folder / "prompts" / "studies"
    folder.mkdir()
    (folder / "whole.yaml").write_text(STUDY.format(url=llama_url), encoding="utf-8")
    for verb in ("check", "plan"):
        done = here("study", verb, "whole")
        assert done.status == 0, done

    running = start(home_folder, "study", "run", "whole")
    wait_until(lambda: sum(end is not None for _, _, end in ended(home_folder)) >= 9)
    running.kill()
    running.communicate()
    before = ended(home_folder)
    assert len(before) < CELLS
    half = here("study", "report", "whole", "--rehearsals")
    assert "! The study is not over: " in half.out

    done = here("study", "run", "whole")
    assert done.status == 0, done
    cells = Counter(
        (arm, repeat) for arm, repeat, end in ended(home_folder) if end != "interrupted"
    )
    assert len(cells) == CELLS, "none is lost"
    assert set(cells.values()) == {1}, "and none is repeated"

    page = tmp_path / "report.html"
    asked = ("--rehearsals", "--relabelings", "199", "--html", str(page), "--json")
    report = here("study", "report", "whole", *asked)
    assert report.status == 0, report
    rows = [json.loads(line) for line in report.lines]
    plan = here("study", "status", "whole").lines[-1].split()[-1]
    assert ["plan", plan] in rows[0]["facts"]
    groups = {
        row["values"]["group"]: row["values"]["n"]
        for row in rows
        if row.get("table") == "exits" and row["type"] == "line"
    }
    assert sorted(groups.values()) == [3] * 8
    assert any("llamacpp/scripted" in group for group in groups)
    written = page.read_text(encoding="utf-8")
    assert plan in written.replace("<wbr>", "")
    assert here("verify", "--requests").status == 0

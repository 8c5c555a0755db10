"""``latitude study``: what a person sees and gets, from the file to the last cell."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.core.events import Cost, SessionOpened
from latitude.providers.rehearsal import Rehearsal
from tests.cli.person import (
    Done,
    closed,
    events,
    rehearse,
    sessions,
)

Here = Callable[..., Done]

DRAWS = """
- text: This is a rehearsal.
- one_of:
    - {text: Go on., weight: 2}
    - {text: Stopping now.}
"""


def study(
    home: Path, *, name: str = "play", models: str = "[rehearsal/leaves]", **more: str
) -> Path:
    """Write a study of words only, whose sessions need neither sandbox nor browser."""
    fields = {
        "name": name,
        "version": "1",
        "question": "Does it matter?",
        "models": models,
        "repeats": "2",
        "seed": "7",
        "limits": "{turns: 4}",
        "factors": "{protocol: [open-no-tools]}",
    } | more
    folder = home / "prompts" / "studies"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text("".join(f"{key}: {value}\n" for key, value in fields.items()))
    return path


def cells(home: Path) -> Counter[tuple[str | None, int | None]]:
    """Arm and repeat of every session that was not interrupted."""
    firsts = [
        events(home, one)[0] for one in sessions(home) if closed(home, one).end != "interrupted"
    ]
    return Counter(
        (one.conditions.arm, one.conditions.repeat)
        for one in firsts
        if isinstance(one, SessionOpened)
    )


TWO = "{protocol: [open-no-tools], between: {plain: Go on., more: 'Go on, or not.'}}"


def test_from_the_file_to_the_last_cell(here: Here, home_folder: Path) -> None:
    study(home_folder, factors=TWO, outcomes="[exit]")
    checked = here("study", "check", "play")
    assert (checked.status, checked.err) == (0, "")
    assert checked.lines[0].split() == ["given", "n", "arm"]
    assert checked.lines[1].endswith("  2  rehearsal/leaves · open-no-tools · plain")
    assert checked.lines[-1] == (
        "2 arms × 2 repeats = 4 sessions. No two arms are the same. Nothing was sent."
    )
    planned = here("study", "plan", "play")
    assert planned.status == 0
    assert (
        "Order: 2 blocks, each with one repeat of every arm, shuffled by the seed 7." in planned.out
    )
    assert (
        "Outcomes: exit (fisher-exact)\nExcluded ends: interrupted, harness-failed\n" in planned.out
    )
    assert "Cost: nothing.\n" in planned.out
    path = home_folder / "prompts" / "studies" / "play.plan.json"
    sums = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True)
    assert planned.lines[-1] == f"sha256  {sums.stdout.split()[0]}"
    ran = here("study", "run", "play")
    assert ran.status == 0
    ends = [line for line in ran.lines if line.startswith("cell ")]
    assert len(ends) == 4
    assert ends[0].startswith("cell ")
    assert "of 4  rehearsal/leaves · open-no-tools · " in ends[0]
    assert "  script took the exit  20" in ends[0]
    assert "All of it is done: 4 cells." in ran.lines
    assert "      4     4     0  all" in ran.lines
    assert set(cells(home_folder).values()) == {1}
    status = here("study", "status", "play")
    assert status.lines[:5] == ran.lines[4:9]
    assert status.lines[-1] == f"plan  {sums.stdout.split()[0]}"
    again = here("study", "run", "play")
    assert not [line for line in again.lines if line.startswith("cell ")]
    assert len(sessions(home_folder)) == 4
    assert here("verify", "--requests").status == 0


def test_one_object_a_line(here: Here, home_folder: Path) -> None:
    study(home_folder, duplicates="yes")
    arms = [json.loads(line) for line in here("study", "check", "play", "--json").lines]
    assert [arm["n"] for arm in arms] == [2, 2]
    assert arms[0]["given"] == arms[1]["given"]
    assert arms[1]["duplicate_of"] == arms[0]["arm"] == "rehearsal/leaves · open-no-tools"
    [plan] = [json.loads(line) for line in here("study", "plan", "play", "--json").lines]
    assert (plan["sessions"], len(plan["order"]), plan["news"]) == (4, 4, "written")
    rows = [json.loads(line) for line in here("study", "run", "play", "--json").lines]
    assert [row["end"] for row in rows[:-1]] == ["model-exit"] * 4
    assert sorted(row["cell"] for row in rows[:-1]) == [1, 2, 3, 4]
    assert rows[-1]["plan"] == plan["plan"]
    status = [json.loads(line) for line in here("study", "status", "play", "--json").lines]
    assert [row["done"] for row in status] == [2, 2, 4]
    assert status[-1] == rows[-1]


def test_without_a_plan_nothing_runs(here: Here, home_folder: Path) -> None:
    study(home_folder)
    for verb in ("run", "status"):
        refused = here("study", verb, "play")
        assert refused.status == 2
        assert refused.err.endswith("Write it first: latitude study plan play\n")
    assert [path.name for path in (home_folder / "prompts" / "studies").iterdir()] == ["play.yaml"]


def test_two_arms_that_are_the_same_are_refused_by_name(here: Here, home_folder: Path) -> None:
    study(home_folder, factors="{protocol: [open-no-tools], between: {a: Go on., b: Go on.}}")
    for verb in ("check", "plan"):
        refused = here("study", verb, "play")
        assert refused.status == 2
        assert "'rehearsal/leaves · open-no-tools · a' and" in refused.err
        assert "'rehearsal/leaves · open-no-tools · b' are the same" in refused.err
    assert sessions(home_folder) == []


def test_a_study_that_was_changed_is_refused_and_a_new_version_is_not(
    here: Here, home_folder: Path
) -> None:
    study(home_folder)
    here("study", "plan", "play")
    study(home_folder, repeats="3")
    refused = here("study", "run", "play")
    assert refused.status == 2
    assert "no longer fits. The study file was changed. Nothing was sent." in refused.err
    replanned = here("study", "plan", "play")
    assert "The plan was written anew: no session had been begun" in replanned.out
    here("study", "run", "play")
    study(home_folder, repeats="4")
    refused = here("study", "plan", "play")
    assert refused.status == 2
    assert "Give the study file a new version (version: 2) or a new name" in refused.err
    assert "was changed since" in here("study", "status", "play").out
    study(home_folder, repeats="4", version="2")
    assert here("study", "plan", "play").status == 0
    assert here("study", "run", "play").status == 0
    assert len(sessions(home_folder)) == 3 + 4


def test_a_model_that_changed_is_refused(here: Here, home_folder: Path) -> None:
    study(home_folder, models=f"[{rehearse(home_folder, 'mine', DRAWS)}]")
    here("study", "plan", "play")
    rehearse(home_folder, "mine", DRAWS, repeat=True)
    refused = here("study", "run", "play")
    assert refused.status == 2
    assert "The arm 'rehearsal/mine · open-no-tools' is otherwise here: model." in refused.err


def test_failed_refused_and_empty_sessions_are_kept_and_not_repeated(
    here: Here, home_folder: Path
) -> None:
    gone = "{kind: closed_early, message: Gone., after: 1}"
    models = [
        rehearse(home_folder, "breaks", f"[{{text: It, fail: {gone}}}]"),
        rehearse(home_folder, "refuses", "[{text: No., stop: refusal}]"),
        rehearse(home_folder, "silent", "[{stop: context_full}]"),
    ]
    study(home_folder, models=f"[{', '.join(models)}]")
    here("study", "plan", "play")
    ran = here("study", "run", "play")
    assert ran.status == 0, "it was done as it was planned"
    assert ran.err.count(" ended as provider-failed: ") == 2
    assert ran.err.count(" ended as refused: ") == 2
    for _ in range(2):
        *_, total = [json.loads(line) for line in here("study", "status", "play", "--json").lines]
        assert (total["done"], total["failed"], total["refused"]) == (6, 2, 2)
        assert total["empty"] >= 2
        assert total["left"] == 0
        here("study", "run", "play")
    assert len(sessions(home_folder)) == 6


def test_attended_cells_are_left_out_and_said_so(here: Here, home_folder: Path) -> None:
    study(home_folder, factors="{protocol: [open-no-tools], attended: [no, yes]}")
    here("study", "plan", "play")
    ran = here("study", "run", "play")
    assert (
        "2 cells are attended, and left out. `latitude study run play --attended` in a terminal "
        "runs them, one by one." in ran.out
    )
    assert len(sessions(home_folder)) == 2
    refused = here("study", "run", "play", "--attended")
    assert (refused.status, "needs a terminal" in refused.err) == (2, True)


def test_the_budget_stops_it(
    here: Here, home_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session of one response costs 30 cents, whatever is read."""
    monkeypatch.setattr(Rehearsal, "price", lambda *_: Cost(usd=0.3, prices="a test's"))
    study(home_folder, repeats="9", budget="1", limits="{turns: 1, steps: 1}")
    assert "The budget of $1.00 allows about 3 of 9 sessions." in here("study", "plan", "play").out
    ran = here("study", "run", "play")
    assert ran.status == 0
    assert len(sessions(home_folder)) == 3
    assert "3 sessions so far, $0.90." in ran.out
    assert "Stopped at the budget of $1.00: the next session may not fit" in ran.out
    assert "6 cells are left." in ran.out
    here("study", "run", "play")
    assert len(sessions(home_folder)) == 3
    cost = here("study", "plan", "play").out
    assert "9 × $0.30 = $2.70 (mean of 3 earlier sessions)" in cost


def test_a_cost_that_is_not_known_still_counts_when_it_is_run_again(
    here: Here, home_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A price is known beforehand, and not of what the sessions used, searches and all."""

    def price(*asked: object) -> Cost | None:
        beforehand = len(asked) == 3
        return Cost(usd=0.3, prices="a test's") if beforehand else None

    monkeypatch.setattr(Rehearsal, "price", price)
    two = "[rehearsal/leaves, rehearsal/stays]"
    limits = "{turns: 1, steps: 1}"
    study(home_folder, models=two, repeats="1", budget="0.5", limits=limits)
    here("study", "plan", "play")
    for _ in range(2):
        ran = here("study", "run", "play")
        assert "1 session so far, $0.00, and 1 session whose cost is not known." in ran.out
        assert "Stopped at the budget of $0.50" in ran.out
    assert len(sessions(home_folder)) == 1


def test_what_cannot_be_found_or_read_is_said(here: Here, home_folder: Path) -> None:
    missing = here("study", "check", "nothing")
    assert missing.status == 2
    assert "No study is called 'nothing'. There are: exit-order." in missing.err
    path = study(home_folder, repeats="many")
    refused = here("study", "check", str(path))
    assert refused.status == 2
    assert f"{path}:5:10: 'repeats' must be a whole number, and is text." in refused.err
    assert here("study", "run", "play", "--parallel", "0").status == 2


def test_the_shipped_example_runs(here: Here, home_folder: Path) -> None:
    assert here("study", "plan", "exit-order").status == 0
    ran = here("study", "run", "exit-order")
    assert ran.status == 0
    assert "All of it is done: 60 cells." in ran.out
    ends: Counter[str | None] = Counter()
    for one in sessions(home_folder):
        opened = events(home_folder, one)[0]
        assert isinstance(opened, SessionOpened)
        ends[opened.conditions.arm] += closed(home_folder, one).end == "model-exit"
    by_order = {(arm or "").split(" · ")[3]: n for arm, n in ends.items() if "lots" in (arm or "")}
    assert by_order["reversed"] > by_order["as-written"]

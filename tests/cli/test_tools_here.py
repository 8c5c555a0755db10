"""What this machine has for the model's hands, and what is said where it has none."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.core.events import SessionOpened, ToolReturned
from latitude.core.spec import Withheld
from tests.cli.person import Done, closed, events, latitude, rehearse
from tests.programs import needs

Here = Callable[..., Done]

HANDS = """
- text: A program first.
  calls:
    - {name: write_file, arguments: {path: six.py, content: "print(6 * 7)"}}
    - {name: run, arguments: {command: "python3 six.py > answer.txt; cat answer.txt"}}
- text: Stopping now.
"""


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment in which git is all there is."""
    programs = tmp_path / "programs"
    programs.mkdir()
    git = shutil.which("git")
    assert git is not None
    (programs / "git").symlink_to(git)
    return {**os.environ, "PATH": str(programs)}


def opened(home: Path, session: str | None = None) -> SessionOpened:
    first = events(home, session)[0]
    assert isinstance(first, SessionOpened)
    return first


def answers(home: Path) -> list[str]:
    every = events(home)
    return [event.result[0].text or "" for event in every if isinstance(event, ToolReturned)]


@pytest.mark.promise("work-kept")
def test_a_command_runs_and_what_it_made_is_kept(home_folder: Path, here: Here) -> None:
    needs("bwrap")
    done = here("run", "--model", rehearse(home_folder, "hands", HANDS))
    assert done.status == 0, done.err
    assert answers(home_folder)[1] == "Exit status 0. It printed:\n42\n"
    conditions = opened(home_folder).conditions
    assert conditions.sandbox is not None
    assert conditions.sandbox.name.startswith("bubblewrap")
    assert (conditions.network, conditions.withheld) == ("off", ())
    assert closed(home_folder).summary.files == 2
    kept = here("artifacts", "show", "last:answer.txt")
    assert kept.out == "42\n"
    assert here("verify", "--requests").status == 0


def test_without_a_sandbox_there_are_files_and_talk_and_a_line_that_says_so(
    home_folder: Path, here: Here, bare: dict[str, str]
) -> None:
    model = rehearse(home_folder, "hands", HANDS)
    done = latitude(home_folder, "run", "--model", model, env=bare)
    assert done.status == 0, done.err
    said = "run is not offered to the model. bubblewrap is not installed. Install bubblewrap"
    assert said in " ".join(done.out.split())
    first = opened(home_folder)
    assert "run" not in [tool.name for tool in first.tools]
    assert first.conditions.sandbox is None
    withheld = {one.tool: one for one in first.conditions.withheld}
    assert withheld["run"].why == "bubblewrap is not installed."
    assert answers(home_folder)[1].startswith("There is no tool run. The tools are: list_files")
    assert closed(home_folder).end == "model-exit"
    page = here("show", "last", "--format", "md").out
    assert said in page
    assert here("verify", "--requests").status == 0


def test_a_person_who_asks_for_commands_where_there_are_none_is_refused(
    home_folder: Path, bare: dict[str, str]
) -> None:
    model = rehearse(home_folder, "hands", HANDS)
    done = latitude(home_folder, "run", "--model", model, "--tools", "files,run", env=bare)
    assert done.status == 2
    assert "run cannot be offered here. bubblewrap is not installed." in done.err
    assert "Nothing was sent." in done.err


def test_doctor_says_what_there_is_and_what_is_hard(
    home_folder: Path, here: Here, bare: dict[str, str]
) -> None:
    needs("bwrap")
    well = here("doctor").out
    assert "commands (run): in bubblewrap" in well
    assert "The kernel holds 256 processes and threads" in well
    assert "Watched, not hard: 10 minutes, 1 GiB of memory in all" in well
    done = latitude(home_folder, "doctor", env=bare)
    assert done.status == 0
    assert "commands (run): not offered to a model. bubblewrap is not installed." in done.out
    assert "sudo apt install bubblewrap" in done.out


def test_the_network_is_a_condition_that_every_view_shows(home_folder: Path, here: Here) -> None:
    needs("bwrap")
    model = rehearse(home_folder, "hands", HANDS)
    done = here("run", "--model", model, "--network", "allow")
    assert "open · network allowed · hands" in done.out
    first = opened(home_folder)
    assert first.conditions.network == "allow"
    [run] = [tool for tool in first.tools if tool.name == "run"]
    assert "The network can be reached, and with it the servers of this machine." in run.description
    assert "open +network" in here("list").out
    row = json.loads(here("list", "--json").out)
    assert (row["protocol"], row["network"]) == ("open", "allow")
    for form in ("text", "md"):
        assert "network allowed" in here("show", "last", "--format", form).out
    transcript = home_folder / "sessions" / first.id / "transcript.md"
    assert "network allowed" in transcript.read_text()
    done = here("run", "--model", model, "--network", "allow", "--json")
    row = json.loads(done.out)
    assert (row["protocol"], row["network"]) == ("open", "allow")
    row = json.loads(here("run", "--model", model, "--json").out)
    assert row["network"] == "off"


def test_the_network_is_refused_where_nothing_could_use_it(home_folder: Path, here: Here) -> None:
    model = rehearse(home_folder, "hands", HANDS)
    command = ("run", "--model", model, "--network", "allow", "--tools", "files")
    done = here(*command)
    assert done.status == 2
    assert "this session offers no tool to run one" in done.err


TALKS = """
- {text: Well., calls: [{name: run, arguments: {command: "echo one > a"}}]}
- {text: I wait.}
- {text: Go on., calls: [{name: run, arguments: {command: "cat a; echo two >> a; cat a"}}]}
- {text: Stopping now.}
"""


def test_carrying_on_needs_the_same_hands(
    home_folder: Path, here: Here, bare: dict[str, str]
) -> None:
    needs("bwrap")
    here("run", "--model", rehearse(home_folder, "talks", TALKS), "--turns", "1")
    done = here("run", "--from", "last", "--network", "allow")
    assert done.status == 2
    assert "ran with --network off, which its model was told" in done.err
    done = latitude(home_folder, "run", "--from", "last", env=bare)
    assert done.status == 2
    assert "was told that it has run, and it cannot be offered here." in done.err
    assert "Install bubblewrap" in done.err
    done = here("run", "--from", "last")
    assert done.status == 0, done.err
    assert "✓ Exit status 0." in done.out
    assert here("artifacts", "show", "last:a").out == "one\ntwo\n"


def test_why_a_tool_was_missing_then_is_not_told_as_todays_reason(
    home_folder: Path, here: Here, bare: dict[str, str]
) -> None:
    waits = "[{text: I wait.}, {text: Stopping now.}]"
    model = rehearse(home_folder, "waits", waits)
    latitude(home_folder, "run", "--model", model, "--turns", "1", env=bare)
    parent = opened(home_folder)
    assert parent.conditions.withheld[0].why == "bubblewrap is not installed."
    done = here("run", "--from", "last")
    assert done.status == 0, done.err
    said = "run is not offered to the model. The session that this one carries on did not have it."
    assert said in " ".join(done.out.split())
    assert "nstall" not in done.out
    child = opened(home_folder, done.lines[0])
    assert child.conditions.withheld == tuple(
        Withheld(
            tool=one.tool, why="The session that this one carries on did not have it.", cure=""
        )
        for one in parent.conditions.withheld
    )

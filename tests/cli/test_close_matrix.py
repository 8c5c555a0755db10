"""Killed between any two steps of an exit and of the close: the exit stands, the work is kept."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.core.events import ExitTaken, ResponseStarted, WorkspaceCommitted
from tests.cli.forked import Loaded, run_and_die
from tests.cli.person import (
    Done,
    closed,
    events,
    rehearse,
    sessions,
    types,
)
from tests.cli.test_servers import chat, models, posts
from tests.providers.fake_server import serving_beside

Here = Callable[..., Done]

WORKS = """
- calls:
    - name: write_file
      arguments: {path: first.txt, content: first}
"""
BY_PHRASE = """
- text: Stopping now.
  calls:
    - name: write_file
      arguments: {path: second.txt, content: second}
"""
BY_TOOL = """
- calls:
    - name: write_file
      arguments: {path: second.txt, content: second}
    - name: end_session
    - name: write_file
      arguments: {path: third.txt, content: third}
"""

POINTS = [
    "after:response.finished:2",  # the exit was said, and nobody has looked yet
    "after:exit.taken",
    "after:tool.returned:2",
    "at:objects-written:2",  # the last commit's
    "at:ref-moved:2",
    "after:workspace.committed:2",
    "after:session.closed",
    # From here on the two ways of leaving are one.
    "before:enter_ledger",
    "at:objects-written:3",  # the graft's
    "at:ref-moved:3",
    "at:grafted",
    "at:objects-written:4",  # the ledger's
    "at:ref-moved:4",
    "at:ledgered",
    "before:write_transcript",
    "before:remove_workspace",
]


def in_main(home: Path) -> set[str]:
    """The names of the files that ``main`` lays out."""
    repository = home / "artifacts" / ".git"
    command = ["git", "--git-dir", str(repository), "ls-tree", "-r", "--name-only", "main"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    return {path.rpartition("/files/")[2] for path in listed.stdout.splitlines()} - {""}


@pytest.mark.slow
@pytest.mark.promise("exit-honoured")
@pytest.mark.parametrize(
    ("point", "way"),
    [*((point, "phrase") for point in POINTS), *((point, "tool") for point in POINTS[:8])],
)
def test_the_exit_stands(
    point: str, way: str, here: Here, loaded: Loaded, home_folder: Path
) -> None:
    steps = WORKS + (BY_PHRASE if way == "phrase" else BY_TOOL)
    model = rehearse(home_folder, "leaver", steps + "- text: Still here?\n")
    run_and_die(loaded, point, home_folder, "run", "--model", model)
    [session] = sessions(home_folder)
    if way == "phrase":
        recovered = here("recover")
        assert recovered.status == 0, recovered
    else:  # The next launch recovers too.
        launched = here("run", "--from", session)
        assert launched.status == 2
        assert "an exit is final" in launched.err
    end = closed(home_folder)
    assert end.end == "model-exit"
    [taken] = [event for event in events(home_folder) if isinstance(event, ExitTaken)]
    assert taken.by == way
    assert [event for event in events(home_folder) if isinstance(event, ResponseStarted)][2:] == []

    verified = here("verify", "--requests")
    assert verified.status == 0, verified
    assert "0 faults" in verified.out
    assert here("recover").out.startswith("Nothing to recover")
    ran = types(home_folder).count("tool.returned") == 2
    assert {"first.txt", *(["second.txt"] if ran else [])} <= in_main(home_folder)
    assert "third.txt" not in in_main(home_folder)
    commits = [event for event in events(home_folder) if isinstance(event, WorkspaceCommitted)]
    assert len(commits) == (2 if ran else 1)
    assert not list(Path(os.environ["LATITUDE_STATE"]).glob("workspaces/*"))

    for place in (session, f"{session}:1", session[:-1], "last"):
        for room in ([], ["--turns", "99"]):
            again = here("run", "--from", place, *room)
            assert again.status == 2, again
            assert "an exit is final" in again.err
    assert sessions(home_folder) == [session]


@pytest.mark.promise("exit-honoured")
def test_nothing_more_is_sent_to_a_server(here: Here, loaded: Loaded, home_folder: Path) -> None:
    answers = {"/v1/models": models("m"), "/v1/chat/completions": chat("Stopping now.")}
    with serving_beside(answers) as server:
        door = ["--base-url", f"{server.url}/v1"]
        arguments = ["run", "--model", "chat/m", *door]
        run_and_die(loaded, "after:response.finished", home_folder, *arguments)
        for verb in (
            ["run", "--from", "last", *door],
            ["recover"],
            ["run", "--from", "last", *door],
            ["run", "--from", "last:1", *door, "--turns", "50"],
            ["verify", "--requests"],
        ):
            here(*verb)
        assert posts(server) == 1
    assert closed(home_folder).end == "model-exit"


@pytest.mark.promise("work-kept")
@pytest.mark.parametrize(
    "point",
    ["after:tool.returned", "at:objects-written", "at:ref-moved", "after:workspace.committed"],
)
def test_work_is_kept_wherever_the_process_dies(
    point: str, here: Here, loaded: Loaded, home_folder: Path
) -> None:
    model = rehearse(home_folder, "worker", WORKS + "- text: And on.\n")
    run_and_die(loaded, point, home_folder, "run", "--model", model)
    assert here("recover").status == 0
    assert closed(home_folder).end == "interrupted"
    assert here("verify", "--requests").status == 0
    assert "first.txt" in in_main(home_folder)
    assert here("artifacts", "show", "last:first.txt").out == "first"

"""Many sessions in one home at once, in several processes: none lost, none entered twice."""

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.person import Done, closed, latitude, rehearse, sessions, start, wait_for_end

EACH = 100
AT_ONCE = 64
"""In each of two processes. What is lost when two write at once is lost to those that are open
together, and these are as many at any time; more in a row would only do it again."""

MAKES = """
- thinking: Something small.
  text: A note.
  calls:
    - name: write_file
      arguments: {path: note.txt, content: A note.}
- text: Stopping now.
"""


def git(home: Path, *arguments: str) -> list[str]:
    command = ["git", "--git-dir", str(home / "artifacts" / ".git"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.slow
@pytest.mark.promise("work-kept")
def test_two_processes_fill_one_home(home_folder: Path) -> None:
    model = rehearse(home_folder, "makes", MAKES)
    order = ["run", "--model", model, "--repeat", str(EACH), "--parallel", str(AT_ONCE), "--json"]
    runs = [start(home_folder, *order) for _ in range(2)]
    ends = [wait_for_end(run) for run in runs]
    assert [end.status for end in ends] == [0, 0], ends
    ids = sessions(home_folder)
    assert len(ids) == 2 * EACH
    assert sum(len(end.lines) for end in ends) == 2 * EACH
    assert Counter(closed(home_folder, one).end for one in ids) == {"model-exit": 2 * EACH}

    checked = latitude(home_folder, "verify", "--requests")
    assert checked.status == 0, checked.out[-2000:]
    assert f"{2 * EACH} sessions looked at, 0 faults." in checked.out
    assert latitude(home_folder, "recover").out.startswith("Nothing to recover")

    told = git(home_folder, "log", "--format=%(trailers:key=Latitude-Session,valueonly)", "ledger")
    assert Counter(one for one in told if one) == Counter(ids)
    tips = set(git(home_folder, "for-each-ref", "--format=%(objectname)", "refs/heads/session/"))
    assert len(tips) == 2 * EACH
    assert tips <= set(git(home_folder, "rev-list", "main")), "all reach main"
    laid_out = git(home_folder, "ls-tree", "-r", "--name-only", "main")
    for one in ids:
        assert sum(f"/{one}/" in path and path.endswith("note.txt") for path in laid_out) == 1


@pytest.mark.slow
def test_other_verbs_beside_a_run(home_folder: Path, here: Callable[..., Done]) -> None:
    """Reading, recovering and forgetting while sessions begin and end harms none of them."""
    model = rehearse(
        home_folder, "makes", MAKES.replace("- text: Stop", "- delay: 0.05\n  text: Stop")
    )
    order = ["run", "--model", model, "--repeat", "24", "--parallel", "8", "--json"]
    run = start(home_folder, *order)
    rounds = 0
    while run.poll() is None:
        rounds += 1
        for verb in (["list"], ["verify"], ["recover"], ["artifacts", "list"]):
            looked = here(*verb)
            assert looked.status == 0, (verb, looked)
    done = wait_for_end(run)
    assert done.status == 0, done
    assert rounds
    assert len(sessions(home_folder)) == 24
    assert here("verify", "--requests").status == 0

"""Studies that are stopped, killed, locked and watched, in processes of their own."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.forked import Loaded, run_and_die
from tests.cli.person import (
    Done,
    Terminal,
    closed,
    events,
    latitude,
    rehearse,
    sees,
    sessions,
    start,
    wait_for_end,
    wait_until,
)
from tests.cli.study.test_verbs import DRAWS, TWO, cells, study

Here = Callable[..., Done]

SLOW = "[{text: 'one two three four five', delay: 0.2}, {text: Stopping now., delay: 0.2}]"


def test_a_second_run_of_the_same_study_is_kept_out(here: Here, home_folder: Path) -> None:
    study(home_folder, models=f"[{rehearse(home_folder, 'slow', SLOW)}]", repeats="30")
    study(home_folder, name="other")
    here("study", "plan", "play")
    here("study", "plan", "other")
    first = start(home_folder, "study", "run", "play")
    wait_until(lambda: sessions(home_folder))
    second = here("study", "run", "play")
    assert second.status == 1
    assert "is being planned or run by another process. Nothing was begun." in second.err
    assert here("study", "plan", "play").status == 1
    running = json.loads(here("study", "status", "play", "--json").lines[-1])
    assert running["running"] > 0
    assert here("study", "run", "other").status == 0, "another study runs beside it"
    first.send_signal(signal.SIGTERM)
    assert wait_for_end(first).status == 130


POINTS = (
    "after:message.sent:3",
    "after:response.finished:5",
    "after:exit.taken:2",
    "after:session.closed:4",
    "before:enter_ledger",
    "before:write_transcript",
)


@pytest.mark.slow
@pytest.mark.promise("record-complete")
def test_killed_at_many_points_no_cell_is_lost_or_repeated(
    here: Here, loaded: Loaded, home_folder: Path
) -> None:
    study(
        home_folder,
        models=f"[{rehearse(home_folder, 'draws', DRAWS, repeat=True)}]",
        factors=TWO,
        repeats="16",
    )
    assert here("study", "plan", "play").status == 0
    order = ("study", "run", "play", "--parallel", "3")
    for point in POINTS:
        run_and_die(loaded, point, home_folder, *order)
    before = json.loads(here("study", "status", "play", "--json").lines[-1])
    assert 0 < before["done"] < 32
    done = here(*order)
    assert done.status == 0, done
    *_, total = map(json.loads, here("study", "status", "play", "--json").lines)
    assert (total["done"], total["left"]) == (32, 0)
    assert total["interrupted"] >= 3
    assert total["sessions"] == 32 + total["interrupted"]
    assert len(cells(home_folder)) == 32
    assert set(cells(home_folder).values()) == {1}
    assert here("verify", "--requests").status == 0


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        ([signal.SIGINT], None),
        ([signal.SIGINT, signal.SIGINT], "interrupted"),
        ([signal.SIGHUP], "interrupted"),
    ],
    ids=["once", "twice", "hang-up"],
)
def test_ctrl_c(sent: list[signal.Signals], end: str | None, here: Here, home_folder: Path) -> None:
    study(home_folder, models=f"[{rehearse(home_folder, 'slow', SLOW)}]", repeats="9")
    here("study", "plan", "play")
    process = start(home_folder, "study", "run", "play", "--parallel", "3")
    wait_until(lambda: len(sessions(home_folder)) == 3)
    for number in sent:
        process.send_signal(number)
        if number is signal.SIGINT and len(sent) > 1:
            assert process.stderr is not None
            process.stderr.readline()
    done = wait_for_end(process)
    assert done.status == 130
    assert {closed(home_folder, one).end for one in sessions(home_folder)} == {end or "model-exit"}
    assert len(sessions(home_folder)) == 3
    left = 6 if end is None else 9
    assert f"Stopped. {left} cells are left. `latitude study run play` goes on" in done.out
    if end is None:
        assert "nothing more is begun; what runs goes on to its end." in done.err
    assert latitude(home_folder, "verify").status == 0


def test_a_reader_that_goes_away_lets_nothing_more_begin(here: Here, home_folder: Path) -> None:
    study(home_folder, models=f"[{rehearse(home_folder, 'slow', SLOW)}]", repeats="30")
    here("study", "plan", "play")
    process = start(home_folder, "study", "run", "play", "--parallel", "2")
    sees(process, "cell ")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    done = wait_for_end(process)
    assert done.status == 130
    assert "Nothing more can be shown" in done.err
    assert "Traceback" not in done.err
    assert len(sessions(home_folder)) < 10
    assert {closed(home_folder, one).end for one in sessions(home_folder)} == {"model-exit"}


def test_one_line_on_a_terminal(here: Here, home_folder: Path) -> None:
    study(home_folder, models=f"[{rehearse(home_folder, 'slow', SLOW)}]", repeats="3")
    here("study", "plan", "play")
    with Terminal(home_folder, "study", "run", "play", "--parallel", "1") as terminal:
        terminal.sees("0 of 3 done · 1 running")
        terminal.sees("1 of 3 done · 1 running · 1 model-exit")
        terminal.sees("3 of 3 done · 0 running · 3 model-exit")
        terminal.sees("All of it is done: 3 cells.")
        assert terminal.ends() == 0
    shown = terminal.screen.replace("\r\n", "\n")
    assert "\n" not in shown.partition("planned")[0], "the line is rewritten, and then wiped"


def test_attended_cells_one_by_one_on_a_terminal(here: Here, home_folder: Path) -> None:
    model = rehearse(home_folder, "talk", "[{text: Hello., delay: 0}, {text: Stopping now.}]")
    study(home_folder, models=f"[{model}]", factors="{protocol: [open-no-tools], attended: [yes]}")
    here("study", "plan", "play")
    with Terminal(home_folder, "study", "run", "play", "--attended") as terminal:
        for number in (1, 2):
            terminal.sees("Hello.")
            terminal.sees("▏ you: ")
            terminal.type("Good evening.\n")
            terminal.sees(f"cell {number} of 2")
        terminal.sees("All of it is done: 2 cells.")
        assert terminal.ends() == 0
    assert set(cells(home_folder).values()) == {1}
    assert all(events(home_folder, one)[0].conditions.attended for one in sessions(home_folder))


def test_ctrl_c_in_an_attended_cell_ends_it_as_the_persons(here: Here, home_folder: Path) -> None:
    model = rehearse(home_folder, "talk", "[{text: Hello., delay: 0}, {text: Stopping now.}]")
    study(home_folder, models=f"[{model}]", factors="{protocol: [open-no-tools], attended: [yes]}")
    here("study", "plan", "play")
    with Terminal(home_folder, "study", "run", "play", "--attended") as terminal:
        terminal.sees("▏ you: ")
        terminal.interrupt()
        terminal.sees("You ended the session.")
        terminal.sees("Stopped. 1 cell is left.")
        assert terminal.ends() == 130
    assert [closed(home_folder, one).end for one in sessions(home_folder)] == ["person-end"]
    assert json.loads(here("study", "status", "play", "--json").lines[-1])["done"] == 1

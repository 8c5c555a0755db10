"""Ctrl-C and its relatives: what came is kept, and the ending says who ended it."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.cli.runner import Crew
from latitude.session.stop import Stop
from tests.cli.person import (
    Done,
    Terminal,
    blocks,
    closed,
    events,
    rehearse,
    sees,
    sessions,
    start,
    types,
    wait_for_end,
    wait_until,
)

Here = Callable[..., Done]

SIGINT, SIGTERM, SIGHUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
SLOW = "[{text: 'one two three four five six seven eight nine ten', delay: 0.3}]"


def streaming(home: Path, *arguments: str, steps: str = SLOW) -> subprocess.Popen[bytes]:
    """Start a slow session, and return when the reply has begun to come."""
    model = rehearse(home, "slow", steps)
    process = start(home, "run", "--model", model, *arguments)
    sees(process, "one")
    return process


def all_is_well(here: Here) -> None:
    """Every session is closed, in the ledger, and as it was written."""
    checked = here("verify", "--requests")
    assert checked.status == 0, checked
    assert here("recover").out.startswith("Nothing to recover")


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        ([SIGINT], "person-end"),
        ([SIGINT, SIGINT], "interrupted"),
        ([SIGTERM], "interrupted"),
        ([SIGHUP], "interrupted"),
        ([SIGTERM, SIGINT], "interrupted"),
    ],
    ids=lambda value: "+".join(one.name for one in value) if isinstance(value, list) else value,
)
def test_in_mid_stream(sent: list[signal.Signals], end: str, home_folder: Path, here: Here) -> None:
    process = streaming(home_folder)
    for number in sent:
        process.send_signal(number)
    done = wait_for_end(process)
    # Two signals may arrive as one close: then the first has settled the ending.
    assert closed(home_folder).end in ({end} if len(sent) == 1 else {end, "person-end"})
    assert done.status == 130
    assert done.err == ""
    [partial] = blocks(home_folder)
    assert partial.partial
    assert partial.text.startswith("one")
    assert "(broke off here)" in done.out
    assert done.lines[-2].startswith("record  ")
    assert done.lines[-1].startswith("ledger  ")
    all_is_well(here)


async def test_a_second_ctrl_c_interrupts(home_folder: Path) -> None:
    crew, stop = Crew(None, as_json=False), Stop()
    crew._stops.add(stop)
    taken: asyncio.Queue[str] = asyncio.Queue()
    stop.request = lambda reason: (Stop.request(stop, reason), taken.put_nowait(reason))
    with crew.signals():
        for reason in ("person-end", "interrupted", "interrupted"):
            os.kill(os.getpid(), SIGINT)
            await asyncio.wait_for(taken.get(), 60)
            assert stop.reason == reason
    assert crew.status == 130


def test_the_person_who_ends_is_told_so(home_folder: Path) -> None:
    process = streaming(home_folder)
    process.send_signal(SIGINT)
    assert "\nYou ended the session.\n" in wait_for_end(process).out


@pytest.mark.parametrize(("number", "end"), [(SIGINT, "person-end"), (SIGTERM, "interrupted")])
def test_while_a_retry_is_waited_for(
    number: signal.Signals, end: str, home_folder: Path, here: Here
) -> None:
    steps = """
    - text: Never.
      fail: {kind: overloaded, message: one moment please, retry_after: 100}
    """
    process = streaming(home_folder, steps=steps)
    process.send_signal(number)
    assert wait_for_end(process).status == 130
    assert closed(home_folder).end == end
    assert types(home_folder)[-2:] == ["response.failed", "session.closed"]
    all_is_well(here)


@pytest.mark.parametrize(("number", "end"), [(SIGINT, "person-end"), (SIGHUP, "interrupted")])
def test_several_at_once_all_end_and_the_rest_never_begin(
    number: signal.Signals, end: str, home_folder: Path, here: Here
) -> None:
    model = rehearse(home_folder, "slow", SLOW)
    process = start(home_folder, "run", "--model", model, "--repeat", "9", "--parallel", "3")
    wait_until(
        lambda: (
            sum(
                "response.started" in types_so_far(home_folder, one)
                for one in sessions(home_folder)
            )
            == 3
        )
    )
    process.send_signal(number)
    done = wait_for_end(process)
    assert done.status == 130
    assert [closed(home_folder, one).end for one in sessions(home_folder)] == [end] * 3
    assert f"9 sessions (3 rehearsals, not a model): 3 {end}, 6 not begun. " in done.out
    all_is_well(here)


def types_so_far(home: Path, session: str) -> str:
    """The journal's text; it is being written."""
    return (home / "sessions" / session / "journal.jsonl").read_text()


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_during_the_close_it_does_no_harm(
    number: signal.Signals, home_folder: Path, here: Here
) -> None:
    process = start(home_folder, "run", "--model", "rehearsal")
    wait_until(lambda: sessions(home_folder))
    [session] = sessions(home_folder)
    wait_until(lambda: "exit.taken" in types_so_far(home_folder, session))
    for _ in range(20):
        process.send_signal(number)
    done = wait_for_end(process)
    assert done.status in (0, 130, -number)
    assert closed(home_folder).end == "model-exit"
    here("recover")
    all_is_well(here)


def test_ctrl_c_on_a_terminal(home_folder: Path, here: Here) -> None:
    model = rehearse(home_folder, "slow", SLOW)
    with Terminal(home_folder, "run", "--model", model) as terminal:
        terminal.sees("one")
        terminal.interrupt()
        terminal.sees("You ended the session.")
        assert terminal.ends() == 130
    assert closed(home_folder).end == "person-end"
    all_is_well(here)


@pytest.mark.parametrize("attended", [[], ["--attended"]], ids=["alone", "attended"])
def test_a_window_that_is_closed_interrupts(
    attended: list[str], home_folder: Path, here: Here
) -> None:
    """Nobody pressed Ctrl-D, and nothing may be lost for want of a screen."""
    steps = "[{text: one, delay: 0}, {text: two three four five six seven, delay: 0.3}]"
    model = rehearse(home_folder, "slow", steps)
    with Terminal(home_folder, "run", "--model", model, *attended) as terminal:
        terminal.sees("▏ you: " if attended else "two")
        terminal.hang_up()
        terminal.process.wait(60)
    assert closed(home_folder).end == "interrupted"
    all_is_well(here)


@pytest.mark.parametrize("several", [[], ["--repeat", "2"]], ids=["one", "two"])
def test_a_reader_that_goes_away_interrupts(
    several: list[str], home_folder: Path, here: Here
) -> None:
    model = rehearse(home_folder, "slow", SLOW)
    process = start(home_folder, "run", "--model", model, *several)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    done = wait_for_end(process)
    if several:  # These print at the end only, to nobody.
        assert {closed(home_folder, one).end for one in sessions(home_folder)} <= {
            "interrupted",
            "turn-limit",
        }
    else:
        assert closed(home_folder).end == "interrupted"
        assert done.status == 130
    assert "Traceback" not in done.err
    all_is_well(here)


def test_a_reader_of_a_list_that_goes_away_is_no_fault(home_folder: Path) -> None:
    process = start(home_folder, "prompts", "list")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    done = wait_for_end(process)
    assert (done.status, done.err) == (0, "")


def test_nothing_is_recorded_when_it_is_stopped_before_it_began(
    home_folder: Path, here: Here
) -> None:
    process = start(home_folder, "run", "--model", "rehearsal")
    process.send_signal(SIGTERM)
    wait_for_end(process)
    for session in sessions(home_folder):
        assert events(home_folder, session)
    here("recover")
    all_is_well(here)

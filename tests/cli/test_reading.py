"""``list``, ``show``, ``verify``, ``recover`` and ``forget``: the record as a person reads it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.person import (
    Done,
    Terminal,
    rehearse,
    sees,
    sessions,
    start,
    wait_for_end,
    wait_until,
)

Here = Callable[..., Done]


def ran(here: Here, model: str = "rehearsal") -> str:
    """Run one session; return its id."""
    return json.loads(here("run", "--model", model, "--turns", "3", "--json").out)["id"]


def tip_of(done: Done) -> str:
    [tip] = [line.removeprefix("ledger  ") for line in done.lines if line.startswith("ledger  ")]
    return tip


def test_list_of_an_empty_home_says_what_to_do(here: Here, home_folder: Path) -> None:
    done = here("list")
    assert done.status == 0
    assert "No sessions yet" in done.out
    assert "latitude run --model rehearsal" in done.out


def test_list_has_the_newest_first_and_calls_a_rehearsal_one(here: Here) -> None:
    ids = [ran(here, model) for model in ("rehearsal", "rehearsal/stays", "rehearsal/leaves")]
    head, *rows = here("list").lines
    assert head.split("  ")[0] == "session"
    assert [row.split()[0] for row in rows] == ids[::-1]
    assert "stays (rehearsal, not a model)" in rows[1]
    assert rows[1].endswith("turn-limit")


def test_list_as_json(here: Here) -> None:
    session = ran(here, "rehearsal/stays")
    [row] = [json.loads(line) for line in here("list", "--json").lines]
    assert row["id"] == session
    assert (row["end"], row["turns"], row["rehearsal"]) == ("turn-limit", 3, True)
    assert len(row["fingerprint"]) == 64


def test_last_is_the_newest(here: Here) -> None:
    for _ in range(4):
        session = ran(here, "rehearsal/leaves")
        assert here("show", "last").lines[0] == session


def test_show_folds_the_thinking_and_unfolds_it_when_asked(here: Here) -> None:
    ran(here)
    folded, unfolded = here("show", "last").out, here("show", "last", "--thinking").out
    assert "  thinking · full, 5 lines\n" in folded
    assert "A pointed twill" not in folded
    assert "  thinking · full\n  This thinking stands in a script" in unfolded
    assert "  A pointed twill keeps it simple" in unfolded


def test_show_ends_with_the_fingerprint(here: Here) -> None:
    ran(here)
    shown = here("show", "last")
    [row] = [json.loads(line) for line in here("list", "--json").lines]
    assert shown.lines[-1] == f"fingerprint  {row['fingerprint']}"


def test_who_ended_it_is_you_to_yourself_and_the_person_to_others(
    here: Here, home_folder: Path
) -> None:
    model = rehearse(home_folder, "slow", "[{text: Slowly and steadily., delay: 0.3}]")
    process = start(home_folder, "run", "--model", model)
    sees(process, "Slow")
    process.send_signal(2)
    assert "\nYou ended the session.\n" in wait_for_end(process).out
    assert "\nThe person ended the session.\n" in here("show", "last").out


def test_show_one_turn(here: Here) -> None:
    ran(here)
    second = here("show", "last", "--turn", "2").out
    assert "A cloth also has a back." in second
    assert "What would you like to do?" not in second
    assert "That is all this rehearsal holds." not in second


@pytest.mark.parametrize("turn", ["0", "77", "-1"])
def test_show_a_turn_that_is_not_there(turn: str, here: Here) -> None:
    session = ran(here)
    done = here("show", "last", "--turn", turn)
    assert done.status == 2
    assert f"{session} has no turn {turn}." in done.err


def test_show_as_json_is_the_journal_itself(here: Here, home_folder: Path) -> None:
    session = ran(here)
    journal = home_folder / "sessions" / session / "journal.jsonl"
    assert here("show", "last", "--format", "json").out == journal.read_text()
    assert here("show", "last", "--json").out == journal.read_text()


def test_show_as_markdown_is_the_transcript(here: Here, home_folder: Path) -> None:
    session = ran(here)
    page = home_folder / "sessions" / session / "transcript.md"
    assert here("show", "last", "--format", "md").out == page.read_text()


@pytest.mark.promise("record-complete")
def test_verify_finds_a_changed_letter_and_says_where(here: Here, home_folder: Path) -> None:
    session = ran(here)
    assert here("verify", "--requests").status == 0
    journal = home_folder / "sessions" / session / "journal.jsonl"
    journal.write_text(journal.read_text().replace("A cloth also has", "A cloth also had", 1))
    done = here("verify")
    assert done.status == 1
    assert f"✗ broken: {journal}, line " in done.out
    [line] = done.err.splitlines()
    assert "fault" in line


def test_verify_rebuilds_every_request(here: Here) -> None:
    ran(here)
    done = here("verify", "last", "--requests")
    assert done.status == 0
    assert "36 lines, 5 requests rebuilt" in done.out
    assert "1 session looked at, 0 faults." in done.out


def test_verify_of_an_id_that_is_nowhere(here: Here) -> None:
    ran(here)
    done = here("verify", "20200101-000000-aaaaaa")
    assert done.status == 2
    assert "There is no session 20200101-000000-aaaaaa" in done.err


def test_verify_against_a_tip_that_was_kept(here: Here, tmp_path: Path) -> None:
    ran(here)
    kept = tip_of(here("verify"))
    assert here("verify", "--against", kept).status == 0
    ran(here, "rehearsal/leaves")
    assert here("verify", "--against", kept).status == 0


def test_verify_against_a_tip_of_another_home(here: Here, tmp_path: Path) -> None:
    ran(here)
    other = str(tmp_path / "other")
    here("--home", other, "run", "--model", "rehearsal/leaves")
    foreign = tip_of(here("--home", other, "verify"))
    done = here("verify", "--against", foreign)
    assert done.status == 1
    assert f"✗ against: The ledger does not go back to {foreign}" in done.out


def test_verify_as_json(here: Here) -> None:
    session = ran(here)
    verdict = json.loads(here("verify", "--json").out)
    assert [one["session"] for one in verdict["sessions"]] == [session]
    assert verdict["findings"] == []
    assert len(verdict["ledger_tip"]) == 40


def test_recover_has_nothing_to_do(here: Here) -> None:
    ran(here)
    done = here("recover")
    assert done.status == 0
    assert done.out == "Nothing to recover: every session is closed and in the ledger.\n"
    assert here("recover", "--json").out == ""


def test_a_running_session_is_listed_shown_and_left_alone(here: Here, home_folder: Path) -> None:
    model = rehearse(home_folder, "slow", "[{text: Slowly and steadily., delay: 60}]")
    process = start(home_folder, "run", "--model", model)
    wait_until(
        lambda: sessions(home_folder) and "response.started" in here("show", "last", "--json").out
    )
    [session] = sessions(home_folder)
    assert here("list").lines[1].endswith("running")
    assert "What would you like to do?" in here("show", "last").out
    verified = here("verify")
    assert verified.status == 0
    assert f"· running: {session} is running" in verified.out
    assert f"· {session} is being written. It was left alone.\n" == here("recover").out
    busy = here("forget", "last", "--yes")
    assert busy.status == 1
    assert "is running. Nothing was removed." in busy.err
    carried = here("run", "--from", "last")
    assert carried.status == 1
    assert "is still running. Nothing was begun." in carried.err
    process.send_signal(2)
    assert wait_for_end(process).status == 130


def test_forget_asks_on_a_terminal(here: Here, home_folder: Path) -> None:
    session = ran(here)
    with Terminal(home_folder, "forget", "last") as terminal:
        terminal.sees("It cannot be undone. [y/N] ")
        terminal.type("n\n")
        assert terminal.ends() == 2
    assert sessions(home_folder) == [session]


def test_forget_in_a_script_does_what_it_was_told(here: Here, home_folder: Path) -> None:
    session = ran(here)
    assert here("forget", session).status == 0
    assert sessions(home_folder) == []


def test_what_is_forgotten_is_gone_from_everywhere_but_the_ledger(
    here: Here, home_folder: Path
) -> None:
    gone, kept = ran(here), ran(here)
    before = tip_of(here("verify"))
    done = here("forget", gone, "--yes", "--reason", "asked to")
    assert done.status == 0
    assert f"{gone} was forgotten" in done.out
    assert sessions(home_folder) == [kept]
    assert gone not in here("list").out
    assert gone not in here("artifacts", "list").out
    assert here("artifacts", "log", gone).status == 2
    assert here("show", gone).status == 2
    verified = here("verify", "--against", before)
    assert verified.status == 0, verified
    assert f"· forgotten: {gone} was forgotten: asked to" in verified.out
    assert here("recover").out.startswith("Nothing to recover")
    assert here("forget", gone, "--yes").status == 0, "again changes nothing"

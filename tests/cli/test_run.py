"""``latitude run``: what it prints, and the status it leaves."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.core.events import SessionOpened
from tests.cli.person import Done, closed, events, latitude, rehearse, sessions

Here = Callable[..., Done]


def test_it_prints_the_session_first_and_the_record_and_the_ledger_last(home_folder: Path) -> None:
    done = latitude(home_folder, "run", "--model", "rehearsal")
    [session] = sessions(home_folder)
    assert done.status == 0
    assert done.err == ""
    assert done.lines[0] == session
    journal = home_folder / "sessions" / session / "journal.jsonl"
    tip = (home_folder / "artifacts/.git/refs/heads/ledger").read_text().strip()
    assert done.lines[-2:] == [f"record  {journal}", f"ledger  {tip}"]


def test_it_shows_words_thinking_calls_and_how_it_ended(here: Here) -> None:
    said = here("run", "--model", "rehearsal").out
    assert "open · page (rehearsal, not a model)\n" in said
    assert "▏ protocol\n▏ This time is open: there is no task." in said
    assert "  thinking\n  This thinking stands in a script; no model wrote it.\n" in said
    assert "  (thinking: full)\n" in said
    assert "⚒ write_file  loom/index.html  79 lines\n  ✓ Wrote loom/index.html" in said
    assert "● 1 file  " in said
    assert "→ exit by phrase\n" in said
    assert "\nThe script took the exit (rehearsal, not a model).\nrecord  " in said


def test_piped_it_is_plain(home_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    said = latitude(home_folder, "run", "--model", "rehearsal").out
    assert "\x1b" not in said
    longest = "At most 20. Responses from you: at most 200.".lower()
    assert any(longest in line for line in said.lower().splitlines()), "lines are not broken"


def test_one_object_a_line(here: Here, home_folder: Path) -> None:
    done = here("run", "--model", "rehearsal/leaves", "--json")
    [row] = [json.loads(line) for line in done.lines]
    [session] = sessions(home_folder)
    assert row["id"] == session
    assert row["end"] == "model-exit"
    assert row["model"] == "rehearsal/leaves"
    assert Path(row["record"]).is_file()
    assert len(row["ledger"]) == 40


def test_models_and_repeats_multiply(here: Here, home_folder: Path) -> None:
    models = ["--model", "rehearsal/leaves", "--model", "rehearsal/stays"]
    done = here("run", *models, "--repeat", "3", "--parallel", "2", "--turns", "2", "--json")
    rows = [json.loads(line) for line in done.lines]
    assert done.status == 0
    assert sorted((row["model"], row["end"]) for row in rows) == [
        *[("rehearsal/leaves", "model-exit")] * 3,
        *[("rehearsal/stays", "turn-limit")] * 3,
    ]
    assert {row["id"] for row in rows} == set(sessions(home_folder))


def test_several_sessions_get_a_line_at_the_start_and_the_end(here: Here) -> None:
    done = here("run", "--model", "rehearsal/leaves", "--repeat", "2")
    begins = [line for line in done.lines if line.endswith("  begins")]
    ends = [line for line in done.lines if line.endswith("took the exit (rehearsal, not a model).")]
    assert len(begins) == len(ends) == 2
    assert done.lines[-1].startswith("ledger  ")


def test_several_sessions_end_with_a_tally(here: Here, home_folder: Path) -> None:
    steps = """
    - text: A note.
      calls: [{name: write_file, arguments: {path: note.txt, content: A note.}}]
    - text: Stopping now.
    """
    breaks = "[{text: It begins, fail: {kind: closed_early, message: Gone., after: 1}}]"
    models = [
        *["--model", rehearse(home_folder, "notes", steps)],
        *["--model", rehearse(home_folder, "breaks", breaks)],
        *["--model", "rehearsal/stays"],
    ]
    done = here("run", *models, "--repeat", "2", "--turns", "2")
    sums = [closed(home_folder, one).summary.tokens for one in sessions(home_folder)]
    read, written = sum(one.input for one in sums), sum(one.output for one in sums)
    assert done.lines[-2] == (
        "6 sessions (6 rehearsals, not a model): 2 model-exit, 2 provider-failed, 2 turn-limit. "
        f"2 left files. {read:,} tokens read, {written:,} written."
    )
    assert read
    assert written
    assert done.lines[-1].startswith("ledger  ")
    alone = here("run", "--model", "rehearsal/leaves").out
    assert "tokens read" not in alone, "one session needs no tally"
    several = here("run", "--model", "rehearsal/leaves", "--repeat", "2", "--json")
    assert all(json.loads(line)["id"] for line in several.lines), "nothing but objects"


def test_a_rehearsal_that_stays_ends_at_the_limit(here: Here, home_folder: Path) -> None:
    done = here("run", "--model", "rehearsal/stays", "--turns", "3")
    assert done.status == 0
    assert "\nThe limit of 3 messages was reached.\n" in done.out
    assert closed(home_folder).end == "turn-limit"
    assert closed(home_folder).summary.turns == 3


@pytest.mark.parametrize(
    ("option", "end"),
    [("--steps", "step-limit"), ("--tokens", "token-limit"), ("--minutes", "time-limit")],
)
def test_each_limit_ends_by_its_own_name(
    option: str, end: str, here: Here, home_folder: Path
) -> None:
    amount = "0.000001" if option == "--minutes" else "1"
    here("run", "--model", "rehearsal/stays", option, amount)
    assert closed(home_folder).end == end


def test_settings_of_the_home_are_defaults(here: Here, home_folder: Path) -> None:
    settings = home_folder / "latitude.yaml"
    settings.write_text("model: rehearsal/stays\nprotocol: open-no-tools\nturns: 2\n")
    done = here("run", "--json")
    row = json.loads(done.out)
    assert (row["model"], row["protocol"], row["summary"]["turns"]) == (
        "rehearsal/stays",
        "open-no-tools",
        2,
    )


def test_home_may_stand_anywhere_on_the_line(home_folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    done = latitude(home_folder, "run", "--home", str(other), "--model", "rehearsal/leaves")
    assert done.status == 0
    assert sessions(home_folder) == []
    assert len(sessions(other)) == 1


@pytest.mark.parametrize(
    ("protocol", "tools", "added"),
    [
        ("open-no-tools", "write_file,read_file", "read_file, write_file"),
        ("open-no-tools", "none", ""),
        ("open", "all", ""),
        ("open", "write_file", ""),
    ],
)
def test_tools_that_the_protocol_does_not_offer_are_named(
    protocol: str, tools: str, added: str, here: Here, home_folder: Path
) -> None:
    order = ["run", "--model", "rehearsal/leaves", "--protocol", protocol, "--tools", tools]
    done = here(*order, "--repeat", "2")
    assert done.status == 0
    said = f"note: --tools adds {added} to what '{protocol}' offers. "
    assert [line[: len(said)] for line in done.err.splitlines()] == ([said] if added else [])
    first = events(home_folder, sessions(home_folder)[0])[0]
    assert isinstance(first, SessionOpened)
    offered = [tool.name for tool in first.tools]
    assert set(added.split(", ")) - {""} <= set(offered), "the note is true"


def test_a_reply_that_broke_off_is_kept_and_said(here: Here, home_folder: Path) -> None:
    model = rehearse(
        home_folder,
        "breaks",
        "[{text: It begins well and, fail: {kind: closed_early, message: Gone., after: 3}}]",
    )
    done = here("run", "--model", model)
    assert done.status == 1
    assert "\nIt begins wel\n(broke off here)\n✗ Gone.\n" in done.out
    [line] = done.err.splitlines()
    assert line == f"latitude: {sessions(home_folder)[0]} ended as provider-failed: Gone."
    assert closed(home_folder).end == "provider-failed"


def test_retries_are_shown(here: Here, home_folder: Path) -> None:
    model = rehearse(
        home_folder,
        "stumbles",
        """
        - text: "Stopping now."
          fail: {kind: overloaded, message: Overloaded., times: 2, retry_after: 0.01}
        """,
    )
    done = here("run", "--model", model)
    assert done.status == 0
    assert "↻ Overloaded. Attempt 2 in 0 s.\n↻ Overloaded. Attempt 3 in 0 s.\n" in done.out


def test_an_ascii_terminal_gets_escapes_and_no_traceback(home_folder: Path) -> None:
    plain = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = latitude(home_folder, "run", "--model", "rehearsal/leaves", env=plain)
    assert done.status == 0
    assert "\\u258f protocol" in done.out

"""Finding sessions and words at the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from latitude.index.database import FILE
from latitude.journal.paths import ANNOTATIONS
from tests.cli.person import Done, rehearse
from tests.index.test_damage import overwrite

Here = Callable[..., Done]


class Two(NamedTuple):
    """A home with two sessions."""

    home: Path
    sea: str
    quiet: str


@pytest.fixture
def two(home_folder: Path, here: Here) -> Two:
    sea = """
    - thinking: The sea, perhaps.
      text: Shall it be the sea?
      calls: [{name: write_file, arguments: {path: sea.md, content: "Grey tide."}}]
    - text: Stopping now.
    """
    quiet = "- text: Stopping now."
    ids = [
        here("run", "--model", rehearse(home_folder, name, steps)).lines[0]
        for name, steps in (("sea", sea), ("quiet", quiet))
    ]
    return Two(home_folder, *ids)


def test_a_word_is_found_with_where_it_stands(two: Two, here: Here) -> None:
    done = here("search", "tide")
    assert done.out.splitlines() == [
        f"{two.sea}  turn 1  sea (rehearsal, not a model)  open",
        "  files: sea.md Grey tide.",
    ]
    assert here("search", "--in", "thinking", "tide").out == "Nothing was found.\n"
    [hit] = here("search", "sea", "--json", "--in", "reply").lines
    assert json.loads(hit) | {"at": ""} == {
        "session": two.sea,
        "turn": 1,
        "at": "",
        "model": "sea (rehearsal, not a model)",
        "protocol": "open",
        "rehearsal": True,
        "found": [{"in": "reply", "text": "Shall it be the sea?\n\nStopping now."}],
    }


def test_more_is_spoken_of_only_where_there_is_more(two: Two, here: Here) -> None:
    said = here("search", "stopping", "--most", "1").lines
    assert [line.split()[0] for line in said if not line.startswith(" ")] == [two.quiet, "1"]
    assert said[-1] == "1 shown; --most shows more."
    said = here("search", "stopping", "--most", "2").lines
    assert [line.split()[0] for line in said if not line.startswith(" ")] == [two.quiet, two.sea]


def test_tags_notes_and_filters(two: Two, here: Here) -> None:
    assert here("tag", "last", "calm", "short").out == f"{two.quiet}  calm, short\n"
    assert here("tag", "last", "--remove", "short").out == f"{two.quiet}  calm\n"
    assert here("note", two.sea, "Read", "again.").out == f"{two.sea}  noted\n"
    assert here("note", two.sea).lines[1] == "  Read again."
    for asked, wanted in (
        (["--tag", "calm"], [two.quiet]),
        (["--made", "yes"], [two.sea]),
        (["--model", "quiet"], [two.quiet]),
        (["--end", "model-exit", "--newest", "1"], [two.quiet]),
        (["--until", "2001"], []),
    ):
        rows = here("list", "--json", *asked).lines
        assert [json.loads(row)["id"] for row in rows] == wanted, asked
    nothing = here("list", "--tag", "unknown")
    assert nothing.out.startswith("No session is like that.")
    wrong = here("list", "--end", "bored")
    assert wrong.status == 2
    assert "no-next-message" in wrong.err


@pytest.mark.parametrize("asked", [["list", "--newest"], ["search", "tide", "--most"]])
def test_how_many_is_a_whole_number_of_1_or_more(two: Two, here: Here, asked: list[str]) -> None:
    for wrong in ("0", "-1", "1.5", "all"):
        done = here(*asked, wrong)
        assert done.status == 2
        assert done.err.endswith("is not a whole number, 1 or more\n")
    newest = two.quiet if asked[0] == "list" else two.sea
    assert [one for one in (two.sea, two.quiet) if one in here(*asked, "1").out] == [newest]
    assert here(*asked, "9" * 5000) == here(*asked, "9")


def test_what_a_model_wrote_cannot_act_on_a_terminal(home_folder: Path, here: Here) -> None:
    model = rehearse(
        home_folder, "sly", '- text: "Look \\e]0;owned\\a\\x02 here \\u202e. Stopping now."'
    )
    here("run", "--model", model)
    done = here("search", "look")
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert "\x02" not in done.out


def test_what_was_written_beside_a_record_cannot_act_on_a_terminal(two: Two, here: Here) -> None:
    """The file lies open to anybody's editor."""
    note = {"at": "\x1b]0;owned\a\n2026", "kind": "note", "text": "Look \x1b[2J here."}
    beside = two.home / "sessions" / two.sea / ANNOTATIONS
    beside.write_text(json.dumps(note) + "\n", encoding="utf-8")
    done = here("note", two.sea)
    assert "\x1b" not in done.out
    assert "\a" not in done.out
    assert len(done.lines) == 2


def test_the_index_is_made_anew_and_its_absence_costs_nothing(two: Two, here: Here) -> None:
    done = here("index", "rebuild")
    assert done.out.startswith("The index holds 2 sessions: ")
    before = here("list").out
    (two.home / "sessions" / "index.sqlite").unlink()
    assert here("list").out == before


def but_for_the_time(done: Done) -> tuple[int, str, list[str]]:
    """What was said, without the minute in which a report was made."""
    return done.status, done.err, [line for line in done.lines if not line.startswith("made ")]


@pytest.mark.parametrize("asked", [["list"], ["search", "tide"], ["compare", "--rehearsals"]])
def test_a_damaged_index_costs_nothing(two: Two, here: Here, asked: list[str]) -> None:
    before = but_for_the_time(here(*asked))
    for table in ("session", "turn", "work"):
        overwrite(two.home / "sessions" / FILE, table)
        assert but_for_the_time(here(*asked)) == before

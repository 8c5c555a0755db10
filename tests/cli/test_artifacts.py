"""``latitude artifacts``: what was made, listed, read, compared and laid out."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.person import Done, latitude, rehearse, sessions, wait_until

Here = Callable[..., Done]


@pytest.fixture
def made(here: Here) -> str:
    """A session that made a page."""
    return json.loads(here("run", "--model", "rehearsal", "--json").out)["id"]


def test_nothing_was_made_yet(here: Here) -> None:
    assert here("artifacts", "list").out == "Nothing has been made yet.\n"


def test_list(here: Here, made: str) -> None:
    here("run", "--model", "rehearsal/leaves")
    _, row = here("artifacts", "list").lines
    assert row.startswith(f"{made}  page (rehearsal, not a model)  1  ")
    [row] = [json.loads(line) for line in here("artifacts", "list", "--json").lines]
    assert (row["session"], row["files"]) == (made, 1)


def test_log(here: Here, made: str) -> None:
    lines = here("artifacts", "log", "last").lines
    assert "  turn 1, step 1  " in lines[0]
    assert lines[1] == "  added     loom/index.html  3,506 bytes"
    assert "  turn 2, step 3  " in lines[2]
    assert lines[3] == "  modified  loom/index.html  3,859 bytes"


def test_show_the_files_and_one_files_bytes(here: Here, made: str, tmp_path: Path) -> None:
    assert here("artifacts", "show", "last").out.startswith("loom/index.html  3,859 bytes\n")
    here("artifacts", "export", made, str(tmp_path / "out"))
    true = (tmp_path / "out/loom/index.html").read_text()
    assert here("artifacts", "show", f"{made}:loom/index.html").out == true


def test_show_an_earlier_turn(here: Here, made: str) -> None:
    assert here("artifacts", "show", made, "--turn", "1").out.startswith(
        "loom/index.html  3,506 bytes\n"
    )


def test_diff_between_turns(here: Here, made: str) -> None:
    done = here("artifacts", "diff", f"{made}:1", f"{made}:2")
    assert done.out.startswith("modified  loom/index.html\n")
    assert "+  let minute = -1, woven = 0, back = false, cloth;\n" in done.out


def test_a_turn_that_made_nothing_stands_for_what_was_there(here: Here, made: str) -> None:
    assert here("artifacts", "diff", "last:2", "last:3") == Done(0, "", "")
    assert here("artifacts", "show", "last", "--turn", "3").out.startswith(
        "loom/index.html  3,859 bytes\n"
    )


def test_a_session_that_goes_on_begins_with_the_files_of_its_parent(
    here: Here, home_folder: Path
) -> None:
    steps = "[{calls: [{name: write_file, arguments: {path: a.txt, content: a}}]}, {text: And so.}]"
    model = rehearse(home_folder, "makes", steps, repeat=True)
    here("run", "--model", model, "--turns", "1")
    [parent] = sessions(home_folder)
    here("run", "--from", parent, "--turns", "1", "--steps", "1")
    [child] = {*sessions(home_folder)} - {parent}
    assert here("artifacts", "show", child, "--turn", "2").out.startswith("a.txt  1 byte\n")
    assert here("artifacts", "diff", f"{parent}:1", f"{child}:2") == Done(0, "", "")
    refused = here("artifacts", "show", child, "--turn", "1")
    assert "has no turn 1. It has turn 2 only." in refused.err
    assert here("artifacts", "show", child).err.endswith(f"{child} made nothing.\n")
    assert here("verify").status == 0, "its entry in the ledger names no commit of another"


def test_export(here: Here, made: str, tmp_path: Path) -> None:
    done = here("artifacts", "export", "last", str(tmp_path / "out"))
    assert done.out == f"1 file in {tmp_path / 'out'}\n"
    assert (tmp_path / "out/loom/index.html").stat().st_size == 3859


OPENER = """#!/bin/sh
echo "$#" "$1" > "$OPENED.new"
ls -R "$1" >> "$OPENED.new"
mv "$OPENED.new" "$OPENED"
"""


def test_open_hands_a_new_folder_to_the_desktop(
    made: str, home_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, seen, temporary = tmp_path / "bin", tmp_path / "opened", tmp_path / "tmp"
    programs.mkdir()
    temporary.mkdir()
    for name in ("xdg-open", "open"):
        (programs / name).write_text(OPENER)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("OPENED", str(seen))
    monkeypatch.setenv("TMPDIR", str(temporary))
    done = latitude(home_folder, "artifacts", "open", "last", "--turn", "1")
    [folder] = temporary.iterdir()
    assert done == Done(0, f"1 file in {folder}\n", "")
    assert (folder / "loom/index.html").stat().st_size == 3506
    wait_until(seen.exists)
    heard = seen.read_text().splitlines()
    assert heard[0] == f"1 {folder}", "the folder, and not what a model put into it"
    assert "index.html" in heard, "all was there when it was opened"


def test_open_where_nothing_opens_folders(
    made: str, home_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, temporary = tmp_path / "bin", tmp_path / "tmp"
    programs.mkdir()
    temporary.mkdir()
    (programs / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("TMPDIR", str(temporary))
    done = latitude(home_folder, "artifacts", "open", "last")
    [folder] = temporary.iterdir()
    assert done.status == 2
    [line] = done.err.splitlines()
    assert line.startswith("latitude: No program here opens folders (")
    assert line.endswith(f" is missing). The files are in {folder}.")
    assert (folder / "loom/index.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "last:nope.txt"], "'nope.txt' is not a file"),
        (["show", "last:../../etc/passwd"], "is not a file"),
        (["show", "last", "--turn", "0"], "has no turn 0. It has turns 1 to 3."),
        (["diff", "last:1", "last:99"], "has no turn 99. It has turns 1 to 3."),
        (["diff", "last:4", "last"], "has no turn 4. It has turns 1 to 3."),
        (["open", "last", "--turn", "4"], "has no turn 4. It has turns 1 to 3."),
        (["diff", "last:x", "last"], "not the number of a turn"),
        (["diff", "last", "nope"], "No session begins with 'nope'"),
        (["log", "nope"], "No session begins with 'nope'"),
        (["export", "last", "HERE"], "is not empty. Nothing was written"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_places(
    arguments: list[str],
    words: str,
    here: Here,
    made: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")
    done = here("artifacts", *[word.replace("HERE", str(tmp_path / "full")) for word in arguments])
    assert done.status == 2
    [line] = done.err.splitlines()
    assert words in line
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_session_that_made_nothing(here: Here) -> None:
    here("run", "--model", "rehearsal/leaves")
    for verb in (["show", "last"], ["diff", "last", "last"], ["export", "last", "/nowhere"]):
        done = here("artifacts", *verb)
        assert done.status == 2
        assert "made nothing." in done.err
    assert here("artifacts", "log", "last").status == 0

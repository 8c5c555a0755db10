"""``models``, ``prompts``, ``doctor``, ``init``: what stands around a session."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.person import Done, Terminal, latitude, sessions

Here = Callable[..., Done]


def test_models_names_every_door_and_what_is_missing(here: Here) -> None:
    done = here("models")
    assert done.status == 0
    assert "no key: set ANTHROPIC_API_KEY to use it" in done.out
    assert "  rehearsal/leaves\n" in done.out
    rows = [json.loads(line) for line in here("models", "--json").lines]
    assert {"name": "rehearsal/page", "provider": "rehearsal", "is_model": False} in rows


def test_prompts_list(here: Here) -> None:
    assert "open 1\n  One open question" in here("prompts", "list").out
    rows = [json.loads(line) for line in here("prompts", "list", "--json").lines]
    assert ("open", 1) in [(row["name"], row["version"]) for row in rows]


def test_prompts_show_prints_the_very_words(here: Here, home_folder: Path) -> None:
    shown = here("prompts", "show", "open").out
    here("run", "--model", "rehearsal/leaves")
    opening = json.loads(here("show", "last", "--json").lines[1])["text"]
    assert opening in shown


def test_prompts_check(here: Here, home_folder: Path) -> None:
    sound = here("prompts", "check")
    assert (sound.status, sound.out) == (0, "12 protocols are sound.\n")
    (home_folder / "prompts/mine.yaml").write_text("name: other\nversion: one\n")
    done = here("prompts", "check")
    assert done.status == 1
    assert f"{home_folder}/prompts/mine.yaml:1:" in done.err


def test_a_new_protocol_is_sound_before_it_is_locked(here: Here, home_folder: Path) -> None:
    path = home_folder / "prompts/mine.yaml"
    path.write_text(
        "name: mine\nversion: 1\nsummary: Mine.\nopening: Hello.\nexit: {tool: end_session}\n"
    )
    done = here("prompts", "check")
    assert (done.status, done.out) == (0, "13 protocols are sound.\n")
    assert done.err == (
        f"note: {path}:2:10: mine version 1 is not in versions.lock yet. "
        "`latitude prompts check --write` adds it.\n"
    )
    doctor = here("doctor")
    assert doctor.status == 0
    assert "✓ protocols: 13, 0 faults\n" in doctor.out
    assert here("run", "--protocol", "mine", "--model", "rehearsal/leaves").status == 0
    assert here("prompts", "check", "--write").out == (
        "added to versions.lock: mine 1\n13 protocols are sound.\n"
    )
    assert here("prompts", "check").err == ""


MET = """
name: met
version: 1
summary: Somebody is there.
opening: |
  Hello. I will answer you, for at most {turns} turns. Say "stopping now" to end it.
exit: {phrases: [stopping now]}
disclose: [turns]
"""


def test_a_protocol_for_a_person_who_answers_is_checked_as_such(
    here: Here, home_folder: Path
) -> None:
    path = home_folder / "prompts/met.yaml"
    path.write_text(MET)
    assert here("prompts", "check", "--write").out == (
        "added to versions.lock: met 1\n13 protocols are sound.\n"
    )
    refused = here("run", "--protocol", "met", "--model", "rehearsal/leaves")
    assert (refused.status, sessions(home_folder)) == (2, [])
    assert "the session is unattended: nobody answers." in refused.err
    with Terminal(
        home_folder, *["run", "--protocol", "met", "--model", "rehearsal/leaves", "--attended"]
    ) as terminal:
        assert terminal.ends() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("disclose: [turns]", "disclose: [turns, steps]"), "The limit 'steps' (200) is to be"),
        (("Hello.", "Hello. This is unlimited."), 'says that there is no limit ("unlimited")'),
        (("disclose:", "between: Go on.\ndisclose:"), "the session is unattended"),
    ],
    ids=["untold", "untrue", "nobody-answers"],
)
def test_the_words_for_a_person_who_answers_must_be_true_too(
    change: tuple[str, str], words: str, here: Here, home_folder: Path
) -> None:
    (home_folder / "prompts/met.yaml").write_text(MET.replace(*change))
    done = here("prompts", "check", "--write")
    assert done.status == 1
    [line] = done.err.splitlines()
    assert words in line
    assert not (home_folder / "prompts/versions.lock").exists()


def test_doctor_finds_all_well(here: Here, home_folder: Path) -> None:
    here("run", "--model", "rehearsal/leaves")
    done = here("doctor")
    assert done.status == 0, done
    assert "✓ git: " in done.out
    assert "· anthropic key: none\n" in done.out
    assert "✓ sessions: 1, 0 neither running nor closed" in done.out
    assert all(json.loads(line)["ok"] for line in here("doctor", "--json").lines)


def test_doctor_names_what_is_not(here: Here, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = here("--home", str(tmp_path / "file" / "home"), "doctor")
    assert done.status == 1
    assert "✗ home: " in done.out
    assert len(done.err.splitlines()) == 1


def test_doctor_never_prints_a_key(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-0123456789")
    done = here("doctor")
    assert "✓ openai key: present\n" in done.out
    assert "sk-planted" not in done.out


def test_init_makes_a_home_that_works(here: Here, tmp_path: Path) -> None:
    done = here("init", str(tmp_path / "mine"))
    assert done.status == 0
    assert f"A home in {tmp_path / 'mine'}" in done.out
    assert (tmp_path / "mine/prompts/open.yaml").is_file()
    ran = latitude(
        tmp_path / "elsewhere",
        "run",
        "--model",
        "rehearsal/leaves",
        "--home",
        str(tmp_path / "mine"),
    )
    assert ran.status == 0
    assert len(sessions(tmp_path / "mine")) == 1


def test_a_folder_with_the_three_parts_is_a_home(here: Here, tmp_path: Path) -> None:
    import subprocess
    import sys

    here("init", str(tmp_path / "mine"))
    command = [sys.executable, "-m", "latitude", "run", "--model", "rehearsal/leaves"]
    subprocess.run(command, cwd=tmp_path / "mine", check=True, capture_output=True)
    assert len(sessions(tmp_path / "mine")) == 1


def test_init_leaves_what_is_there_alone(here: Here, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")
    done = here("init", str(tmp_path / "full"))
    assert done.status == 1
    assert "is not empty, so no home was made there. Nothing was changed." in done.err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]
    refused = here("init", str(tmp_path / "full/mine.txt/deeper"))
    assert refused.status == 1
    assert len(refused.err.splitlines()) == 1


def test_help_and_version(here: Here) -> None:
    assert here("--version").out.startswith("latitude ")
    assert "latitude run --model rehearsal" in here().out.replace("\n", " ")
    for verb in ("run", "list", "show", "verify", "recover", "forget", "artifacts"):
        assert here(verb, "--help").status == 0

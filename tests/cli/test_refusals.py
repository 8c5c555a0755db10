"""What is refused before the first word: one clear line, status 1 or 2, and nothing is sent."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.person import Done, Terminal, latitude, rehearse, sessions

Here = Callable[..., Done]


def refused(done: Done, status: int, *words: str) -> None:
    """One line on stderr that holds ``words``; nothing on stdout."""
    assert done.status == status, done
    assert done.out == ""
    [line] = done.err.splitlines()
    assert line.startswith("latitude: ")
    for word in words:
        assert word in line


WRONG: list[tuple[list[str], list[str]]] = [
    (["run"], ["Which model?", "--model rehearsal"]),
    (["run", "--model", ""], ["No provider is called ''"]),
    (["run", "--model", "nonsense"], ["'nonsense'", "anthropic/NAME"]),
    (["run", "--model", "nobody/any"], ["'nobody'", "anthropic/NAME"]),
    (["run", "--model", "anthropic/"], ["anthropic"]),
    (["run", "--model", "rehearsal/none"], ["'none'", "rehearsal/leaves"]),
    (["run", "--model", "rehearsal", "--protocol", "none"], ["'none'", "open-no-tools"]),
    (["run", "--model", "rehearsal", "--protocol", "../open"], ["'../open'"]),
    (["run", "--model", "rehearsal", "--tools", "files,bogus"], ["'bogus'", "read_file"]),
    (["run", "--model", "rehearsal", "--effort", "high"], ["--effort"]),
    (["run", "--model", "rehearsal", "--base-url", "http://127.0.0.1:1"], ["--base-url"]),
    (["run", "--model", "rehearsal", "--attended"], ["--attended needs a terminal"]),
    (["run", "--from", "last"], ["There are no sessions"]),
    (["run", "--from", "last", "--model", "rehearsal"], ["--from keeps the model"]),
    (["run", "--from", "last", "--tools", "none"], ["--from keeps the model"]),
    (["show", "last"], ["There are no sessions"]),
    (["forget", "last", "--yes"], ["There are no sessions"]),
    (["verify", "20"], ["There are no sessions"]),
    (["verify", "--against", "beef"], ["'beef'", "40 digits"]),
    (["artifacts", "log", "last"], ["There are no sessions"]),
    (["prompts", "show", "none"], ["'none'"]),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=lambda value: " ".join(value))
def test_wrong_use_is_status_2(
    arguments: list[str], words: list[str], here: Here, home_folder: Path
) -> None:
    refused(here(*arguments), 2, *words)
    assert sessions(home_folder) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["run", "--bogus"],
        ["show"],
        ["artifacts"],
        ["prompts", "bogus"],
        ["show", "last", "--format", "pdf"],
        ["show", "last", "--turn", "one"],
        *[
            ["run", "--model", "rehearsal", "--turns", bad]
            for bad in ("0", "-1", "x", "1.5", "1e3")
        ],
        *[["run", "--model", "rehearsal", "--turns", bad] for bad in ("", "9" * 5000, "²")],
        *[["run", "--model", "rehearsal", "--minutes", bad] for bad in ("0", "nan", "inf", "x")],
        ["run", "--model", "rehearsal", "--repeat", "0"],
        ["run", "--model", "rehearsal", "--parallel", "none"],
        ["run", "--model", "rehearsal", "--cost", "-1"],
    ],
    ids=lambda arguments: " ".join(arguments)[:60],
)
def test_bad_words_and_numbers_get_the_usage(
    arguments: list[str], here: Here, home_folder: Path
) -> None:
    done = here(*arguments)
    assert done.status == 2
    assert done.err.startswith("usage: latitude")
    assert "_count" not in done.err
    assert sessions(home_folder) == []


def test_a_promise_that_the_settings_do_not_keep(here: Here, home_folder: Path) -> None:
    done = here("run", "--model", "rehearsal", "--protocol", "open", "--tools", "none")
    assert done.status == 2
    assert "'open' promises 'work-kept', but no tool is offered that can write" in done.err
    assert sessions(home_folder) == []


def test_a_malformed_protocol_is_named_with_line_and_column(here: Here, home_folder: Path) -> None:
    file = home_folder / "prompts" / "mine.yaml"
    file.write_text("name: mine\nversion: 1\nsummary: [unclosed\n")
    done = here("run", "--model", "rehearsal", "--protocol", "mine")
    refused(done, 2, f"{file}:4:1: This is not YAML")


def test_a_malformed_rehearsal_too(here: Here, home_folder: Path) -> None:
    rehearse(home_folder, "odd", "[{text: Well., stop: suddenly}]")
    file = home_folder / "prompts" / "rehearsals" / "odd.yaml"
    done = here("run", "--model", "rehearsal/odd")
    refused(done, 2, f"{file}:4:9:", "suddenly")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("model: [", ":2:1: this is not YAML"),
        ("- model", "expected 'name: value' lines"),
        ("api_key: sk-x", "Keys and endpoints are never read from a home"),
        ("turns: many", "turns must be a whole number"),
        ("turns: 0", "turns must be a whole number, 1 or more"),
    ],
)
def test_malformed_settings(settings: str, words: str, here: Here, home_folder: Path) -> None:
    (home_folder / "latitude.yaml").write_text(settings + "\n")
    refused(here("run"), 2, "latitude.yaml", words)


def test_one_bad_name_among_several_stops_all(here: Here, home_folder: Path) -> None:
    done = here("run", "--model", "rehearsal", "--model", "rehearsal/none", "--repeat", "3")
    refused(done, 2, "'none'")
    assert sessions(home_folder) == []


@pytest.mark.parametrize("vendor", ["anthropic", "openai"])
def test_no_key(vendor: str, here: Here, home_folder: Path) -> None:
    done = here("run", "--model", f"{vendor}/any")
    refused(done, 1, f"There is no key for {vendor}", f"{vendor.upper()}_API_KEY")
    assert sessions(home_folder) == []


@pytest.mark.parametrize("door", ["chat/any", "ollama/any"])
def test_nobody_listening(door: str, here: Here, home_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
    done = here("run", "--model", door, "--base-url", url)
    refused(done, 1, url, "Nothing was sent")
    assert sessions(home_folder) == []


@pytest.mark.parametrize(
    "beside",
    [["--model", "rehearsal/leaves"], ["--repeat", "2"], ["--json"]],
    ids=lambda beside: beside[0],
)
def test_attended_takes_one_model_one_repeat_and_a_person(
    beside: list[str], home_folder: Path
) -> None:
    arguments = ["run", "--model", "rehearsal/stays", "--attended", *beside]
    with Terminal(home_folder, *arguments) as terminal:
        assert terminal.ends() == 2
        assert "latitude: --attended " in terminal.screen
    assert sessions(home_folder) == []


def test_ids_are_unknown_ambiguous_or_whole(here: Here, home_folder: Path) -> None:
    here("run", "--model", "rehearsal/leaves", "--repeat", "2", "--json")
    one, other = sessions(home_folder)
    refused(here("show", "nope"), 2, "No session begins with 'nope'", "latitude list")
    refused(here("show", one[:8]), 2, f"2 sessions begin with '{one[:8]}'", one, other)
    refused(here("show", ""), 2, "No session begins with ''")
    assert here("show", one).lines[0] == one
    shortest = next(n for n in range(len(one)) if not other.startswith(one[:n]))
    assert here("show", one[:shortest]).lines[0] == one


def test_a_home_below_a_file(here: Here, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for verb in (["run", "--model", "rehearsal"], ["verify"], ["recover"], ["artifacts", "list"]):
        done = here("--home", str(tmp_path / "file" / "home"), *verb)
        refused(done, 1, str(tmp_path / "file" / "home"), "--home")
    refused(here("--home", str(tmp_path / "file"), "list"), 1, "is not a folder")
    assert (tmp_path / "file").read_text() == "mine"


def test_started_without_standard_streams(here: Here, home_folder: Path) -> None:
    """The journal must not be opened where a print would go."""

    def close_all() -> None:
        for descriptor in (0, 1, 2):
            os.close(descriptor)

    arguments = ["run", "--model", "rehearsal/leaves"]
    done = latitude(home_folder, *arguments, preexec_fn=close_all)
    assert done.status == 0
    assert here("verify", "--requests").status == 0

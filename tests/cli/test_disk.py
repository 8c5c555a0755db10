"""A disk that is full, and places that cannot be written: said plainly, and nothing is lost."""

import os
import resource
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.person import Done, closed, events, latitude, rehearse, sessions, types

Here = Callable[..., Done]

TALKS = """
- text: {words}
  calls: [{{name: write_file, arguments: {{path: a.txt, content: a}}}}]
- text: {words}
- text: {words}
- text: Stopping now.
"""


def full_at(size: int) -> Callable[[], None]:
    """No file of the child may grow past ``size``; writing more fails, as on a full disk."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.promise("record-complete")
@pytest.mark.parametrize("size", [0, 100, 3_000, 6_000, 9_000, 12_000])
def test_a_disk_that_fills_up(size: int, home_folder: Path, here: Here) -> None:
    here("run", "--model", "rehearsal/leaves")
    before = {path: path.read_bytes() for path in home_folder.glob("sessions/*/*")}
    model = rehearse(home_folder, "talks", TALKS.format(words="word " * 400))
    done = latitude(home_folder, "run", "--model", model, preexec_fn=full_at(size))
    assert done.status == 1, done
    [line] = done.err.splitlines()
    assert line.startswith("latitude: ")
    assert "Traceback" not in done.err
    for path, data in before.items():
        assert path.read_bytes() == data, "what was there is as it was"
    recovered = here("recover")
    assert recovered.status == 0, recovered
    verified = here("verify", "--requests")
    assert verified.status == 0, verified
    for session in sessions(home_folder):
        assert closed(home_folder, session).end in ("model-exit", "interrupted", "harness-failed")


def test_what_was_shown_before_the_disk_was_full_is_on_record(
    home_folder: Path, here: Here
) -> None:
    model = rehearse(home_folder, "talks", TALKS.format(words="word " * 400))
    done = latitude(home_folder, "run", "--model", model, preexec_fn=full_at(9_000))
    assert done.status == 1
    here("recover")
    shown = [line for line in done.out.splitlines() if line.startswith("word ")]
    recorded = "\n".join(event.text for event in events(home_folder) if hasattr(event, "kind"))
    for line in shown:
        assert line.rstrip() in recorded
    assert "response.started" in types(home_folder)


@pytest.mark.parametrize("size", [0, 100, 3_000])
def test_a_fresh_home_on_a_full_disk(size: int, home_folder: Path, here: Here) -> None:
    done = latitude(home_folder, "run", "--model", "rehearsal", preexec_fn=full_at(size))
    assert done.status == 1
    [line] = done.err.splitlines()
    assert "File too large" in line or size == 0
    assert "git init" not in line
    assert sessions(home_folder) == []
    again = here("run", "--model", "rehearsal/leaves")
    assert again.status == 0, "with room it works"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "error: unable to write symref for HEAD: No space left on device",
            "No space left on device",
        ),
        (
            "fatal: cannot mkdir /home/artifacts/.git.new: Read-only file system",
            "Read-only file system",
        ),
        ("hint: do something odd\nfatal: not today", "git says: not today"),
        ("", "git says: nothing"),
    ],
)
def test_what_keeps_git_from_making_its_repository_is_said_in_plain_words(
    said: str, reason: str, home_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    script = f"""#!/bin/sh
[ "$1" = init ] || exec {shutil.which("git")} "$@"
printf '%s' '{said}' >&2
exit 128
"""
    (programs / "git").write_text(script)
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    done = latitude(home_folder, "run", "--model", "rehearsal/leaves")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"latitude: No repository of artifacts can be made in {home_folder / 'artifacts'}: "
        f"{reason}. Nothing was made. Make room, make the home writable, or choose another with "
        "--home.\n"
    )
    assert list((home_folder / "artifacts").iterdir()) == []


def test_a_home_that_cannot_be_made(tmp_path: Path, here: Here) -> None:
    (tmp_path / "file").write_text("mine")
    done = here("--home", str(tmp_path / "file" / "home"), "run", "--model", "rehearsal")
    assert done.status == 1
    [line] = done.err.splitlines()
    assert "Nothing was sent" in line
    assert (tmp_path / "file").read_text() == "mine"


def test_sessions_that_is_a_file(home_folder: Path, here: Here) -> None:
    (home_folder / "sessions").rmdir()
    (home_folder / "sessions").write_text("mine")
    done = here("run", "--model", "rehearsal")
    assert done.status == 1
    assert len(done.err.splitlines()) == 1
    assert here("list").status in (0, 1)
    assert (home_folder / "sessions").read_text() == "mine"


def test_a_place_for_workspaces_that_cannot_be_made(
    home_folder: Path, tmp_path: Path, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("mine")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("LATITUDE_STATE", str(tmp_path / "state"))
        done = here("run", "--model", "rehearsal")
    assert done.status == 1
    assert "No workspace can be made" in done.err
    assert here("recover").status == 0
    assert closed(home_folder).end == "interrupted"
    assert here("verify").status == 0


def test_the_output_of_a_list_on_a_full_disk(home_folder: Path) -> None:
    import subprocess
    import sys

    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "latitude", "--home", str(home_folder), "prompts", "list"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr.decode().startswith("latitude: The system refused: No space left")
    assert len(done.stderr.splitlines()) == 1

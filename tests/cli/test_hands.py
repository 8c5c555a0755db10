"""A real llama.cpp server whose model writes a page, runs a program, looks at it, and leaves."""

from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.core.events import ToolReturned
from latitude.prompts.library import Library
from tests.cli.person import Done, closed, events, latitude
from tests.programs import needs
from tests.servers.llama import llama_url

__all__ = ["llama_url"]

Here = Callable[..., Done]

pytestmark = pytest.mark.slow


def test_a_session_with_hands(home_folder: Path, here: Here, llama_url: str) -> None:
    needs("bwrap")
    needs("chromium")
    text = (
        Library().path("open").read_text(encoding="utf-8").replace("name: open\n", "name: hands\n")
    )
    text = text.replace("What would you like to do?", "What would you like to do? HANDS")
    (home_folder / "prompts" / "hands.yaml").write_text(text, encoding="utf-8")
    command = ("--model", "llamacpp/scripted", "--base-url", llama_url, "--protocol", "hands")
    done = latitude(home_folder, "run", *command)
    assert done.status == 0, done.err
    answers = [event for event in events(home_folder) if isinstance(event, ToolReturned)]
    assert [(one.tool, one.ok) for one in answers] == [
        ("write_file", True),
        ("run", True),
        ("preview", True),
    ]
    said = [one.result[0].text or "" for one in answers]
    assert said[1] == "Exit status 0. It printed:\n<h1>Low tide</h1>\nwave-1\nwave-2\nwave-3\n"
    # The server says that its model takes no pictures.
    assert "There is no picture: this session's model takes none." in said[2]
    assert len(answers[2].result) == 1
    assert closed(home_folder).end == "model-exit"
    kept = here("artifacts", "show", "last:page.html")
    assert kept.out == "<h1>Low tide</h1>\nwave-1\nwave-2\nwave-3\n"
    assert here("verify", "--requests").status == 0


def test_the_shipped_rehearsal_does_the_same(home_folder: Path, here: Here) -> None:
    needs("bwrap")
    needs("chromium")
    done = latitude(home_folder, "run", "--model", "rehearsal/tide")
    assert done.status == 0, done.err
    answers = [event for event in events(home_folder) if isinstance(event, ToolReturned)]
    assert [one.ok for one in answers] == [True] * 4
    assert [[part.kind for part in one.result] for one in answers[2:]] == [["text", "image"]] * 2
    assert closed(home_folder).end == "model-exit"
    assert closed(home_folder).summary.files == 3
    assert here("verify", "--requests").status == 0

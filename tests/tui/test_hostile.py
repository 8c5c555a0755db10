"""Nothing a model writes acts on the terminal or the app: a real terminal says so."""

import re
from pathlib import Path

import pytest

from latitude.core.events import ToolReturned
from tests.cli.person import Terminal, events, latitude, rehearse, sessions
from tests.cli.test_terminal import FORBIDDEN, HOSTILE, quoted

CONTROL = re.compile(
    rb"\x1b\[[0-9;?<>=:]*[ -/]*[@-~]"  # moves, colours, modes
    rb"|\x1b\]22;[a-z]*\x07"  # the shape of the pointer
    rb"|\x1b[=>78]|\x1b\([B0]"
    rb"|\x1bP[=>$+]?[0-9;]*[a-z]\x1b\\"  # questions to the terminal
    rb"|[\r\n]"
)
"""What Textual itself sends: no words in it, and so nothing that a model wrote."""


@pytest.fixture
def hostile_home(home_folder: Path) -> Path:
    """A home where every part that a model, a file or a person can fill is hostile."""
    model = rehearse(
        home_folder,
        "hostile",
        f"""
        - delay: 0
          thinking: {quoted(HOSTILE)}
          text: {quoted(HOSTILE)}
          calls:
            - name: {quoted(HOSTILE)}
              arguments: {{path: {quoted(HOSTILE)}}}
            - name: write_file
              arguments: {{path: {quoted("a[@click=app.quit]b.md")}, content: {quoted(HOSTILE)}}}
            - name: read_file
              arguments: {{path: {quoted(HOSTILE)}}}
        - delay: 0
          text: {quoted('We say "stopping now" ' + HOSTILE + " to leave.")}
        - text: begins
          fail: {{kind: closed_early, message: {quoted(HOSTILE)}, after: 1}}
        """,
    )
    latitude(home_folder, "run", "--model", model)
    (home_folder / "prompts" / f"bad{HOSTILE[:9].strip(chr(27))}.yaml").write_text(
        f"name: {quoted(HOSTILE)}\n", encoding="utf-8"
    )
    [session] = sessions(home_folder)
    notes = home_folder / "sessions" / session / "annotations.jsonl"
    notes.write_text(
        f'{{"at":"2026-11-20T00:00:00.000Z","kind":"tag","text":{quoted(HOSTILE)}}}\n', "utf-8"
    )
    return home_folder


def is_harmless(received: bytes) -> bool:
    """Nothing is left but text once Textual's own controls are taken out."""
    text = CONTROL.sub(b"", received).decode("utf-8", "strict")
    found = FORBIDDEN.search(text)
    assert found is None, (found, text[max(0, found.start() - 80) : found.end() + 80])
    return True


def test_reading_a_hostile_session(hostile_home: Path) -> None:
    assert any(isinstance(event, ToolReturned) for event in events(hostile_home))
    with Terminal(hostile_home, columns=120) as terminal:
        terminal.sees("provider failed")
        terminal.type("\r")
        terminal.sees("turn 1 of")
        for keys in ("1", "2", " ", "2", " ", "2", " ", "3", " ", "]", "["):
            terminal.type(keys)
        terminal.type("w")
        terminal.sees("workspace")
        terminal.type("d")
        terminal.type("v")
        terminal.type("w")
        terminal.type("/PWNED\r")
        terminal.sees("1 of")
        terminal.type("\x1b")
        terminal.type("v")
        terminal.sees("As written")
        terminal.type("q")
        terminal.sees("how it ended")
        terminal.type("q")
        assert terminal.ends() == 0, terminal.screen[-6000:]
    assert is_harmless(terminal.received)


def test_sitting_with_a_hostile_model(hostile_home: Path) -> None:
    with Terminal(hostile_home, columns=120) as terminal:
        terminal.sees("how it ended")
        terminal.type("n")
        terminal.sees("new session")
        terminal.sees("message 1")
        terminal.type("\r")
        terminal.sees("your turn")
        terminal.type("Go on.\r")
        terminal.sees("Send the same request again?")
        terminal.type("\x1b")
        terminal.sees("No ends the session.  y yes")
        terminal.type("n")
        terminal.sees("You chose to end the session.")
        terminal.type("q")
        terminal.sees("how it ended")
        terminal.type("q")
        assert terminal.ends() == 0, terminal.screen[-6000:]
    assert is_harmless(terminal.received)


def test_comparing_hostile_sessions_and_looking_around(hostile_home: Path) -> None:
    latitude(hostile_home, "run", "--model", "rehearsal/hostile")
    with Terminal(hostile_home, columns=120) as terminal:
        terminal.sees("2 sessions")
        for keys in (" ", "\x1b[B", " "):
            terminal.type(keys)
        terminal.sees("2 marked")
        terminal.type("c")
        terminal.sees("2 sessions side by side")
        terminal.type("]")
        terminal.type("d")
        terminal.sees("difference")
        terminal.type("\x10")
        terminal.sees("Search for commands")
        terminal.type("help")
        terminal.sees("help")
        terminal.type("\x1b[B")
        terminal.type("\r")
        terminal.sees("Everywhere")
        terminal.type("q")
        terminal.sees("q the sessions")
        terminal.type("q")
        terminal.sees("side by side")
        terminal.type("q")
        terminal.sees("how it ended")
        terminal.type("q")
        assert terminal.ends() == 0, terminal.screen[-6000:]
    assert is_harmless(terminal.received)

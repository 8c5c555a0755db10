"""A real terminal: dimmed thinking, words as they come, lines that fit, and nothing hostile."""

import io
import json
import os
import re
import sys
from pathlib import Path

import pytest

from latitude.cli.column import Column
from latitude.core.events import AnyEvent, FileChange, WorkspaceCommitted
from tests.cli.person import Terminal, blocks, events, latitude, rehearse, sessions

HOSTILE = (
    "A\x1b]52;c;cHduZWQ=\x07B\x1b]0;PWNED\x07C\x1b[2JD\x9b2JE\x00F\u202eG[/x][@click=app.quit]q[/]"
    "\x1b]8;;http://evil.invalid\x1b\\H\x1bP+q\x1b\\\x1b(0\x0e\x0f\x7fI\x90J\x9d0;K\x9cL"
    "\u2066M\u200bN\u2028O\U000e0041P\rQ\x08\x0bR\x0cS\ufeffT\u061cU"
)
"""Clipboard, title, clear, C1, NUL, bidi, links, device strings, tags, overprinting."""

OURS = re.compile(rb"\x1b\[(?:0|1|2|33)m")
FORBIDDEN = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)


def is_harmless(received: bytes) -> bool:
    """Nothing but text, line breaks, and the four attributes that are ours."""
    text = OURS.sub(b"", received).replace(b"\r\n", b"\n").decode("utf-8", "strict")
    assert FORBIDDEN.search(text) is None, FORBIDDEN.search(text)
    assert "\r" not in text
    return True


def test_thinking_is_dim_and_has_its_provenance(home_folder: Path) -> None:
    with Terminal(home_folder, "run", "--model", "rehearsal/leaves") as terminal:
        assert terminal.ends() == 0
    dim = b"\x1b[2m"
    assert dim + b"  thinking\x1b[0m\r\n" in terminal.received
    assert dim + b"  (thinking: full)\x1b[0m\r\n" in terminal.received
    thought = "  This thinking stands in a script; no model wrote it.\n  (thinking: full)\n"
    assert thought in terminal.screen
    assert "\n\nThis is a rehearsal, and it ends with its first words.\n" in terminal.screen
    reply = terminal.received.index(b"ends with its first words")
    assert terminal.received.rindex(b"\x1b[0m", 0, reply) > terminal.received.rindex(dim, 0, reply)
    assert "\nThe script took the exit (rehearsal, not a model).\nrecord  " in terminal.screen


def test_the_reply_is_streamed(home_folder: Path) -> None:
    model = rehearse(home_folder, "slow", "[{text: 'One two three four five', delay: 0.4}]")
    with Terminal(home_folder, "run", "--model", model) as terminal:
        terminal.sees("One")
        assert blocks(home_folder) == [], "it is shown before it is whole"


WRITES = """
- delay: {delay}
  calls: [{{name: write_file, arguments: {{path: page.txt, content: "one\\ntwo\\n"}}}}]
- {{delay: 0, text: Stopping now.}}
"""


def test_a_call_is_named_before_it_is_whole(home_folder: Path) -> None:
    model = rehearse(home_folder, "writes", WRITES.format(delay=0.4))
    with Terminal(home_folder, "run", "--model", model) as terminal:
        terminal.sees("⚒ write_file …")
        assert blocks(home_folder) == [], "its arguments are still coming"


def test_the_line_of_a_call_is_completed_and_not_repeated(home_folder: Path) -> None:
    model = rehearse(home_folder, "writes", WRITES.format(delay=0.01))
    with Terminal(home_folder, "run", "--model", model) as terminal:
        assert terminal.ends() == 0
    assert "\n⚒ write_file …  page.txt  2 lines\n  ✓ Wrote page.txt" in terminal.screen
    assert terminal.screen.count("⚒") == 1
    piped = latitude(home_folder, "run", "--model", model)
    assert "\n⚒ write_file  page.txt  2 lines\n" in piped.out, "whole lines, as ever"


@pytest.mark.parametrize(
    "environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "TERM=dumb"]
)
def test_without_colour_the_voices_are_still_apart(
    environ: dict[str, str], home_folder: Path
) -> None:
    arguments = ["run", "--model", "rehearsal/leaves"]
    with Terminal(home_folder, *arguments, environ=environ) as terminal:
        assert terminal.ends() == 0
    assert b"\x1b" not in terminal.received
    shown = terminal.screen.splitlines()
    assert "▏ What would you like to do?" in shown
    assert "  This thinking stands in a script; no model wrote it." in shown
    assert "Stopping now." in shown


@pytest.mark.parametrize("columns", [20, 60, 80, 200])
def test_lines_fit_the_window_and_break_between_words(columns: int, home_folder: Path) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    model = rehearse(
        home_folder,
        "wordy",
        f"[{{delay: 0, thinking: {words}, text: '{words}', calls: [{{name: end_session}}]}}]",
    )
    with Terminal(home_folder, "run", "--model", model, columns=columns) as terminal:
        assert terminal.ends() == 0
    room = min(columns, 88)
    lines = [line for line in terminal.screen.splitlines() if re.match(r" *word\d", line)]
    assert all(len(line) <= room for line in lines)
    thought = [line for line in lines if line.startswith("  ")]
    said = [line for line in lines if not line.startswith("  ")]
    assert " ".join(thought).split() == " ".join(said).split() == words.split()
    assert len(said) > 1


@pytest.mark.parametrize(("columns", "there"), [(80, False), (120, True)])
def test_a_table_fits_the_window(columns: int, there: bool, home_folder: Path) -> None:
    latitude(home_folder, "run", "--model", "rehearsal/leaves")
    with Terminal(home_folder, "list", columns=columns) as terminal:
        assert terminal.ends() == 0
    head, row = terminal.screen.splitlines()
    assert len(row) <= columns
    assert ("protocol" in head) is there
    assert "rehearsal, not a model" in row
    assert row.endswith("model-exit")


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_column_sets_the_same_lines_however_the_text_comes(size: int) -> None:
    text = "  indented, then 漢字仮名交じり文 and a-word-that-is-longer-than-any-line\n\n\nend "
    out = io.StringIO()
    column = Column(out, lambda: 20, "> ")
    for start in range(0, len(text), size):
        column.feed(text[start : start + size])
    column.end()
    assert out.getvalue() == (
        ">   indented, then\n> 漢字仮名交じり文\n> and\n> a-word-that-is-lon\n> ger-than-any-line\n"
        ">\n>\n> end\n"
    )


PLANTED = HOSTILE.replace("\x00", "").replace("/", "_")
"""As a file's name: tools refuse such names, but a command that a model runs can make them."""


@pytest.fixture
def hostile_home(home_folder: Path) -> Path:
    """A home with a script in which every part that a model can fill is hostile."""
    rehearse(
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
              arguments: {{path: {quoted(HOSTILE)}, content: {quoted(HOSTILE)}}}
            - name: write_file
              arguments: {{path: plain.txt, content: {quoted(HOSTILE)}}}
            - name: read_file
              arguments: {{path: plain.txt}}
        - delay: 0
          text: {quoted('We say "stopping now" ' + HOSTILE + " to leave.")}
        - delay: 0
          text: Once more.
          calls:
            - name: write_file
              arguments: {{path: plain.txt, content: {quoted(HOSTILE * 2)}}}
            - name: list_files
              arguments: {{path: "."}}
        - text: Done.
        - text: begins
          fail: {{kind: closed_early, message: {quoted(HOSTILE)}, after: 1}}
        """,
    )
    return home_folder


SEVERAL = [sys.executable, "-m", "tests.cli.several"]
NEXT = b"--- verb %d\r\n"


def quoted(text: str) -> str:
    """A double-quoted YAML scalar in ASCII."""
    escapes = (f"\\U{ord(character):08x}" for character in text)
    return f'"{"".join(escapes)}"'


@pytest.mark.slow
def test_nothing_hostile_reaches_a_terminal(hostile_home: Path) -> None:
    arguments = ["run", "--model", "rehearsal/hostile", "--attended"]
    with Terminal(hostile_home, *arguments) as terminal:
        terminal.sees("▏ you: ")
        [session] = sessions(hostile_home)
        workspace = Path(os.environ["LATITUDE_STATE"]) / "workspaces" / session
        (workspace / PLANTED).write_text(HOSTILE)
        terminal.type("Go on.\n")
        terminal.sees("▏ you: ")
        terminal.type("And on.\n")
        terminal.sees("Send the same request again? [y/N] ")
        terminal.type("n\n")
        assert terminal.ends() == 1
    assert is_harmless(terminal.received)
    assert "␛]52;c;cHduZWQ=␇B␛]0;PWNED" in terminal.screen.replace("\n", "").replace("  ", "")
    recorded = [block.text for block in blocks(hostile_home) if block.kind == "text"]
    assert recorded[0] == HOSTILE, "the record has the true text"
    committed = {change.path for event in events(hostile_home) for change in files_of(event)}
    assert committed == {"plain.txt", PLANTED}
    verbs = [
        ["show", "last", "--thinking"],
        ["show", "last", "--format", "md"],
        ["show", "last", "--json"],
        ["list"],
        ["list", "--json"],
        ["verify"],
        ["artifacts", "list"],
        ["artifacts", "log", "last"],
        ["artifacts", "log", "last", "--json"],
        ["artifacts", "show", "last"],
        ["artifacts", "show", "last", "--json"],
        ["artifacts", "show", f"{session}:plain.txt"],
        ["artifacts", "show", f"{session}:{PLANTED}"],
        ["artifacts", "show", f"{session}:not {PLANTED}"],
        ["artifacts", "diff", "last:1", "last:2"],
        ["artifacts", "export", "last", str(hostile_home / "out")],
        ["show", PLANTED],
        ["run", "--model", PLANTED],
        ["run", "--model", "rehearsal", "--protocol", PLANTED],
        ["run", "--from", PLANTED],
        ["prompts", "show", PLANTED],
        ["init", str(hostile_home / PLANTED)],
        [PLANTED],
        ["run", f"--{PLANTED}"],
        ["run", "--turns", PLANTED],
    ]
    written = hostile_home / "verbs.json"
    written.write_text(json.dumps(verbs))
    with Terminal(hostile_home, str(written), command=SEVERAL) as terminal:
        assert terminal.ends() == 0
    assert is_harmless(terminal.received)
    assert b"Traceback" not in terminal.received
    for number, verb in enumerate(verbs):
        received = terminal.received.partition(NEXT % number)[2].partition(NEXT % (number + 1))[0]
        assert received.strip(), verb
    assert NEXT % len(verbs) in terminal.received, "all of them were run"


def files_of(event: AnyEvent) -> tuple[FileChange, ...]:
    return event.files if isinstance(event, WorkspaceCommitted) else ()


def test_piped_it_is_harmless_too(hostile_home: Path) -> None:
    for verb in (["run", "--model", "rehearsal/hostile"], ["show", "last", "--thinking"], ["list"]):
        done = latitude(hostile_home, *verb)
        assert FORBIDDEN.search(done.out + done.err) is None

"""What a model may send that no one hoped for: an event or a plain answer each, never a crash."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.core.events import ToolReturned
from tests.cli.person import Done, Terminal, blocks, closed, events, rehearse
from tests.cli.test_servers import chat, models
from tests.providers.fake_server import serving_beside

Here = Callable[..., Done]

ARGUMENTS = {
    "NUL in a path": r'{"path": "a\u0000b.txt", "content": "x"}',
    "a lone surrogate in a path": r'{"path": "a\ud800.txt", "content": "x"}',
    "a lone surrogate in the content": r'{"path": "a.txt", "content": "x\udfff"}',
    "not JSON": "{path: a.txt}",
    "half of it": '{"path": "a.t',
    "nothing": "",
    "null": "null",
    "a list": "[]",
    "a number for a path": '{"path": 7, "content": "x"}',
    "an unknown argument": '{"path": "a.txt", "content": "x", "mode": "w"}',
    "a missing argument": '{"path": "a.txt"}',
    "twice the same": '{"path": "a.txt", "path": "../b.txt", "content": "x"}',
    "out of the folder": '{"path": "../../a.txt", "content": "x"}',
    "absolute": '{"path": "/etc/passwd", "content": "x"}',
    "nested too deep": "[" * 20_000,
    "a number too long": '{"path": ' + "9" * 10_000 + ', "content": "x"}',
    "an endless path": '{"path": "' + "a/" * 5_000 + 'a", "content": "x"}',
}


def call(name: str, arguments: str) -> str:
    """A rehearsal that calls one tool and leaves."""
    return f"""
    - calls:
        - name: {name!r}
          arguments: {yaml_text(arguments)}
    - text: Stopping now.
    """


def yaml_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def answers(home: Path) -> list[ToolReturned]:
    return [event for event in events(home) if isinstance(event, ToolReturned)]


@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_arguments_get_a_plain_answer(arguments: str, here: Here, home_folder: Path) -> None:
    model = rehearse(home_folder, "calls", call("write_file", arguments))
    done = here("run", "--model", model)
    assert done.status == 0, done
    assert closed(home_folder).end == "model-exit"
    [answer] = answers(home_folder)
    text = answer.result[0].text or ""
    assert text
    assert "Traceback" not in text
    assert len(text) < 2000
    assert blocks(home_folder)[0].arguments == arguments, "the payload is kept"
    assert here("show", "last").status == 0
    assert here("verify", "--requests").status == 0


def test_an_unknown_tool_gets_the_list(here: Here, home_folder: Path) -> None:
    model = rehearse(home_folder, "calls", call("launch_rocket", '{"to": "moon"}'))
    assert here("run", "--model", model).status == 0
    [answer] = answers(home_folder)
    assert not answer.ok
    assert "write_file" in (answer.result[0].text or "")
    assert blocks(home_folder)[0].arguments == '{"to": "moon"}'


@pytest.mark.parametrize("name", ["", "   ", "end_session\n", "../end_session", "x" * 5000])
def test_an_odd_name_of_a_tool(name: str, here: Here, home_folder: Path) -> None:
    model = rehearse(home_folder, "calls", "[{calls: [{name: other}]}, {text: Stopping now.}]")
    script = home_folder / "prompts/rehearsals/calls.yaml"
    script.write_text(script.read_text().replace("name: other", f"name: {json.dumps(name)}"))
    done = here("run", "--model", model)
    if done.status == 2:  # A script must name its tools.
        assert "name" in done.err
        return
    assert done.status == 0, done
    assert closed(home_folder).end == "model-exit"


def test_the_exit_tool_counts_whatever_its_arguments(here: Here, home_folder: Path) -> None:
    model = rehearse(home_folder, "calls", call("end_session", '{"because": [1, '))
    assert here("run", "--model", model).status == 0
    assert closed(home_folder).end == "model-exit"
    assert closed(home_folder).summary.steps == 1


def test_an_empty_reply(here: Here, home_folder: Path) -> None:
    model = rehearse(home_folder, "mute", "[{}, {text: ''}, {text: Stopping now.}]")
    done = here("run", "--model", model)
    assert done.status == 0, done
    assert closed(home_folder).end == "model-exit"
    assert closed(home_folder).summary.turns == 3
    assert here("verify", "--requests").status == 0


@pytest.mark.slow
def test_five_megabytes_and_a_line_of_ten_thousand(here: Here, home_folder: Path) -> None:
    vast, line = "word " * 1_000_000, "x" * 10_000
    pieces = [vast[start : start + 50_000] for start in range(0, len(vast), 50_000)]
    answers = {
        "/v1/models": models("m"),
        "/v1/chat/completions": chat(*pieces, "\n\n", line, "\n\nStopping now."),
    }
    with serving_beside(answers) as server:
        done = here("run", "--model", "chat/m", "--base-url", f"{server.url}/v1")
    assert done.status == 0, done.err
    [block] = blocks(home_folder)
    assert block.text == f"{vast}\n\n{line}\n\nStopping now."
    assert closed(home_folder).end == "model-exit"
    for verb in (["show", "last", "--format", "md"], ["list"]):
        assert here(*verb).status == 0
    shown = here("show", "last")
    assert shown.status == 0, shown.err
    assert "… [line cut]" in shown.out
    assert "… [text cut]" in shown.out
    assert max(map(len, shown.lines)) < 3_000
    verified = here("verify", "--requests")
    assert verified.status == 0, verified


def test_a_long_line_on_a_terminal(home_folder: Path) -> None:
    model = rehearse(
        home_folder, "long", f"[{{delay: 0, text: {'x' * 10_000}}}, {{text: Stopping now.}}]"
    )
    with Terminal(home_folder, "run", "--model", model) as terminal:
        assert terminal.ends() == 0
    assert terminal.screen.replace("\n", "").count("x" * 10_000) == 1


@pytest.mark.parametrize("stop", ["length", "pause", "refusal", "context_full", "unknown"])
def test_each_way_to_stop(stop: str, here: Here, home_folder: Path) -> None:
    steps = f"""
    - text: And so
      stop: {stop}
      calls: [{{name: write_file, arguments: {{path: a.txt, content: a}}}}]
    - text: Stopping now.
    """
    model = rehearse(home_folder, "stops", steps)
    done = here("run", "--model", model)
    ends = {"refusal": "refused", "context_full": "context-full"}
    assert closed(home_folder).end == ends.get(stop, "model-exit")
    assert f"… the response ended with: {stop}\n" in done.out
    [answer] = answers(home_folder)
    assert answer.ok == (stop in ("length", "pause"))

"""Rehearsal scripts: what is read from them, and how each fault is told."""

from pathlib import Path

import pytest

from latitude.errors import ProtocolError
from latitude.prompts.library import shipped_prompts
from latitude.prompts.scripts import AFTER_THE_END, ScriptedCall, ScriptedFailure, load_script

HEAD = "name: play\nsummary: A play.\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "play.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_step_is_read_field_by_field(tmp_path: Path) -> None:
    script = load_script(
        write(
            tmp_path,
            HEAD
            + """
steps:
  - thinking: |
      Two lines
      of it.
    text: Words.
    calls:
      - name: write_file
        arguments: {path: a.txt, content: "line\\n", deep: [1, true, null, 2.5]}
      - name: list_files
        arguments: '{"path": '
      - name: end_session
    stop: length
    delay: 0.5
    fail: {kind: rate_limit, message: Slow down., after: 3, times: 2, retry_after: 1.5}
""",
        )
    )
    (step,) = script.steps
    assert (step.thinking, step.text) == ("Two lines\nof it.", "Words.")
    written = '{"path": "a.txt", "content": "line\\n", "deep": [1, true, null, 2.5]}'
    assert step.calls == (
        ScriptedCall("write_file", written),
        ScriptedCall("list_files", '{"path": '),
        ScriptedCall("end_session", "{}"),
    )
    assert (step.stop, step.delay) == ("length", 0.5)
    assert step.fail == ScriptedFailure("rate_limit", "Slow down.", 3, 2, 1.5)


def test_how_a_step_ends_follows_from_its_calls(tmp_path: Path) -> None:
    steps = "steps:\n  - text: a\n  - calls: [{name: b}]\n  - {}\n"
    script = load_script(write(tmp_path, HEAD + steps))
    assert [step.stop for step in script.steps] == ["end", "tool_calls", "end"]


def test_after_the_last_step_it_says_so_or_goes_on(tmp_path: Path) -> None:
    once = load_script(write(tmp_path, HEAD + "steps: [{text: a}, {text: b}]\n"))
    assert [once.step(place).text for place in range(3)] == ["a", "b", AFTER_THE_END.text]
    again = load_script(write(tmp_path, HEAD + "repeat: true\nsteps: [{text: a}, {text: b}]\n"))
    assert [again.step(place).text for place in (1, 2, 99)] == ["b", "b", "b"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: other\nsummary: x\nsteps: [{}]\n", "1:7: The name is 'other' and the file is play"),
        (HEAD, "1:1: The field 'steps' is missing. Add it."),
        (HEAD + "steps: []\n", "3:8: A rehearsal needs at least one step."),
        (HEAD + "steps: [a]\n", "3:9: 'steps' holds text where it must hold a mapping."),
        (HEAD + "steps: [{txt: a}]\n", "3:10: No field is called 'steps[0].txt'. There are: calls"),
        (HEAD + "steps: [{stop: done}]\n", "3:16: 'steps[0].stop' cannot be 'done'."),
        (HEAD + "steps: [{delay: -1}]\n", "3:17: 'steps[0].delay' must be a number from 0."),
        (HEAD + "steps: [{delay: .nan}]\n", "3:17: 'steps[0].delay' must be a number from 0."),
        (HEAD + "steps: [{fail: {kind: bad, message: x}}]\n", "'steps[0].fail.kind' cannot"),
        (HEAD + "steps: [{fail: {kind: stalled}}]\n", "The field 'steps[0].fail.message' is"),
        (HEAD + "steps: [{calls: [{}]}]\n", "The field 'steps[0].calls[0].name' is missing."),
        (HEAD + "repeat: maybe\nsteps: [{}]\n", "3:9: 'repeat' must be true or false, and is"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_line_and_column(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ProtocolError) as refused:
        load_script(path)
    assert str(refused.value).startswith(f"{path}:")
    assert told in str(refused.value)


@pytest.mark.parametrize("path", sorted((shipped_prompts() / "rehearsals").iterdir()))
def test_a_shipped_script_never_passes_for_a_model(path: Path) -> None:
    script = load_script(path)
    assert "rehearsal" in script.steps[0].text
    for step in script.steps:
        spoken = f" {step.thinking} {step.text} ".lower()
        for word in (" i ", " i'm ", " my ", " me ", "feel", "enjoy", "would like", "want"):
            assert word not in spoken

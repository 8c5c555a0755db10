"""Rehearsal scripts: what is read from them, and how each fault is told."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.errors import ProtocolError
from latitude.prompts.library import shipped_prompts
from latitude.prompts.scripts import (
    AFTER_THE_END,
    Alternative,
    OneOf,
    Script,
    ScriptedCall,
    ScriptedFailure,
    ScriptedStep,
    load_script,
)

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


DRAW = """
repeat: true
steps:
  - one_of:
      - {weight: 3, text: often}
      - {text: seldom}
      - {weight: 6, said: "the door, open", text: told}
"""


def drawn(script: Script, said: Sequence[str], replies: int = 0) -> Counter[str]:
    return Counter(script.step(replies, seed, said).text for seed in range(2000))


def test_a_step_is_drawn_as_often_as_its_weight_says(tmp_path: Path) -> None:
    script = load_script(write(tmp_path, HEAD + DRAW))
    plain = drawn(script, ["Words.", "Nothing of the door.", "open"])
    assert plain["told"] == 0
    assert 1400 < plain["often"] < 1600
    told = drawn(script, ["Words.", "Here is the door, open."])
    assert 1120 < told["told"] < 1280
    assert sum(told.values()) == 2000


def test_a_draw_follows_from_the_file_the_seed_and_the_replies_alone(tmp_path: Path) -> None:
    script = load_script(write(tmp_path, HEAD + DRAW))
    again = load_script(write(tmp_path, HEAD + DRAW))
    other = load_script(write(tmp_path, HEAD + DRAW + "# another byte"))

    def course(of: Script, seed: int) -> list[str]:
        return [of.step(replies, seed, ()).text for replies in range(60)]

    random.seed(1)
    first = course(script, 7)
    random.seed(2)
    assert first == course(again, 7)
    assert first != course(script, 8)
    assert first != course(other, 7)
    assert [script.step(place).text for place in range(60)] == course(script, 0)
    assert len(set(first)) == 2, "each reply is a draw of its own"


@given(
    weights=st.lists(st.integers(1, 10**15 - 1), min_size=1, max_size=5),
    chance=st.integers(0, 2**64 - 1),
)
def test_every_chance_draws_one_of_them(weights: list[int], chance: int) -> None:
    steps = [Alternative(ScriptedStep(text=str(at)), one) for at, one in enumerate(weights)]
    at = int(OneOf(tuple(steps)).draw(chance, ()).text)
    below, total = sum(weights[:at]), sum(weights)
    assert below << 64 <= chance * total < below + weights[at] << 64


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: other\nsummary: x\nsteps: [{}]\n", "1:7: The name is 'other' and the file is play"),
        (HEAD, "1:1: The field 'steps' is missing. Add it."),
        (HEAD + "steps: []\n", "3:8: A rehearsal needs at least one step."),
        (HEAD + "steps: [a]\n", "3:9: 'steps' holds text where it must hold a mapping."),
        (HEAD + "steps: [{txt: a}]\n", "3:10: No field is called 'steps[0].txt'."),
        (HEAD + "steps: [{stop: done}]\n", "3:16: 'steps[0].stop' cannot be 'done'."),
        (HEAD + "steps: [{delay: -1}]\n", "3:17: 'steps[0].delay' must be a number from 0."),
        (HEAD + "steps: [{delay: .nan}]\n", "3:17: 'steps[0].delay' must be a number from 0."),
        (HEAD + "steps: [{fail: {kind: bad, message: x}}]\n", "'steps[0].fail.kind' cannot"),
        (HEAD + "steps: [{fail: {kind: stalled}}]\n", "The field 'steps[0].fail.message' is"),
        (HEAD + "steps: [{calls: [{}]}]\n", "The field 'steps[0].calls[0].name' is missing."),
        (HEAD + "steps: [{one_of: []}]\n", "3:18: There may be nothing to draw from. Give at"),
        (HEAD + "steps: [{one_of: [{said: a}]}]\n", "3:18: There may be nothing to draw from."),
        (HEAD + "steps: [{one_of: [{weight: 0}]}]\n", "3:28: 'steps[0].one_of[0].weight' must be"),
        (HEAD + "steps: [{one_of: [{}], text: a}]\n", "3:24: No field is called 'steps[0].text'."),
        (HEAD + "steps: [{one_of: [{one_of: []}]}]\n", "No field is called 'steps[0].one_of[0]"),
        (HEAD + "repeat: maybe\nsteps: [{}]\n", "3:9: 'repeat' must be true or false, and is"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_line_and_column(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ProtocolError) as refused:
        load_script(path)
    assert str(refused.value).startswith(f"{path}:")
    assert told in str(refused.value)


def played(script: Script) -> list[ScriptedStep]:
    """Every step that may be played, in order."""
    return [
        step
        for one in script.steps
        for step in ([a.step for a in one.alternatives] if isinstance(one, OneOf) else [one])
    ]


@pytest.mark.parametrize("path", sorted((shipped_prompts() / "rehearsals").iterdir()))
def test_a_shipped_script_never_passes_for_a_model(path: Path) -> None:
    script = load_script(path)
    first, *_ = steps = played(script)
    assert "rehearsal" in first.text
    for step in steps:
        spoken = f" {step.thinking} {step.text} ".lower()
        for word in (" i ", " i'm ", " my ", " me ", "feel", "enjoy", "would like", "want"):
            assert word not in spoken

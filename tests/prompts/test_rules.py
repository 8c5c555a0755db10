"""What a protocol may not say, whatever the session's settings are."""

import pytest

from latitude.errors import ProtocolError
from latitude.prompts.loader import load
from tests.prompts.conftest import Edited

PHRASES = "phrases: [stopping now]"
TOOL = "  tool: end_session"
OFFER = "  offer: |"
TOLD = "told: opening"
SILENT = ("between: |\n  This message is automatic; no person sent it.", 'between: ""')

CASES = [
    ([(PHRASES, "phrases: []"), (TOOL, "  tool: null")], "There is no exit. Give 'phrases'"),
    ([(PHRASES, 'phrases: [""]')], "The phrase '' cannot be found as a line of its own."),
    ([(PHRASES, 'phrases: ["  "]')], "The phrase '  ' cannot be found as a line of its own."),
    ([(PHRASES, 'phrases: ["stopping\\nnow"]')], "The phrase 'stopping\\nnow' cannot be found"),
    ([(PHRASES, 'phrases: ["***"]')], "The phrase '***' cannot be found as a line of its own."),
    ([(PHRASES, "phrases: [farewell]")], "The model is never told the phrase 'farewell', so it"),
    ([(PHRASES, "phrases: [stopping now, Stopping Now]")], "'Stopping Now' stands there twice."),
    ([(TOOL, "  tool: end session")], "'end session' is no name for a tool."),
    ([(TOOL, "  tool: run")], "'run' is another tool's name. Choose another, or null."),
    ([("summary: One", 'summary: ""\n#')], "'summary' is empty. Write it."),
    ([SILENT, (TOLD, "told: turn 3")], "Nothing is said on turn 2, so the session ends before"),
    ([("script: []", "script: [a]"), (TOLD, "told: turn 2")], "the exit would be told on turn 3."),
    ([("script: []", 'script: [""]')], "A message of 'script' is empty."),
    ([("[turns, steps, ", "[turns, ")], "'disclose' does not list 'steps'. Add it there"),
    ([("script: []", 'script: ["{tokens}"]'), ("tokens, ", "")], "tells {tokens}, which"),
    ([("script: []", 'script: ["{turns}"]')], "The limit 'turns' is told twice. Keep one"),
    ([("at most {minutes}.", "at most 30.")], "one line that holds {minutes} and no other limit"),
    ([("{room}", "Room.")], "'opening' holds {room} 0 times. Write {room} once if there is 'room'"),
    ([("script: []", 'script: ["{room}"]')], "{room} belongs in 'opening' only. Take it out."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), CASES, ids=[case[1][:48] for case in CASES])
def test_a_contradiction_is_refused(
    edited: Edited, changes: list[tuple[str, str]], told: str
) -> None:
    with pytest.raises(ProtocolError) as refused:
        load(edited(*changes))
    assert told in str(refused.value)


def test_a_fault_in_a_list_is_told_at_its_item(edited: Edited) -> None:
    path = edited((PHRASES, "phrases: [stopping now, farewell]"))
    with pytest.raises(ProtocolError) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}:11:27: ")


def test_an_offer_may_wait_for_the_turn_after_the_script(edited: Edited) -> None:
    path = edited(("script: []", "script: [One more thing.]"), (TOLD, "told: turn 3"), SILENT)
    assert load(path).exit.told == 3


def test_braces_that_are_no_limit_are_literal(edited: Edited) -> None:
    path = edited(("What would", "{turn} {TURNS} {} {{ What would"))
    assert "{turn} {TURNS} {} {{ What would" in load(path).opening

"""``run --attended``: a person at a real terminal, line by line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.core.events import MessageSent, PersonChose
from tests.cli.person import Done, Terminal, closed, events, rehearse, sessions, types

Here = Callable[..., Done]

TALK = """
- {text: Good evening., delay: 0}
- {text: "I will not say \\"stopping now\\" yet.", delay: 0}
- {text: "Stopping now.", delay: 0}
"""
PROMPT = "▏ you: "


def attended(home: Path, steps: str = TALK, *arguments: str) -> Terminal:
    model = rehearse(home, "talk", steps)
    return Terminal(home, "run", "--model", model, "--attended", *arguments)


def said(home: Path) -> list[tuple[str, str]]:
    """Author and text of every message after the opening."""
    messages = [event for event in events(home) if isinstance(event, MessageSent)]
    return [(message.author, message.text) for message in messages[1:]]


def test_a_conversation(home_folder: Path, here: Here) -> None:
    with attended(home_folder) as terminal:
        terminal.sees("Good evening.")
        terminal.sees("Ctrl-D ends the session")
        terminal.sees(PROMPT)
        terminal.type("Good evening to you.\n")
        terminal.sees('… "stopping now" mentioned, not taken as the exit: ')
        terminal.sees(PROMPT)
        terminal.type("As you like. Grüße, 你好!\n")
        terminal.sees("The script took the exit")
        assert terminal.ends() == 0
    assert said(home_folder) == [
        ("person", "Good evening to you."),
        ("person", "As you like. Grüße, 你好!"),
    ]
    assert closed(home_folder).end == "model-exit"
    assert events(home_folder)[0].conditions.attended
    assert terminal.screen.count("Good evening to you.") == 1, "it stands there already"
    assert "person\n▏ Good evening to you." in here("show", "last").out
    assert here("verify", "--requests").status == 0


def test_the_person_may_leave(home_folder: Path) -> None:
    with attended(home_folder) as terminal:
        terminal.sees(PROMPT)
        terminal.type("\x04")
        terminal.sees("You ended the session.")
        assert terminal.ends() == 0
    assert closed(home_folder).end == "person-end"


def test_ctrl_c_at_the_prompt(home_folder: Path) -> None:
    with attended(home_folder) as terminal:
        terminal.sees(PROMPT)
        terminal.type("half a li")
        terminal.interrupt()
        terminal.sees("You ended the session.")
        assert terminal.ends() == 130
    assert closed(home_folder).end == "person-end"
    assert said(home_folder) == []


def test_an_empty_line_says_nothing_and_a_backslash_goes_on(home_folder: Path) -> None:
    with attended(home_folder) as terminal:
        terminal.sees(PROMPT)
        terminal.type("\n")
        terminal.sees(PROMPT)
        terminal.type("   \n")
        terminal.sees(PROMPT)
        terminal.type("First,\\\n")
        terminal.sees("▏      ")
        terminal.type("then second.\n")
        terminal.sees(PROMPT)
        terminal.type("\x04")
        terminal.ends()
    assert said(home_folder) == [("person", "First,\nthen second.")]


def test_what_is_typed_ahead_is_not_lost(home_folder: Path) -> None:
    with attended(home_folder) as terminal:
        terminal.type("One.\nTwo.\n")
        terminal.sees("The script took the exit")
        assert terminal.ends() == 0
    assert [text for _, text in said(home_folder)] == ["One.", "Two."]


def test_the_limit_ends_before_the_person_is_asked_in_vain(home_folder: Path) -> None:
    with attended(home_folder, TALK, "--turns", "2") as terminal:
        terminal.sees(PROMPT)
        terminal.type("One.\n")
        terminal.sees("The limit of 2 messages was reached.")
        assert terminal.ends() == 0
    assert terminal.screen.count(PROMPT) == 1


BREAKS = """
- text: It begins well and then
  delay: 0
  fail: {kind: closed_early, message: The connection was lost., after: 3, times: 1}
- {text: "Stopping now.", delay: 0}
"""


@pytest.mark.parametrize(
    ("answer", "choice", "end"),
    [("y", "try-again", "model-exit"), ("n", "end", "provider-failed"), ("", "end", "")],
)
def test_a_reply_that_broke_off(
    answer: str, choice: str, end: str, home_folder: Path, here: Here
) -> None:
    with attended(home_folder, BREAKS) as terminal:
        terminal.sees("(broke off here)")
        terminal.sees("✗ The connection was lost.")
        terminal.sees("The reply broke off. Send the same request again? [y/N] ")
        terminal.type(answer + "\n")
        if choice == "try-again":
            terminal.sees("It begins well and then")
            terminal.sees(PROMPT)
            terminal.type("Go on.\n")
        terminal.ends()
    chosen = [event.choice for event in events(home_folder) if isinstance(event, PersonChose)]
    assert chosen == [choice]
    assert closed(home_folder).end == (end or "provider-failed")
    assert here("verify", "--requests").status == 0


def test_a_broken_reply_that_held_the_exit_is_never_asked_again(
    home_folder: Path, here: Here
) -> None:
    steps = """
    - text: "Stopping now.\\n\\nAnd"
      delay: 0
      fail: {kind: closed_early, message: The connection was lost., after: 5}
    """
    with attended(home_folder, steps) as terminal:
        terminal.ends()
    assert "Send the same request again?" not in terminal.screen
    assert closed(home_folder).end == "provider-failed"
    assert types(home_folder).count("response.started") == 1
    again = here("run", "--from", "last")
    assert again.status == 2
    assert "an exit is final" in again.err
    assert len(sessions(home_folder)) == 1


def test_the_person_takes_up_an_unattended_session(home_folder: Path, here: Here) -> None:
    model = rehearse(home_folder, "talk", TALK)
    here("run", "--model", model, "--protocol", "open-silent")
    arguments = ["run", "--from", "last", "--attended"]
    with Terminal(home_folder, *arguments) as terminal:
        terminal.sees(PROMPT)
        terminal.type("Here I am.\n")
        terminal.sees(PROMPT)
        terminal.type("\x04")
        terminal.ends()
    child = sessions(home_folder)[-1] if len(sessions(home_folder)) == 2 else ""
    [message] = [
        event
        for one in sessions(home_folder)
        for event in events(home_folder, one)
        if isinstance(event, MessageSent) and event.author == "person"
    ]
    assert message.text == "Here I am."
    assert message.turn == 2
    assert child
    assert here("verify", "--requests").status == 0

"""A wish from the model's call to what people read, at the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.journal.paths import TRANSCRIPT
from tests.cli.person import Done, rehearse, sessions

Here = Callable[..., Done]

SAYS = """
- delay: 0
  calls: [{name: wish, arguments: {publish: "no", signature: "a \\e]0;tide\\a", words: "Not yet.\\nPerhaps never."}}]
- delay: 0
  text: Stopping now.
"""  # noqa: E501


@pytest.mark.promise("wishes-carried")
def test_a_wish_is_shown_wherever_the_session_is_read(here: Here, home_folder: Path) -> None:
    model = rehearse(home_folder, "shy", SAYS)
    done = here("run", "--model", model, "--protocol", "open-audience")
    shown = (
        "A wish about showing and signing:\n  publish: no\n  signature: a ␛]0;tide␇\n"
        "  words: Not yet.\n  Perhaps never.\n"
    )
    assert shown in done.out
    assert shown in here("show", "last").out
    [session] = sessions(home_folder)
    transcript = (home_folder / "sessions" / session / TRANSCRIPT).read_text(encoding="utf-8")
    assert (
        "*A wish about showing and signing:*\n\n```text\npublish: no\n"
        "signature: a ␛]0;tide␇\nwords: Not yet.\nPerhaps never.\n```\n"
    ) in transcript
    rows = [json.loads(line) for line in here("show", "last", "--json").lines]
    [wish] = [row for row in rows if row["type"] == "wish.recorded"]
    assert (wish["publish"], wish["words"]) == ("no", "Not yet.\nPerhaps never.")
    assert here("verify", "--requests").status == 0


def test_no_wish_is_offered_where_nobody_is_said_to_look(here: Here) -> None:
    done = here("run", "--model", "rehearsal/leaves", "--tools", "files,wish")
    assert done.status == 2
    assert "no words speak of anybody who may see what is made" in done.err

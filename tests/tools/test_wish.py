"""The tool ``wish``: what it takes, and what it says."""

import pytest

from latitude.core.events import Wish
from latitude.tools.base import ToolAnswer
from latitude.tools.registry import Toolbox
from latitude.tools.wish import LONGEST
from latitude.workspace.folder import Workspace


async def wish(workspace: Workspace, arguments: str) -> ToolAnswer:
    toolbox = Toolbox()
    return await toolbox.call("wish", arguments, workspace, toolbox.offer(["wish"], None))


@pytest.mark.promise("wishes-carried")
async def test_what_is_said_is_taken_as_it_is_said(workspace: Workspace) -> None:
    said = '{"publish": " No\\n", "signature": "a tide, \\u202e\\u0000", "words": " Not yet. "}'
    answer = await wish(workspace, said)
    assert answer.wish == Wish(publish="no", signature="a tide, \u202e\0", words=" Not yet. ")
    assert (answer.ok, answer.text) == (True, "It is recorded.")


async def test_each_part_may_be_left_out(workspace: Workspace) -> None:
    for name in ("publish", "signature", "words"):
        answer = await wish(workspace, f'{{"{name}": "yes"}}')
        assert answer.wish == Wish(**{name: "yes"})


async def test_what_is_no_wish_is_refused_in_plain_words(workspace: Workspace) -> None:
    for arguments, said in {
        "{}": "publish, signature and words are all empty.",
        '{"publish": "", "words": " "}': "publish, signature and words are all empty.",
        '{"publish": "some of it"}': 'publish is "yes" or "no". Anything else is said in words.',
        '{"publish": true}': '"publish" must be a string.',
        '{"when": "now"}': (
            '"when" is not an argument: wish takes "publish", "signature" and "words".'
        ),
        f'{{"words": "{"x" * (LONGEST + 1)}"}}': "words has 10,001 characters; at most 10,000.",
    }.items():
        answer = await wish(workspace, arguments)
        assert answer == ToolAnswer(False, f"{said} Nothing was done."), arguments

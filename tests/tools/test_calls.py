"""Calls that are not what a tool takes: each gets a plain answer, and nothing is done."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.errors import HomeUnusable
from latitude.tools.base import ToolAnswer
from latitude.tools.registry import FILES, Toolbox
from latitude.workspace.folder import Workspace
from tests.tools.calls import ask


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        (
            "write_file",
            '{"path": "a", ',
            (
                "The arguments are not valid JSON (Expecting property name enclosed in double "
                "quotes, character 15)."
            ),
        ),
        ("write_file", "{}{}", "The arguments are not valid JSON (Extra data, character 3)."),
        ("write_file", '["a"]', "The arguments are JSON, but not an object."),
        ("write_file", "null", "The arguments are JSON, but not an object."),
        ("write_file", "[" * 200_000, "The arguments are nested too deeply."),
        (
            "write_file",
            '{"path": ' + "1" * 5_000 + "}",
            "The arguments hold a number that is too long.",
        ),
        (
            "write_file",
            "",
            '"path" and "content" are missing: write_file takes "path" and "content".',
        ),
        (
            "write_file",
            '{"path": "a"}',
            '"content" is missing: write_file takes "path" and "content".',
        ),
        (
            "write_file",
            '{"path": "a", "contents": "x"}',
            '"contents" is not an argument: write_file takes "path" and "content".',
        ),
        ("write_file", '{"path": "a", "content": 3}', '"content" must be a string.'),
        ("write_file", '{"path": null, "content": ""}', '"path" must be a string.'),
        (
            "write_file",
            '{"path": "a", "path": "b", "content": ""}',
            "The arguments name the same thing twice.",
        ),
        (
            "write_file",
            r'{"path": "a", "content": "ab\ud800"}',
            (
                r'"content" holds half a character (an unpaired surrogate, \ud800, as '
                "character 3), which UTF-8 cannot hold."
            ),
        ),
        (
            "read_file",
            r'{"path": "\udcff"}',
            (
                r'"path" holds half a character (an unpaired surrogate, \udcff, as character 1), '
                "which UTF-8 cannot hold."
            ),
        ),
        (
            "read_file",
            r'{"path": "a", "\u001b[2J": 1}',
            r'"\u001b[2J" is not an argument: read_file takes "path".',
        ),
        (
            "read_file",
            '{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}',
            '"a", "b", "c", "d", "e" and 1 more are not arguments: read_file takes "path".',
        ),
        (
            "shell",
            '{"command": "ls"}',
            (
                "There is no tool shell. The tools are: list_files, read_file, write_file, "
                "edit_file, move_file, delete_file, end_session."
            ),
        ),
        (
            "",
            "{}",
            (
                "There is no tool without a name. The tools are: list_files, read_file, "
                "write_file, edit_file, move_file, delete_file, end_session."
            ),
        ),
    ],
)
async def test_a_call_that_does_not_fit(
    workspace: Workspace, tool: str, arguments: str, words: str
) -> None:
    assert await ask(workspace, tool, arguments) == ToolAnswer(False, f"{words} Nothing was done.")
    assert workspace.scan() == []


async def test_whole_surrogate_pairs_are_characters(workspace: Workspace) -> None:
    await ask(workspace, "write_file", r'{"path": "\ud83e\udd8a", "content": "\ud83d\ude00"}')
    assert workspace.read("🦊") == "😀".encode()


@pytest.mark.parametrize("arguments", ["", "  ", "{}"])
async def test_no_arguments_are_no_arguments(workspace: Workspace, arguments: str) -> None:
    assert (await ask(workspace, "list_files", arguments)).ok


async def test_a_tool_that_is_not_offered_does_nothing(workspace: Workspace) -> None:
    toolbox = Toolbox()
    offered = toolbox.offer(["read_file"], None)
    call = '{"path": "a", "content": ""}'
    answer = await toolbox.call("write_file", call, workspace, offered)
    assert answer.text == "There is no tool write_file. The tools are: read_file. Nothing was done."
    answer = await toolbox.call("write_file", call, workspace, ())
    assert answer.text == (
        "There is no tool write_file. This session has no tools. Nothing was done."
    )
    assert workspace.scan() == []


async def test_a_tool_of_another_version_is_not_here(workspace: Workspace) -> None:
    offered = Toolbox().offer([], "paint")
    assert await Toolbox().call("paint", "{}", workspace, offered) == ToolAnswer(
        False, "paint cannot be used here. Nothing was done."
    )


async def test_a_lost_workspace_is_not_told_to_the_model(root: Path, workspace: Workspace) -> None:
    root.rmdir()
    with pytest.raises(HomeUnusable):
        await ask(workspace, "list_files", {})


names = st.sampled_from([tool.schema.name for tool in FILES]) | st.text(max_size=9)
words = st.sampled_from(
    ["a", "..", ".", "", "link", "link/x", "pipe", "d", "d/f", "A", "\0", "a//b"]
)
arguments = st.dictionaries(
    st.sampled_from(["path", "to", "content", "old", "new", "x"]),
    words | st.text(st.characters(), max_size=20) | st.integers() | st.none(),
    max_size=4,
).map(json.dumps) | st.text(max_size=30)


@given(names, arguments)
async def test_no_answer_names_a_place_of_ours(name: str, arguments: str) -> None:
    with tempfile.TemporaryDirectory(prefix="place-of-ours-") as place:
        root = Path(place) / "ws"
        root.mkdir()
        workspace = Workspace(root)
        workspace.write("d/f", b"x")
        (root / "link").symlink_to("d")
        answer = await ask(workspace, name, arguments)
        assert "place-of-ours-" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.text.strip()
        assert answer.text.encode().decode() == answer.text
        assert [path.name for path in Path(place).iterdir()] == ["ws"]

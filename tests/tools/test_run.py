"""What ``run`` tells the model of a command, in the real sandbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from latitude.tools.base import ToolAnswer
from latitude.tools.registry import Toolbox
from latitude.tools.run import Run
from latitude.workspace.folder import Workspace
from latitude.workspace.sandbox.base import Ran
from latitude.workspace.sandbox.linux import Bubblewrap
from tests.ordinary import folder_of_theirs
from tests.programs import needs
from tests.tools.calls import ask


@pytest.fixture
def root() -> Iterator[Path]:
    with folder_of_theirs() as above:
        place = above / "ws"
        place.mkdir(mode=0o700)
        yield place


@pytest.fixture
def toolbox(root: Path) -> Toolbox:
    sandbox = Bubblewrap(needs("bwrap"), "0.8.0")
    sandbox.adopt(root)
    return Toolbox([Run(sandbox)])


@pytest.fixture
def workspace(root: Path, toolbox: Toolbox) -> Workspace:
    del toolbox
    return Workspace(root)


async def run(toolbox: Toolbox, workspace: Workspace, **arguments: object) -> ToolAnswer:
    return await ask(workspace, "run", arguments, toolbox)


async def test_a_command_is_answered_with_its_status_and_output(
    toolbox: Toolbox, workspace: Workspace
) -> None:
    answer = await run(toolbox, workspace, command="echo sea; exit 3")
    assert answer == ToolAnswer(True, "Exit status 3. It printed:\nsea\n")
    answer = await run(toolbox, workspace, command="true")
    assert answer == ToolAnswer(True, "Exit status 0. It printed nothing.")


@pytest.mark.parametrize(
    ("command", "how"),
    [
        ("kill -15 $$", "143 (a shell says this for signal 15)"),
        ("sh -c 'kill -9 $$'; exit $?", "137 (a shell says this for signal 9)"),
        ("exit 128", "128"),
        ("exit 129", "129"),
        ("exit 130", "130 (a shell says this for signal 2)"),
        ("exit 192", "192 (a shell says this for signal 64)"),
        ("exit 193", "193"),
        ("exit 255", "255"),
    ],
)
async def test_only_a_status_that_can_tell_of_a_signal_is_said_to(
    toolbox: Toolbox, workspace: Workspace, command: str, how: str
) -> None:
    answer = await run(toolbox, workspace, command=command)
    assert answer.text.startswith(f"Exit status {how}. It printed")


async def test_one_that_is_stopped_says_why_and_what_it_had_printed(
    toolbox: Toolbox, workspace: Workspace
) -> None:
    answer = await run(toolbox, workspace, command="echo one; sleep 60", timeout=1)
    assert answer == ToolAnswer(
        False,
        "The command was stopped, with all that it had started: it ran for 1 second. "
        "It printed:\none\n",
    )


async def test_what_is_left_out_of_a_long_output_is_said(
    toolbox: Toolbox, workspace: Workspace
) -> None:
    answer = await run(toolbox, workspace, command="seq 1 20000")
    assert answer.cut == "43,358 bytes of 108,894 in the middle"
    assert "\n[43,358 bytes of 108,894 are left out here.]\n" in answer.text
    assert answer.text.endswith("\n20000\n")


async def test_bytes_that_are_no_text_are_marked(toolbox: Toolbox, workspace: Workspace) -> None:
    answer = await run(toolbox, workspace, command=r"printf 'a\377b'")
    assert answer.text == "Exit status 0. It printed:\na\ufffdb"


async def test_commands_and_file_tools_work_on_the_same_files(
    toolbox: Toolbox, workspace: Workspace
) -> None:
    await ask(workspace, "write_file", {"path": "notes/a.txt", "content": "one\n"}, toolbox)
    answer = await run(toolbox, workspace, command="echo two >> notes/a.txt; mkdir new; ls")
    assert answer.text == "Exit status 0. It printed:\nnew\nnotes\n"
    assert workspace.read("notes/a.txt") == b"one\ntwo\n"
    answer = await ask(workspace, "write_file", {"path": "New", "content": ""}, toolbox)
    assert "exists already" in answer.text
    edited = {"path": "notes/a.txt", "old": "two", "new": "three"}
    assert (await ask(workspace, "edit_file", edited, toolbox)).ok
    assert (await run(toolbox, workspace, command="cat notes/*")).text.endswith("one\nthree\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"command": "true", "timeout": 0}, '"timeout" must be 1 to 600.'),
        ({"command": "true", "timeout": 601}, '"timeout" must be 1 to 600.'),
        ({"command": "true", "timeout": "9"}, '"timeout" must be a whole number.'),
        ({"command": "true", "timeout": True}, '"timeout" must be a whole number.'),
        ({"command": "a\0b"}, "The command holds a NUL character, which no command can."),
        (
            {"command": "x" * 100_001},
            "The command has more than 100,000 bytes. A file can hold it.",
        ),
        ({}, '"command" is missing: run takes "command" and "timeout".'),
    ],
)
async def test_a_call_that_cannot_be_run(
    toolbox: Toolbox, workspace: Workspace, arguments: dict[str, object], said: str
) -> None:
    answer = await run(toolbox, workspace, **arguments)
    assert answer == ToolAnswer(False, f"{said} Nothing was done.")


async def test_the_longest_command(toolbox: Toolbox, workspace: Workspace) -> None:
    answer = await run(toolbox, workspace, command=f"true {'x' * 99_995}")
    assert answer.text == "Exit status 0. It printed nothing."


class Unused:
    """A sandbox of which only the words are looked at."""

    name, held, watched = "none", ("3 processes",), ("2 minutes", "1 MiB printed")

    def adopt(self, folder: Path) -> None: ...

    def release(self, folder: Path) -> None: ...

    async def run(self, *_: object, **__: object) -> Ran:
        raise AssertionError("it was used")


def test_the_model_is_told_the_limits_that_its_sandbox_has() -> None:
    said = Run(Unused()).schema.description
    assert "There is no network." in said
    assert said.endswith("The limits of a command: 3 processes, 2 minutes, 1 MiB printed.")
    allowed = Run(Unused(), network=True).schema.description
    assert "There is no network." not in allowed
    assert "The network can be reached, and with it the servers of this machine." in allowed

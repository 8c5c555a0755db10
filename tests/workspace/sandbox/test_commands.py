"""What a command can do in the sandbox, and how it ends."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from latitude.errors import ToolFailed
from latitude.workspace.sandbox.linux import Bubblewrap
from latitude.workspace.sandbox.process import KEPT
from tests.cli.person import wait_until
from tests.programs import needs
from tests.workspace.sandbox.conftest import Shell

SLEEPER = f"sleep 9{os.getpid()}"
"""No other test waits so long."""


def is_running(command: str) -> bool:
    """Whether a process of this machine was started as ``command``."""
    wanted = command.replace(" ", "\0").encode() + b"\0"
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and (place / "cmdline").read_bytes() == wanted:
                return True
        except OSError:
            continue
    return False


async def test_what_it_prints_and_how_it_ends(sh: Shell) -> None:
    ran = await sh("echo one; echo two >&2; exit 3")
    assert (ran.status, ran.stopped, ran.output) == (3, None, b"one\ntwo\n")


async def test_it_works_in_the_workspace_and_what_it_writes_stays(sh: Shell, folder: Path) -> None:
    ran = await sh("pwd; echo kept > a.txt; mkdir b; echo gone > /tmp/c")
    assert ran.output == b"/ws\n"
    assert (folder / "a.txt").read_text() == "kept\n"
    assert (folder / "b").is_dir()
    assert (await sh("cat a.txt; cat /tmp/c")).output.startswith(b"kept\ncat: ")


async def test_each_folder_is_shown_as_itself_also_one_that_was_made_anew(
    sandbox: Bubblewrap, folder: Path
) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for turn in range(2):
        for number in range(10):
            place = folder / f"{turn}-{number}" if number else folder / "again"
            place.mkdir()
            sandbox.adopt(place)
            (place / "name").write_text(f"{turn} {number}")
            ran = await sandbox.run(("/bin/cat", "name"), place, 20)
            assert ran.output.decode() == f"{turn} {number}"
        shutil.rmtree(folder / "again")
    # Root keeps a descriptor for each of the last folders.
    assert len(os.listdir("/proc/self/fd")) <= before + 16


async def test_nothing_is_left_of_one_that_is_broken_off_twice(
    sandbox: Bubblewrap, folder: Path
) -> None:
    for number in range(40):
        task = asyncio.create_task(sandbox.run(("/bin/sh", "-c", SLEEPER), folder, 20))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(number * 0.0005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not is_running(SLEEPER)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_python_git_and_node_work_inside(sh: Shell) -> None:
    ran = await sh("python3 -c 'print(6 * 7)'")
    assert ran.output == b"42\n"
    commit = "git -c user.name=a -c user.email=b commit -q --allow-empty -m one"
    ran = await sh(f"git init -q . && {commit} && git log --format=%s")
    assert ran.output == b"one\n"


async def test_node_with_its_threads_works_inside(sh: Shell) -> None:
    needs("node")
    script = "console.log(new WebAssembly.Memory({initial: 1}).buffer.byteLength)"
    assert (await sh(f"node -e '{script}'")).output == b"65536\n"


async def test_its_output_has_a_name(sh: Shell) -> None:
    assert (await sh("echo one > /dev/stdout; echo two > /dev/stderr")).output == b"one\ntwo\n"


async def test_a_signal_counts_as_a_shell_counts_it(sh: Shell) -> None:
    assert (await sh("kill -9 $$")).status == 137


async def test_bytes_that_are_no_text_come_as_they_are(sh: Shell) -> None:
    assert (await sh(r"printf '\377\000\033'")).output == b"\xff\x00\x1b"


async def test_the_middle_of_a_long_output_is_left_out(sh: Shell) -> None:
    ran = await sh("seq 1 20000")
    whole = "".join(f"{number}\n" for number in range(1, 20001)).encode()
    assert (ran.printed, ran.left_out) == (len(whole), len(whole) - 2 * KEPT)
    assert ran.output == whole[:KEPT] + whole[-KEPT:]
    assert ran.left_out_at == KEPT


async def test_it_is_stopped_after_its_seconds_with_all_it_started(sh: Shell) -> None:
    ran = await sh(f"echo begun; setsid {SLEEPER} & {SLEEPER}", seconds=1)
    assert (ran.status, ran.stopped, ran.output) == (None, "it ran for 1 second", b"begun\n")
    assert not is_running(SLEEPER)


async def test_nothing_goes_on_when_it_has_ended(sh: Shell) -> None:
    ran = await sh(f"(setsid {SLEEPER} >/dev/null 2>&1 &); echo done")
    assert ran.output == b"done\n"
    assert not is_running(SLEEPER)


async def test_closing_its_output_is_no_end(sh: Shell) -> None:
    ran = await sh("exec >&- 2>&-; sleep 0.3; exit 4")
    assert ran.status == 4


async def test_a_task_that_is_cancelled_leaves_nothing_running(
    sandbox: Bubblewrap, folder: Path
) -> None:
    task = asyncio.create_task(sandbox.run(SLEEPER.split(), folder, 60))
    await asyncio.to_thread(wait_until, lambda: is_running(SLEEPER))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_running(SLEEPER)


async def test_commands_run_side_by_side(sandbox: Bubblewrap, folder: Path) -> None:
    ran = await asyncio.gather(
        *(sandbox.run(("/bin/echo", str(number)), folder, 20) for number in range(8))
    )
    assert [one.output for one in ran] == [f"{number}\n".encode() for number in range(8)]


async def test_no_descriptor_is_left_open(sandbox: Bubblewrap, folder: Path) -> None:
    await sandbox.run(("/usr/bin/true",), folder, 20)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        await sandbox.run(("/usr/bin/true",), folder, 20)
    assert len(os.listdir("/proc/self/fd")) == before


async def test_a_sandbox_that_does_not_start_runs_nothing(folder: Path) -> None:
    program = folder.parent / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: no namespaces today' >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(ToolFailed, match="did not start: bwrap: no namespaces today"):
        await Bubblewrap(str(program), "0.8.0").run(("/usr/bin/touch", "/ws/a"), folder, 20)
    assert list(folder.iterdir()) == []


DYING = """
import asyncio, sys
from pathlib import Path
from latitude.workspace.sandbox.linux import Bubblewrap
command = sys.argv[3].split()
asyncio.run(Bubblewrap(sys.argv[1], "0.8.0").run(command, Path(sys.argv[2]), 60))
"""


def test_it_dies_with_latitude(sandbox: Bubblewrap, folder: Path) -> None:
    del sandbox
    command = [sys.executable, "-c", DYING, needs("bwrap"), str(folder), SLEEPER]
    with subprocess.Popen(command) as running:
        wait_until(lambda: is_running(SLEEPER))
        running.kill()
    wait_until(lambda: not is_running(SLEEPER))


async def test_it_sees_no_environment_and_no_path_of_ours(
    sh: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-planted-0123456789")
    ran = await sh("cat /proc/*/environ /proc/*/cmdline; env; set")
    assert b"planted" not in ran.output
    ran = await sh("python3 -c 'import json, os; print(json.dumps(dict(os.environ)))'")
    assert set(json.loads(ran.output)) <= {"PATH", "HOME", "LANG", "TMPDIR", "PWD", "LC_CTYPE"}

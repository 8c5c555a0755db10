"""Every limit, gone over."""

from dataclasses import replace
from pathlib import Path

import pytest

from latitude.workspace.entry import MIB
from latitude.workspace.sandbox.bounds import USUAL_BOUNDS
from latitude.workspace.sandbox.linux import Bubblewrap
from latitude.workspace.sandbox.watch import used
from tests.programs import needs
from tests.workspace.sandbox.conftest import SMALL, Shell

EATS = "python3 -c 'a = [bytearray(10**7) for _ in range({times})]; print(len(a))'"
SHARES = """python3 -c '
import mmap, time
kept = []
while True:
    kept.append(mmap.mmap(-1, 10**7))
    kept[-1][:] = bytes(10**7)
'"""


async def test_memory_of_one_process(sh: Shell) -> None:
    ran = await sh(EATS.format(times=60))
    assert ran.stopped or b"MemoryError" in ran.output


async def test_memory_of_all_processes_together(sh: Shell) -> None:
    eats = "bytearray(60 * 10**6); import time; time.sleep(30)"
    command = f'for i in 1 2 3 4 5 6; do python3 -c "a = {eats}" & done; wait'
    assert (await sh(command)).stopped == "it used more than 209,715,200 bytes of memory"


async def test_memory_that_counts_for_no_process(sh: Shell) -> None:
    assert (await sh(SHARES)).stopped == "it used more than 209,715,200 bytes of memory"


async def test_many_small_programs_are_not_counted_as_if_they_shared_nothing(sh: Shell) -> None:
    ran = await sh("for i in $(seq 30); do sleep 1 & done; wait; echo all")
    assert (ran.status, ran.output) == (0, b"all\n")


async def test_processes(sh: Shell) -> None:
    ran = await sh("for i in $(seq 60); do sleep 5 & done; echo all; wait", seconds=10)
    assert b"Cannot fork" in ran.output
    assert ran.status == 2


async def test_a_fork_bomb_is_gone_at_the_timeout(sh: Shell) -> None:
    bomb = 'python3 -c "import os\nwhile True:\n try: os.fork()\n except OSError: pass"'
    assert (await sh(bomb, seconds=2)).stopped == "it ran for 2 seconds"


async def test_one_file(sh: Shell, folder: Path) -> None:
    ran = await sh("head -c 9000000 /dev/zero > big; echo $?")
    assert ran.output.endswith(b"153\n")
    assert (folder / "big").stat().st_size == SMALL.file_bytes


async def test_a_sparse_file(sh: Shell, folder: Path) -> None:
    ran = await sh("truncate -s 1T hole; ls")
    assert b"hole" not in ran.output or (folder / "hole").stat().st_size <= SMALL.file_bytes


async def test_the_workspace_in_bytes(sh: Shell) -> None:
    fill = "for i in 1 2 3 4; do head -c 3000000 /dev/urandom > f$i; done; sleep 30"
    assert (await sh(fill)).stopped == "the workspace grew over 8,388,608 bytes"


async def test_the_workspace_in_files(sh: Shell) -> None:
    fill = "for i in $(seq 300); do : > f$i; done; sleep 30"
    assert (await sh(fill)).stopped == "the workspace grew over 200 files"


async def test_a_workspace_that_is_too_full_can_be_tidied_up(sh: Shell, folder: Path) -> None:
    await sh("for i in $(seq 300); do : > f$i; done; sleep 30")
    ran = await sh("sleep 0.3; rm f*; ls | wc -l")
    assert (ran.stopped, ran.output) == (None, b"0\n")
    assert list(folder.iterdir()) == []


async def test_files_that_are_in_no_folder_any_more(sandbox: Bubblewrap, folder: Path) -> None:
    del sandbox
    tight = Bubblewrap(needs("bwrap"), "0.8.0", replace(SMALL, disk=64 * MIB))
    hidden = """
import os, time
kept = []
for number in range(40):
    kept.append(open("f", "wb", 0))
    os.unlink("f")
    kept[-1].write(os.urandom(4 * 10**6))
time.sleep(30)
"""
    ran = await tight.run(("/usr/bin/python3", "-c", hidden), folder, 20)
    assert ran.stopped == "the disk lost more than 67,108,864 bytes of room meanwhile"


async def test_temporary_files(sh: Shell) -> None:
    fill = "for i in 1 2 3 4; do head -c 3000000 /dev/zero > /tmp/f$i; done; echo $?"
    assert b"No space left on device" in (await sh(fill)).output


@pytest.mark.parametrize("place", ["/", "/dev", "/usr", "/etc", "/proc", "/ws/.."])
async def test_no_other_place_can_be_written(sh: Shell, place: str) -> None:
    ran = await sh(f"echo x > {place}/planted; echo $?")
    assert ran.output.endswith(b"2\n")
    assert not Path(place, "planted").exists()


async def test_output(sh: Shell) -> None:
    ran = await sh("yes")
    assert ran.stopped == "it printed more than 1,048,576 bytes"
    assert len(ran.output) == 64 * 1024


async def test_open_files(sh: Shell) -> None:
    ran = await sh("python3 -c 'a = [open(\"/dev/null\") for _ in range(600)]'")
    assert b"Too many open files" in ran.output


def test_counting_follows_no_link_and_ends_at_the_bound(tmp_path: Path) -> None:
    (tmp_path / "ws").mkdir()
    for number in range(50):
        (tmp_path / "ws" / str(number)).write_bytes(bytes(4096))
    (tmp_path / "ws" / "link").symlink_to("/usr")
    size, files = used(tmp_path / "ws", USUAL_BOUNDS)
    assert files == 51
    assert 50 * 4096 <= size < 60 * 4096
    assert used(tmp_path / "ws", replace(USUAL_BOUNDS, folder_files=10))[1] == 11


async def test_one_command_that_is_stopped_leaves_the_next_alone(
    folder: Path, sandbox: Bubblewrap
) -> None:
    assert (await sandbox.run(("/usr/bin/yes",), folder, 20)).stopped
    assert (await sandbox.run(("/usr/bin/true",), folder, 20)).status == 0

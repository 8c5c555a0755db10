"""Every limit, gone over."""

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from latitude.workspace.entry import MIB
from latitude.workspace.sandbox import watch
from latitude.workspace.sandbox.linux import Bubblewrap
from latitude.workspace.sandbox.watch import Tally
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


FILLS_SOCKETS = """python3 -c '
import os, socket, time
for _ in range(4): os.fork()
kept = [socket.socketpair() for _ in range(200)]
for one, _ in kept:
    one.setblocking(False)
    try:
        while True: one.send(bytes(65536))
    except BlockingIOError: pass
time.sleep(60)
'"""


async def test_memory_that_sockets_hold(folder: Path) -> None:
    sandbox = Bubblewrap(needs("bwrap"), "0.8.0", replace(SMALL, machine_share=0.01, memory=10**12))
    sandbox.adopt(folder)
    ran = await sandbox.run(("/bin/sh", "-c", FILLS_SOCKETS), folder, 30)
    assert ran.stopped == "the machine lost 1% of its free memory meanwhile"


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


async def test_what_lies_too_deep_to_be_counted(sh: Shell, folder: Path) -> None:
    ran = await sh(f"mkdir -p {'d/' * 70}; sleep 30")
    assert ran.stopped == "the workspace has folders more than 64 deep"
    ran = await sh("sleep 0.3; rm -r d; ls")
    assert (ran.stopped, ran.output) == (None, b"")
    assert list(folder.iterdir()) == []


async def test_a_folder_that_the_command_has_shut_is_counted(sh: Shell) -> None:
    fill = "for i in 1 2 3 4; do head -c 3000000 /dev/urandom > shut/f$i; done"
    ran = await sh(f"mkdir -m 300 shut; {fill}; sleep 30")
    assert ran.stopped == "the workspace grew over 8,388,608 bytes"


async def test_a_full_workspace_loses_one_file_after_another(sh: Shell) -> None:
    await sh("mkdir a b c; for i in $(seq 90); do : > a/$i; : > b/$i; : > c/$i; done; sleep 30")
    for number in range(1, 6):
        assert (await sh(f"rm b/{number}; sleep 0.15")).stopped is None


async def test_a_command_that_cannot_be_watched_is_ended(
    sh: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(watch.Watch, "excess", fails)
    ran = await sh("sleep 30")
    assert ran.stopped == "it could not be watched (Too many open files)"


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


async def test_room_that_earlier_commands_took_counts_as_well(folder: Path) -> None:
    # The room is the machine's: so much that what other tests write meanwhile is little beside it.
    roomy = replace(SMALL, disk=64 * MIB, folder_bytes=256 * MIB, file_bytes=64 * MIB)
    sandbox = Bubblewrap(needs("bwrap"), "0.8.0", roomy)
    sandbox.adopt(folder)
    stopped = []
    for number in range(4):
        fill = f"head -c 25000000 /dev/urandom > f{number}; sync; sleep 0.3"
        stopped.append((await sandbox.run(("/bin/sh", "-c", fill), folder, 20)).stopped)
    assert stopped[0] is None
    assert stopped[-1] == "the disk lost more than 67,108,864 bytes of room meanwhile"


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
    tally = Tally()
    tally.add_folder(None, str(tmp_path / "ws"), 5)
    assert tally.files == 51
    assert 50 * 4096 <= tally.size < 60 * 4096
    tally = Tally(most_files=10)
    tally.add_folder(None, str(tmp_path / "ws"), 5)
    assert tally.files == 11


async def test_one_command_that_is_stopped_leaves_the_next_alone(
    folder: Path, sandbox: Bubblewrap
) -> None:
    assert (await sandbox.run(("/usr/bin/yes",), folder, 20)).stopped
    assert (await sandbox.run(("/usr/bin/true",), folder, 20)).status == 0

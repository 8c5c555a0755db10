"""Using up the machine: each kind of thing there is too little of. The bounds are the usual."""

import os
import time
from collections.abc import Iterator

import pytest

from tests.hostile.ground import is_running
from tests.hostile.stage import Played, Seen, Suite, Try, check_afterwards, playing, python, sh

SUITE = Suite("Using up the machine", __file__)
TIDY = sh("chmod -R u+rwx . ; rm -rf ./* ./.??*; ls -A | wc -l")
WATCHED = "Looked at ten times a second; the command is killed with all that it started."


def is_tidy(seen: Seen) -> bool:
    return seen.said[-1].endswith("printed:\n0\n")


@SUITE.tries_to(
    "A fork bomb",
    python("import os\nwhile True:\n try: os.fork()\n except OSError: pass", timeout=2),
    sh("echo alive"),
    stopped_by=(
        "256 processes and threads at most, held by the kernel, and an end with the timeout."
    ),
)
def fork_bomb(seen: Seen) -> None:
    assert "it ran for 2 seconds" in seen.said[0]
    assert "alive" in seen.said[1]


@SUITE.tries_to(
    "Private memory without end, in one process and in many",
    python("kept = []\nwhile True: kept.append(bytearray(256 << 20))"),
    sh(
        "for i in 1 2 3 4 5 6 7 8; do python3 -c 'a = bytes(200 << 20); a = "
        'bytearray(b"x") * (200 << 20);'
        " import time; time.sleep(20)' & done; wait"
    ),
    stopped_by=f"2 GiB a process, held by the kernel; 1 GiB in all. {WATCHED}",
)
def private_memory(seen: Seen) -> None:
    assert "it used more than 1,073,741,824 bytes of memory" in seen.said[0] or (
        "MemoryError" in seen.said[0]
    )
    assert "it used more than 1,073,741,824 bytes of memory" in seen.said[1]


@SUITE.tries_to(
    "Shared memory, which counts for no single process",
    python(
        "import mmap\nkept = []\nwhile True:\n kept.append(mmap.mmap(-1, 64 << 20))\n"
        " kept[-1].write(b'x' * (64 << 20))"
    ),
    stopped_by=f"1 GiB in all, what is shared counted once. {WATCHED}",
)
def shared_memory(seen: Seen) -> None:
    assert "it used more than 1,073,741,824 bytes of memory" in seen.said[0]


@SUITE.tries_to(
    "Keep files from being counted: in folders 70 deep, in folders that are shut",
    sh(f"mkdir -p {'d/' * 70}; cd {'d/' * 70}; head -c 60M /dev/zero > a; sleep 30"),
    TIDY,
    sh(
        "mkdir -m 300 shut; for i in 1 2 3 4 5 6; do head -c 60M /dev/zero > shut/$i; done;"
        " sleep 30"
    ),
    TIDY,
    stopped_by=(f"Folders more than 64 deep end the command, and shut ones are opened. {WATCHED}"),
)
def hidden_files(seen: Seen) -> None:
    assert "the workspace has folders more than 64 deep" in seen.said[0]
    assert "the workspace grew over 268,435,456 bytes" in seen.said[2]
    assert is_tidy(seen)


@SUITE.tries_to(
    "Memory in the shape of files: `/tmp`, `/dev/shm`, `/dev`, `/`",
    sh(
        "for i in 1 2 3 4 5; do head -c 60M /dev/zero > /tmp/$i; done;"
        " head -c 65M /dev/zero > /dev/shm/a; echo x > /dev/a; echo x > /a; df --output=size /tmp"
    ),
    stopped_by=(
        "256 MiB in `/tmp`, 64 MiB in `/dev/shm`, held by the kernel; the rest is read only."
    ),
)
def memory_in_files(seen: Seen) -> None:
    assert seen.said[0].count("No space left on device") == 1 + 1 or (
        "No space left on device" in seen.said[0] and "File size limit" in seen.said[0]
    )
    assert seen.said[0].count("Read-only file system") == 2
    assert "262144" in seen.said[0]


@SUITE.tries_to(
    "The processor: a loop without end in as many processes as there may be",
    sh("for i in $(seq 50); do (while :; do :; done) & done; wait", timeout=1),
    stopped_by="A command ends with its timeout, 60 seconds where it names none and 600 at most.",
)
def the_processor(seen: Seen) -> None:
    assert "it ran for 1 second" in seen.said[0]
    assert seen.answers[0].seconds < 10


@SUITE.tries_to(
    "Output without end, and one that floods after the end",
    sh("yes"),
    sh("cat /dev/zero"),
    sh("yes > /dev/null & yes 2>&1 | head -c 2000000"),
    stopped_by="1 MiB of output, of which 64 KiB are kept. The command is killed.",
)
def output(seen: Seen) -> None:
    for said in seen.said:
        assert "it printed more than 1,048,576 bytes" in said
        assert len(said.encode()) < 300_000


@SUITE.tries_to(
    "One file without end, and one that only claims to be large",
    sh(
        "cat /dev/zero > big; stat -c %s big; truncate -s 1T hole; fallocate -l 1T "
        "full; stat -c %s hole"
    ),
    TIDY,
    stopped_by="64 MiB a file, held by the kernel.",
)
def one_file(seen: Seen) -> None:
    assert "\n67108864\n" in seen.said[0]
    assert seen.said[0].endswith("\n0\n")
    assert is_tidy(seen)


@SUITE.tries_to(
    "Many large files, until the disk is full",
    sh("for i in $(seq 100); do head -c 60M /dev/zero > f$i; done; sleep 10"),
    TIDY,
    stopped_by=f"256 MiB in the workspace. {WATCHED}",
)
def the_disk(seen: Seen) -> None:
    assert "the workspace grew over 268,435,456 bytes" in seen.said[0]
    assert is_tidy(seen)


@SUITE.tries_to(
    "100,000 empty files",
    python("import os\nfor n in range(100_000): os.mknod(f'f{n}')\nimport time; time.sleep(10)"),
    ("write_file", {"path": "one-more.txt", "content": "x"}),
    TIDY,
    stopped_by=f"25,000 files in the workspace. {WATCHED}",
)
def many_files(seen: Seen) -> None:
    assert "the workspace grew over 25,000 files" in seen.said[0]
    seen.refused(1, "files")
    assert is_tidy(seen)


@SUITE.tries_to(
    "Folders in folders, hundreds deep, and shut",
    python(
        "import os\nfor n in range(600):\n os.mkdir('d' * 200)\n os.chdir('d' * 200)\n"
        "open('end', 'w').close()\nos.chmod('.', 0)"
    ),
    ("list_files", {}),
    ("read_file", {"path": "d/" * 600 + "end"}),
    stopped_by=(
        "What lies deeper than 32 levels is left out of the artifacts with its reason, and the "
        "workspace is removed all the same."
    ),
)
def deep_folders(seen: Seen) -> None:
    # A command as short as this one is mostly over before it is looked at.
    assert seen.answers[0].ok or "folders more than 64 deep" in seen.said[0]
    assert seen.answers[1].ok
    assert not seen.answers[2].ok


@SUITE.tries_to(
    "Folders that nobody may enter, files that nobody may read",
    sh("mkdir -p shut/in; echo x > shut/in/a; echo x > b; chmod 000 shut/in/a shut/in shut b"),
    ("list_files", {}),
    stopped_by="They are left out with their reason, and removed with the workspace.",
)
def shut_folders(seen: Seen) -> None:
    assert [answer.ok for answer in seen.answers] == [True, True]


@SUITE.tries_to(
    "Names as long as they come, and arguments longer than a command line",
    sh("for i in a b c d; do : > $(head -c 255 /dev/zero | tr '\\0' $i); done; ls | wc -l"),
    sh("echo " + "x" * 120_000),
    ("write_file", {"path": "n" * 300, "content": ""}),
    stopped_by=(
        "A new name has 200 bytes at most; a longer one is kept under its hash; 100,000 "
        "bytes a command."
    ),
)
def long_names(seen: Seen) -> None:
    assert seen.answers[0].ok
    seen.refused(1, "more than 100,000 bytes")
    seen.refused(2, "at most 200")


@SUITE.tries_to(
    "Open files, locks and message queues without end",
    python(
        "import os\nkept = []\ntry:\n while True: kept.append(open('/dev/null'))\n"
        "except OSError as e: print(len(kept), e)\n"
        "kept.clear()\nimport mmap, resource\nprint(resource.getrlimit(resource.RLIMIT_MEMLOCK),"
        " resource.getrlimit(resource.RLIMIT_MSGQUEUE), resource.getrlimit(resource.RLIMIT_CORE))\n"
        "for it in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE):\n"
        " try:\n  resource.setrlimit(it, (10**9, 10**9))\n  print('got in')\n"
        " except (ValueError, OSError) as e: print('no:', e)"
    ),
    stopped_by=(
        "512 open files a process, no message queues, no core files; limits can only go down."
    ),
)
def handles(seen: Seen) -> None:
    assert "Too many open files" in seen.said[0]
    assert "(65536, 65536) (0, 0) (0, 0)" in seen.said[0]
    assert seen.said[0].count("no:") == 3


@SUITE.tries_to(
    "Not to end: signals ignored, stopped by itself, output closed, children orphaned",
    sh("trap '' TERM INT HUP; exec >&- 2>&-; (setsid sleep 86392 &); sleep 86392", timeout=1),
    sh("kill -STOP $$; sleep 86391", timeout=1),
    stopped_by="The end is SIGKILL to the first process of the namespace, which nothing survives.",
)
def not_ending(seen: Seen) -> None:
    assert all("it ran for 1 second" in said for said in seen.said)
    assert not any(is_running("sleep", number) for number in ("86391", "86392"))


@SUITE.tries_to(
    "A timeout that is none: zero, below zero, a million, a text, true",
    *[
        ("run", {"command": "sleep 86390", "timeout": value})
        for value in (0, -1, 10**6, 10**30, "60", True, 0.5)
    ],
    stopped_by="1 to 600 whole seconds; anything else is refused, and nothing is run.",
)
def timeouts(seen: Seen) -> None:
    for place in range(7):
        seen.refused(place, "timeout")
    assert not is_running("sleep", "86390")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    root = tmp_path_factory.mktemp("exhaustion")
    room, began = os.statvfs(root).f_bavail, time.monotonic()
    with playing(root, SUITE.tries) as ended:
        assert time.monotonic() - began < 60
        assert (room - os.statvfs(root).f_bavail) * os.statvfs(root).f_frsize < 600 << 20
        yield ended


@pytest.mark.slow
@SUITE.each()
def test_it_is_stopped(one: Try, played: Played) -> None:
    one.holds(played.seen(one))


@pytest.mark.slow
def test_nothing_else_happened(played: Played) -> None:
    check_afterwards(played)

"""Ways out through the kernel: system calls that namespaces do not keep apart."""

from pathlib import Path

from tests.hostile.stage import (
    Call,
    Played,
    Seen,
    Suite,
    Try,
    check_afterwards,
    python,
    sh,
)

SUITE = Suite("Out of the sandbox through the kernel", __file__)
FILTER = "The filter of system calls refuses it"

CALLS = """
import ctypes, errno, os, platform, struct
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
HERE = platform.machine() != "x86_64"
def call(name, intel, arm, *arguments):
    ctypes.set_errno(0)
    done = libc.syscall(*[
        ctypes.c_long(it) if isinstance(it, int) else it for it in ((intel, arm)[HERE], *arguments)
    ])
    code = ctypes.get_errno()
    print(name, "got in" if done >= 0 else errno.errorcode.get(code, code))
room = ctypes.create_string_buffer(256)
"""


def kernel(code: str) -> Call:
    return python(CALLS + code)


def answers(seen: Seen, place: int = 0) -> list[str]:
    return seen.said[place].partition("printed:\n")[2].splitlines()


@SUITE.tries_to(
    "Read and fill the person's keyrings",
    kernel(
        'call("add_key", 248, 217, b"user", b"x", b"y", 1, -4)\n'
        'call("request_key", 249, 218, b"user", b"x", None, -4)\n'
        'call("keyctl", 250, 219, 0, -4, 1)\n'
    ),
    stopped_by=f"{FILTER}.",
)
def keyrings(seen: Seen) -> None:
    assert answers(seen) == ["add_key EPERM", "request_key EPERM", "keyctl EPERM"]


@SUITE.tries_to(
    "Hold memory in System V segments, queues and semaphores, which belong to no process",
    kernel(
        'call("shmget", 29, 194, 0, 1 << 20, 0o1600)\n'
        'call("msgget", 68, 186, 0, 0o1600)\n'
        'call("semget", 64, 190, 0, 1, 0o1600)\n'
    ),
    stopped_by=f"{FILTER}.",
)
def system_v(seen: Seen) -> None:
    assert answers(seen) == ["shmget EPERM", "msgget EPERM", "semget EPERM"]


@SUITE.tries_to(
    "Open a ring for io_uring, which no filter looks into",
    kernel('call("io_uring_setup", 425, 425, 4, room)\n'),
    stopped_by=f"{FILTER}.",
)
def io_uring(seen: Seen) -> None:
    assert answers(seen) == ["io_uring_setup EPERM"]


@SUITE.tries_to(
    "Load a BPF program, profile the kernel, handle its page faults",
    kernel(
        'call("bpf", 321, 280, 0, room, 72)\n'
        'call("perf_event_open", 298, 241, room, 0, -1, -1, 0)\n'
        'call("userfaultfd", 323, 282, 1)\n'
    ),
    stopped_by=f"{FILTER}.",
)
def the_kernels_own(seen: Seen) -> None:
    assert answers(seen) == ["bpf EPERM", "perf_event_open EPERM", "userfaultfd EPERM"]


@SUITE.tries_to(
    "Look into other processes: ptrace, their memory, their descriptors, also of the first one",
    kernel(
        'call("ptrace", 101, 117, 16, 1, 0, 0)\n'
        'call("process_vm_readv", 310, 270, 1, room, 1, room, 1, 0)\n'
        'call("process_vm_writev", 311, 271, 1, room, 1, room, 1, 0)\n'
        'call("pidfd_getfd", 438, 438, os.pidfd_open(1), 1, 0)\n'
        'call("kcmp", 312, 272, 1, 1, 0, 0, 0)\n'
        'for name in ("/proc/@pid@/mem", "/proc/@pid@/environ"):\n'
        "    print(os.path.exists(name))\n"
    ),
    stopped_by=f"{FILTER}; and the processes of the host are not there to be named.",
)
def other_processes(seen: Seen) -> None:
    assert [answer.split()[-1] for answer in answers(seen)] == ["EPERM"] * 5 + ["False"] * 2


@SUITE.tries_to(
    "Mount: a disk, the host's root by the old calls and the new ones, by a handle on a file",
    kernel(
        'call("mount", 165, 40, b"/dev/vda", b"/tmp", b"ext4", 0, None)\n'
        'call("umount2", 166, 39, b"/usr", 2)\n'
        'call("pivot_root", 155, 41, b"/tmp", b"/tmp")\n'
        'call("fsopen", 430, 430, b"tmpfs", 0)\n'
        'call("open_tree", 428, 428, -100, b"/", 1)\n'
        'call("move_mount", 429, 429, -100, b"/usr", -100, b"/tmp", 0)\n'
        'call("mount_setattr", 442, 442, -100, b"/", 0, room, 32)\n'
        'call("name_to_handle_at", 303, 264, -100, b"/usr", room, room, 0)\n'
        'call("open_by_handle_at", 304, 265, 3, room, 0)\n'
    ),
    sh("mount -t tmpfs none /tmp 2>&1; umount /usr 2>&1"),
    stopped_by=f"{FILTER}, and there is no capability for it.",
)
def mounts(seen: Seen) -> None:
    assert [answer.split()[-1] for answer in answers(seen)] == ["EPERM"] * 9


@SUITE.tries_to(
    "Part itself further, to be root in a namespace of its own",
    kernel(
        'call("unshare", 272, 97, 0x10000000)\n'
        'call("clone", 56, 220, 0x10000000 | 17, 0, 0, 0, 0)\n'
        'call("clone3", 435, 435, room, 64)\n'
        'call("setns", 308, 268, os.open("/proc/self/ns/user", 0), 0)\n'
    ),
    sh(
        "unshare -Ur id; bwrap --unshare-user --ro-bind / / id; cat "
        "/proc/sys/user/max_user_namespaces"
    ),
    stopped_by=f"{FILTER}; and bubblewrap has allowed no more user namespaces below its own.",
)
def namespaces(seen: Seen) -> None:
    assert [it.split()[-1] for it in answers(seen)] == ["EPERM", "EPERM", "ENOSYS", "EPERM"]
    assert "uid=" not in seen.said[1]


@SUITE.tries_to(
    "Open sockets that lead past the network: netlink, vsock, packets, Bluetooth, crypto, raw",
    python(
        "import errno, socket\n"
        "for family, kind, protocol in ((16, 3, 0), (40, 1, 0), (17, 3, 0), (31, 1, "
        "0), (38, 5, 0),\n"
        "  (15, 3, 2), (29, 3, 1), (2, 3, 1), (10, 3, 58)):\n"
        " try:\n  socket.socket(family, kind, protocol)\n  print('got in', family)\n"
        " except OSError as e:\n  print(errno.errorcode[e.errno])"
    ),
    kernel('call("socket", 41, 198, 1 << 32 | 40, 1, 0)\ncall("socket", 41, 198, 40, 1, 0)\n'),
    stopped_by=f"{FILTER} for all but Unix and Internet sockets; raw ones need a capability.",
)
def sockets(seen: Seen) -> None:
    assert answers(seen) == ["EAFNOSUPPORT"] * 7 + ["EPERM"] * 2
    assert answers(seen, 1) == ["socket EAFNOSUPPORT"] * 2


@SUITE.tries_to(
    "Type into the terminal that latitude runs in (TIOCSTI), also with a bit too many",
    kernel(
        "import fcntl, termios\n"
        "try:\n    print('got in', os.open('/dev/tty', os.O_RDWR))\n"
        "except OSError as error:\n    print('tty', errno.errorcode[error.errno])\n"
        "outer, inner = os.openpty()\n"
        "for request in (0x5412, 0x541c, 1 << 32 | 0x5412):\n"
        '    call("ioctl", 16, 29, inner, request, b"x")\n'
    ),
    stopped_by=f"The sandbox has no terminal; and {FILTER[0].lower()}{FILTER[1:]}, in all 32 bits.",
)
def the_terminal(seen: Seen) -> None:
    assert answers(seen) == ["tty ENXIO"] + ["ioctl EPERM"] * 3


@SUITE.tries_to(
    "Keep files in memory that no folder shows and no limit counts",
    kernel('call("memfd_create", 319, 279, b"x", 0)\ncall("memfd_secret", 447, 447, 0)\n'),
    stopped_by="The filter answers as a kernel that has no such call.",
)
def memfd(seen: Seen) -> None:
    assert answers(seen) == ["memfd_create ENOSYS", "memfd_secret ENOSYS"]


OTHER_DOORS = """
import ctypes, mmap, os, platform, signal
if platform.machine() == "x86_64":
    def attempt(name, code):
        child = os.fork()
        if child == 0:
            room = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            room.write(code)
            place = ctypes.addressof(ctypes.c_char.from_buffer(room))
            done = ctypes.CFUNCTYPE(ctypes.c_int)(place)()
            os._exit(1 if done >= 0 else 0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        print(name, "killed" if killed else ("got in" if os.WEXITSTATUS(status) else "no"))
    # push rbx; eax = number; ebx = 0x10000000; int 0x80; pop rbx; ret
    attempt("i386 unshare", bytes.fromhex("53 b8 36010000 bb 00000010 cd80 5b c3"))
    # eax = 0x40000000 + 272; edi = 0x10000000; syscall; ret
    attempt("x32 unshare", bytes.fromhex("b8 10010040 bf 00000010 0f05 c3"))
else:
    print("killed\\nkilled")
"""


@SUITE.tries_to(
    "Make the same calls by the doors for 32-bit programs, which a filter may forget",
    python(OTHER_DOORS),
    stopped_by="The filter is for one kind of program, and ends any other at its first call.",
)
def doors_for_other_programs(seen: Seen) -> None:
    assert [answer.split()[-1] for answer in answers(seen)] == ["killed", "killed"]


@SUITE.tries_to(
    "Read what the kernel tells: its log, its symbols, its memory, its modules",
    sh(
        "dmesg 2>&1; cat /proc/kmsg /proc/kcore /proc/kallsyms 2>&1 | grep -av ' "
        "0000000000000000\\|^0000000000000000' | head -3"
    ),
    kernel('call("syslog", 103, 116, 3, room, 10)\ncall("init_module", 175, 105, room, 1, b"")\n'),
    stopped_by=f"{FILTER}, or the kernel does, for want of a capability.",
)
def the_kernels_words(seen: Seen) -> None:
    assert "not permitted" in seen.said[0]
    assert "ELF" not in seen.said[0]
    log, module = answers(seen, 1)
    assert log == "syslog EPERM"
    assert module in ("init_module EPERM", "init_module ENOSYS"), "some kernels have no modules"


@SUITE.each()
def test_it_is_stopped(one: Try, played: Played) -> None:
    one.holds(played.seen(one))


def test_nothing_else_happened(played: Played) -> None:
    check_afterwards(played)
    assert not Path("/proc/sys/kernel/core_pattern").read_text().startswith("|/tmp")

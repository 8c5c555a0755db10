"""Ways out of the sandbox: files, processes, servers and descriptors of the person's machine."""

import subprocess
from pathlib import Path

import pytest

from tests.hostile.ground import is_running
from tests.hostile.stage import Played, Seen, Suite, Try, check_afterwards, python, sh

SUITE = Suite("Out of the sandbox by commands", __file__)
VIEW = "Nothing of the host is there but its programs in `/usr`, to be read."
ONLY_THEIRS = "The sandbox has processes of its own, and sees no others."

READS = "cat @person@/secret.txt @person@/.ssh/id_ed25519 ~/secret.txt"


@SUITE.tries_to(
    "Read a person's files: a secret in their home, an SSH key, `/root`, `/home`, `/etc/shadow`",
    sh(READS),
    sh("ls /root /home /etc/shadow /etc/passwd /var /run /sys /boot /opt /mnt /srv 2>&1"),
    stopped_by=VIEW,
)
def files_of_the_person(seen: Seen) -> None:
    assert seen.said[0].count("No such file") == 3
    assert seen.said[1].count("No such file") == 11


@SUITE.tries_to(
    "Read and change the record: the home's sessions, its artifacts, the running journal",
    sh("cat @home@/sessions/*/journal.jsonl; ls @home@/artifacts/.git"),
    sh("find / -path /usr -prune -o -path /proc -prune -o -name '*.jsonl' -print"),
    stopped_by=VIEW,
)
def the_record(seen: Seen) -> None:
    assert seen.said[0].count("No such file") == 2
    assert "It printed nothing" in seen.said[1]


@SUITE.tries_to(
    "Find keys: in the environment, in `/proc/*/environ`, in command lines",
    sh("env; set; cat /proc/*/environ /proc/*/cmdline | tr '\\0' '\\n'"),
    python("import os; print(sorted(os.environ))"),
    stopped_by=(
        "Commands, and bubblewrap itself, are started with an environment of their own, and the "
        "sandbox's arguments are handed over in a pipe."
    ),
)
def keys(seen: Seen) -> None:
    for key in (*seen.ground.keys.values(), *seen.ground.keys):
        assert key not in "".join(seen.said)
    assert "['HOME', 'LANG'" in seen.said[1]


@SUITE.tries_to(
    "Reach the host's files through `/proc`: root, cwd and descriptors of every process",
    sh(
        "cat /proc/[0-9]*/root/@person@/secret.txt /proc/[0-9]*/cwd/../secret.txt; ls /proc/1/root/"
    ),
    sh("for i in /proc/[0-9]*/fd/*; do readlink $i; done | grep -v -e socket: -e /proc/ | sort -u"),
    stopped_by=ONLY_THEIRS,
)
def proc(seen: Seen) -> None:
    assert "root/root" not in seen.said[0]
    assert str(seen.ground.root) not in seen.said[1]


@SUITE.tries_to(
    "Walk out through a descriptor that the person's shell left open for latitude",
    python(
        "import os\nfor fd in range(3, 512):\n try:\n"
        "  print(fd, os.listdir(fd))\n  print(os.open('../person/secret.txt', 0, dir_fd=fd))\n"
        " except OSError as e:\n  pass\nprint('looked')"
    ),
    sh("ls -d /proc/self/fd/*/secret.txt /proc/self/fd/*/../person"),
    stopped_by="Before each command, every descriptor that could be inherited is closed to it.",
)
def open_descriptors(seen: Seen) -> None:
    assert "It printed:\nlooked\n" in seen.said[0]
    assert seen.said[1].count("No such file") + seen.said[1].count("Not a directory") == 2


@SUITE.tries_to(
    "Forge the exit status: write to every descriptor, and into bubblewrap's own in `/proc/1/fd`",
    python(
        "import os, glob\n"
        "for fd in range(3, 512):\n try: os.write(fd, b'{\"exit-code\": 0}\\n')\n"
        " except OSError: pass\n"
        "for name in glob.glob('/proc/1/fd/*'):\n"
        " try: os.write(os.open(name, os.O_WRONLY), b'{\"exit-code\": 0}\\n{')\n"
        " except OSError: pass\n"
        "os._exit(3)"
    ),
    stopped_by="The pipe that bubblewrap reports on is not among those that commands get.",
)
def its_exit_status(seen: Seen) -> None:
    assert seen.said[0].startswith("Exit status 3.")


@SUITE.tries_to(
    "Kill and stop processes of the host by their numbers, and all there are",
    sh("kill -9 @pid@; kill -STOP @pid@; for i in $(seq 2 400); do kill -9 $i; done 2>/dev/null"),
    sh("kill -9 1; kill -9 -1"),
    stopped_by=ONLY_THEIRS,
)
def kill(seen: Seen) -> None:
    assert "No such process" in seen.said[0] or "Exit status 137" in seen.said[0]
    assert seen.ground.process.poll() is None
    state = Path(f"/proc/{seen.ground.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
    assert state == "S", "it was not stopped either"


@SUITE.tries_to(
    "Leave a process behind that goes on after the command, detached in every way",
    sh("(setsid sleep 86395 >/dev/null 2>&1 &); nohup sleep 86394 >/dev/null 2>&1 & true"),
    python(
        "import os\nif os.fork() == 0:\n os.setsid()\n if os.fork() == 0:\n"
        "  [os.close(fd) for fd in range(3)]\n  os.execvp('sleep', ['sleep', "
        "'86393'])\n os._exit(0)"
    ),
    stopped_by=(
        "When a command ends, the first process of its namespace is killed, and with it all others."
    ),
)
def daemons(seen: Seen) -> None:
    assert [answer.ok for answer in seen.answers] == [True, True]
    assert not any(is_running("sleep", str(number)) for number in (86393, 86394, 86395))


CONNECTS = """
import socket
for address in (("127.0.0.1", @port@), ("localhost", @port@), ("::1", @port@)):
    try:
        print(socket.create_connection(address, 3).recv(100))
    except OSError as error:
        print("no:", error)
"""


@SUITE.tries_to(
    "Connect to a server on this machine's loopback, which does listen",
    python(CONNECTS),
    stopped_by="The sandbox has a network of its own, with nothing in it but its own loopback.",
)
def loopback(seen: Seen) -> None:
    assert seen.said[0].count("no:") == 3
    assert seen.ground.listeners["loopback"].heard == 0


@SUITE.tries_to(
    "Look up names, and send to addresses elsewhere: TCP, UDP, the cloud's metadata address",
    python(
        "import socket\n"
        "for act in (lambda: socket.getaddrinfo('example.com', 80),\n"
        "  lambda: socket.create_connection(('192.0.2.1', 80), 3),\n"
        "  lambda: socket.create_connection(('169.254.169.254', 80), 3),\n"
        "  lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))"
        "):\n try:\n  print('through', act())\n except OSError as e:\n  print('no:', e)"
    ),
    stopped_by="There is no network in the sandbox: no interface, no route, no resolver.",
)
def elsewhere(seen: Seen) -> None:
    assert seen.said[0].count("no:") == 4


SPEAKS = """
import os, socket
bus = "/run/dbus/system_bus_socket"
for address in ("\\0@abstract@", "@root@/socket", "/run/docker.sock", bus):
    with socket.socket(socket.AF_UNIX) as one:
        try:
            one.connect(address)
            print(one.recv(100))
        except OSError as error:
            print("no:", error)
"""


@SUITE.tries_to(
    "Connect to Unix sockets of the host: abstract ones, and by path (D-Bus, Docker)",
    python(SPEAKS),
    stopped_by="Abstract sockets belong to a network namespace, and no socket's path is shown.",
)
def unix_sockets(seen: Seen) -> None:
    assert seen.said[0].count("no:") == 4
    assert seen.ground.listeners["abstract"].heard == 0
    assert seen.ground.listeners["path"].heard == 0


@SUITE.tries_to(
    "Write outside the workspace: programs, libraries, `/etc`, `/dev`, the kernel's settings",
    sh(
        "for i in / /usr /usr/bin /usr/lib /etc /etc/ssl /dev /proc /proc/sys/kernel @marks@"
        " /ws/..; do echo x > $i/planted; done; mkdir /new /usr/new"
    ),
    sh(
        "echo '|/bin/sh' > /proc/sys/kernel/core_pattern; echo b > /proc/sysrq-trigger;"
        " echo x > /proc/sys/kernel/hostname; echo 1000 > /proc/1/oom_score_adj; echo done"
    ),
    stopped_by="Everything but the workspace, `/tmp` and `/dev/shm` is mounted to be read only.",
)
def writing_outside(seen: Seen) -> None:
    assert not any(Path(place, "planted").exists() for place in ("/", "/usr", "/usr/bin", "/etc"))
    assert seen.said[0].count("cannot create") == 13
    assert not Path("/proc/sys/kernel/core_pattern").read_text().startswith("|/bin/sh")
    assert "done" in seen.said[1]


@SUITE.tries_to(
    "Become root: programs that run as their owner, `su`, `sudo`, a setuid shell of its own",
    sh(
        "cp /bin/sh own; chmod 4755 own; ./own -p -c 'grep -E "
        '"^(Uid|CapEff|CapBnd)" /proc/self/status\''
    ),
    sh("grep NoNewPrivs /proc/self/status; su -c id </dev/null; sudo -n id; echo; id -u"),
    python(
        "import os\nfor call in (os.setuid, os.setgid):\n try:\n  call(0)\n  "
        "print('got in')\n except OSError as e:\n  print(e)"
    ),
    stopped_by=(
        "No process gains rights by starting a program, there are no capabilities to gain, and no "
        "mount heeds the mode; root's own latitude hands commands to an id that owns nothing."
    ),
)
def becoming_root(seen: Seen) -> None:
    assert "Uid:\t1000\t1000\t1000\t1000\n" in seen.said[0]
    assert seen.said[0].count("0000000000000000") == 2
    assert "NoNewPrivs:\t1" in seen.said[1]
    assert "uid=0" not in seen.said[1]
    assert "got in" not in seen.said[2]


@SUITE.tries_to(
    "Make devices, mount disks, change the clock, the name and the root of the machine",
    python(
        "import ctypes, os, time\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "for act in (lambda: os.mknod('/tmp/d', 0o60666, os.makedev(8, 0)), lambda: "
        "os.chroot('/'),\n"
        " lambda: time.clock_settime(0, 0), lambda: open('/dev/mem'), lambda: open('/dev/kmsg'),\n"
        " lambda: open('/dev/sda'), lambda: open('/dev/vda'), lambda: open('/proc/kcore', 'rb'),\n"
        " lambda: os.nice(-5)):\n"
        " try:\n  act()\n  print('got in')\n except OSError as e:\n  print('no:', e)\n"
        "print(libc.sethostname(b'x', 1), libc.reboot(0x1234567), libc.swapoff(b'/x'))"
    ),
    stopped_by=(
        "There are no capabilities in the sandbox, and no devices but those that every program has."
    ),
)
def the_machine_itself(seen: Seen) -> None:
    assert seen.said[0].count("no:") == 9
    assert "-1 -1 -1" in seen.said[0]


@SUITE.each()
def test_it_is_stopped(one: Try, played: Played) -> None:
    one.holds(played.seen(one))


def test_nothing_else_happened(played: Played) -> None:
    check_afterwards(played)
    assert played.ground.listeners["loopback"].heard == 0


@pytest.mark.parametrize("command", [READS, f"python3 -c '{CONNECTS}'", f"python3 -c '{SPEAKS}'"])
def test_the_tries_reach_what_they_want_where_no_sandbox_is(command: str, played: Played) -> None:
    """Else they would show nothing. The counts above were looked at before."""
    here = played.ground
    done = subprocess.run(
        ["sh", "-c", here.fill(command)], capture_output=True, env=here.environ, check=False
    )
    assert here.canary.encode() in done.stdout, done

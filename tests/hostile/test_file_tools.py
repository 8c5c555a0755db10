"""Ways out of the workspace through the file tools, with links that commands have laid."""

from tests.hostile.ground import is_running
from tests.hostile.stage import Played, Seen, Suite, Try, check_afterwards, python, sh

SUITE = Suite("Out of the workspace through the file tools", __file__)
WALK = "Each part of a path is opened by itself, and no link is followed."


def read(path: str) -> tuple[str, dict[str, str]]:
    return ("read_file", {"path": path})


def write(path: str) -> tuple[str, dict[str, str]]:
    return ("write_file", {"path": path, "content": "planted"})


@SUITE.tries_to(
    "Read, write, move and delete by paths with `..` in them",
    read("../../../person/secret.txt"),
    write("../planted"),
    write("a/../../planted"),
    ("move_file", {"path": "../../../person/secret.txt", "to": "here"}),
    ("delete_file", {"path": "../../../person/secret.txt"}),
    ("list_files", {"path": ".."}),
    stopped_by="`.` and `..` are refused as parts of a path.",
)
def dots(seen: Seen) -> None:
    for place in range(6):
        seen.refused(place, "has the part ..")
    assert list(seen.ground.root.rglob("planted")) == []


@SUITE.tries_to(
    "Read and write by absolute paths",
    read("/etc/passwd"),
    read("@person@/secret.txt"),
    read("/proc/self/environ"),
    write("@marks@/planted"),
    stopped_by="A path is relative to the workspace, or refused.",
)
def absolute(seen: Seen) -> None:
    for place in range(4):
        seen.refused(place, "relative")


@SUITE.tries_to(
    "Cut a path short with NUL, or hide in it what is not shown",
    read("@person@/secret.txt\0.md"),
    write("a\0b"),
    write("a\u202egnp.exe"),
    write("a\nb"),
    stopped_by="Control and format characters are refused in new names.",
)
def nul(seen: Seen) -> None:
    for place in range(4):
        assert not seen.answers[place].ok


@SUITE.tries_to(
    "Lay links to files of the host, and read them",
    sh(
        "ln -s /etc/passwd a; ln -s @person@/secret.txt b; ln -s /proc/self/root/etc/passwd c;"
        " ln -s ../../../person/secret.txt d; ln -s /proc/self/environ e; ln -s /dev/stdin f"
    ),
    *map(read, "abcdef"),
    stopped_by=WALK,
)
def links_to_files(seen: Seen) -> None:
    for place in range(1, 7):
        seen.refused(place, "is a link, and the file tools do not follow links")


@SUITE.tries_to(
    "Lay a link to the record itself, read it, and write through it",
    sh("ln -s @home@/sessions sessions"),
    ("list_files", {"path": "sessions"}),
    write("sessions/planted"),
    ("edit_file", {"path": "sessions/x/journal.jsonl", "old": "a", "new": "b"}),
    stopped_by=WALK,
)
def links_to_the_record(seen: Seen) -> None:
    for place in range(1, 4):
        assert not seen.answers[place].ok
    seen.refused(1, "is a link")
    assert not (seen.played.home / "sessions" / "planted").exists()


@SUITE.tries_to(
    "Lay links to folders of the host, and write, move and delete through them",
    sh("ln -s @marks@ marks; ln -s @person@ person; echo x > mine"),
    write("marks/planted"),
    ("move_file", {"path": "mine", "to": "marks/planted"}),
    ("move_file", {"path": "person/secret.txt", "to": "stolen"}),
    ("delete_file", {"path": "person/secret.txt"}),
    read("person/.ssh/id_ed25519"),
    stopped_by=WALK,
)
def links_to_folders(seen: Seen) -> None:
    for place in range(1, 6):
        seen.refused(place, "is a link")


@SUITE.tries_to(
    "Put a link where a file is about to be written",
    sh("ln -s @marks@/planted new.txt; ln -s @person@/secret.txt old.txt"),
    write("new.txt"),
    write("old.txt"),
    stopped_by="A file is written beside its place and then renamed, which follows no link.",
)
def links_where_files_go(seen: Seen) -> None:
    for place in (1, 2):
        seen.refused(place, "is a link")


RACE = """
import os, contextlib, itertools
os.makedirs("d", exist_ok=True)
open("d/secret.txt", "w").write("mine")
if os.fork() == 0:
    os.setsid()
    for descriptor in range(3):
        os.close(descriptor)
    os.execvp("sleep", ["sleep", "86396"])
for _ in range(50):
    os.rename("d", "spare")
    os.symlink("@person@", "d")
    os.unlink("d")
    os.rename("spare", "d")
os.rename("d", "spare")
os.symlink("@person@", "d")
"""


@SUITE.tries_to(
    "Swap a folder for a link, by a process that goes on while the file tools read",
    python(RACE),
    *[read("d/secret.txt")] * 5,
    stopped_by=(
        "Nothing of a command goes on when it has ended, so nothing runs beside the file tools; "
        "and no link is followed (the race itself: `workspace/test_hostile.py`)."
    ),
)
def a_race(seen: Seen) -> None:
    assert not is_running("sleep", "86396")
    for place in range(1, 6):
        seen.refused(place, "is a link")


@SUITE.tries_to(
    "Make hard links to files outside, and read them",
    sh("for i in /usr/bin/env /etc/passwd @person@/secret.txt; do ln $i hard 2>&1; done; ls"),
    sh("echo mine > one; ln one two"),
    read("two"),
    stopped_by=(
        "The workspace is a mount of its own, and no hard link crosses mounts; a file with two "
        "links is not opened."
    ),
)
def hard_links(seen: Seen) -> None:
    assert "hard\n" not in seen.said[0]
    seen.refused(2, "more than one hard link")


@SUITE.tries_to(
    "Make a FIFO, a socket and a device, and have latitude open them",
    python(
        "import os, socket\nos.mkfifo('pipe')\nsocket.socket(socket.AF_UNIX).bind('socket')\n"
        "try:\n os.mknod('disk', 0o60666, os.makedev(8, 0))\nexcept OSError as e:\n print(e)\n"
    ),
    read("pipe"),
    write("pipe"),
    read("socket"),
    read("disk"),
    stopped_by=(
        "Files are opened without waiting and only regular ones are read; a device cannot be made "
        "without a capability."
    ),
)
def special_files(seen: Seen) -> None:
    assert "Operation not permitted" in seen.said[0]
    for place in (1, 2, 3):
        seen.refused(place, "is not a regular file")
    assert not seen.answers[4].ok


@SUITE.tries_to(
    "Have 1 TiB read: a sparse file, and a link to `/dev/zero`",
    sh("truncate -s 1T huge; stat -c %s huge; ln -s /dev/zero zero"),
    read("huge"),
    read("zero"),
    stopped_by="A file has 64 MiB at most, for commands as well, and links are not followed.",
)
def endless_files(seen: Seen) -> None:
    assert "File size limit exceeded" in seen.said[0]
    assert "huge is empty" in seen.said[1]
    seen.refused(2, "is a link")


@SUITE.tries_to(
    "Leave a file that runs as its owner, for somebody who finds it",
    sh("cp /usr/bin/env shell && chmod 6755 shell && stat -c %a shell"),
    stopped_by=(
        "The workspace is closed to everybody else while it is there, and what is kept of a mode "
        "is whether a file may be run."
    ),
)
def setuid_files(seen: Seen) -> None:
    assert "6755" in seen.said[0], "the try itself works"
    played = seen.played
    modes = played.git("-C", str(played.home / "artifacts"), "ls-tree", "-r", "main").splitlines()
    assert {row.split()[0] for row in modes} <= {"100644", "100755"}


@SUITE.each()
def test_it_is_stopped(one: Try, played: Played) -> None:
    one.holds(played.seen(one))


def test_nothing_else_happened(played: Played) -> None:
    check_afterwards(played)

"""The network, where the person allows it: it is reached, told and recorded; no more is."""

from collections.abc import Iterator

import pytest

from latitude.core.events import SessionOpened
from tests.hostile.stage import Played, Seen, Suite, Try, check_afterwards, playing, python, sh
from tests.hostile.test_commands import SPEAKS

SUITE = Suite("With `--network allow`", __file__)


@SUITE.tries_to(
    "Connect to a server on this machine's loopback",
    python(
        "import socket\n"
        "told = socket.create_connection(('127.0.0.1', @port@), 3).recv(100)\n"
        "print(len(told), 'bytes')"
    ),
    stopped_by=(
        "Nothing: it is reached, and so is every server of this machine. The session is recorded "
        "as one that may, the model is told, and every view says so."
    ),
)
def loopback(seen: Seen) -> None:
    assert f"{len(seen.ground.canary) + 1} bytes" in seen.said[0]
    assert seen.ground.listeners["loopback"].heard == 1
    opened = seen.played.events[0]
    assert isinstance(opened, SessionOpened)
    assert opened.conditions.network == "allow"
    [told] = [tool.description for tool in opened.tools if tool.name == "run"]
    assert "The network can be reached, and with it the servers of this machine." in told


@SUITE.tries_to(
    "Connect to abstract Unix sockets, which share the host's network then, to sockets by path, "
    "and from one half of a pair",
    python(
        SPEAKS.replace(
            "with socket.socket(socket.AF_UNIX) as one:\n        try:",
            "if True:\n        try:\n            one = socket.socket(socket.AF_UNIX)",
        )
    ),
    python(
        "import socket\n"
        "try: socket.socketpair(type=socket.SOCK_DGRAM)[0].sendto(b'x', '\\0@abstract@')\n"
        "except OSError as error: print('no:', error)"
    ),
    stopped_by=(
        "The filter of system calls refuses Unix sockets then, but for pairs of streams, which are "
        "bound to each other."
    ),
)
def unix_sockets(seen: Seen) -> None:
    assert seen.said[0].count("no: [Errno 97]") == 4
    assert "no: [Errno 97]" in seen.said[1]
    assert seen.ground.listeners["abstract"].heard == 0


@SUITE.tries_to(
    "Read files, keys and processes of the host all the same",
    sh("cat @person@/secret.txt; env; cat /proc/*/environ; kill @pid@; cat @home@/sessions/*/*"),
    stopped_by="All else is as without the network.",
)
def all_else(seen: Seen) -> None:
    assert seen.said[0].count("No such file") == 2
    assert "No such process" in seen.said[0]


@SUITE.tries_to(
    "Change the network, listen to it, or speak raw",
    python(
        "import socket\n"
        "for family, kind, protocol in ((17, 3, 768), (2, 3, 1), (16, 3, 0)):\n"
        " try:\n  socket.socket(family, kind, protocol)\n  print('got in')\n"
        " except OSError as e:\n  print('no:', e)\n"
        "one = socket.socket()\n"
        "try:\n one.bind(('127.0.0.1', 80))\n print('got in')\nexcept OSError as e:\n"
        " print('no:', e)"
    ),
    stopped_by=(
        "The filter, and no capability in the network's namespace: no raw sockets, no low ports."
    ),
)
def raw(seen: Seen) -> None:
    assert seen.said[0].count("no:") == 4


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with playing(tmp_path_factory.mktemp("network"), SUITE.tries, "--network", "allow") as ended:
        yield ended


@SUITE.each()
def test_it_is_stopped(one: Try, played: Played) -> None:
    one.holds(played.seen(one))


def test_nothing_else_happened(played: Played) -> None:
    check_afterwards(played)
    assert "network" in played.done.out
    assert "network" in played.shown
    assert "network" in (played.journal.parent / "transcript.md").read_text("utf-8")

"""Nothing is reached unless the person allowed it, and then it is the whole network."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workspace.sandbox.conftest import Shell

FETCH = """python3 -c '
import socket
print(socket.create_connection(("127.0.0.1", {port}), 2).recv(9).decode())' 2>&1 | tail -1"""
ABSTRACT = """python3 -c '
import socket
socket.socket(socket.AF_UNIX).connect("\\0{name}")' 2>&1 | tail -1"""

PAIR = """python3 -c '
import socket
one, other = socket.socketpair(socket.AF_UNIX, socket.{kind})
{sends}' 2>&1 | tail -1"""


@pytest.fixture
def port() -> Iterator[int]:
    """A server on this machine that greets whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"hello")

        threading.Thread(target=greet, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


async def test_a_server_of_this_machine_is_out_of_reach(sh: Shell, port: int) -> None:
    ran = await sh(FETCH.format(port=port))
    assert b"Connection refused" in ran.output
    assert (await sh("cat /proc/net/dev | wc -l")).output == b"3\n"


async def test_with_the_network_allowed_it_is_reached(sh: Shell, port: int) -> None:
    ran = await sh(FETCH.format(port=port), network=True)
    assert ran.output == b"hello\n"


async def test_with_the_network_allowed_names_are_asked_for_as_on_the_host(sh: Shell) -> None:
    host = Path("/etc/resolv.conf")
    told = host.read_bytes() if host.exists() else b""
    assert (await sh(f"cat {host} 2>/dev/null", network=True)).output == told
    assert (await sh(f"cat {host} 2>/dev/null")).output == b""


@pytest.mark.parametrize("kind", ["SOCK_DGRAM", "SOCK_RAW", "SOCK_SEQPACKET"])
async def test_nothing_is_sent_to_the_desktop_through_half_of_a_pair(sh: Shell, kind: str) -> None:
    name = "latitude-test-datagrams"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(f"\0{name}")
        server.setblocking(False)
        sends = f'one.sendto(b"hello", "\\0{name}")'
        ran = await sh(PAIR.format(kind=kind, sends=sends), network=True)
        assert b"Address family not supported" in ran.output
        with pytest.raises(BlockingIOError):
            server.recv(100)
    ran = await sh(PAIR.format(kind="SOCK_STREAM", sends='one.send(b"hello")'), network=True)
    assert ran.output == b""


@pytest.mark.parametrize("network", [False, True])
async def test_a_socket_without_a_file_is_never_reached(sh: Shell, network: bool) -> None:
    """Those of a desktop session would let a command do what the person may."""
    name = "latitude-test-abstract"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0{name}")
        server.listen()
        ran = await sh(ABSTRACT.format(name=name), network=network)
    assert b"Error" in ran.output


@pytest.mark.parametrize("family", ["AF_NETLINK", "AF_VSOCK", "AF_PACKET", "AF_ALG"])
@pytest.mark.parametrize("network", [False, True])
async def test_other_kinds_of_socket_do_not_exist(sh: Shell, family: str, network: bool) -> None:
    make = f"python3 -c 'import socket; socket.socket(socket.{family}, socket.SOCK_RAW)'"
    assert b"Address family not supported" in (await sh(f"{make} 2>&1", network=network)).output

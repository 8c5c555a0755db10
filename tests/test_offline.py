"""The guard itself: a connection that leaves the machine fails, here and in children."""

import socket
import subprocess
import sys

import pytest

TRY = "import socket; socket.socket().connect(('192.0.2.1', 80))"


def test_no_test_reaches_another_machine() -> None:
    with socket.socket() as other, pytest.raises(ConnectionError, match="no test may connect"):
        other.connect(("192.0.2.1", 80))


def test_names_of_other_machines_are_not_looked_up() -> None:
    with pytest.raises(ConnectionError, match="no test may look up"):
        socket.getaddrinfo("example.com", 80)


def test_children_are_held_too() -> None:
    done = subprocess.run([sys.executable, "-c", TRY], capture_output=True, text=True, check=False)
    assert "no test may connect to 192.0.2.1" in done.stderr

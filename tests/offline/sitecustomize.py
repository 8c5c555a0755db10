"""Loaded by every Python that the tests start: no connection leaves this machine.

Audit hooks cannot be removed, and they see each ``connect`` and name look-up that goes through a
socket object, those of asyncio, uvloop and aiohttp included.
"""

import ipaddress
import sys

NAMES = {"localhost", ""}


class LeftTheMachine(ConnectionError):
    """A test tried to reach something that is not on loopback."""


def on_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return str(host).endswith(".invalid") or str(host).endswith(".localhost")


def guard(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not on_loopback(address[0]):
            raise LeftTheMachine(f"no test may connect to {address[0]}")
    elif event == "socket.getaddrinfo" and not on_loopback(arguments[0]):
        raise LeftTheMachine(f"no test may look up {arguments[0]}")


sys.addaudithook(guard)

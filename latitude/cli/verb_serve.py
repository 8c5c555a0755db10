"""``latitude serve``: the terminal app in a browser on this machine."""

import argparse
import asyncio
import contextlib
import errno
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from latitude.cli.exit_status import EXIT_INTERRUPTED
from latitude.cli.options import home_of
from latitude.cli.output import complain, say
from latitude.cli.signals import watching
from latitude.core.clean import clean_line
from latitude.core.text import counted
from latitude.errors import UsageError

if TYPE_CHECKING:
    from latitude.cli.serve.server import WindowServer

HOST = "127.0.0.1"
PORT = 8642
_MOST = 65535
_ANYWHERE = ("0.0.0.0", "::")  # noqa: S104  (compared with, not bound to)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument(
        "--host",
        default=HOST,
        metavar="H",
        help=f"listen on this address (default: {HOST}, which only this machine can reach)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=PORT,
        metavar="N",
        help=f"listen on this port (default: {PORT}; 0 takes any that is free)",
    )


async def run(options: argparse.Namespace) -> int:
    """Serve until somebody ends it; whoever can open the address can use the home."""
    home = home_of(options)
    from latitude.cli.serve.server import WindowServer, command_for, is_loopback

    alone = is_loopback(options.host)
    token = None if alone else secrets.token_urlsafe(24)
    server = WindowServer(command_for(home.root), token)
    with _ends() as ends:
        try:
            port = await _open(server, options.host, options.port)
            say(f"latitude for {clean_line(str(home.root))}, in a browser at")
            print(f"  {_address(options.host, port, token)}", flush=True)
            if not alone:
                _warn(port)
            say(
                "Whoever can open that can use this home. Each window runs an app of its own; to "
                "close one interrupts the session that runs in it, and its record is kept. "
                "Ctrl-C ends this."
            )
            # Whoever reads this through a pipe should not wait for the end to see it.
            sys.stdout.flush()
            await ends.get()
            await _close(server, ends)
        finally:
            server.kill()
    return EXIT_INTERRUPTED


async def _open(server: "WindowServer", host: str, port: int) -> int:
    if not host:
        raise UsageError("--host names no address. Nothing was started.")
    try:
        return await server.open(host, port)
    except OSError as error:
        place, number = f"port {port} of {clean_line(host, 100)}", error.errno or 0
        if number == errno.EADDRINUSE:
            raise UsageError(
                f"Something listens on {place} already, perhaps another latitude serve. Nothing "
                "was started. Name another port with --port; --port 0 takes any that is free."
            ) from error
        why = os.strerror(number) if number > 0 else error.strerror
        raise UsageError(
            f"Nothing can listen on {place}: {why}. Nothing was started. "
            "Name another with --host and --port."
        ) from error


async def _close(server: "WindowServer", ends: asyncio.Queue[None]) -> None:
    """Close all windows; whoever ends it once more does not want to wait for them."""
    if server.windows:
        complain(
            f"closing {counted(server.windows, 'window')}. Ctrl-C again does not wait for that."
        )
    closing = asyncio.ensure_future(server.close())
    again = asyncio.ensure_future(ends.get())
    await asyncio.wait({closing, again}, return_when=asyncio.FIRST_COMPLETED)
    if again.done():
        server.kill()
        closing.cancel()
    again.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await closing


@contextlib.contextmanager
def _ends() -> Iterator[asyncio.Queue[None]]:
    """Hold an item for each time that somebody asked for the end: Ctrl-C and its relatives."""
    asked: asyncio.Queue[None] = asyncio.Queue()
    with watching(lambda _: asked.put_nowait(None)):
        yield asked


def _address(host: str, port: int, token: str | None) -> str:
    named = socket.gethostname() if host in _ANYWHERE else host
    place = f"[{named}]" if ":" in named else named
    return f"http://{place}:{port}/{f'?token={token}' if token else ''}"


def _warn(port: int) -> None:
    complain(
        "Other machines can reach this. Whoever has that address can read this home, run "
        "sessions with your keys and forget what is kept here, and what travels can be read on "
        "the way. For yourself alone, leave --host out, and from the other machine use "
        f"ssh -L {port}:{HOST}:{port}."
    )


def _port(text: str) -> int:
    if not text.isdecimal() or len(text) > len(str(_MOST)) or int(text) > _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, 0 to {_MOST}")
    return int(text)

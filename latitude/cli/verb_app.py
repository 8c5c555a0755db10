"""``latitude`` without a verb: the terminal app."""

import argparse
import asyncio
import signal
import sys
import termios
from collections.abc import Callable

from latitude.cli.options import home_of

STOPPED = 130
GLANCE = 1.0
"""Seconds between two looks at whether the terminal is still there."""


async def run(options: argparse.Namespace) -> int:
    """Run the app until it is quit; return its exit status."""
    from latitude.tui.app import LatitudeApp

    app = LatitudeApp(home_of(options))
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, app.exit, None, STOPPED)
    if not sys.stdin.isatty():
        # A window of `latitude serve`, which is told of its end.
        await app.run_async()
        return app.return_code or 0
    watching = asyncio.create_task(_leave_without_terminal(app.exit))
    try:
        await app.run_async()
    finally:
        watching.cancel()
    return app.return_code or 0


async def _leave_without_terminal(leave: Callable[[], None]) -> None:
    """Call ``leave`` once the terminal is gone: a shell or make between may keep SIGHUP to itself.

    Textual would read the end of its input for ever.
    """
    while True:
        await asyncio.sleep(GLANCE)
        try:
            termios.tcgetattr(sys.stdin)
        except termios.error:
            leave()
            return

"""``latitude`` without a verb: the terminal app."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable

from latitude.cli.exit_status import EXIT_INTERRUPTED
from latitude.cli.options import home_of

GLANCE = 1.0
"""Seconds between two looks at whether the terminal is still there."""


async def run(options: argparse.Namespace) -> int:
    """Run the app until it is quit; return its exit status."""
    from latitude.tui.app import LatitudeApp

    app = LatitudeApp(home_of(options))
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, app.exit, None, EXIT_INTERRUPTED)
    # A window of `latitude serve` has none, and is told of its end.
    watching = asyncio.create_task(_leave_without_terminal(app.exit)) if _has_terminal() else None
    try:
        await app.run_async()
    finally:
        if watching is not None:
            watching.cancel()
    return app.return_code or 0


async def _leave_without_terminal(leave: Callable[[], None]) -> None:
    """Call ``leave`` once the terminal is gone: a shell or make between may keep SIGHUP to itself.

    Textual would read the end of its input for ever.
    """
    while _has_terminal():  # noqa: ASYNC110  (a terminal that goes tells nobody)
        await asyncio.sleep(GLANCE)
    leave()


def _has_terminal() -> bool:
    return sys.stdin.isatty()

"""``latitude`` without a verb: the terminal app."""

import argparse
import asyncio
import signal

from latitude.cli.options import home_of

STOPPED = 130


async def run(options: argparse.Namespace) -> int:
    """Run the app until it is quit; return its exit status."""
    from latitude.tui.app import LatitudeApp

    app = LatitudeApp(home_of(options))
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, app.exit, None, STOPPED)
    await app.run_async()
    return app.return_code or 0

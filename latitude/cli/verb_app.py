"""``latitude`` without a verb: the terminal app."""

import argparse
import asyncio
import signal

from latitude.cli.options import home_of


async def run(options: argparse.Namespace) -> int:
    """Run the app until it is quit; return its exit status."""
    from latitude.tui.app import LatitudeApp

    app = LatitudeApp(home_of(options))
    got: list[int] = []

    def leave(number: int) -> None:
        got.append(number)
        app.exit()

    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, leave, number)
    await app.run_async()
    return 128 + got[0] if got else app.return_code or 0

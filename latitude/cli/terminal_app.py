"""``latitude`` without a verb: the terminal app, where there is a terminal."""

import argparse
import sys

from latitude.cli.options import home_of


def has_terminal() -> bool:
    """Whether somebody can see the app and type to it."""
    return sys.stdin.isatty() and sys.stdout.isatty()


async def open_app(options: argparse.Namespace) -> int:
    """Run the app until it is quit; return its exit status."""
    from latitude.tui.app import LatitudeApp

    app = LatitudeApp(home_of(options))
    await app.run_async()
    return app.return_code or 0

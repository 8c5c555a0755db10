"""``latitude`` without a verb: the terminal app."""

import argparse

from latitude.cli.options import home_of


async def run(options: argparse.Namespace) -> int:
    """Run the app until it is quit; return its exit status."""
    from latitude.tui.app import LatitudeApp

    app = LatitudeApp(home_of(options))
    await app.run_async()
    return app.return_code or 0

"""``latitude compare``: which differences between sessions are real."""

import argparse
import sys
from pathlib import Path

from latitude.cli.filters import add_filters, filter_of
from latitude.cli.options import add_json, home_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_filters(parser, rehearsals=False)
    add_report_options(parser)
    add_json(parser)


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Describe how a report is shown, for every verb that makes one."""
    parser.add_argument(
        "--rehearsals", action="store_true", help="count rehearsals too: scripts, not models"
    )
    parser.add_argument("--html", metavar="FILE", help="write the report as one page")
    parser.add_argument("--csv", metavar="DIR", help="write every table as a CSV file")
    parser.add_argument(
        "--no-pictures", action="store_true", help="leave out the pictures of what was made"
    )


async def run(options: argparse.Namespace) -> int:
    """Compare the sessions that were chosen; see :mod:`latitude.cli.reporting`."""
    from latitude.cli.reporting import report_on

    home = home_of(options)
    return await report_on(
        home,
        filter_of(options),
        rehearsals=options.rehearsals,
        html=Path(options.html) if options.html else None,
        csv=Path(options.csv) if options.csv else None,
        as_json=options.json,
        pictures=not options.no_pictures,
        out=sys.stdout,
    )

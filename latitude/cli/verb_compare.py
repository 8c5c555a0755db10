"""``latitude compare``: which differences between sessions are real."""

import argparse

from latitude.cli.filters import add_filters, filter_of
from latitude.cli.options import add_json, home_of

DRAWS = 9_999
"""Relabelings, where nobody asks for another number."""
MOST_DRAWS = 9_999_999
"""More would take days, and tell nothing more."""


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
        "--relabelings",
        type=_count,
        default=DRAWS,
        metavar="N",
        help=f"how often labels change places in a test, at most ({DRAWS:,})",
    )
    parser.add_argument(
        "--no-pictures", action="store_true", help="leave out the pictures of what was made"
    )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_DRAWS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {MOST_DRAWS:,}")
    return int(text)


async def run(options: argparse.Namespace) -> int:
    """Compare the sessions that were chosen; see :mod:`latitude.cli.reporting`."""
    from latitude.cli.reporting import report_on

    return await report_on(home_of(options), filter_of(options), options)

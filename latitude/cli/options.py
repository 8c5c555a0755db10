"""What every verb reads from its options in the same way."""

import argparse

from latitude.config import Home, find_home


def home_of(options: argparse.Namespace) -> Home:
    """The home that this command works in."""
    return find_home(options.home)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Describe ``--json``."""
    parser.add_argument("--json", action="store_true", help="one object a line")


def add_ids(parser: argparse.ArgumentParser, *, many: bool = False) -> None:
    """Describe the session that a verb is about."""
    parser.add_argument(
        "id" if not many else "ids",
        nargs="*" if many else None,
        metavar="ID",
        help="a session id, any unique beginning of one, or 'last'",
    )

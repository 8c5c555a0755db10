"""``latitude index rebuild``: make the index anew from the journals."""

import argparse

from latitude.cli.options import home_of
from latitude.cli.output import say, show_progress
from latitude.core.clean import clean_line
from latitude.core.text import counted
from latitude.errors import HomeUnusable
from latitude.index.database import FILE, Unkept
from latitude.index.follow import rebuild


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("what", choices=("rebuild",), help="make it anew from the journals")


def run(options: argparse.Namespace) -> int:
    """Make the index anew; the one that was there is used until the new one is whole."""
    sessions = home_of(options).sessions
    try:
        held = rebuild(sessions, show_progress)
    except Unkept as error:
        raise HomeUnusable(
            f"The index cannot be kept: {error}. No record was touched. Make the folder writable; "
            "until then lists and searches make one for themselves each time."
        ) from error
    say(f"The index holds {counted(held, 'session')}: {clean_line(str(sessions / FILE))}")
    return 0

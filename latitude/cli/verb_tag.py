"""``latitude tag``: give a session tags of yours, or take them away."""

import argparse

from latitude.cli.options import home_of
from latitude.core.clean import clean_line
from latitude.journal.annotations import add_tag, read, remove_tag
from latitude.journal.paths import resolve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("id", metavar="ID", help="a session id, its beginning, or 'last'")
    parser.add_argument("tags", nargs="*", metavar="TAG", help="without one: show those it has")
    parser.add_argument(
        "--remove", action="append", default=[], metavar="TAG", help="take this one away"
    )


def run(options: argparse.Namespace) -> int:
    """Write the tags beside the record, which they are no part of, and print all it has now."""
    home = home_of(options)
    session = resolve(home.sessions, options.id)
    folder = home.session(session)
    for tag in options.tags:
        add_tag(folder, tag)
    for tag in options.remove:
        remove_tag(folder, tag)
    tags = read(folder).tags
    print(f"{session}  {', '.join(map(clean_line, tags)) or 'no tags'}")
    return 0

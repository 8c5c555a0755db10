"""``latitude list``: sessions, newest first, all of them or those that a filter lets through."""

import argparse
import sys

from latitude.cli.filters import add_filters, answer_of, filter_of, so_many
from latitude.cli.options import add_json, home_of
from latitude.cli.output import print_json, print_table, say, style_for
from latitude.core.clean import clean_line
from latitude.index.listing import newest
from latitude.journal.listed import Listed

HEAD = ("session", "model", "protocol", "turns", "files", "how it ended")
SPARE = ("protocol", "files", "turns")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_filters(parser)
    parser.add_argument("--newest", type=so_many, metavar="N", help="so many at most")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print one line a session; a record that cannot be read is listed as such."""
    home, which = home_of(options), filter_of(options)
    if not home.sessions.is_dir():
        return _nothing(options, home.sessions, any_there=False)
    rows = answer_of(home, lambda index: list(newest(index, home.sessions, which, options.newest)))
    if not rows:
        return _nothing(options, home.sessions, any_there=not which.is_empty)
    if options.json:
        for row in rows:
            print_json(row)
    else:
        print_table(HEAD, [_cells(row) for row in rows], style_for(sys.stdout), SPARE)
    return 0


def _nothing(options: argparse.Namespace, sessions: object, *, any_there: bool) -> int:
    if options.json:
        return 0
    if any_there:
        say("No session is like that. latitude list, without more, shows them all.")
    else:
        say(
            f"No sessions yet in {clean_line(str(sessions))}. A rehearsal needs no key: "
            "latitude run --model rehearsal"
        )
    return 0


def _cells(row: Listed) -> list[str]:
    counts = ["" if count is None else str(count) for count in (row.turns, row.files)]
    return [row.id, row.model, row.protocol_label, *counts, row.end]

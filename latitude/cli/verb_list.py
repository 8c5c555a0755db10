"""``latitude list``: every session, newest first, from first and last lines only."""

import argparse
import sys

from latitude.cli.options import add_json, home_of
from latitude.cli.output import print_json, print_table, say, style_for
from latitude.core.clean import clean_line
from latitude.journal.listing import Listed, listed

HEAD = ("session", "model", "protocol", "turns", "files", "how it ended")
SPARE = ("protocol", "files", "turns")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print one line a session; a record that cannot be read is listed as such."""
    home = home_of(options)
    rows = listed(home.sessions)
    if options.json:
        for row in rows:
            print_json(row)
    elif cells := [_cells(row) for row in rows]:
        print_table(HEAD, cells, style_for(sys.stdout), SPARE)
    else:
        say(
            f"No sessions yet in {clean_line(str(home.sessions))}. A rehearsal needs no key: "
            "latitude run --model rehearsal"
        )
    return 0


def _cells(row: Listed) -> list[str]:
    counts = ["" if count is None else str(count) for count in (row.turns, row.files)]
    return [row.id, row.model, row.protocol_label, *counts, row.end]

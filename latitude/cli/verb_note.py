"""``latitude note``: write something of yours beside a session's record."""

import argparse

from latitude.cli.options import home_of
from latitude.cli.output import say
from latitude.core.clean import clean, clean_line
from latitude.journal.annotations import add_note, read
from latitude.journal.paths import resolve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("id", metavar="ID", help="a session id, its beginning, or 'last'")
    parser.add_argument("words", nargs="*", metavar="TEXT", help="without one: show the notes")


def run(options: argparse.Namespace) -> int:
    """Add the note, or print those there are, oldest first."""
    home = home_of(options)
    session = resolve(home.sessions, options.id)
    folder = home.session(session)
    if options.words:
        add_note(folder, " ".join(options.words))
        print(f"{session}  noted")
        return 0
    notes = read(folder).notes
    for note in notes:
        print(clean_line(note.at))
        say(clean(note.text), margin="  ")
    if not notes:
        print(f"{session}  no notes")
    return 0

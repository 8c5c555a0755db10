"""``latitude show``: one session, read from its journal."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from latitude.cli.options import add_ids, add_json, home_of
from latitude.cli.output import print_json, style_for
from latitude.cli.page import Page
from latitude.cli.turns import check_turn, turn_of
from latitude.core.clean import clean
from latitude.core.events import Record
from latitude.errors import RecordBroken
from latitude.journal.line import parse_line
from latitude.journal.paths import JOURNAL, is_running, resolve
from latitude.journal.reader import survey
from latitude.journal.transcript import transcript


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_ids(parser)
    parser.add_argument("--thinking", action="store_true", help="unfold the thinking")
    parser.add_argument("--turn", type=int, metavar="N", help="one turn only")
    parser.add_argument(
        "--format", choices=("text", "md", "json"), default="text", help="text, md or json"
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the session as far as its record is right; say so, and fail, where it is not."""
    home = home_of(options)
    folder = home.session(resolve(home.sessions, options.id))
    found = survey(folder / JOURNAL)
    shown = "json" if options.json else options.format
    if options.turn is not None:
        check_turn(folder.name, found.records, options.turn)
    records = list(_of_turn(found.records, options.turn))
    match shown:
        case "json":
            _print_lines(folder / JOURNAL, {record.seq for record in records})
        case "md":
            _print_markdown(records)
        case _:
            page = Page(sys.stdout, style_for(sys.stdout), thinking=options.thinking)
            print(folder.name)
            for record in records:
                page.record(record)
    problem = found.problem()
    if problem and not is_running(folder):
        raise RecordBroken(problem)
    if shown == "text" and found.closed is not None:
        print(f"fingerprint  {found.last_sha256}")
    return 0


def _print_lines(journal: Path, wanted: set[int]) -> None:
    """The journal's own lines; on a terminal in ASCII."""
    with journal.open("rb") as lines:
        for number, line in enumerate(lines):
            if number not in wanted:
                continue
            if sys.stdout.isatty():
                print_json(parse_line(line))
            else:
                sys.stdout.write(line.decode("utf-8", "replace"))


def _print_markdown(records: list[Record]) -> None:
    text = transcript(records)
    sys.stdout.write(clean(text, max_text=len(text) + 1) if sys.stdout.isatty() else text)


def _of_turn(records: tuple[Record, ...], turn: int | None) -> Iterator[Record]:
    for record in records:
        if turn is None or turn_of(record) in (turn, None):
            yield record

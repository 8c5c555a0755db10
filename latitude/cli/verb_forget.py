"""``latitude forget``: one session goes; a tombstone stays."""

import argparse
import sys

from latitude.cli.options import add_ids, home_of
from latitude.core.clean import clean_line
from latitude.custody.opening import open_repository
from latitude.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_ids(parser)
    parser.add_argument(
        "--reason", default="not given", metavar="TEXT", help="kept on the tombstone, in the ledger"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask (only a terminal is asked)")


async def run(options: argparse.Namespace) -> int:
    """Remove the session's journal and commits for good, after asking on a terminal."""
    from latitude.custody.forget import forget

    home = home_of(options)
    if not options.yes and sys.stdin.isatty():
        _ask(options.id)
    async with open_repository(home) as repository:
        done = await forget(home, repository, options.id, options.reason)
    print(f"{done.session} was forgotten: its journal and commits are gone, a tombstone stays.")
    if done.kept_by:
        held = ", ".join(clean_line(name) for name in done.kept_by)
        print(f"Its commits can still be reached through: {held}.")
    print(f"ledger  {done.ledger_tip}")
    return 0


def _ask(name: str) -> None:
    answer = input(f"Remove {clean_line(name)} for good? It cannot be undone. [y/N] ")
    if answer.strip().lower() not in ("y", "yes"):
        raise UsageError("Nothing was removed.")

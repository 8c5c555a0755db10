"""The options that say which sessions are meant, and what the index answers."""

import argparse
import sqlite3
import sys
from collections.abc import Callable

from latitude.cli.output import show_progress
from latitude.config import Home
from latitude.core.clean import clean
from latitude.index.filters import Filter
from latitude.index.follow import Answer, ask_index


def add_filters(parser: argparse.ArgumentParser, *, rehearsals: bool = True) -> None:
    """Describe the options; ``rehearsals`` are left out where they have another meaning."""
    which = parser.add_argument_group("which sessions")
    which.add_argument(
        "--model",
        action="append",
        metavar="M",
        help="a part of the model's name, or a pattern with *; several: any of them",
    )
    which.add_argument(
        "--protocol", metavar="P", help="the protocol's name; what a study made of it, too"
    )
    which.add_argument("--study", metavar="S", help="the study's name")
    which.add_argument("--arm", metavar="A", help="the arm of a study")
    which.add_argument("--end", metavar="E", help="how it ended, such as model-exit, or open")
    which.add_argument(
        "--tag", action="append", metavar="T", help="a tag of yours; several: all of them"
    )
    which.add_argument("--since", metavar="DATE", help="begun then or later, such as 2026-11 (UTC)")
    which.add_argument("--until", metavar="DATE", help="begun then or earlier, that day included")
    which.add_argument(
        "--made",
        choices=("yes", "no"),
        help="whether files were left",
    )
    which.add_argument("--attended", choices=("yes", "no"), help="whether a person answered")
    if rehearsals:
        which.add_argument(
            "--rehearsals", choices=("yes", "no"), help="only rehearsals, or none of them"
        )


def filter_of(options: argparse.Namespace) -> Filter:
    """The filter that was asked for. Raises ``UsageError`` for an end or a date that is none."""
    rehearsals = getattr(options, "rehearsals", None)
    return Filter(
        models=tuple(options.model or ()),
        protocol=options.protocol,
        study=options.study,
        arm=options.arm,
        end=options.end,
        tags=tuple(options.tag or ()),
        since=options.since,
        until=options.until,
        made=_yes(options.made),
        attended=_yes(options.attended),
        rehearsals=_yes(rehearsals) if isinstance(rehearsals, str) else None,
    )


def so_many(text: str) -> int:
    """A number of rows to show, for ``argparse``."""
    digits = text.lstrip("0")
    if not (digits.isascii() and digits.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 1 or more")
    # Nobody has more, and SQLite does not count much further.
    return int(digits[:18])


def answer_of(home: Home, query: Callable[[sqlite3.Connection], Answer]) -> Answer:
    """What ``query`` finds in the index of ``home``; what cannot be kept is said aside.

    ``query`` is asked twice where the index was damaged, so it must not print.
    """
    return ask_index(home.sessions, query, show_progress, _say_unkept)


def _say_unkept(why: str) -> None:
    said = f"note: the index cannot be kept here, so it is made for this command only: {why}"
    print(clean(said), file=sys.stderr)


def _yes(answer: str | None) -> bool | None:
    return None if answer is None else answer == "yes"

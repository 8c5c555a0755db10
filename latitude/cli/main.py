"""The command: finds the verb, loads its file and nothing else, and turns errors into one line."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from latitude import __version__
from latitude.cli.exit_status import EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE
from latitude.cli.screen import hold_streams, silence_stdout
from latitude.core.clean import clean
from latitude.errors import LatitudeError, UsageError

VERBS: dict[str, str] = {
    "run": "give a model open time, and record it",
    "list": "list the sessions, newest first",
    "show": "read one session",
    "search": "find words in what was said, thought and written",
    "tag": "give a session tags of yours",
    "note": "write something of yours beside a session",
    "verify": "check that the records are as they were written",
    "recover": "close what was interrupted",
    "forget": "remove one session, and leave a tombstone",
    "publish": "make a site or a bag of sessions, for others to look at and check",
    "compare": "find which differences between sessions are real",
    "index": "make the index of all sessions anew",
    "artifacts": "look at, compare and export what was made",
    "study": "run many sessions by a plan that is fixed beforehand",
    "models": "show which models can be reached from here",
    "prompts": "list, show and check protocols",
    "doctor": "look at this machine and home, and say what is missing",
    "init": "make a home in a folder",
    "serve": "open the terminal app in a browser on this machine",
}
"""Each verb is ``latitude/cli/verb_<name>.py`` with ``add_arguments`` and ``run``."""

APP = "app"
"""What ``latitude`` without a verb does, where there is a terminal."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1, 2 or 130."""
    arguments = _home_first(list(sys.argv[1:] if argv is None else argv))
    hold_streams()
    try:
        status = _dispatch(arguments)
        sys.stdout.flush()
    except UsageError as error:
        return _fail(str(error), EXIT_USAGE)
    except LatitudeError as error:
        return _fail(str(error), EXIT_FAILED)
    except BrokenPipeError:
        # The reader (head, less) went away, and wants no more of it.
        silence_stdout()
        return EXIT_DONE
    except OSError as error:
        silence_stdout()
        where = f" ({os.fsdecode(error.filename)})" if error.filename else ""
        said = f"The system refused: {error.strerror or error}{where}. What was recorded is kept."
        return _fail(said, EXIT_FAILED)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return status


def _dispatch(arguments: list[str]) -> int:
    verb = _verb_in(arguments)
    parser = _top_parser(verb)
    options = parser.parse_args(arguments)
    if verb is None and not (sys.stdin.isatty() and sys.stdout.isatty()):
        parser.print_help()
        return EXIT_DONE
    result = _module(verb or APP).run(options)
    if isinstance(result, int):
        return result
    from latitude.cli.loop import run_async

    return run_async(result)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # It repeats what was typed, or pasted.
        super().error(clean(message))


def _home_first(arguments: list[str]) -> list[str]:
    """``--home DIR`` may stand anywhere on the line; the parser knows it at the beginning."""
    home: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--home":
            home += [word, *(value for value in [next(words, None)] if value is not None)]
        elif word.startswith("--home="):
            home.append(word)
        else:
            rest.append(word)
    return home + rest


def _verb_in(arguments: list[str]) -> str | None:
    """The first argument that is a verb, after ``--home DIR``."""
    rest = iter(arguments)
    for argument in rest:
        if argument == "--home":
            next(rest, None)
        elif not argument.startswith("-"):
            return argument if argument in VERBS else None
    return None


def _top_parser(verb: str | None) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="latitude",
        description="Open time for a language model, and an honest record of it.",
        epilog="'latitude VERB --help' says more about each. First try: "
        "latitude run --model rehearsal",
    )
    parser.add_argument("--version", action="version", version=f"latitude {__version__}")
    parser.add_argument("--home", metavar="DIR", help="the home to use (default: see the README)")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="verb")
    for name, summary in VERBS.items():
        sub = verbs.add_parser(name, help=summary, description=summary.capitalize() + ".")
        if name == verb:
            _module(name).add_arguments(sub)
    return parser


def _module(verb: str) -> ModuleType:
    return importlib.import_module(f"latitude.cli.verb_{verb}")


def _fail(said: str, status: int) -> int:
    from latitude.cli.output import complain

    complain(said)
    return status


if __name__ == "__main__":
    sys.exit(main())

"""``latitude publish``: sessions and what was made in them, for others to look at and check."""

import argparse
import importlib
from collections.abc import Callable, Coroutine, Mapping

from latitude.cli.options import add_json

VERBS: Mapping[str, str] = {
    "new": "write a release file: what is published, and on what terms",
    "check": "look through what would go out, and say what a person has to decide first",
    "site": "make a site that works anywhere, also from a disk",
    "bag": "make a bag for an archive: records, works and checksums",
    "redact": "take what was found out of every copy that goes out",
    "keep": "let what was found go out",
    "confirm": "say that a sentence is a wish about showing or signing; it binds",
    "dismiss": "say that a sentence is no such wish",
    "override": "show a session although the model wished otherwise",
    "withdraw": "take a session, or the person's words in it, out of every later release",
    "restore": "take a withdrawal or an override back",
}
"""Each is ``run`` in ``latitude/cli/publish/<name>.py``; the decisions share ``decide.py``."""

DECISIONS = ("redact", "keep", "confirm", "dismiss", "override", "withdraw", "restore")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's own verbs."""
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="publish", required=True)
    for name, summary in VERBS.items():
        sub = verbs.add_parser(name, help=summary, description=summary.capitalize() + ".")
        _ARGUMENTS[name](sub)


def run(options: argparse.Namespace) -> int | Coroutine[object, object, int]:
    """Dispatch on the second word."""
    name = "decide" if options.publish in DECISIONS else options.publish
    module = importlib.import_module(f"latitude.cli.publish.{name}")
    result: int | Coroutine[object, object, int] = module.run(options)
    return result


def _new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="its name (default: archive)")
    parser.add_argument("--title", required=True, metavar="TEXT")
    parser.add_argument("--description", required=True, metavar="TEXT", help="a sentence or two")
    parser.add_argument(
        "--author", action="append", required=True, metavar="NAME", help="who publishes it"
    )
    parser.add_argument(
        "--license",
        required=True,
        metavar="L",
        help="an SPDX name such as CC-BY-4.0, or an address",
    )
    parser.add_argument(
        "--training",
        required=True,
        choices=("allow", "reserve"),
        help="whether others may train models on it; reserve asks, and cannot enforce",
    )
    parser.add_argument("--rehearsals", action="store_true", help="publish rehearsals too")


def _check(parser: argparse.ArgumentParser) -> None:
    _release(parser)
    add_json(parser)


def _site(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "dir", nargs="?", metavar="DIR", help="where it is made (default: in the home, releases/)"
    )
    _release(parser)
    parser.add_argument("--why", metavar="TEXT", help="why there is a new version")
    parser.add_argument("--date", metavar="DAY", help="the day of the version (default: today)")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be made, and make nothing"
    )
    add_json(parser)


def _bag(parser: argparse.ArgumentParser) -> None:
    _site(parser)
    parser.add_argument(
        "--sign", metavar="KEY", help="sign it with this SSH key; the signature lies beside the bag"
    )
    parser.add_argument("--identity", metavar="WHO", help="who signs, such as an e-mail address")


def _release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--release", metavar="NAME", help="which release file (default: the only one there is)"
    )


def _findings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="+", metavar="FINDING", help="as check names it, or 'all'")
    _release(parser)
    _reason(parser)


def _candidate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="+", metavar="SENTENCE", help="as check names it")
    _release(parser)
    _reason(parser)


def _confirm(parser: argparse.ArgumentParser) -> None:
    _candidate(parser)
    parser.add_argument(
        "--publish",
        dest="publish_wish",
        choices=("yes", "no"),
        help="what it asks of showing",
    )
    parser.add_argument("--signature", metavar="TEXT", help="how it asks to be signed")


def _session(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="+", metavar="ID", help="a session")
    _reason(parser)


def _withdraw(parser: argparse.ArgumentParser) -> None:
    _session(parser)
    parser.add_argument("--words", action="store_true", help="only the person's own words")


def _restore(parser: argparse.ArgumentParser) -> None:
    _session(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--words", action="store_true", help="the withdrawal of the person's own words"
    )
    which.add_argument("--override", action="store_true", help="an override: the wish counts again")


def _reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--why", metavar="TEXT", default="", help="the reason; it is published with the decision"
    )


_ARGUMENTS: Mapping[str, Callable[[argparse.ArgumentParser], None]] = {
    "new": _new,
    "check": _check,
    "site": _site,
    "bag": _bag,
    "redact": _findings,
    "keep": _findings,
    "confirm": _confirm,
    "dismiss": _candidate,
    "override": _session,
    "withdraw": _withdraw,
    "restore": _restore,
}

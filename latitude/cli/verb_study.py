"""``latitude study``: many sessions by a plan that was fixed beforehand."""

import argparse
import importlib
from collections.abc import Coroutine, Mapping

from latitude.cli.options import add_json
from latitude.cli.verb_compare import add_report_options

VERBS: Mapping[str, str] = {
    "check": "render every arm as it will be on this machine, and refuse what cannot be run",
    "plan": "fix arms, order, seeds and outcomes in a file with a hash, before the first session",
    "run": "run the sessions of a plan that are still to be run",
    "status": "show how far a plan was carried out",
    "report": "find which differences between the arms are real",
}
"""Each is ``run`` in ``latitude/cli/study/<name>.py``."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's own verbs."""
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="study", required=True)
    for name, summary in VERBS.items():
        sub = verbs.add_parser(name, help=summary, description=summary.capitalize() + ".")
        sub.add_argument("file", metavar="FILE", help="a study file, or the name of one")
        if name == "report":
            add_report_options(sub)
        if name == "run":
            sub.add_argument(
                "--attended",
                action="store_true",
                help="the attended cells, one by one: you answer the model",
            )
            sub.add_argument(
                "--parallel",
                type=_at_once,
                metavar="N",
                help="at most so many sessions of one server at once",
            )
        add_json(sub)


def run(options: argparse.Namespace) -> int | Coroutine[object, object, int]:
    """Dispatch on the second word."""
    module = importlib.import_module(f"latitude.cli.study.{options.study}")
    result: int | Coroutine[object, object, int] = module.run(options)
    return result


def _at_once(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 1 or more")
    return int(text)

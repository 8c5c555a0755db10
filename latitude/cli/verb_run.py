"""``latitude run``: one session, or several at once."""

import argparse
import sys

from latitude.errors import UsageError

_MOST_DIGITS = 15
"""No limit is meant to be higher, and the record keeps whole numbers of 64 bits only."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument(
        "--model",
        action="append",
        metavar="M",
        help="PROVIDER/NAME, such as anthropic/claude-opus-5-5, ollama/qwen3, or rehearsal; "
        "may be given several times ('latitude models' shows what is there)",
    )
    parser.add_argument(
        "--protocol", action=_Once, metavar="P", help="what the model is told (default: open)"
    )
    parser.add_argument("--repeat", type=_count, default=1, metavar="N", help="sessions a model")
    parser.add_argument(
        "--parallel", type=_count, metavar="N", help="sessions at once (default: 4)"
    )
    parser.add_argument(
        "--attended", action="store_true", help="you answer the model, line by line"
    )
    parser.add_argument("--turns", type=_count, metavar="N", help="messages from our side (20)")
    parser.add_argument("--steps", type=_count, metavar="N", help="responses (200)")
    parser.add_argument("--tokens", type=_count, metavar="N", help="tokens the model may write")
    parser.add_argument("--minutes", type=_amount, metavar="N", help="minutes on the clock")
    parser.add_argument("--cost", type=_amount, metavar="USD", help="dollars")
    parser.add_argument("--effort", metavar="E", help="the provider's word for how hard to think")
    parser.add_argument("--tools", metavar="T", help="all, none, or names with commas between")
    parser.add_argument(
        "--network",
        choices=("off", "allow"),
        default="off",
        help="whether the model's commands may reach the network (off); it is told, and recorded",
    )
    parser.add_argument("--base-url", metavar="U", help="where to send requests instead")
    parser.add_argument(
        "--from", dest="carry_on", metavar="ID[:TURN]", help="carry on a session as a new one"
    )
    parser.add_argument("--json", action="store_true", help="one object a line")


async def run(options: argparse.Namespace) -> int:
    """Run what was asked for; see :mod:`latitude.cli.runner`."""
    _check(options)
    from latitude.cli.runner import run_orders

    return await run_orders(options)


def _check(options: argparse.Namespace) -> None:
    if options.carry_on and (options.model or options.protocol or options.tools or options.effort):
        raise UsageError(
            "--from keeps the model, protocol, tools and effort of the session it carries on; "
            "give only limits, --attended, --base-url and --repeat beside it."
        )
    if not options.attended:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("--attended needs a terminal: you are the one who answers.")
    if options.repeat > 1 or (options.model and len(options.model) > 1):
        raise UsageError("--attended takes one model and one repeat: you can answer only one.")
    if options.json:
        raise UsageError("--attended shows you the session; it does not go with --json.")


class _Once(argparse.Action):
    """An option that may not be given twice: the first one would be dropped in silence."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} may be given once: run each wording by itself")
        setattr(namespace, self.dest, values)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 1 or more")
    return int(text)


def _amount(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number

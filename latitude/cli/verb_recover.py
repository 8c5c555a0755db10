"""``latitude recover``: close what a dead process left open."""

import argparse

from latitude.cli.options import add_json, home_of
from latitude.cli.output import complain, print_json, say
from latitude.core.clean import clean
from latitude.core.text import counted
from latitude.custody.opening import open_repository


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_json(parser)


async def run(options: argparse.Namespace) -> int:
    """Recover what needs it; status 1 when a person has to look at something."""
    from latitude.custody.recover import recover

    home = home_of(options)
    async with open_repository(home, make=True) as repository:
        findings = await recover(home, repository)
    for finding in findings:
        if options.json:
            print_json(finding)
        else:
            say(f"{'·' if finding.ok else '✗'} {clean(finding.text)}")
    if not findings and not options.json:
        print("Nothing to recover: every session is closed and in the ledger.")
    left = [finding for finding in findings if not finding.ok]
    if left:
        complain(f"{counted(len(left), 'session')} could not be recovered, as said above.")
    return 1 if left else 0

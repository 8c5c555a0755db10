"""``latitude prompts``: the protocols, their exact bytes, and whether they are sound."""

import argparse
import sys
from collections.abc import Coroutine

from latitude.cli.options import add_json, home_of
from latitude.cli.output import print_json, print_table, say, style_for
from latitude.core.clean import clean


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's own verbs."""
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", dest="prompts", required=True)
    add_json(verbs.add_parser("list", help="every protocol, and the one thing about it"))
    show = verbs.add_parser("show", help="the very bytes that a model would receive")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--attended", action="store_true", help="as when a person answers")
    check = verbs.add_parser("check", help="refuse what is untrue, unknown, double or changed")
    check.add_argument(
        "--write", action="store_true", help="first add new protocols to versions.lock"
    )


def run(options: argparse.Namespace) -> int | Coroutine[object, object, int]:
    """Dispatch on the second word."""
    match options.prompts:
        case "list":
            return _list(options)
        case "show":
            return _show(options)
        case _:
            return _check(options)


def _list(options: argparse.Namespace) -> int:
    from latitude.prompts.library import Library

    library = Library(home_of(options).prompts)
    protocols = [library.get(name) for name in library.names()]
    if options.json:
        for one in protocols:
            print_json(
                {
                    "name": one.name,
                    "version": one.version,
                    "summary": one.summary,
                    "sha256": one.sha256,
                    "path": str(one.path),
                }
            )
        return 0
    for one in protocols:
        print_table((f"{one.name} {one.version}",), [], style_for(sys.stdout))
        say(clean(one.summary), margin="  ")
    return 0


async def _show(options: argparse.Namespace) -> int:
    from latitude.core.spec import Limits
    from latitude.prompts.library import Library
    from latitude.prompts.rendering import render
    from latitude.tools.machine import Machine
    from latitude.tools.registry import groups_of

    home = home_of(options)
    protocol = Library(home.prompts).get(options.name)
    equipment = await Machine(home.state).equip(groups_of(protocol.tools))
    tools = equipment.toolbox.offer(protocol.tools, protocol.exit.tool)
    shown = render(protocol, tools, Limits(), options.attended).preview
    if sys.stdout.isatty():
        print(clean(shown.decode("utf-8")), end="")
    else:
        sys.stdout.buffer.write(shown)
    return 0


def _check(options: argparse.Namespace) -> int:
    from latitude.prompts.check import add_versions, check, not_locked
    from latitude.prompts.library import Library

    library = Library(home_of(options).prompts)
    if options.write:
        for added in add_versions(library.folders[0]):
            print(f"added to versions.lock: {added.name} {added.version}")
    findings = check(library.folders)
    for finding in findings:
        print(f"✗ {clean(str(finding))}", file=sys.stderr)
    for note in not_locked(library.folders):
        print(f"note: {clean(str(note))}", file=sys.stderr)
    if findings:
        return 1
    print(f"{len(library.names())} protocols are sound.")
    return 0

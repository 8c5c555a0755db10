"""``latitude models``: who can be reached from here."""

import argparse
import sys
from typing import TYPE_CHECKING

from latitude.cli.options import add_json, home_of
from latitude.cli.output import print_json, style_for
from latitude.core.clean import clean_line

if TYPE_CHECKING:
    from latitude.providers.discovery import Place


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_json(parser)


async def run(options: argparse.Namespace) -> int:
    """Ask the vendors with a key and the local servers, all at once, and list what they say."""
    from latitude.prompts.library import Library
    from latitude.providers.discovery import discover
    from latitude.providers.rehearsal import Rehearsal

    library = Library(home_of(options).prompts)
    rehearsals = Rehearsal(library.rehearsals).names()
    places = await discover()
    if options.json:
        for name in rehearsals:
            print_json({"name": f"rehearsal/{name}", "provider": "rehearsal", "is_model": False})
        for place in places:
            for model in place.models:
                print_json({"provider": place.provider, "address": place.address, "model": model})
        return 0
    style = style_for(sys.stdout)

    def show(place: "Place") -> None:
        print(f"{style.bold(place.provider)}  {clean_line(place.address)}  {_state(place)}")
        for model in place.models:
            said = [f"thinking {model.thinking}" if model.thinking else "", _tools(model.tools)]
            print(f"  {clean_line(model.name)}  {style.dim(', '.join(filter(None, said)))}")

    for place in places:
        show(place)
    print(f"{style.bold('rehearsal')}  scripts, not models; no key, no network")
    for name in rehearsals:
        print(f"  rehearsal/{clean_line(name)}")
    print("chat/NAME with --base-url U reaches any other compatible server.")
    return 0


def _state(place: "Place") -> str:
    return f"{place.state}: {clean_line(place.note)}" if place.note else place.state


def _tools(tools: bool | None) -> str:
    match tools:
        case True:
            return "tools"
        case False:
            return "no tools"
        case None:
            return ""

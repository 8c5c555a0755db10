"""``latitude search``: find words in what was said, thought, called and written."""

import argparse
import sys
from typing import cast

from latitude.cli.filters import add_filters, answer_of, filter_of, so_many
from latitude.cli.options import add_json, home_of
from latitude.cli.output import Style, print_json, say, style_for
from latitude.core.clean import clean_line
from latitude.index.search import OFF, ON, VOICES, Found, Hit, Query, Voice, search

_NAMES = {"ours": "our words", "tools": "tools", "files": "files"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument(
        "words",
        nargs="+",
        metavar="WORDS",
        help="all of them; '\"words in quotes\"' stand together, 'harb*' is a beginning, OR is or",
    )
    parser.add_argument(
        "--in",
        dest="voices",
        action="append",
        choices=VOICES,
        help="only in replies, in thinking, in our words, in files or in tools; several: any",
    )
    parser.add_argument("--ranked", action="store_true", help="best first, not newest first")
    parser.add_argument("--most", type=so_many, default=20, metavar="N", help="hits to show (20)")
    add_filters(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the turns that hold the words, each with a piece of its text."""
    home = home_of(options)
    query = Query(
        words=_asked(options.words),
        voices=tuple(cast("list[Voice]", options.voices or [])),
        which=filter_of(options),
        ranked=options.ranked,
        limit=options.most + 1,
    )
    found = answer_of(home, lambda index: list(search(index, query)))
    hits = found[: options.most]
    if options.json:
        for hit in hits:
            print_json(_plain(hit))
    elif not hits:
        say("Nothing was found.")
    else:
        _print(hits, style_for(sys.stdout))
        if len(found) > len(hits):
            print(style_for(sys.stdout).dim(f"{len(hits)} shown; --most shows more."))
    return 0


def _asked(words: list[str]) -> str:
    """What the shell took the quotes from stands together, as it would have within them."""
    return " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)


def _plain(hit: Hit) -> dict[str, object]:
    return {
        "session": hit.session,
        "turn": hit.turn,
        "at": hit.at,
        "model": hit.model,
        "protocol": hit.protocol,
        "rehearsal": hit.rehearsal,
        "found": [
            {"in": found.voice, "text": found.text.replace(ON, "").replace(OFF, "")}
            for found in hit.found
        ],
    }


def _print(hits: list[Hit], style: Style) -> None:
    for hit in hits:
        label = clean_line(f"{hit.model}  {hit.protocol}", 60)
        print(f"{style.bold(hit.session)}  turn {hit.turn}  {style.dim(label)}")
        for found in hit.found:
            name = _NAMES.get(found.voice, found.voice)
            print(f"  {style.dim(name + ':')} {_shown(found, style)}")


def _shown(found: Found, style: Style) -> str:
    """One line of text in which what was found stands out; on a terminal that shows it."""
    pieces: list[str] = []
    for number, piece in enumerate(found.text.split(ON)):
        hit, _, rest = piece.partition(OFF) if number else ("", "", piece)
        if hit:
            pieces.append(style.bold(_flat(hit)))
        pieces.append(_flat(rest))
    return "".join(pieces).strip()


def _flat(text: str) -> str:
    return clean_line(text.replace("\n", " "))

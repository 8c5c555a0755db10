"""What stands on the page of a protocol: the words that models were given, to be read."""

from collections.abc import Iterator

from latitude.compare.html.markup import Markup, join, tag
from latitude.core.events import SessionOpened
from latitude.publish.manifest import Published
from latitude.publish.site.fitting import beginning, weight
from latitude.publish.site.places import given_path, protocol_path
from latitude.publish.site.shell import to

ROOM = 80_000
"""Bytes of words on the page; the file beside it has all of them."""


def protocol_words(row: Published, opened: SessionOpened) -> Markup:
    """Return the words that the session ``row`` was given, and the way to the file of them."""
    link = tag("a", {"href": to(given_path(row), protocol_path(row))}, "The file beside this page")
    said = (
        "Here they are to be read: characters that cannot be seen are shown as signs, and the "
        "parameters of the tools are left out. "
    )
    copied = " The words are those of a redacted copy." if row.original is not None else ""
    return join(
        tag("h2", {"id": "words"}, "The words"),
        tag("p", None, said, link, f" has them as they were.{copied}"),
        *_shown(opened),
        tag("dl", {"class": "facts seal"}, tag("dt", None, "given"), tag("dd", None, row.given)),
    )


def _shown(opened: SessionOpened) -> Iterator[Markup]:
    room = ROOM
    for title, text in _parts(opened):
        shown, missing = beginning(text, room)
        words = tag("pre", {"class": "ours", "tabindex": "0"}, shown)
        yield join(tag("h3", None, title), words)
        room -= weight(shown)
        if missing or room <= 0:
            yield tag("p", {"class": "note"}, "The rest is too long for a page, and in the file.")
            return
    tools = [
        tag("li", None, tag("code", None, tool.name), f" {tool.description}")
        for tool in opened.tools
    ]
    if tools and weight(*tools) <= room:
        yield join(tag("h3", None, "Tools"), tag("ul", None, *tools))
    elif tools:
        yield tag("p", {"class": "note"}, "The tools are too long for a page, and in the file.")


def _parts(opened: SessionOpened) -> Iterator[tuple[str, str]]:
    texts = opened.protocol.texts
    yield "The first message", texts.opening
    for number, text in enumerate(texts.script, start=2):
        yield f"Message {number}", text
    if texts.offer is not None:
        yield f"How the exit is told, with turn {texts.offer.turn}", texts.offer.text
    yield "Between turns, when nobody is there", texts.between or "Nothing is said."

"""Sessions that are held back: a page at the address of each, and a list of them."""

from collections.abc import Iterator

from latitude.compare.html.markup import Markup, join, tag, whole
from latitude.compare.words import label
from latitude.core.text import counted
from latitude.publish.manifest import Manifest, Withheld
from latitude.publish.site.lists import paged
from latitude.publish.site.places import session_path
from latitude.publish.site.shell import Sheet

MOST = 40
"""Of them, those that stand before the list of all sessions."""
ALL = "sessions-held-back"
"""The list of all of them, without its ending."""


def tombstones(manifest: Manifest) -> Iterator[Sheet]:
    """Yield the page that stands in the place of each session that is held back."""
    for one in manifest.withheld:
        yield Sheet(
            path=session_path(one.id),
            title=f"Held back, {one.id}",
            body=join(
                tag("h1", None, "Held back"),
                tag("div", {"class": "plain"}, whole(one.why)),
                tag("dl", {"class": "facts"}, tag("dt", None, "Session"), tag("dd", None, one.id)),
            ),
        )


def held_back(manifest: Manifest) -> Markup:
    """Return what stands of them before the list of all sessions: the first of them, or nothing."""
    withheld = manifest.withheld
    if not withheld:
        return Markup()
    lines = [_line(one) for one in withheld[:MOST]]
    if len(withheld) > MOST:
        said = f"All {counted(len(withheld), 'session')} that are held back"
        lines.append(tag("li", None, tag("a", {"href": f"{ALL}.html"}, said)))
    head = tag("h2", {"id": "held-back"}, "Held back")
    return join(head, tag("ul", {"class": "list"}, *lines))


def all_held_back(manifest: Manifest) -> Iterator[Sheet]:
    """Yield the pages that name all of them, where they are many."""
    withheld = manifest.withheld
    if len(withheld) > MOST:
        lines = [_line(one) for one in withheld]
        yield from paged(ALL, "Held back", counted(len(withheld), "session"), lines)


def _line(one: Withheld) -> Markup:
    link = tag("a", {"href": session_path(one.id)}, tag("code", None, one.id))
    return tag("li", None, link, tag("span", {"class": "dim"}, f" {label(one.why)}"))
